package visit

import (
	"context"
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Deps is what the pages work with.
type Deps struct {
	Assessments *assessment.Service
	Invitations *invitation.Service
	Content     *content.Service
	Settings    *setting.Service
	Names       Names
	Papers      document.Papers
	Retention   *retention.Service
	Emergencies Emergencies
	Surveys     *survey.Service
}

// Emergencies tells of logins with sealed codes in somebody's name.
type Emergencies interface {
	OwnEmergencies(ctx context.Context) ([]access.EmergencyLogin, error)
}

// Pages are the pages of this package.
type Pages struct {
	Deps
	templates *page.Templates
}

// New parses the pages.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	templates, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{Deps: deps, templates: templates}, nil
}

// Routes lists the pages. The start page is Start, for whoever routes "/".
func (p *Pages) Routes() []page.Route {
	get, post := http.MethodGet, http.MethodPost
	return []page.Route{
		{Method: get, Path: "/new", Gate: page.Professional, Handle: p.begin},
		{Method: post, Path: "/new", Gate: page.Professional, Handle: p.chosen},
		{Method: post, Path: "/new/again", Gate: page.Professional, Handle: p.goOn},
		{Method: post, Path: "/new/not-taking-part", Gate: page.Professional, Handle: p.notTakingPart},
		{Method: get, Path: "/new/consent", Gate: page.Professional, Handle: p.consent, OwnSettings: true},
		{Method: post, Path: "/new/consent", Gate: page.Professional, Handle: p.giveConsent, OwnSettings: true},
		{Method: get, Path: "/own", Gate: page.Client, Handle: p.own},
		{Method: get, Path: "/own/consent", Gate: page.Client, Handle: p.ownConsent, OwnSettings: true},
		{Method: post, Path: "/own/consent", Gate: page.Client, Handle: p.giveOwnConsent, OwnSettings: true},
		{Method: get, Path: "/own/consent/document.pdf", Gate: page.Client, Handle: p.ownConsentPaper},
		{Method: post, Path: "/own/decline", Gate: page.Client, Handle: p.decline},
		{Method: get, Path: "/own/declined", Gate: page.Open, Handle: p.declined},
		{Method: get, Path: "/assessments", Gate: page.Professional, Handle: p.list},
		{Method: get, Path: "/assessments/:id", Gate: page.Professional, Handle: p.forward},
		{Method: get, Path: "/assessments/:id/details", Gate: page.Professional, Handle: p.details},
		{Method: post, Path: "/assessments/:id/details", Gate: page.Professional, Handle: p.changeDetails},
		{Method: get, Path: "/assessments/:id/abandon", Gate: page.Professional, Needs: access.AbandonAssessment, Handle: p.abandon},
		{Method: post, Path: "/assessments/:id/abandon", Gate: page.Professional, Needs: access.AbandonAssessment, Handle: p.giveUp},
		{Method: get, Path: "/assessments/:id/consent", Gate: page.Professional, Handle: p.record},
		{Method: get, Path: "/assessments/:id/consent/document.pdf", Gate: page.Professional, Handle: p.consentPaper},
		{Method: get, Path: "/assessments/:id/consent/withdrawal/document.pdf", Gate: page.Professional, Handle: p.withdrawalPaper},
		{Method: get, Path: "/assessments/:id/consent/withdrawal", Gate: page.Professional, Handle: p.withdrawal},
		{Method: post, Path: "/assessments/:id/consent/withdrawal", Gate: page.Professional, Handle: p.withdraw},
		{Method: get, Path: "/assessments/:id/consent/erasure", Gate: page.Professional, Needs: access.EraseClient, Handle: p.erasure},
		{Method: post, Path: "/assessments/:id/consent/erasure", Gate: page.Professional, Needs: access.EraseClient, Handle: p.erase},
	}
}

// units are the actor's own.
func (p *Pages) units(r *page.Request) ([]page.Option, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	return r.OwnUnits(names), err
}

// batteries are those in use, each with when it fits.
func (p *Pages) batteries(r *page.Request) ([]page.Option, error) {
	list, err := p.Content.Batteries(r.Ctx())
	if err != nil {
		return nil, err
	}
	var options []page.Option
	for _, b := range list {
		options = append(options, page.Option{Value: b.Code, Label: b.Name.In(r.Lang()), Help: b.Description.In(r.Lang())})
	}
	return options, nil
}

// options are the choices that a visit is described with.
type options struct{ Registers, Batteries, Languages, Plain, Modes, Present []page.Option }

func (p *Pages) options(r *page.Request, modes []assessment.Mode) (options, error) {
	batteries, err := p.batteries(r)
	return options{
		Registers: r.OwnRegisters(),
		Batteries: batteries,
		Languages: r.Tongues(),
		Plain:     []page.Option{{Value: yes, Label: r.Text("visit.easy_language.yes"), Help: r.Text("visit.easy_language.help")}},
		Modes:     page.Named(r, "mode", modes...),
		Present:   page.Named(r, "visit.present", assessment.PresentCodes...),
	}, err
}

// yes is the value of what can be ticked.
const yes = "1"
