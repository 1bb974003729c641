package archive_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// house is one with a professional in it.
type house struct {
	*housetest.House
	ctx context.Context // the professional acts
}

func newHouse(t *testing.T, h *housetest.House) *house {
	t.Helper()
	return &house{h, h.As(h.Hire("paula", access.Professional, housetest.Unit))}
}

func suite(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, h *housetest.House) { test(t, newHouse(t, h)) })
}

// jobs lists what is queued, the latest first.
func (h *house) jobs() []archive.Job {
	h.Helper()
	all, err := h.Store.ArchiveJobs(h.System(), 100)
	h.Must(err)
	return all
}

// want checks how many jobs of a kind are in a state.
func (h *house) want(kind archive.Kind, state archive.State, n int) {
	h.Helper()
	got := 0
	for _, j := range h.jobs() {
		if j.Kind == kind && j.State == state {
			got++
		}
	}
	if got != n {
		h.Errorf("%d of %s are %s, want %d", got, kind, state, n)
	}
}

// confirmed takes an assessment to its confirmed result.
func (h *house) confirmed(purposes ...string) *assessment.Assessment {
	h.Helper()
	a := h.Begun(h.ctx, func(in *assessment.Begin) { in.Consent.Purposes = purposes })
	h.Fill(h.ctx, a, instrument.Client, 7)
	h.Fill(h.ctx, a, instrument.Professional, 3)
	h.Completed(h.ctx, a)
	a, err := h.Assessments.Confirm(h.ctx, assessment.Confirm{ID: a.ID})
	h.Must(err)
	return a
}

var everything = []string{"assessment", "record", "statistics"}

func TestWhatIsQueued(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		given, err := h.Assessments.GiveConsent(h.ctx, assessment.GiveConsent{
			Language: "sv", Form: "paper", Purposes: []string{"assessment"}, GivenBy: "client",
		})
		h.Must(err)
		jobs := h.jobs()
		if len(jobs) != 1 || jobs[0].Kind != archive.Consent || jobs[0].Subject != given.ID || jobs[0].Revision != 1 ||
			jobs[0].Unit != housetest.Unit || !jobs[0].NextAt.Equal(h.Clock.Now()) {
			t.Fatalf("after a consent: %+v", jobs)
		}
		h.confirmed("assessment", "statistics")
		h.want(archive.Consent, archive.Waiting, 2)
		h.want(archive.Result, archive.Waiting, 0) // not consented to

		a := h.confirmed(everything...)
		h.want(archive.Result, archive.Waiting, 1)
		for _, j := range h.jobs() {
			if j.Kind == archive.Result && (j.Subject != a.ID || j.Revision != a.Revision) {
				t.Errorf("the result's job: %+v", j)
			}
		}

		for range 2 { // the second time it is withdrawn already
			_, err = h.Assessments.WithdrawConsent(h.ctx, assessment.WithdrawConsent{ID: a.ConsentID})
			h.Must(err)
		}
		h.want(archive.Consent, archive.Waiting, 3)
		h.want(archive.Withdrawal, archive.Waiting, 1)
		h.want(archive.Result, archive.Waiting, 0)
		h.want(archive.Result, archive.Dropped, 1)
	})
}

// A client who consents at home is no other way.
func TestTheConsentOfAnInvitedClientIsQueued(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		_, secrets, err := h.Invitations.Invite(h.ctx, invitation.NewInvitation{Unit: housetest.Unit, Register: "health", Battery: "functioning", Language: "fi"})
		h.Must(err)
		token, err := h.Invitations.FollowLink(t.Context(), secrets.Link)
		h.Must(err)
		_, err = h.Invitations.Accept(h.Acting(token), invitation.Accept{Purposes: everything, GivenBy: "client"})
		h.Must(err)
		h.want(archive.Consent, archive.Waiting, 1)
	})
}

// deaf is a database that takes everything but the audit.
type deaf struct{ *store.Store }

var errDeaf = errors.New("the audit cannot be written")

func (deaf) AppendAudit(context.Context, ...audit.Entry) error { return errDeaf }

// What fails at its very end leaves no job behind.
func TestWhatIsUndoneIsNotQueued(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a := h.Begun(h.ctx, nil)
		h.Fill(h.ctx, a, instrument.Client, 7)
		h.Fill(h.ctx, a, instrument.Professional, 3)
		h.Completed(h.ctx, a)
		before := len(h.jobs())
		failing := assessment.NewService(deaf{h.Store}, h.Library, h.Content, h.Clock, housetest.IDs{})
		_, given := failing.GiveConsent(h.ctx, assessment.GiveConsent{Language: "fi", Form: "paper", Purposes: everything, GivenBy: "client"})
		_, withdrawn := failing.WithdrawConsent(h.ctx, assessment.WithdrawConsent{ID: a.ConsentID})
		_, confirmed := failing.Confirm(h.ctx, assessment.Confirm{ID: a.ID})
		undone := h.Store.InTx(h.ctx, func(ctx context.Context) error { // all went well, and then the whole is given up
			if _, err := h.Assessments.Confirm(ctx, assessment.Confirm{ID: a.ID}); err != nil {
				return err
			}
			return errDeaf
		})
		for what, err := range map[string]error{"consent": given, "withdrawal": withdrawn, "confirmation": confirmed, "undone": undone} {
			if !errors.Is(err, errDeaf) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if after := len(h.jobs()); after != before {
			t.Errorf("%d jobs more", after-before)
		}
	})
}

func TestOnlyAdministratorsSeeTheQueue(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		s := archive.NewService(h.Store, h.Clock, false)
		for _, role := range []access.Role{access.Professional, access.Expert, access.Client, ""} {
			ctx := h.As(access.Actor{ID: uuid.New(), Role: role})
			_, status := s.Status(ctx)
			_, latest := s.Latest(ctx)
			_, retry := s.Retry(ctx)
			if status == nil || latest == nil || retry == nil {
				t.Errorf("%q gets at the queue: %v, %v, %v", role, status, latest, retry)
			}
		}
		h.confirmed(everything...)
		for _, actor := range []access.Actor{access.SystemActor, {ID: uuid.New(), Role: access.Admin}} {
			if n, err := s.Retry(h.As(actor)); err != nil || n != 2 {
				t.Errorf("%s: %d, %v", actor.Role, n, err)
			}
		}
	})
}
