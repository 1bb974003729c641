package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/store"
)

const surname = "Kukkurantakoski"

// plant writes a client into everything that can hold a word about one, and
// returns a confirmed assessment of theirs.
func (h *keeper) plant(word string) *assessment.Assessment {
	h.Helper()
	ref := word + "-ref"
	a := h.result(false, func(in *assessment.Begin) {
		in.Consent.SignedName, in.Start.ClientRef = "S. "+word, ref
		in.Consent.GivenBy, in.Consent.Ground = "representative", word+" on edunvalvoja"
	})
	_, err := h.Assessments.Confirm(h.professional, assessment.Confirm{ID: a.ID, Segment: "verkosto", Reason: word + " toivoi",
		Actions: []assessment.PlannedAction{{Text: "soitto " + word, Responsible: word}}})
	h.Must(err)
	_, err = h.Assessments.Note(h.professional, assessment.Note{ID: a.ID, Kind: "printed"})
	h.Must(err)
	h.Must(h.Assessments.Spend(h.professional, a.ID, assessment.PhaseClient, 60))

	draft := h.Begun(h.professional, func(in *assessment.Begin) { in.Start.ClientRef = ref })
	for _, comment := range []string{"ensin " + word, "sitten " + word + " toisin"} {
		_, err = h.Assessments.Answer(h.professional, assessment.SaveAnswers{ID: draft.ID, Side: instrument.Client, Answers: []assessment.SeenAnswer{
			{Answer: assessment.Answer{Item: "money", Comment: comment}, Overwrite: true}}})
		h.Must(err)
	}
	withdrawn := h.Begun(h.professional, func(in *assessment.Begin) { in.Start.ClientRef = ref })
	_, err = h.Assessments.WithdrawConsent(h.professional, assessment.WithdrawConsent{ID: withdrawn.ConsentID, Reason: word + " ei halua"})
	h.Must(err)
	_, _, err = h.Invitations.Invite(h.professional, invitation.NewInvitation{Unit: housetest.Unit, Register: "health", Battery: "functioning", Language: "fi", ClientRef: ref})
	h.Must(err)

	key, claim := replay.Key{User: uuid.New(), Route: "POST /api/v1/assessments", Key: "k"}, uuid.New()
	_, err = h.Store.ClaimCall(h.Context(), key, replay.Record{BodyHash: []byte("h"), Claim: claim, ClaimedAt: h.Clock.Now()})
	h.Must(err)
	_, err = h.Store.AnswerCall(h.System(), key, claim, replay.Answer{Status: 201, Body: []byte(`{"id":"` + a.ID.String() + `","client_ref":"` + ref + `"}`)})
	h.Must(err)
	return a
}

// dump is every value of every table, with the table's name.
func dump(t *testing.T, db *store.Store) string {
	t.Helper()
	tables := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
	if db.Dialect() == store.PostgreSQL {
		tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1"
	}
	pool, err := db.Pool()
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, table := range rows(t, db, tables) {
		found, err := pool.QueryContext(access.WholeHouse(t.Context()), `SELECT * FROM "`+table+`"`)
		if err != nil {
			t.Fatal(err)
		}
		names, err := found.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for found.Next() {
			values := make([]sql.RawBytes, len(names))
			into := make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := found.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				fmt.Fprintf(&all, "%s.%s: %s\n", table, names[i], v)
			}
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		if err := found.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// mentions are the places of a dump with a word in them.
func mentions(all, word string) (places []string) {
	for line := range strings.SplitSeq(all, "\n") {
		if strings.Contains(line, word) {
			place, _, _ := strings.Cut(line, ":")
			places = append(places, place)
		}
	}
	return places
}

// wordsOf counts in how many of a client's records a word is, as those read it who may.
func (h *keeper) wordsOf(a *assessment.Assessment, word string) (n int) {
	h.Helper()
	return h.wordsIn(h.Store, a, word)
}

// wordsIn is wordsOf as another program reads it.
func (h *keeper) wordsIn(db *store.Store, a *assessment.Assessment, word string) (n int) {
	h.Helper()
	ctx := access.WholeHouse(h.Context())
	r, err := db.Consent(ctx, a.ConsentID)
	h.Must(err)
	f, err := db.ClientFile(ctx, assessment.FileQuery{Consent: r, Own: access.Scope{Units: []string{housetest.Unit}, Registers: []access.Register{access.Health, access.Social}}, MaxVisits: 100, MaxTrail: 100})
	h.Must(err)
	look := func(texts ...string) {
		for _, text := range texts {
			if strings.Contains(text, word) {
				n++
			}
		}
	}
	for _, c := range f.Consents {
		look(c.ClientRef, c.SignedName, c.Ground, c.WithdrawalReason)
	}
	for _, i := range f.Invitations {
		look(i.ClientRef)
	}
	for _, v := range f.Visits {
		look(v.ClientRef)
		for _, answer := range append(v.Client, v.Professional...) {
			look(answer.Comment)
		}
		if v.Confirmation != nil {
			look(v.Confirmation.Reason)
			for _, action := range v.Confirmation.Actions {
				look(action.Text, action.Responsible)
			}
		}
	}
	return n
}

// fileOf is the path of a SQLite database, "" for PostgreSQL.
func fileOf(t *testing.T, db *store.Store) string {
	if db.Dialect() == store.PostgreSQL {
		return ""
	}
	return rows(t, db, "SELECT file FROM pragma_database_list WHERE name = 'main'")[0]
}

func TestAnErasedClientIsNowhere(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		other, a := h.plant("Joutsenlampi"), h.plant(surname)
		h.Must(h.Assessments.GiveFeedback(h.professional, assessment.GiveFeedback{ID: a.ID, Usefulness: 4, Agreement: "agree"}))
		before := dump(t, h.Store)
		if there := append(mentions(before, surname), mentions(before, "Joutsenlampi")...); len(there) > 0 {
			t.Errorf("the words are in %v, and not sealed", there)
		}
		if n := h.wordsOf(a, surname); n < 9 {
			t.Fatalf("planted in %d places only", n)
		}
		keys, trail := count(t, h.Store, "record_keys"), count(t, h.Store, "audit_events")

		would, err := h.Erasure(h.professional, a.ConsentID)
		h.Must(err)
		was, err := h.Erase(h.professional, a.ConsentID)
		h.Must(err)
		for _, e := range []retention.Erasure{would, was} {
			if len(e.Consents) != 3 || len(e.Assessments) != 3 || len(e.Invitations) != 1 || e.Held {
				t.Errorf("the erasure takes in %d consents, %d assessments, %d invitations, held %v", len(e.Consents), len(e.Assessments), len(e.Invitations), e.Held)
			}
		}
		after := dump(t, h.Store)
		if left := mentions(after, surname); len(left) > 0 {
			t.Errorf("still in %v", left)
		}
		if n := keys - count(t, h.Store, "record_keys"); n != 4 {
			t.Errorf("%d keys were destroyed, want those of 3 consents and an invitation", n)
		}
		if n := count(t, h.Store, "idempotency_keys"); n != 1 {
			t.Errorf("%d kept answers, want the one about another client", n)
		}
		if file := fileOf(t, h.Store); file != "" {
			for _, name := range []string{file, file + "-wal"} {
				data, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(data, []byte(surname)) {
					t.Errorf("still in the bytes of %s", name[len(file):])
				}
			}
		}
		if n := count(t, h.Store, "audit_events WHERE action = 'record.erased'"); n != 7 {
			t.Errorf("%d rows in the audit tell of it, want 7", n)
		}
		if n := count(t, h.Store, "audit_events"); n != trail+7 {
			t.Errorf("the audit had %d rows and has %d", trail, n)
		}
		if count(t, h.Store, "feedback") != 1 {
			t.Error("the anonymous feedback is gone")
		}
		_, again := h.Erase(h.professional, a.ConsentID)
		_, read := h.Assessments.Assessment(h.professional, a.ID)
		for what, err := range map[string]error{"erased again": again, "read": read} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		if n := h.wordsOf(other, "Joutsenlampi"); n < 9 {
			t.Errorf("another client is in %d places now", n)
		}
	})
}

// What is erased is not counted any more.
func TestTheDistributionForgetsAnErasedClient(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		h.Must(h.Settings.Change(h.System(), "report.min_cell", "1"))
		a := h.result(true, nil)
		h.result(true, nil)
		counted := func() int {
			d, err := h.Reports.Distribution(h.System(), report.Query{From: calendar.MustParse("2023-09-01"), To: calendar.MustParse("2023-09-30")})
			h.Must(err)
			return *d.N
		}
		if counted() != 2 {
			t.Fatal("two are not counted")
		}
		_, err := h.Erase(h.professional, a.ConsentID)
		h.Must(err)
		if n := counted(); n != 1 {
			t.Errorf("%d are counted", n)
		}
	})
}

// The archive's copies are not within reach: the database goes on telling that
// they are there, and keeps nothing that is on its way.
func TestAnErasureSaysWhatTheArchiveHas(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		a := h.result(true, nil) // a consent and a result wait
		now := h.Clock.Now()
		first, _, err := h.Store.TakeArchiveJob(h.System(), now, now.Add(archive.Lease))
		h.Must(err)
		_, err = h.Store.ArchiveDelivered(h.System(), first.ID, now, "aa")
		h.Must(err)
		second, _, err := h.Store.TakeArchiveJob(h.System(), now, now.Add(archive.Lease))
		h.Must(err)
		_, err = h.Assessments.WithdrawConsent(h.professional, assessment.WithdrawConsent{ID: a.ConsentID}) // the notice waits, untried
		h.Must(err)
		was, err := h.Erase(h.professional, a.ConsentID)
		h.Must(err)
		if was.Archived != 1 || was.MaybeThere != 1 {
			t.Errorf("archived %d, perhaps %d", was.Archived, was.MaybeThere)
		}
		jobs, err := h.Store.ArchiveJobs(h.System(), 10)
		h.Must(err)
		states := map[uuid.UUID]archive.State{}
		for _, j := range jobs {
			states[j.ID] = j.State
			if j.ID == first.ID && j.SHA256 != "aa" {
				t.Errorf("the delivered one: %+v", j)
			}
		}
		if len(jobs) != 2 || states[first.ID] != archive.Delivered || states[second.ID] != archive.Dropped {
			t.Errorf("left: %v", states)
		}
		// The second was under way all the time, and arrives now.
		if changed, err := h.Store.ArchiveDelivered(h.System(), second.ID, now, "bb"); err != nil || !changed {
			t.Errorf("what reached the archive is not written down: %v, %v", changed, err)
		}
		if _, found, err := h.Store.TakeArchiveJob(h.System(), now.Add(time.Hour), now.Add(2*time.Hour)); err != nil || found {
			t.Errorf("something is still on its way: %v, %v", found, err)
		}
	})
}

// An invited client is logged out, and so is the screen that was handed to one.
func TestTheSessionsOfAnErasedClientEnd(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		_, secrets, err := h.Invitations.Invite(h.professional, invitation.NewInvitation{Unit: housetest.Unit, Register: "health", Battery: "functioning", Language: "fi"})
		h.Must(err)
		client, err := h.Invitations.FollowLink(h.Context(), secrets.Link)
		h.Must(err)
		a, err := h.Invitations.Accept(h.Acting(client), invitation.Accept{Purposes: []string{"assessment"}, GivenBy: "client"})
		h.Must(err)
		screen, other := h.SignIn("paula"), h.SignIn("paula")
		h.Must(h.Access.HandOver(h.Acting(screen), screen, a.ID))
		_, err = h.Erase(h.professional, a.ConsentID)
		h.Must(err)
		for what, token := range map[string]string{"client": client, "screen in the client's hands": screen} {
			if _, err := h.Access.Session(h.Context(), token); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("the session of the %s: %v", what, err)
			}
		}
		if _, err := h.Access.Session(h.Context(), other); err != nil {
			t.Errorf("the professional's own session: %v", err)
		}
	})
}

// Another unit's records of the same reference are somebody else's, perhaps; what
// stands under the consent goes wherever it is.
func TestAnErasureStaysInTheUnit(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		both := h.As(h.Hire("molemmat", access.Professional, housetest.Unit, housetest.OtherUnit))
		begin := func(ctx context.Context, unit string) *assessment.Assessment {
			return h.Begun(ctx, func(in *assessment.Begin) { in.Start.Unit, in.Start.ClientRef = unit, "viite-1" })
		}
		mine, theirs := begin(h.professional, housetest.Unit), begin(both, housetest.OtherUnit)
		there, err := h.Assessments.Start(both, assessment.Start{ConsentID: mine.ConsentID.String(), Unit: housetest.OtherUnit, Register: "health", Language: "fi", Battery: "functioning"})
		h.Must(err)
		_, err = h.Erase(h.professional, mine.ConsentID)
		h.Must(err)
		for id, want := range map[uuid.UUID]fault.Kind{mine.ID: fault.NotFound, there.ID: fault.NotFound} {
			if _, err := h.Store.Assessment(h.System(), id); fault.KindOf(err) != want {
				t.Errorf("under the consent: %v", err)
			}
		}
		if _, err := h.Store.Assessment(h.System(), theirs.ID); err != nil {
			t.Errorf("another unit's: %v", err)
		}
	})
}

// Whatever is done with a client while they are erased, it is erased too or comes
// too late: nothing is left standing in half.
func TestErasureAgainstEverythingElse(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		const rounds = 8
		for range rounds {
			draft := h.Begun(h.professional, func(in *assessment.Begin) { in.Start.ClientRef = "kilpa" })
			done := h.result(false, func(in *assessment.Begin) { in.Start.ClientRef = "kilpa" })
			value := 5
			work := []func() error{
				func() error {
					_, err := h.Assessments.Answer(h.professional, assessment.SaveAnswers{ID: draft.ID, Side: instrument.Client, Answers: []assessment.SeenAnswer{{Answer: assessment.Answer{Item: "money", Value: &value, Comment: surname}, Overwrite: true}}})
					return err
				},
				func() error {
					_, err := h.Assessments.Confirm(h.professional, assessment.Confirm{ID: done.ID})
					return err
				},
				func() error {
					_, err := h.Assessments.Start(h.professional, assessment.Start{ConsentID: done.ConsentID.String(), Unit: housetest.Unit, Register: "health", Language: "fi", Battery: "functioning"})
					return err
				},
				func() error {
					_, err := h.Assessments.WithdrawConsent(h.professional, assessment.WithdrawConsent{ID: done.ConsentID, Reason: surname})
					return err
				},
				func() error {
					_, err := h.Assessments.Note(h.professional, assessment.Note{ID: done.ID, Kind: "printed"})
					return err
				},
				func() error { return h.Assessments.Spend(h.professional, draft.ID, assessment.PhaseClient, 5) },
				func() error {
					now := h.Clock.Now()
					j, found, err := h.Store.TakeArchiveJob(h.System(), now, now.Add(archive.Lease))
					if err == nil && found {
						_, err = h.Store.ArchiveDelivered(h.System(), j.ID, now, "aa")
					}
					return err
				},
				func() error { _, err := h.Erase(h.professional, done.ConsentID); return err },
				func() error { _, err := h.Erase(h.professional, draft.ConsentID); return err },
			}
			var group sync.WaitGroup
			for i, f := range work {
				group.Go(func() {
					switch err := f(); fault.KindOf(err) {
					case fault.NotFound, fault.Conflict, fault.Invalid:
					case fault.Unavailable: // two met in a deadlock, and one was undone
					default:
						if err != nil {
							t.Errorf("%d: %v", i, err)
						}
					}
				})
			}
			group.Wait()
			for _, consent := range []uuid.UUID{done.ConsentID, draft.ConsentID} { // where both gave way
				if _, err := h.Erase(h.professional, consent); err != nil && fault.KindOf(err) != fault.NotFound {
					t.Error(err)
				}
			}
		}
		for _, table := range []string{"consents", "assessments", "assessment_events", "assessment_phases", "archive_jobs WHERE state = 'waiting'"} {
			if n := count(t, h.Store, table); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
		if left := mentions(dump(t, h.Store), surname); len(left) > 0 {
			t.Errorf("still in %v", left)
		}
	})
}

// An erasure whose audit cannot be written does not happen.
func TestAnErasureIsNotedOrDoesNotHappen(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		a := h.plant(surname)
		before := dump(t, h.Store)
		left := 0
		if _, err := retention.NewService(failing{h.Store, &left}, h.Clock).Erase(h.professional, a.ConsentID); err == nil {
			t.Fatal("it went through")
		}
		if after := dump(t, h.Store); after != before {
			t.Error("something was deleted all the same")
		}
		watched := &housetest.Watched{Store: h.Store}
		_, err := retention.NewService(watched, h.Clock).Erase(h.professional, a.ConsentID)
		h.Must(err)
		if watched.Noted(audit.RecordErased) != 7 || len(watched.Audit()) != 7 {
			t.Errorf("the audit says %+v", watched.Audit())
		}
	})
}
