package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/store"
)

// consentOf is the consent of somebody whose client_ref is known, given some
// hours after the start.
func (h *house) consentOf(unit, clientRef string, hours int) consent.Record {
	h.Helper()
	r := h.consent()
	r.ID, r.Unit, r.ClientRef, r.GivenAt = uuid.New(), unit, clientRef, start.Add(time.Duration(hours)*time.Hour)
	h.must(h.InsertConsent(h.Context(), r))
	return r
}

// visitOf is a visit of somebody, on a day of May.
func (h *house) visitOf(c consent.Record, unit, clientRef string, day int) *assessment.Assessment {
	h.Helper()
	a := &assessment.Assessment{
		ID: uuid.New(), Revision: 1, ConsentID: c.ID, Register: access.Health, Language: lang.Swedish, Mode: assessment.Paper,
		ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
		CreatedBy: userID, CreatedAt: start, AssessedOn: calendar.Date{Year: 2023, Month: time.May, Day: day},
	}
	completed(segment.Network)(a)
	a.Unit, a.ClientRef = unit, clientRef
	added, err := h.AddAssessment(h.Context(), a, bothUnits, audit.Entry{At: start, Actor: userID, Action: audit.AssessmentStarted,
		Subject: audit.Assessment, SubjectID: a.ID.String()})
	h.must(err)
	if !added {
		h.Fatal("a visit under a valid consent was not added")
	}
	return a
}

func (h *house) fileOf(c consent.Record, units ...string) assessment.File {
	h.Helper()
	f, err := h.ClientFile(h.Context(), assessment.FileQuery{Consent: c, Own: across(units...), MaxVisits: 200, MaxTrail: 5000})
	h.must(err)
	return f
}

func visitsIn(f assessment.File) (ids []uuid.UUID) {
	for _, v := range f.Visits {
		ids = append(ids, v.ID)
	}
	return ids
}

func consentsIn(f assessment.File) (ids []uuid.UUID) {
	for _, c := range f.Consents {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestAFileHoldsAllOfOneClientAndNothingOfAnother(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		const here, there = "vuosaari-ta", "seniori-info"
		older, newer := h.consentOf(here, "viite-1", 1), h.consentOf(here, "viite-1", 2)
		second, first := h.visitOf(newer, here, "viite-1", 20), h.visitOf(older, here, "viite-1", 10)
		bare := h.visitOf(newer, here, "", 15) // the consent knows whose it is
		// In the other unit the consent bears the reference first, so it is the same person.
		abroad := h.consentOf(there, "viite-1", 3)
		lent := h.visitOf(abroad, here, "viite-1", 25)
		also := h.visitOf(newer, there, "viite-1", 26)
		// Others: another reference, none, and the same one in another unit.
		other := h.consentOf(here, "viite-2", 1)
		h.visitOf(other, here, "viite-2", 11)
		nobody := h.consentOf(here, "", 1)
		unnamed := h.visitOf(nobody, here, "", 12)
		namesake := h.consentOf(there, "viite-1", 4)
		stranger := h.visitOf(namesake, there, "viite-1", 13)

		for _, c := range []struct {
			name             string
			from             consent.Record
			units            []string
			visits, consents []uuid.UUID
		}{
			{"in one unit", newer, []string{here}, []uuid.UUID{first.ID, bare.ID, second.ID, lent.ID}, []uuid.UUID{older.ID, newer.ID}},
			{"in both", older, []string{here, there}, []uuid.UUID{first.ID, bare.ID, second.ID, lent.ID, also.ID}, []uuid.UUID{older.ID, newer.ID, abroad.ID}},
			{"nobody's", nobody, []string{here, there}, []uuid.UUID{unnamed.ID}, []uuid.UUID{nobody.ID}},
		} {
			f := h.fileOf(c.from, c.units...)
			if diff := cmp.Diff(c.visits, visitsIn(f)); diff != "" {
				t.Errorf("%s: visits (-want +got):\n%s", c.name, diff)
			}
			if diff := cmp.Diff(c.consents, consentsIn(f)); diff != "" {
				t.Errorf("%s: consents (-want +got):\n%s", c.name, diff)
			}
			if f.LeftOut != (assessment.FileLeftOut{}) {
				t.Errorf("%s: left out %+v", c.name, f.LeftOut)
			}
			for _, id := range visitsIn(f) {
				if id == stranger.ID {
					t.Errorf("%s: a namesake of another unit is in the file", c.name)
				}
			}
		}
	})
}

func TestAFileHoldsWhatIsBesideAVisit(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		c := h.consentOf("vuosaari-ta", "viite-1", 1)
		a := h.visitOf(c, c.Unit, c.ClientRef, 10)
		other := h.visitOf(h.consentOf("vuosaari-ta", "viite-2", 1), c.Unit, "viite-2", 10)
		for _, id := range []uuid.UUID{a.ID, other.ID} {
			h.must(h.AddSeconds(ctx, id, assessment.PhaseClient, 95))
			h.must(h.InsertEvent(ctx, assessment.Event{Assessment: id, Kind: assessment.Discussed, At: start, By: userID}))
			h.exec(`INSERT INTO archive_jobs (id, kind, subject_id, revision, unit, queued_at, state, attempts, next_at, delivered_at, sha256)
				VALUES (?, 'result', ?, 2, 'vuosaari-ta', ?, 'delivered', 1, ?, ?, 'x')`,
				uuid.NewString(), id.String(), stampOf(start), stampOf(start), stampOf(start.Add(time.Minute)))
		}
		waiting := invitation.Invitation{
			ID: uuid.New(), Unit: c.Unit, Register: access.Social, Battery: "functioning", Language: lang.Swedish, Plain: true, ClientRef: c.ClientRef,
			CreatedBy: userID, CreatedAt: start.Add(time.Hour), ExpiresAt: start.Add(2 * time.Hour), Failures: 3,
			Hashes: invitation.Hashes{Link: []byte{1}, Selector: "s1", Code: "secret"},
		}
		used := waiting
		used.ID, used.CreatedAt, used.ClientRef, used.Assessment, used.LinkUsedAt, used.AnsweredAt = uuid.New(), start, "", a.ID, start, start
		used.Hashes = invitation.Hashes{Link: []byte{2}, Selector: "s2", Code: "secret"}
		foreign := waiting
		foreign.ID, foreign.ClientRef, foreign.Hashes = uuid.New(), "viite-2", invitation.Hashes{Link: []byte{3}, Selector: "s3", Code: "secret"}
		for _, i := range []invitation.Invitation{waiting, used, foreign} {
			h.must(h.InsertInvitation(ctx, i))
		}
		h.must(h.AppendAudit(ctx,
			audit.Entry{At: start.Add(3 * time.Hour), Actor: used.ID, Role: "client", Action: audit.LoggedIn, Subject: audit.Invitation, SubjectID: used.ID.String()},
			audit.Entry{At: start.Add(2 * time.Hour), Actor: userID, Role: "professional", Action: audit.ConsentRead, Subject: audit.Consent, SubjectID: c.ID.String()},
			audit.Entry{At: start.Add(time.Hour), Action: audit.InvitationLocked, Subject: audit.Invitation, SubjectID: waiting.ID.String()},
			audit.Entry{At: start, Actor: userID, Action: audit.AssessmentRead, Subject: audit.Assessment, SubjectID: other.ID.String()},
		))

		f := h.fileOf(c, c.Unit)
		if len(f.Visits) != 1 {
			t.Fatalf("%d visits", len(f.Visits))
		}
		want := assessment.FileVisit{
			Assessment: a, Events: []assessment.Event{{Assessment: a.ID, Kind: assessment.Discussed, At: start, By: userID}},
			Seconds: map[assessment.Phase]int{assessment.PhaseClient: 95},
		}
		if diff := cmp.Diff(want, f.Visits[0]); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]consent.Record{c}, f.Consents); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]assessment.FileArchived{{Kind: "result", Of: a.ID, State: "delivered", QueuedAt: start, DeliveredAt: start.Add(time.Minute)}}, f.Archived); diff != "" {
			t.Error(diff)
		}
		shown := func(i invitation.Invitation) assessment.FileInvitation {
			return assessment.FileInvitation{ID: i.ID, Unit: i.Unit, Register: i.Register, Battery: i.Battery, Language: i.Language, Plain: i.Plain,
				ClientRef: i.ClientRef, CreatedBy: i.CreatedBy, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, LinkUsedAt: i.LinkUsedAt,
				Failures: i.Failures, CancelledAt: i.CancelledAt, Assessment: i.Assessment, AnsweredAt: i.AnsweredAt}
		}
		if diff := cmp.Diff([]assessment.FileInvitation{shown(used), shown(waiting)}, f.Invitations); diff != "" {
			t.Error(diff)
		}
		trail := []assessment.FileTrail{
			{At: start, Actor: userID, Action: audit.AssessmentStarted, Of: a.ID},
			{At: start.Add(time.Hour), Action: audit.InvitationLocked, Of: waiting.ID},
			{At: start.Add(2 * time.Hour), Actor: userID, Role: "professional", Action: audit.ConsentRead, Of: c.ID},
			{At: start.Add(3 * time.Hour), Actor: used.ID, Role: "client", Action: audit.LoggedIn, Of: used.ID},
		}
		if diff := cmp.Diff(trail, f.Trail); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[uuid.UUID]string{userID: "Testi Käyttäjä"}, f.Names); diff != "" {
			t.Error(diff)
		}
	})
}

// stampOf is an instant as both databases take it in plain SQL.
func stampOf(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000000Z") }

func TestAFileIsBoundedAndSaysByHowMuch(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		asked := h.consentOf("vuosaari-ta", "viite-1", 0)
		var newest *assessment.Assessment
		for n := range 4 {
			c := h.consentOf("vuosaari-ta", "viite-1", n+1)
			newest = h.visitOf(c, c.Unit, c.ClientRef, 10+n)
			h.must(h.AppendAudit(ctx, audit.Entry{At: start.Add(time.Duration(n) * time.Minute), Actor: userID, Role: "professional",
				Action: audit.ResultRead, Subject: audit.Assessment, SubjectID: newest.ID.String()}))
		}
		f, err := h.ClientFile(ctx, assessment.FileQuery{Consent: asked, Own: across(bothUnits...), MaxVisits: 2, MaxTrail: 3})
		h.must(err)
		if want := (assessment.FileLeftOut{Consents: 3, Visits: 2, Trail: 1}); f.LeftOut != want {
			t.Errorf("left out %+v, want %+v", f.LeftOut, want)
		}
		if len(f.Visits) != 2 || f.Visits[1].ID != newest.ID {
			t.Errorf("the newest visits are not kept: %v", visitsIn(f))
		}
		if len(f.Consents) != 2 || f.Consents[0].ID != asked.ID {
			t.Errorf("the consent that was asked for is not among %v", consentsIn(f))
		}
		if len(f.Trail) != 3 || f.Trail[2].Action != audit.ResultRead || f.Trail[2].Of != newest.ID {
			t.Errorf("the newest of the trail is not last: %v", f.Trail)
		}
	})
}

// The file is asked for while somebody waits: no part of it may read a whole
// table of many clients.
func TestAFileIsFoundByIndexes(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		id := "'" + uuid.NewString() + "'"
		fill := strings.NewReplacer("@consent", id, "@client", "'viite-1'", "@unit", "'vuosaari-ta'")
		for _, query := range store.ClientFileParts {
			for _, step := range h.plan(fill.Replace(query)) {
				if strings.Contains(step, "Seq Scan") || strings.Contains(step, "SCAN ") && !strings.Contains(step, "SUBQUERY") && !strings.Contains(step, "INDEX") {
					t.Errorf("%s\n\treads the whole table: %s", query, step)
				}
			}
		}
	})
}

// plan is how the database would answer a query if its tables were large.
func (h *house) plan(query string) (steps []string) {
	h.Helper()
	pool, err := h.Pool()
	h.must(err)
	tx, err := pool.BeginTx(h.Context(), nil)
	h.must(err)
	defer func() { _ = tx.Rollback() }()
	explain, columns := "EXPLAIN QUERY PLAN ", make([]any, 4)
	if h.Dialect() == store.PostgreSQL {
		_, err := tx.ExecContext(h.Context(), "SET LOCAL enable_seqscan = off")
		h.must(err)
		explain, columns = "EXPLAIN ", make([]any, 1)
	}
	for i := range columns {
		columns[i] = new(string)
	}
	found, err := tx.QueryContext(h.Context(), explain+query)
	h.must(err)
	defer func() { _ = found.Close() }()
	for found.Next() {
		h.must(found.Scan(columns...))
		steps = append(steps, *columns[len(columns)-1].(*string))
	}
	h.must(found.Err())
	return steps
}
