package visit_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
	"github.com/omasuunta/omasuunta/internal/web/visit"
)

// house is the pages of a visit, for browsers.
type house struct{ *pagetest.Site }

func newHouse(t *testing.T) *house {
	t.Helper()
	h := housetest.New(t)
	return &house{pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		pages, err := visit.New(kit, visit.Deps{
			Assessments: h.Assessments, Invitations: h.Invitations, Content: h.Content, Settings: h.Settings, Names: h.Store, Retention: retention.NewService(h.Store, h.Clock), Emergencies: h.Access, Surveys: h.Surveys,
		})
		if err != nil {
			return nil, err
		}
		start := page.Route{Method: http.MethodGet, Path: "/", Gate: page.Professional, Handle: pages.Start}
		return append(pages.Routes(), start), nil
	})}
}

// professional is a user of some units, in a browser of their own.
func (h *house) professional(username string, units ...string) (*pagetest.Browser, context.Context) {
	h.Helper()
	token, ctx := h.Professional(username, units...)
	return h.Browse(token), ctx
}
