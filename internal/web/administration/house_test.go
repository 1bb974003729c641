package administration_test

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/web/administration"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// house is the administrator's pages and one browser.
type house struct {
	*pagetest.Site
	*pagetest.Browser
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := housetest.New(t)
	site := pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(administration.New(kit, administration.Deps{
			Access: h.Access, Content: h.Content, Settings: h.Settings, Library: h.Library, Archive: archive.NewService(h.Store, h.Clock, false), Retention: retention.NewService(h.Store, h.Clock),
			PublicURL: "https://omasuunta.example.org",
		}))
	})
	return &house{site, site.Browse("")}
}

// enter hires somebody for a role, who uses the browser from now on.
func (h *house) enter(role access.Role, username string) access.Actor {
	h.Helper()
	a := h.Hire(username, role, housetest.Unit)
	h.Enter(h.SignIn(username))
	return a
}
