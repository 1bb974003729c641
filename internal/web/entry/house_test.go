package entry_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/web/entry"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

const somebody = "maija.meri"

// house is the pages on the way in, and one browser.
type house struct {
	*pagetest.Site
	*pagetest.Browser
	written []string       // what reached the page that stands for all others
	guesses map[string]int // wrong ones, by name, or by what was shown before
}

func newHouse(t *testing.T) *house { t.Helper(); return newHouseWith(t) }

func newHouseWith(t *testing.T, options ...access.Option) *house {
	t.Helper()
	in := housetest.New(t)
	if len(options) > 0 {
		in.Access = access.NewService(in.Store, identity.Weak(), in.Clock, housetest.IDs{}, options...)
	}
	h := &house{guesses: map[string]int{}}
	h.Site = pagetest.OpenWith(in, h.guess, func(kit *page.Kit) ([]page.Route, error) {
		pages, err := entry.New(kit, entry.Deps{Access: in.Access, Content: in.Content, Settings: in.Settings})
		if err != nil {
			return nil, err
		}
		kit.AskLogin(pages.AskLogin)
		notes := page.Route{Method: http.MethodPost, Path: "/notes", Gate: page.SignedIn, Handle: func(r *page.Request) error {
			h.written = r.Posted()["text"]
			return r.NoContent(http.StatusNoContent)
		}}
		start := page.Route{Method: http.MethodGet, Path: "/", Gate: page.SignedIn, Handle: func(r *page.Request) error {
			return r.NoContent(http.StatusNoContent)
		}}
		return append(pages.Routes(), notes, start), nil
	})
	h.Browser = h.Browse("")
	return h
}

// guess lets three wrong ones pass.
func (h *house) guess(_, who, own string) (func(), error) {
	if own != "" {
		who = own
	}
	if h.guesses[who] >= 3 {
		return nil, &fault.Error{Kind: fault.RateLimited, Code: fault.RateLimited.String(), RetryAfter: 90 * time.Second}
	}
	h.guesses[who]++
	return func() { h.guesses[who]-- }, nil
}

// add makes a user whose password is the one-time one that comes back.
func (h *house) add(role access.Role) string {
	h.Helper()
	_, password, err := h.Access.AddUser(h.System(), access.NewUser{Username: somebody, Name: "Maija Meri", Role: string(role), Units: []string{housetest.Unit}})
	h.Must(err)
	return password
}

// settle makes a user whose password is their own.
func (h *house) settle(role access.Role) {
	h.Helper()
	h.Employ(somebody, access.Actor{ID: uuid.New(), Name: "Maija Meri", Role: role, Units: []string{housetest.Unit}, Registers: access.Registers})
}

func (h *house) login(password string) *pagetest.Page {
	h.Helper()
	return h.Send("/login", url.Values{"username": {somebody}, "password": {password}})
}
