package store_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func newKEK(t testing.TB) envelope.KEK {
	t.Helper()
	k, err := envelope.ParseKEK(envelope.Generate())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// all is a context in which the rows of all units are seen.
func all(t testing.TB) context.Context { return access.WholeHouse(t.Context()) }

// openWith opens a database with keys, as another program does.
func openWith(t testing.TB, url string, k store.Keys) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), url, quiet, store.WithKeys(k))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// archives runs a test in a house whose address it is told: that of the program.
func archives(t *testing.T, test func(t *testing.T, h *keeper, url string)) {
	t.Helper()
	testkit.EnginesFrom(t, "archives", housetest.Prepare, func(t *testing.T, url string) { test(t, furnish(t, url), url) })
}

// furnish opens a house that is prepared, with one unit and a professional in it.
func furnish(t *testing.T, url string) *keeper {
	t.Helper()
	h := housetest.Open(t, url)
	h.Must(h.Store.InsertUnit(t.Context(), access.Unit{Code: housetest.Unit, Name: "Vuosaaren terveysasema"}))
	return &keeper{h, retention.NewService(h.Store, h.Clock), h.As(h.Hire("paula", access.Professional, housetest.Unit))}
}

func (h *keeper) exec(statement string, values ...any) {
	h.Helper()
	pool, err := h.Store.Pool()
	h.Must(err)
	_, err = pool.ExecContext(access.WholeHouse(h.Context()), statement, values...)
	h.Must(err)
}

func (h *keeper) today() calendar.Date { return calendar.DayOf(h.Clock.Now()) }

// commented is an assessment with a comment of these words.
func (h *keeper) commented(words string) *assessment.Assessment {
	h.Helper()
	a := h.Begun(h.professional, nil)
	h.comment(a, words)
	return a
}

func (h *keeper) comment(a *assessment.Assessment, words string) {
	h.Helper()
	h.Must(h.tryComment(a, words))
}

func (h *keeper) tryComment(a *assessment.Assessment, words string) error {
	_, err := h.Assessments.Answer(h.professional, assessment.SaveAnswers{ID: a.ID, Side: instrument.Client, Answers: []assessment.SeenAnswer{
		{Answer: assessment.Answer{Item: "money", Comment: words}, Overwrite: true}}})
	return err
}

// commentIn is the comment as a store reads it.
func commentIn(ctx context.Context, db *store.Store, id uuid.UUID) (string, error) {
	a, err := db.Assessment(ctx, id)
	if err != nil {
		return "", err
	}
	for _, one := range a.Client {
		if one.Item == "money" {
			return one.Comment, nil
		}
	}
	return "", nil
}

func TestABoxIsGoodInItsOwnRowAlone(t *testing.T) {
	archives(t, func(t *testing.T, h *keeper, url string) {
		one := h.commented("ensimmäinen")
		same := h.Begun(h.professional, func(in *assessment.Begin) { in.Start.ClientRef = "viite-1" })
		h.comment(same, "toinen")
		flipped := `UPDATE assessments SET sealed = CAST(substr(sealed, 1, 20) || x'00' || substr(sealed, 22) AS blob) WHERE id = '` + one.ID.String() + "'"
		if h.Store.Dialect() == store.PostgreSQL {
			flipped = `UPDATE assessments SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) WHERE id = '` + one.ID.String() + "'"
		}
		for what, statement := range map[string]string{
			"a changed byte":         flipped,
			"the box of another row": `UPDATE assessments SET sealed = (SELECT sealed FROM assessments WHERE id = '` + same.ID.String() + `') WHERE id = '` + one.ID.String() + "'",
			"the key of another client": `UPDATE record_keys SET wrapped = (SELECT wrapped FROM record_keys WHERE id = '` + same.ConsentID.String() +
				`') WHERE id = '` + one.ConsentID.String() + "'",
			"the box and the key of another client": `UPDATE assessments SET consent_id = '` + same.ConsentID.String() +
				`', sealed = (SELECT sealed FROM assessments WHERE id = '` + same.ID.String() + `') WHERE id = '` + one.ID.String() + "'",
		} {
			db := openWith(t, url, store.Keys{}) // which has no keys in memory
			err := db.InTx(all(t), func(ctx context.Context) error {
				if err := db.Exec(ctx, statement); err != nil {
					return err
				}
				words, err := commentIn(ctx, db, one.ID)
				if words != "" || fault.KindOf(err) != fault.Internal {
					t.Errorf("%s: %v, read %v", what, err, words != "")
				}
				if err != nil && strings.Contains(err.Error(), "mäinen") {
					t.Errorf("%s: the error tells what was in it", what)
				}
				return errRollback
			})
			if !errors.Is(err, errRollback) {
				t.Fatal(err)
			}
		}
		if words, err := commentIn(all(t), openWith(t, url, store.Keys{}), one.ID); err != nil || words != "ensimmäinen" {
			t.Errorf("afterwards: %q, %v", words, err)
		}
	})
}

var errRollback = errors.New("rolled back")

// As after a restored backup of the data, with the keys as they are now.
func TestWhatADestroyedKeyHasSealedIsGoneForGood(t *testing.T) {
	archives(t, func(t *testing.T, h *keeper, url string) {
		a, other := h.plant(surname), h.commented("jää")
		h.exec("DELETE FROM record_keys WHERE id IN (SELECT id FROM consents WHERE client_index IS NOT NULL)")
		db := openWith(t, url, store.Keys{})
		if words, err := commentIn(all(t), db, a.ID); err != nil || words != "" {
			t.Errorf("%q, %v", words, err)
		}
		read, err := db.Assessment(all(t), a.ID)
		if err != nil || read.Result == nil || read.ClientRef != "" || read.Confirmation == nil || read.Confirmation.Reason != "" || len(read.Confirmation.Actions) > 0 {
			t.Errorf("%v: what was no secret is gone, or what was is there", err)
		}
		r, err := db.Consent(all(t), a.ConsentID)
		if err != nil || r.SignedName != "" || r.Before != "" || r.ClientRef != "" || r.Ground != "" {
			t.Errorf("%v: the consent still has its words", err)
		}
		if _, _, err := db.KeyStatus(all(t)); err != nil {
			t.Error(err)
		}
		if _, lost, _ := db.KeyStatus(all(t)); lost != 3 {
			t.Errorf("%d records have lost their key, want 3", lost)
		}
		// Nothing is added to it that nobody could erase again.
		read.Client = append(read.Client, instrument.Answer{Item: "housing", Comment: "uusi"})
		if err := db.UpdateAssessment(all(t), read); fault.KindOf(err) != fault.Gone {
			t.Errorf("changing it: %v", err)
		}
		if words, err := commentIn(all(t), db, other.ID); err != nil || words != "jää" {
			t.Errorf("another client: %q, %v", words, err)
		}
		if _, err := audit.Verify(db.Audit(all(t))); err != nil {
			t.Errorf("the audit: %v", err)
		}
	})
}

func TestAWrongKeyOpensNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, url string) {
		right, wrong := newKEK(t), newKEK(t)
		made := openWith(t, url, store.Keys{Active: right})
		if err := errors.Join(made.Migrate(all(t)), made.OpenKeys(all(t))); err != nil {
			t.Fatal(err)
		}
		for what, k := range map[string]store.Keys{"none": {}, "another": {Active: wrong}, "others": {Active: wrong, Old: []envelope.KEK{newKEK(t)}}, "another, unwrapping": {Old: []envelope.KEK{wrong}}} {
			db := openWith(t, url, k)
			err := db.OpenKeys(all(t))
			if !errors.Is(err, store.ErrKeys) || what == "another" && !strings.Contains(err.Error(), right.ID()) {
				t.Errorf("%s: %v", what, err)
			}
			if err := db.InsertUser(all(t), access.User{ID: uuid.New(), Username: "x", Name: "y", Role: access.Admin, CreatedAt: start}); !errors.Is(err, store.ErrKeys) {
				t.Errorf("%s: a user is written: %v", what, err)
			}
		}
		if ids := rows(t, made, "SELECT id FROM keks"); len(ids) != 1 || ids[0] != right.ID() {
			t.Errorf("the database knows %v", ids)
		}
		if err := openWith(t, url, store.Keys{Active: wrong, Old: []envelope.KEK{right}}).OpenKeys(all(t)); err != nil {
			t.Errorf("with the right one as the old one: %v", err)
		}
	})
}

// From the key that the database keeps to one outside, step by step, while another
// program goes on with the first, and a third with both.
func TestKeysAreTurnedWhileServing(t *testing.T) {
	archives(t, func(t *testing.T, h *keeper, url string) {
		var many []*assessment.Assessment
		for range 5 {
			many = append(many, h.commented("sana"))
		}
		inside := rows(t, h.Store, "SELECT id FROM keks")[0]
		next := newKEK(t)
		turning := openWith(t, url, store.Keys{Active: next})
		h.Must(turning.OpenKeys(all(t)))
		// The one who has the old key alone goes on as long as it is needed.
		many = append(many, h.commented("sana"))
		if n, err := turning.RotateStep(all(t), 2); err != nil || n != 4 { // the house's two as well
			t.Fatalf("%d, %v", n, err)
		}
		if retired, err := turning.RetireKeys(all(t)); fault.KindOf(err) != fault.Conflict || retired != nil {
			t.Errorf("a key that is needed was taken away: %v, %v", retired, err)
		}
		both := openWith(t, url, store.Keys{Active: next})
		h.Must(both.OpenKeys(all(t)))
		for _, a := range many {
			if words, err := commentIn(all(t), both, a.ID); err != nil || words != "sana" {
				t.Errorf("half-way: %q, %v", words, err)
			}
		}
		// Whoever turned it is gone; another one goes on.
		for steps := 0; ; steps++ {
			n, err := both.RotateStep(all(t), 2)
			if h.Must(err); n == 0 {
				break
			}
			if steps > 5 {
				t.Fatal("it does not end")
			}
		}
		if retired, err := both.RetireKeys(all(t)); err != nil || len(retired) != 1 || retired[0] != inside {
			t.Errorf("retired %v, %v", retired, err)
		}
		if counts, lost, err := both.KeyStatus(all(t)); err != nil || lost != 0 || len(counts) != 1 || counts[0].KEK != next.ID() || counts[0].Keys != len(many)+2 || counts[0].Inside {
			t.Errorf("%+v, %d, %v", counts, lost, err)
		}
		for _, a := range many {
			if words, err := commentIn(all(t), both, a.ID); err != nil || words != "sana" {
				t.Errorf("afterwards: %q, %v", words, err)
			}
		}
		// A program that nobody has started anew loses nothing: it can't wrap any more.
		_, err := h.Assessments.GiveConsent(h.professional, assessment.GiveConsent{Language: "fi", Form: "paper", Purposes: []string{"assessment"}, GivenBy: "client"})
		if err == nil {
			t.Error("a key was wrapped by one that is gone")
		}
		if err := openWith(t, url, store.Keys{}).OpenKeys(all(t)); !errors.Is(err, store.ErrKeys) {
			t.Errorf("without the new key: %v", err)
		}
	})
}

// A submit right after its consent asks the database for no key. The key is in
// memory for some minutes and no longer, and never takes the place of another one.
func TestAKeyIsInMemoryForAWhile(t *testing.T) {
	archives(t, func(t *testing.T, h *keeper, url string) {
		actor, _ := access.From(h.professional)
		submit := func(consentID uuid.UUID) (bool, uuid.UUID) {
			t.Helper()
			a := &assessment.Assessment{ID: uuid.New(), Revision: 1, Status: assessment.Draft, ConsentID: consentID, Unit: housetest.Unit, Register: "health", Language: "fi", Mode: "joint",
				AssessedOn: h.Begun(h.professional, nil).AssessedOn, ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
				Client: instrument.Sheet{{Item: "money", Value: 3, Comment: "sana"}}, CreatedBy: actor.ID, CreatedAt: h.Clock.Now()}
			added, err := h.Store.AddAssessment(all(t), a, []string{housetest.Unit}, audit.Entry{At: h.Clock.Now(), Action: audit.AssessmentStarted, Subject: audit.Assessment, SubjectID: a.ID.String()})
			h.Must(err)
			return added, a.ID
		}
		id := h.consented()
		h.exec("UPDATE record_keys SET wrapped = (SELECT wrapped FROM house_keys WHERE name = 'index') WHERE id = '" + id.String() + "'") // whoever reads it fails
		if added, _ := submit(id); !added {
			t.Error("the key was not in memory")
		}
		h.Clock.Advance(5 * time.Minute)
		if _, err := h.Store.Consent(all(t), id); fault.KindOf(err) != fault.Internal {
			t.Errorf("it still is after five minutes: %v", err)
		}

		// The same id again, with another key, by another program.
		id = h.consented()
		r, err := h.Store.Consent(all(t), id)
		h.Must(err)
		h.exec("DELETE FROM consents WHERE id = '" + id.String() + "'")
		h.exec("DELETE FROM record_keys WHERE id = '" + id.String() + "'")
		db := openWith(t, url, store.Keys{})
		h.Must(db.InsertConsent(all(t), r))
		added, a := submit(id)
		if words, err := commentIn(all(t), db, a); !added || err != nil || words != "sana" {
			t.Errorf("sealed with the key that is gone: added %v, %q, %v", added, words, err)
		}
	})
}

// Words are in no file: neither while it is served, nor afterwards.
func TestWordsAreInNoFile(t *testing.T) {
	h := &keeper{}
	h.House = housetest.New(t)
	h.Service, h.professional = retention.NewService(h.Store, h.Clock), h.As(h.Hire("paula", access.Professional, housetest.Unit))
	a := h.plant(surname)
	if n := h.wordsOf(a, surname); n < 9 {
		t.Fatalf("planted in %d places only", n)
	}
	wordless(t, h.Store, surname)
	h.Must(h.Store.Scrub(all(t)))
	wordless(t, h.Store, surname)
}

// wordless looks for words in the tables, and on SQLite in the bytes of its files.
func wordless(t *testing.T, db *store.Store, words ...string) {
	t.Helper()
	dumped := dump(t, db)
	var files []string
	if path := fileOf(t, db); path != "" {
		files = []string{path, path + "-wal"}
	}
	for _, word := range words {
		if there := mentions(dumped, word); len(there) > 0 {
			t.Errorf("%s is in %v", word, there)
		}
		for i, path := range files {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), word) {
				t.Errorf("%s is in the bytes of file %d", word, i)
			}
		}
	}
}
