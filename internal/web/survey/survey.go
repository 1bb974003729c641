package survey

import (
	"context"
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Deps is what the pages stand on.
type Deps struct {
	Surveys *survey.Service
	Names   Names
}

// Pages are the pages of the survey.
type Pages struct {
	Deps
	templates *page.Templates
}

// New makes the pages.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	t, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{deps, t}, nil
}

// Routes lists the pages.
func (p *Pages) Routes() []page.Route {
	get, post := http.MethodGet, http.MethodPost
	return []page.Route{
		{Method: get, Path: "/survey", Gate: page.Professional, Needs: access.AnswerSurvey, Handle: p.form},
		{Method: post, Path: "/survey", Gate: page.Professional, Needs: access.AnswerSurvey, Handle: p.handIn},
		{Method: get, Path: "/survey/thanks", Gate: page.Professional, Needs: access.AnswerSurvey, Handle: p.thanks},
		{Method: get, Path: "/report/survey", Gate: page.Expert, Handle: p.rounds},
		{Method: post, Path: "/report/survey", Gate: page.Expert, Handle: p.open},
		{Method: get, Path: "/report/survey/:id", Gate: page.Expert, Handle: p.round},
		{Method: post, Path: "/report/survey/:id/close", Gate: page.Expert, Handle: p.close},
		{Method: get, Path: "/report/survey/:id/download", Gate: page.Expert, Handle: p.download},
	}
}
