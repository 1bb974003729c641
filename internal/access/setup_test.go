package access_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

func first(username string) access.FirstAdmin {
	return access.FirstAdmin{Username: username, Name: "Testi Hallinta", Password: chosen}
}

func (h *house) link() string {
	h.Helper()
	link, err := h.NewSetupLink(h.System())
	h.Must(err)
	return link
}

func (h *house) wantSetup(want bool) {
	h.Helper()
	if needed, err := h.SetupNeeded(h.Context()); err != nil || needed != want {
		h.Errorf("setup needed: %v, %v", needed, err)
	}
}

func TestFirstAdministrator(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.wantSetup(true)
		earlier, link := h.link(), h.link()
		h.Must(h.CheckSetupLink(t.Context(), link))
		_, err := h.CreateFirstAdmin(t.Context(), link+"x", first("hallinta"))
		h.want("a link made up", fault.Gone, err)
		_, err = h.CreateFirstAdmin(t.Context(), link, access.FirstAdmin{Username: "h h", Password: "short"})
		h.wantFound("everything wrong", err, "/name required", "/password too_short", "/username bad_format")
		_, err = h.CreateFirstAdmin(t.Context(), link, access.FirstAdmin{Username: "hallintahenkilo", Name: "x", Password: "Hallintahenkilo"})
		h.wantFound("the username as password", err, "/password same_as_username")

		token, err := h.CreateFirstAdmin(t.Context(), link, first(" Hallinta "))
		h.Must(err)
		session := h.wantIn("the administrator", token)
		if session.Actor.Role != access.Admin || session.MustChangePassword {
			t.Errorf("%s, must change the password: %v", session.Actor, session.MustChangePassword)
		}
		entries := h.db.Audit()
		added := entries[len(entries)-2]
		if added.Action != audit.UserAdded || added.Actor != uuid.Nil || added.Role != "system" || added.SubjectID != session.Actor.ID.String() {
			t.Errorf("audit: %+v", added)
		}
		h.wantIn("with name and password", h.login("hallinta", chosen))

		h.wantSetup(false)
		for what, used := range map[string]string{"the link again": link, "an earlier link": earlier} {
			_, err := h.CreateFirstAdmin(t.Context(), used, first("toinen"))
			h.want(what, fault.Gone, err)
			h.want(what, fault.Gone, h.CheckSetupLink(t.Context(), used))
		}
		_, err = h.NewSetupLink(h.System())
		h.want("a new link", fault.Gone, err)
		if text := fmt.Sprintf("%v %+v", first("hallinta"), first("hallinta")); strings.Contains(text, chosen) {
			t.Errorf("prints as %s", text)
		}
	})
}

func TestOnlyTheCommandLineMakesSetupLinks(t *testing.T) {
	h := onSQLite(t)
	_, err := h.NewSetupLink(t.Context())
	h.want("nobody", fault.Unauthenticated, err)
	for role, want := range map[access.Role]fault.Kind{access.Admin: fault.Forbidden, access.Professional: fault.Forbidden} {
		_, err := h.NewSetupLink(access.With(t.Context(), access.Actor{Role: role}))
		h.want(string(role), want, err)
	}
}

// A link that is still there is worth nothing once somebody was added otherwise.
func TestLinkEndsWithTheFirstUser(t *testing.T) {
	h := onSQLite(t)
	link := h.link()
	h.hire("vuokko", access.Expert)
	_, err := h.CreateFirstAdmin(t.Context(), link, first("hallinta"))
	h.want("with users", fault.Gone, err)
}

// However many come at once, with the same link or each with their own, there
// is one first administrator.
func TestTwoFirstAdministratorsAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		links := []string{h.link(), h.link()}
		links = append(links, links[0], links[1])
		errs := make([]error, len(links))
		var group sync.WaitGroup
		for i, link := range links {
			group.Go(func() { _, errs[i] = h.CreateFirstAdmin(t.Context(), link, first(fmt.Sprintf("hallinta%d", i))) })
		}
		group.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
			} else if fault.KindOf(err) != fault.Gone {
				t.Errorf("the others: %v", err)
			}
		}
		users, err := h.Users(h.System())
		if err = errors.Join(err); err != nil || in != 1 || len(users) != 1 {
			t.Errorf("%d came in, %d users (%v)", in, len(users), err)
		}
	})
}
