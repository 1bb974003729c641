package answering

import (
	"context"
	"embed"
	"net/http"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Assessments is what is done with an assessment here.
type Assessments interface {
	Assessment(ctx context.Context, id uuid.UUID) (*assessment.Assessment, error)
	Batteries(a *assessment.Assessment) (client, professional *instrument.Battery, err error)
	Answer(ctx context.Context, in assessment.SaveAnswers) (assessment.Saved, error)
	Speak(ctx context.Context, id uuid.UUID, language lang.Tag, plain *bool) error
	Change(ctx context.Context, in assessment.Change) (*assessment.Assessment, error)
	Complete(ctx context.Context, in assessment.Complete) (*assessment.Assessment, error)
	Spend(ctx context.Context, id uuid.UUID, phase assessment.Phase, seconds int) error
}

// Screens hands the screen to the client and takes it back.
type Screens interface {
	HandOver(ctx context.Context, token string, assessment uuid.UUID) error
	TakeBack(ctx context.Context, token, password string) error
}

// Invitations tells an invited client's own, and that the part is ready.
type Invitations interface {
	Mine(ctx context.Context) (invitation.Invitation, error)
	Ready(ctx context.Context) error
}

// Glossary explains words that are not everyday language.
type Glossary interface {
	Term(code string) (instrument.Term, bool)
}

// Deps is what the pages stand on.
type Deps struct {
	Assessments Assessments
	Screens     Screens
	Invitations Invitations
	Glossary    Glossary
	Ways        func(r *page.Request) []page.Link // to take a screen back by another login; nil for none
}

// Pages is the pages on which is answered.
type Pages struct {
	Deps
	templates *page.Templates
}

// New makes the pages.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	templates, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{Deps: deps, templates: templates}, nil
}

// Routes lists the pages and what their forms do.
func (p *Pages) Routes() []page.Route {
	client := func(method, path string, handle page.Handler) page.Route {
		return page.Route{Method: method, Path: path, Gate: page.Own, Handle: handle, HandedOver: true, OwnSettings: true}
	}
	return []page.Route{
		client(http.MethodGet, "/assessments/:id/client", p.forward),
		client(http.MethodGet, "/assessments/:id/client/done", p.done),
		client(http.MethodPost, "/assessments/:id/client/done", p.ready),
		client(http.MethodGet, "/assessments/:id/client/:item", p.item),
		client(http.MethodPost, "/assessments/:id/client/:item", p.answerItem),

		{Method: http.MethodGet, Path: "/assessments/:id/professional", Gate: page.Professional, Handle: p.professional},
		{Method: http.MethodPost, Path: "/assessments/:id/professional", Gate: page.Professional, Handle: p.answerAll},
		{Method: http.MethodPost, Path: "/assessments/:id/complete", Gate: page.Professional, Handle: p.complete},

		{Method: http.MethodPost, Path: "/assessments/:id/answers", Gate: page.Own, Handle: p.autosave, HandedOver: true},
		{Method: http.MethodPost, Path: "/assessments/:id/time", Gate: page.Own, Handle: p.time, HandedOver: true},

		{Method: http.MethodPost, Path: "/assessments/:id/hand-over", Gate: page.Professional, Handle: p.handOver, HandedOver: true},
		{Method: http.MethodGet, Path: "/take-back", Gate: page.Professional, Handle: p.showTakeBack, HandedOver: true},
		{Method: http.MethodPost, Path: "/take-back", Gate: page.Professional, Handle: p.takeBack, HandedOver: true},
	}
}

// inClientsHands tells whether the reader may see and write the client's part
// alone, whoever is logged in.
func inClientsHands(r *page.Request) bool {
	return r.Session.HandedOverTo != uuid.Nil || r.Session.Actor.Role == access.Client
}

func address(id uuid.UUID, rest string) string { return "/assessments/" + id.String() + rest }

// spend counts the time that a posted form says it took.
func (p *Pages) spend(r *page.Request, id uuid.UUID, phase assessment.Phase) error {
	return p.Assessments.Spend(r.Ctx(), id, phase, r.Seconds())
}
