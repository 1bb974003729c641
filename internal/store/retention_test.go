package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// keeper is a house with a professional in it and somebody who sees to what is
// deleted.
type keeper struct {
	*housetest.House
	*retention.Service
	professional context.Context
}

func keepers(t *testing.T, test func(t *testing.T, h *keeper)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		actor := h.Hire("paula", access.Professional, housetest.Unit)
		test(t, &keeper{h, retention.NewService(h.Store, h.Clock), h.As(actor)})
	})
}

// set makes days the rule of some kinds.
func (h *keeper) set(days int, kinds ...retention.Kind) {
	h.Helper()
	values := map[string]string{}
	for _, kind := range kinds {
		values[string(kind)] = fmt.Sprint(days)
	}
	h.Must(h.ChangeRules(h.System(), values))
}

// forever keeps every kind.
func (h *keeper) forever() {
	h.Helper()
	values := map[string]string{}
	for _, kind := range retention.Kinds() {
		values[string(kind)] = retention.KeepWord
	}
	h.Must(h.ChangeRules(h.System(), values))
}

// planned is what the plan says now, by kind.
func (h *keeper) planned() map[retention.Kind]int {
	h.Helper()
	p, err := h.Plan(h.System(), true)
	h.Must(err)
	counts := map[retention.Kind]int{}
	for _, d := range p.Due {
		counts[d.Kind] += d.Count
		if len(d.IDs) != d.Count {
			h.Errorf("%s: %d ids of %d", d.Kind, len(d.IDs), d.Count)
		}
	}
	return counts
}

// ran is what a run deleted, by kind.
func (h *keeper) ran() map[retention.Kind]int {
	h.Helper()
	done, err := h.Run(h.System())
	h.Must(err)
	counts := map[retention.Kind]int{}
	for _, d := range done {
		counts[d.Kind] += d.Count
	}
	return counts
}

// result takes an assessment to its result, or, confirmed, to what was agreed.
func (h *keeper) result(confirmed bool, change func(*assessment.Begin)) *assessment.Assessment {
	h.Helper()
	a := h.Begun(h.professional, change)
	h.Fill(h.professional, a, instrument.Client, 7)
	h.Fill(h.professional, a, instrument.Professional, 3)
	a, err := h.Assessments.Complete(h.professional, assessment.Complete{ID: a.ID})
	h.Must(err)
	if confirmed {
		a, err = h.Assessments.Confirm(h.professional, assessment.Confirm{ID: a.ID})
		h.Must(err)
	}
	return a
}

func (h *keeper) consented() uuid.UUID {
	h.Helper()
	r, err := h.Assessments.GiveConsent(h.professional, assessment.GiveConsent{Language: "fi", Form: "paper", Purposes: []string{"assessment"}, GivenBy: "client"})
	h.Must(err)
	return r.ID
}

func (h *keeper) invited() invitation.Invitation {
	h.Helper()
	i, _, err := h.Invitations.Invite(h.professional, invitation.NewInvitation{Unit: housetest.Unit, Register: "health", Battery: "functioning", Language: "fi"})
	h.Must(err)
	return i
}

// beginnings make a record of a kind whose time runs from now.
var beginnings = map[retention.Kind]func(h *keeper){
	retention.Consent: func(h *keeper) { h.consented() },
	retention.HealthAssessment: func(h *keeper) {
		h.result(false, nil)
	},
	retention.SocialAssessment: func(h *keeper) {
		h.result(true, func(in *assessment.Begin) { in.Start.Register = "social" })
	},
	retention.Draft: func(h *keeper) { h.Begun(h.professional, nil) },
	retention.Invitation: func(h *keeper) {
		h.Must(h.Invitations.Cancel(h.professional, h.invited().ID))
	},
	retention.InvitationSecret: func(h *keeper) {
		h.Must(h.Invitations.Cancel(h.professional, h.invited().ID))
	},
	retention.NonParticipation: func(h *keeper) {
		_, err := h.Assessments.RecordNonParticipation(h.professional, assessment.RecordNonParticipation{Unit: housetest.Unit, Kind: "declined", Reason: "no_time"})
		h.Must(err)
	},
	retention.Feedback: func(h *keeper) {
		a := h.result(false, nil)
		h.Must(h.Assessments.GiveFeedback(h.professional, assessment.GiveFeedback{ID: a.ID, Usefulness: 4, Agreement: "agree"}))
	},
	retention.Barrier: func(h *keeper) {
		h.Must(h.Store.InsertBarrier(h.Context(), uuid.New(), content.Barrier{Page: "/", Description: "este", ReportedOn: calendar.DayOf(h.Clock.Now())}))
	},
	retention.SurveyRound: func(h *keeper) {
		expert, day := h.As(access.Actor{ID: uuid.New(), Role: access.Expert}), calendar.DayOf(h.Clock.Now())
		round, err := h.Surveys.Open(expert, survey.Opening{Name: "Kysely", From: day, To: day, LastDay: day, Units: []string{housetest.Unit}})
		h.Must(err, h.Surveys.HandIn(h.professional, round.ID, survey.Answer{Choices: map[string]string{"earlier_use": "yes"}}), h.Surveys.Close(expert, round.ID))
	},
	retention.Extract: func(h *keeper) {
		r := researchers(h, 365)
		r.failed(r.ask())
	},
	retention.ResearchPermit: func(h *keeper) { researchers(h, 0) },
	retention.Session: func(h *keeper) {
		h.Must(h.Store.InsertSession(h.Context(), access.NewSession{Hash: []byte("0123456789abcdef0123456789abcdef"), User: h.Hire("kaisa", access.Expert).ID, At: h.Clock.Now()}))
	},
	retention.IdempotencyKey: func(h *keeper) {
		_, err := h.Store.ClaimCall(h.Context(), replay.Key{User: uuid.New(), Route: "POST /x", Key: "k"}, replay.Record{BodyHash: []byte("h"), Claim: uuid.New(), ClaimedAt: h.Clock.Now()})
		h.Must(err)
	},
	retention.SetupLink: func(h *keeper) {
		h.Must(h.Store.InsertSetupLink(h.Context(), []byte("0123456789abcdef0123456789abcdef"), h.Clock.Now()))
	},
	retention.ArchiveJob: func(h *keeper) {
		j := archive.NewJob(uuid.New(), archive.Consent, uuid.New(), 1, housetest.Unit, h.Clock.Now())
		h.Must(h.Store.QueueArchive(h.System(), j))
		_, err := h.Store.ArchiveDelivered(h.System(), j.ID, h.Clock.Now(), "aa")
		h.Must(err)
	},
}

// lastMoment is a microsecond before midnight in Helsinki, in summer time; the
// days after it go into winter time.
var lastMoment = time.Date(2023, 9, 14, 20, 59, 59, 999999000, time.UTC)

func TestEachKindIsDeletedWhenItIsDueAndNotADayEarlier(t *testing.T) {
	for _, kind := range retention.Kinds() {
		make, ok := beginnings[kind]
		if !ok {
			t.Errorf("%s is not tested", kind)
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			keepers(t, func(t *testing.T, h *keeper) {
				const days = 60
				h.forever()
				h.Clock.Set(lastMoment)
				make(h)
				h.set(days, kind)
				midnight := time.Date(2023, 9, 15+days-1, 0, 0, 0, 0, calendar.Helsinki)
				h.Clock.Set(midnight.Add(-time.Microsecond))
				if planned, ran := h.planned(), h.ran(); len(planned) != 0 || len(ran) != 0 {
					t.Errorf("before its day %v was planned and %v deleted", planned, ran)
				}
				h.Clock.Set(midnight)
				want := map[retention.Kind]int{kind: 1}
				if diff := cmp.Diff(want, h.planned()); diff != "" {
					t.Errorf("planned on its day: %s", diff)
				}
				p, err := h.Plan(h.System(), false)
				h.Must(err)
				if d := p.Due[0]; d.Oldest != calendar.MustParse("2023-09-14") || d.IDs != nil {
					t.Errorf("the plan says %+v", d)
				}
				if diff := cmp.Diff(want, h.ran()); diff != "" {
					t.Errorf("deleted on its day: %s", diff)
				}
				if left := h.ran(); len(left) != 0 {
					t.Errorf("deleted again: %v", left)
				}
			})
		})
	}
}

// A confirmation moves the beginning of the time, and so does a withdrawal.
func TestFromWhenTheTimeOfAnAssessmentRuns(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		day := func(n int) { h.Clock.Set(housetest.Start.AddDate(0, 0, n)) }
		h.forever()
		h.set(30, retention.HealthAssessment)
		completed := h.result(false, nil)
		confirmed := h.result(false, nil)
		withdrawn := h.result(true, nil)
		unfinished := h.Begun(h.professional, nil) // withdrawn, so no draft any more
		day(10)
		_, err := h.Assessments.Confirm(h.professional, assessment.Confirm{ID: confirmed.ID})
		h.Must(err)
		day(20)
		for _, a := range []*assessment.Assessment{withdrawn, unfinished} {
			_, err = h.Assessments.WithdrawConsent(h.professional, assessment.WithdrawConsent{ID: a.ConsentID})
			h.Must(err)
		}
		there := func() (ids []uuid.UUID) {
			for _, a := range []*assessment.Assessment{completed, confirmed, withdrawn, unfinished} {
				if _, err := h.Store.Assessment(h.System(), a.ID); err == nil {
					ids = append(ids, a.ID)
				}
			}
			return ids
		}
		for _, c := range []struct{ day, want int }{{29, 4}, {30, 3}, {39, 3}, {40, 2}, {49, 2}, {50, 0}} {
			day(c.day)
			h.ran()
			if got := there(); len(got) != c.want {
				t.Errorf("after %d days %d are left, want %d", c.day, len(got), c.want)
			}
		}
	})
}

// The plan names what a run then deletes, though one thing is deletable only when
// another is gone; a consent stays while something stands under it.
func TestARunDoesWhatThePlanSays(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		h.forever()
		both := h.result(true, nil)
		h.Begun(h.professional, nil) // kept, and so is its consent
		h.consented()
		for _, make := range []retention.Kind{retention.Invitation, retention.Barrier, retention.NonParticipation, retention.Session} {
			beginnings[make](h)
		}
		h.set(30, retention.HealthAssessment, retention.Consent, retention.Invitation, retention.InvitationSecret, retention.Barrier, retention.Session)
		h.Clock.Set(housetest.Start.AddDate(0, 0, 40))
		planned, err := h.Plan(h.System(), true)
		h.Must(err)
		var want []string
		for _, d := range planned.Due {
			want = append(want, d.IDs...)
		}
		watched := &housetest.Watched{Store: h.Store}
		if _, err := retention.NewService(watched, h.Clock).Run(h.System()); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range watched.Audit() {
			if e.Action != audit.RecordDeleted && e.Action != audit.SecretsDeleted || e.Role != string(access.System) {
				t.Errorf("the audit says %s by %s", e.Action, e.Role)
			}
			got = append(got, e.SubjectID)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(got) != 7 {
			t.Errorf("planned (-) and noted as deleted (+), %d:\n%s", len(got), diff)
		}
		if _, err := h.Store.Consent(h.System(), both.ConsentID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the consent whose assessment went is still there: %v", err)
		}
	})
}

func TestAHoldKeepsEverythingUnderAConsent(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		h.forever()
		a, draft := h.result(true, nil), h.Begun(h.professional, nil)
		for _, one := range []*assessment.Assessment{a, draft} {
			h.Must(h.Hold(h.System(), one.ConsentID, "complaint"))
		}
		h.set(30, retention.HealthAssessment, retention.Draft, retention.Consent, retention.Invitation)
		h.Clock.Set(housetest.Start.AddDate(1, 0, 0))
		if planned, ran := h.planned(), h.ran(); len(planned) != 0 || len(ran) != 0 {
			t.Errorf("held, and yet %v is planned and %v deleted", planned, ran)
		}
		held, is, err := h.Held(h.professional, a.ConsentID)
		if err != nil || !is || held.Reason != retention.Complaint || held.By != uuid.Nil || !held.At.Equal(housetest.Start) {
			t.Errorf("the hold is %+v, %v, %v", held, is, err)
		}
		if _, err := h.Erase(h.professional, a.ConsentID); fault.CodeOf(err) != fault.CodeLegalHold {
			t.Errorf("erasing what is held: %v", err)
		}
		if err := h.Hold(h.System(), a.ConsentID, "court"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("held a second time: %v", err)
		}
		h.Must(h.Release(h.System(), a.ConsentID))
		if err := h.Release(h.System(), a.ConsentID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("released a second time: %v", err)
		}
		want := map[retention.Kind]int{retention.HealthAssessment: 1, retention.Consent: 1}
		if diff := cmp.Diff(want, h.ran()); diff != "" {
			t.Errorf("after the release: %s", diff)
		}
	})
}

// Somebody who may not do something can't, and a foreign unit's consent does not
// exist.
func TestWhoMayHoldRunAndErase(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		consent := h.consented()
		neighbour := h.As(h.Hire("naapuri", access.Professional, housetest.OtherUnit))
		admin := h.As(h.Hire("pilvi", access.Admin))
		_, _, heldErr := h.Held(neighbour, consent)
		_, erasure := h.Erasure(neighbour, consent)
		_, erase := h.Erase(neighbour, consent)
		for what, err := range map[string]error{"held": heldErr, "erasure": erasure, "erase": erase} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s by a neighbour: %v", what, err)
			}
		}
		_, plan := h.Plan(h.professional, false)
		_, ids := h.Plan(admin, true)
		_, run := h.Run(admin)
		_, rules := h.Rules(h.professional)
		_, adminErases := h.Erase(admin, consent)
		_, clientErases := h.Erase(h.As(access.Actor{Role: access.Client, Units: []string{housetest.Unit}}), consent)
		for what, err := range map[string]error{
			"plan by a professional": plan, "ids for an admin": ids, "run by an admin": run, "rules for a professional": rules,
			"hold by an admin": h.Hold(admin, consent, "court"), "hold by a professional": h.Hold(h.professional, consent, "court"),
			"erase by an admin": adminErases, "erase by a client": clientErases, "release by an admin": h.Release(admin, consent),
			"change by a professional": h.ChangeRules(h.professional, nil),
		} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := h.Plan(admin, false); err != nil {
			t.Error(err)
		}
	})
}

func TestEveryRuleThatDoesNotFitIsFound(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		err := h.ChangeRules(h.System(), map[string]string{
			"assessment_health": "29", "consent": "x", "draft": "36501", "feedback": "-1", "barrier_report": "100", "nonsense": "1", "session": "2",
		})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, one := range f.Findings {
			got[one.Pointer] = one.Code
		}
		want := map[string]string{"/assessment_health": fault.TooSmall, "/consent": fault.WrongType, "/draft": fault.TooGreat, "/feedback": fault.TooSmall, "/nonsense": fault.UnknownField}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		rules, err := h.Rules(h.System())
		h.Must(err)
		if diff := cmp.Diff(retention.Defaults(), rules); diff != "" {
			t.Errorf("some were changed all the same:\n%s", diff)
		}
		for _, r := range rules {
			if !r.Technical && r.Days != retention.Keep {
				t.Errorf("%s is not kept until the house decides", r.Kind)
			}
		}
		watched := &housetest.Watched{Store: h.Store}
		h.Must(retention.NewService(watched, h.Clock).ChangeRules(h.System(), map[string]string{"consent": " 3650 ", "draft": "", "session": "7"}))
		if watched.Noted(audit.RetentionChanged) != 1 || watched.Last().SubjectID != "consent" {
			t.Errorf("the audit says %+v", watched.Audit())
		}
	})
}

// failing is a database that fails in the nth transaction, at its very end.
type failing struct {
	*store.Store
	left *int
}

var errKilled = errors.New("killed")

func (f failing) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	if *f.left--; *f.left < 0 {
		return errKilled
	}
	return f.Store.AppendAudit(ctx, entries...)
}

// What a run had finished before it was ended stays so, what it was at is undone,
// and the next one does the rest: every record is deleted and noted once.
func TestARunThatWasEndedGoesOn(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		h.forever()
		const all = 2*retention.Batch + 50
		for range all {
			beginnings[retention.Barrier](h)
		}
		h.set(30, retention.Barrier)
		h.Clock.Set(housetest.Start.AddDate(0, 0, 31))
		left := 1
		done, err := retention.NewService(failing{h.Store, &left}, h.Clock).Run(h.System())
		if !errors.Is(err, errKilled) || len(done) != 1 || done[0].Count != retention.Batch {
			t.Fatalf("ended: %v, %v", done, err)
		}
		want := map[retention.Kind]int{retention.Barrier: all - retention.Batch}
		if diff := cmp.Diff(want, h.planned()); diff != "" {
			t.Errorf("what is left: %s", diff)
		}
		if diff := cmp.Diff(want, h.ran()); diff != "" {
			t.Errorf("the second run: %s", diff)
		}
		if n := count(t, h.Store, "audit_events WHERE action = 'record.deleted'"); n != all {
			t.Errorf("%d rows in the audit, want %d", n, all)
		}
	})
}

// Two runs at once delete nothing twice.
func TestTwoRunsAtOnce(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		h.forever()
		const all = retention.Batch + 50
		for range all {
			beginnings[retention.Barrier](h)
		}
		h.set(30, retention.Barrier)
		h.Clock.Set(housetest.Start.AddDate(0, 0, 31))
		ended := make(chan error)
		for range 4 {
			go func() {
				_, err := h.Run(h.System())
				ended <- err
			}()
		}
		for range 4 {
			if err := <-ended; err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		}
		h.ran() // what was left by one that came too late
		if n := count(t, h.Store, "audit_events WHERE action = 'record.deleted'"); n != all {
			t.Errorf("%d rows in the audit, want %d", n, all)
		}
	})
}

// count counts the rows of a table, or of a part of it.
func count(t testing.TB, db *store.Store, of string) (n int) {
	t.Helper()
	pool, err := db.Pool()
	if err != nil {
		t.Fatal(err)
	}
	if err := pool.QueryRowContext(access.WholeHouse(t.Context()), "SELECT count(*) FROM "+of).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// The secrets of an invitation that is over go, and the invitation goes on being
// what it is: it can be renewed, and its old link and code are nobody's.
func TestAnInvitationWithoutSecretsIsStillOne(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		i, secrets, err := h.Invitations.Invite(h.professional, invitation.NewInvitation{Unit: housetest.Unit, Register: "health", Battery: "functioning", Language: "fi"})
		h.Must(err)
		h.Clock.Set(i.ExpiresAt.AddDate(0, 0, 40))
		if got := h.ran(); got[retention.InvitationSecret] != 1 {
			t.Fatalf("by default: %v", got)
		}
		if _, err := h.Invitations.FollowLink(h.Context(), secrets.Link); fault.KindOf(err) != fault.Gone && fault.KindOf(err) != fault.NotFound {
			t.Errorf("the old link: %v", err)
		}
		if _, err := h.Invitations.Invitation(h.professional, i.ID); err != nil {
			t.Error(err)
		}
		fresh, err := h.Invitations.Renew(h.professional, i.ID)
		h.Must(err)
		if _, err := h.Invitations.FollowLink(h.Context(), fresh.Link); err != nil {
			t.Errorf("renewed: %v", err)
		}
	})
}
