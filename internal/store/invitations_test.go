package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
)

func (h *house) invitation(selector string) invitation.Invitation {
	h.Helper()
	i := invitation.Invitation{
		ID: uuid.New(), Unit: "vuosaari-ta", Register: access.Social, Battery: "functioning", Language: lang.Swedish, Plain: true,
		ClientRef: "viite-1", CreatedBy: userID, CreatedAt: start, ExpiresAt: start.AddDate(0, 0, 14),
		Hashes: invitation.Hashes{Link: []byte("link of " + selector), Selector: selector, Code: "hash"},
	}
	h.must(h.InsertInvitation(h.Context(), i))
	return i
}

func TestInvitationIsKeptWhole(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		i := h.invitation("abc")
		got, err := h.Invitation(ctx, i.ID)
		h.must(err)
		if diff := cmp.Diff(i, got); diff != "" {
			t.Error(diff)
		}
		draft := h.assessment(h.consent(), nil)
		i.Language, i.Plain, i.Failures, i.Assessment = lang.English, false, 3, draft.ID
		i.CreatedAt, i.ExpiresAt = start.Add(time.Hour), start.Add(2*time.Hour)
		i.LinkUsedAt, i.CancelledAt, i.AnsweredAt = start.Add(time.Microsecond), start.Add(time.Second), start.Add(time.Minute)
		i.Hashes = invitation.Hashes{Link: []byte("other"), Selector: "xyz", Code: "other"}
		h.must(h.UpdateInvitation(ctx, i))
		for name, read := range map[string]func() (invitation.Invitation, error){
			"by id":       func() (invitation.Invitation, error) { return h.InvitationForUpdate(ctx, i.ID) },
			"by link":     func() (invitation.Invitation, error) { return h.InvitationByLinkForUpdate(ctx, []byte("other")) },
			"by selector": func() (invitation.Invitation, error) { return h.InvitationBySelectorForUpdate(ctx, "xyz") },
		} {
			got, err := read()
			h.must(err)
			if diff := cmp.Diff(i, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		for name, err := range map[string]error{
			"id":       second(h.Invitation(ctx, uuid.New())),
			"link":     second(h.InvitationByLinkForUpdate(ctx, []byte("link of abc"))),
			"selector": second(h.InvitationBySelectorForUpdate(ctx, "abc")),
		} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("an unknown %s: %v", name, err)
			}
		}
	})
}

// A code's beginning is one invitation's at a time, and comes free when that
// one is over.
func TestSelectorComesFreeWhenItsInvitationIsOver(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		free := func(selector string, at time.Time) bool {
			t.Helper()
			ok, err := h.FreeSelector(ctx, selector, at)
			h.must(err)
			return ok
		}
		i := h.invitation("abc")
		if !free("xyz", start) || free("abc", start) || free("abc", i.ExpiresAt.Add(-time.Microsecond)) {
			t.Error("a selector in use is given away, or a free one is not")
		}
		twin := i
		twin.ID, twin.Hashes.Link = uuid.New(), []byte("twin")
		if err := h.InsertInvitation(ctx, twin); fault.KindOf(err) != fault.Conflict {
			t.Errorf("two invitations with one selector: %v", err)
		}
		if !free("abc", i.ExpiresAt) {
			t.Error("an expired invitation keeps its selector")
		}
		h.must(h.InsertInvitation(ctx, twin))
		twin.CancelledAt = start
		h.must(h.UpdateInvitation(ctx, twin))
		if !free("abc", start) {
			t.Error("a cancelled invitation keeps its selector")
		}
	})
}

func TestAnsweredBeforehandAreDraftsAlone(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		c := h.consent()
		draft, done, begun := h.assessment(c, nil), h.assessment(c, completed(1)), h.assessment(c, nil)
		for selector, a := range map[string]*assessment.Assessment{"aaa": draft, "bbb": done, "ccc": begun} {
			i := h.invitation(selector)
			i.Assessment = a.ID
			if a != begun {
				i.AnsweredAt = start.Add(time.Minute)
			}
			h.must(h.UpdateInvitation(ctx, i))
		}
		got, err := h.AnsweredBeforehand(ctx, across("vuosaari-ta", "seniori-info"))
		h.must(err)
		if diff := cmp.Diff(map[uuid.UUID]time.Time{draft.ID: start.Add(time.Minute)}, got); diff != "" {
			t.Error(diff)
		}
		for _, units := range [][]string{{"seniori-info"}, nil} {
			got, err := h.AnsweredBeforehand(ctx, across(units...))
			h.must(err)
			if len(got) != 0 {
				t.Errorf("units %v find %v", units, got)
			}
			list, err := h.Invitations(ctx, across(units...), 50)
			h.must(err)
			if len(list) != 0 {
				t.Errorf("units %v list %d invitations", units, len(list))
			}
		}
		if list, err := h.Invitations(ctx, across("vuosaari-ta"), 2); err != nil || len(list) != 2 {
			t.Errorf("%d invitations, want 2: %v", len(list), err)
		}
	})
}
