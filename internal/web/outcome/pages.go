package outcome

import (
	"embed"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Deps is what the pages work with.
type Deps struct {
	Assessments *assessment.Service
	Papers      document.Papers
}

// Pages are the pages of a result.
type Pages struct {
	assessments *assessment.Service
	sources     document.Sources
	papers      document.Papers
	templates   *page.Templates
}

// New parses the pages.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	templates, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{assessments: deps.Assessments, templates: templates, sources: deps.Papers.Sources(), papers: deps.Papers}, nil
}

// Routes lists the pages.
func (p *Pages) Routes() []page.Route {
	route := func(method, name string, handle func(*page.Request, *assessment.Assessment) error) page.Route {
		return page.Route{Method: method, Path: "/assessments/:id/" + name, Gate: page.Professional, Handle: p.finished(handle)}
	}
	result, confirm := route(http.MethodGet, "result", p.result), route(http.MethodPost, "confirm", p.confirm)
	ask, give := route(http.MethodGet, "feedback", p.feedback), route(http.MethodPost, "feedback", p.giveFeedback)
	result.OwnSettings, confirm.OwnSettings, ask.OwnSettings, give.OwnSettings = true, true, true, true
	ask.HandedOver, give.HandedOver = true, true
	return []page.Route{
		result, confirm, ask, give, route(http.MethodPost, "events", p.note), route(http.MethodGet, "print", p.print), route(http.MethodGet, "document.pdf", p.paper),
	}
}

// address is a page of an assessment, in the language that was chosen for it.
func address(id uuid.UUID, name, language string, more ...string) string {
	query := url.Values{}
	if language != "" {
		query.Set("language", language)
	}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	path := "/assessments/" + id.String() + "/" + name
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// finished is a handler that works with a result. Whoever asks for that of a
// draft is sent to where the draft goes on.
func (p *Pages) finished(handle func(*page.Request, *assessment.Assessment) error) page.Handler {
	return func(r *page.Request) error {
		id, err := r.ID()
		if err != nil {
			return err
		}
		a, err := p.assessments.Result(r.Ctx(), id)
		if fault.KindOf(err) == fault.NotFound {
			if _, err := p.assessments.Assessment(r.Ctx(), id); err != nil {
				return err
			}
			return r.Redirect("/assessments/" + id.String())
		}
		if err != nil {
			return err
		}
		return handle(r, a)
	}
}

// speak shows the page in the client's language, or in the one that was chosen
// for this page alone, which it returns.
func speak(r *page.Request, a *assessment.Assessment) (chosen string) {
	if chosen = r.Form("language"); chosen == "" {
		chosen = r.QueryParam("language")
	}
	if wanted, asked := r.Apply(); asked {
		chosen = string(wanted)
	}
	tag, ok := lang.Parse(chosen)
	if !ok {
		tag, chosen = a.Language, ""
	}
	r.Speak(tag, a.Plain)
	return chosen
}

// spend adds the time that a posted form took.
func (p *Pages) spend(r *page.Request, a *assessment.Assessment, phase assessment.Phase) error {
	return p.assessments.Spend(r.Ctx(), a.ID, phase, r.Seconds())
}
