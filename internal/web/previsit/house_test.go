package previsit_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
	"github.com/omasuunta/omasuunta/internal/web/previsit"
)

// house is the pages before a visit, and a professional in each of two units.
type house struct{ *pagetest.Site }

func newHouse(t *testing.T) *house {
	t.Helper()
	h := housetest.New(t)
	h.Hire("ammattilainen", access.Professional, housetest.Unit)
	h.Hire("naapuri", access.Professional, housetest.OtherUnit)
	return &house{pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(previsit.New(kit, previsit.Deps{
			Invitations: h.Invitations, Content: h.Content, Library: h.Library, Names: h.Store,
			PublicURL: "https://oma.example",
		}))
	})}
}

// as opens a browser in which somebody is logged in.
func (h *house) as(username string) *pagetest.Browser { return h.Browse(h.SignIn(username)) }

var (
	linkOf = regexp.MustCompile(`https://oma\.example(/join/[\w-]+)"`)
	codeOf = regexp.MustCompile(`class="sheet-code">(\w{4}-\w{4})<`)
	idOf   = regexp.MustCompile(`action="/invitations/([0-9a-f-]{36})"`)
)

// sheet reads what a sheet tells: the path of its link, its code and its
// invitation's address.
func (h *house) sheet(p *pagetest.Page) (link, code, address string) {
	h.Helper()
	p.Is(http.StatusOK)
	find := func(pattern *regexp.Regexp) string {
		found := pattern.FindStringSubmatch(p.Source)
		if found == nil {
			h.Fatalf("the sheet has no %s:\n%s", pattern, p.Source)
		}
		return found[1]
	}
	return find(linkOf), find(codeOf), "/invitations/" + find(idOf)
}

// ordinary is what an ordinary invitation is made of.
var ordinary = []string{"unit", "vuosaari-ta", "register", "health", "battery", "functioning", "language", "sv", "client_ref", "viite-17", "days", "7"}

// invite makes one, in the browser of a professional.
func (h *house) invite(b *pagetest.Browser) (link, code, address string) {
	h.Helper()
	return h.sheet(b.Post("/invitations/new", ordinary...))
}
