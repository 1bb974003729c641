package invitation_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/store"
)

const crowd = 8

// atOnce runs f in many goroutines that begin together. On PostgreSQL each
// has an open connection to take; while they are being made, one after the
// other would come through alone.
func (h *house) atOnce(f func(n int)) {
	h.Helper()
	if h.db.Dialect() == store.PostgreSQL {
		var all sync.WaitGroup
		all.Add(crowd)
		h.together(func(int) {
			err := h.db.InTx(h.Context(), func(ctx context.Context) error {
				_, err := h.db.Invitations(ctx, pro.Scope(), 1)
				all.Done()
				all.Wait()
				return err
			})
			if err != nil {
				h.Error(err)
			}
		})
	}
	h.together(f)
}

func (h *house) together(f func(n int)) {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for n := range crowd {
		wg.Go(func() {
			<-begin
			f(n)
		})
	}
	close(begin)
	wg.Wait()
}

// A consent that two requests give at once begins one assessment.
func TestConsentAtOnceBeginsOneAssessment(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		_, secrets := h.invite()
		ctx := h.enter(secrets)
		ids := make([]uuid.UUID, crowd)
		h.atOnce(func(n int) {
			a, err := h.Accept(ctx, yes)
			if err != nil {
				t.Error(err)
				return
			}
			ids[n] = a.ID
		})
		for _, id := range ids {
			if id != ids[0] || id == uuid.Nil {
				t.Errorf("different assessments: %v", ids)
			}
		}
	})
}

func TestLinkOpensOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		_, secrets := h.invite()
		var mu sync.Mutex
		var tokens []string
		h.atOnce(func(int) {
			token, err := h.FollowLink(t.Context(), secrets.Link)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				tokens = append(tokens, token)
				return
			}
			h.want("a second time", err, fault.Gone, fault.CodeLinkUsed)
		})
		if len(tokens) != 1 {
			t.Fatalf("%d sessions from one link", len(tokens))
		}
		h.Acting(tokens[0])
		h.enter(secrets) // the code goes on working
		for _, link := range []string{"", "x", secrets.Code, secrets.Link + "x"} {
			_, err := h.FollowLink(t.Context(), link)
			h.want("an unknown link", err, fault.Gone, "gone")
		}
	})
}

// However many guesses come at once, five are compared: four are told that they
// are wrong, and all others that the invitation is locked.
func TestGuessingAllAtOnceLocksToo(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		var mu sync.Mutex
		count := map[string]int{}
		h.atOnce(func(int) {
			_, err := h.EnterCode(t.Context(), wrong(secrets.Code))
			mu.Lock()
			defer mu.Unlock()
			count[fault.CodeOf(err)]++
		})
		if count["invalid"] != invitation.MaxFailures-1 || count[fault.CodeInvitationLocked] != crowd-invitation.MaxFailures+1 {
			t.Errorf("answers %v", count)
		}
		_, err := h.EnterCode(t.Context(), secrets.Code)
		h.want("the right code", err, fault.Gone, fault.CodeInvitationLocked)
		if got := h.state(i.ID); got != invitation.Locked {
			t.Errorf("state %s", got)
		}
	})
}
