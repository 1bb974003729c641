package store_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var (
	quiet = slog.New(slog.DiscardHandler)
	start = time.Date(2023, 5, 5, 9, 30, 15, 123456000, time.UTC)
)

// suite runs a test on both engines, on a database with the schema, the content
// and one unit with one user.
func suite(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.EnginesFrom(t, "suite", prepare, func(t *testing.T, url string) {
		db, err := store.Open(t.Context(), url, quiet)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		test(t, &house{T: t, Store: db, url: url})
	})
}

var userID = uuid.MustParse("7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b")

func prepare(url string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, quiet)
	if err != nil {
		return err
	}
	library, err := instrument.Builtin()
	if err != nil {
		return err
	}
	texts, err := consent.BuiltinTexts()
	if err != nil {
		return err
	}
	return errors.Join(
		db.Migrate(ctx),
		grant(ctx, db, url),
		db.RegisterContent(ctx, library.Versions(), texts),
		db.InsertUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}),
		db.InsertUnit(ctx, access.Unit{Code: "seniori-info", Name: "Seniori-info"}),
		db.InsertUser(ctx, access.User{ID: userID, Username: "user", Name: "Testi Käyttäjä", Role: access.Professional,
			Units: []string{"vuosaari-ta", "seniori-info"}, Registers: access.Registers, PasswordHash: "x", CreatedAt: start}),
		db.Close(),
	)
}

// grant gives the program's role its rights, if it is another than the owner.
func grant(ctx context.Context, db *store.Store, url string) error {
	if role := testkit.ProgramRole(url); role != "" {
		return db.GrantTo(ctx, role)
	}
	return nil
}

// house is a database with something in it.
type house struct {
	*testing.T
	*store.Store
	url    string
	owners *sql.DB // see ownersPool
}

// Context is one in which the program itself acts, so that all is seen: what others
// see is in sight_test.go.
func (h *house) Context() context.Context { return access.With(h.T.Context(), access.SystemActor) }

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) consent() consent.Record {
	h.Helper()
	texts, err := consent.BuiltinTexts()
	h.must(err)
	r := consent.Record{
		ID: uuid.New(), Unit: "vuosaari-ta", Language: lang.Finnish, Form: consent.Electronic,
		Purposes: []consent.Purpose{consent.Assessment, consent.Statistics}, GivenBy: consent.ByClient, SignedName: "Ö. Testaaja",
		TextVersion: texts[0].Version, TextSHA256: texts[0].SHA256(lang.Finnish), GivenAt: start, Before: "Testi Käyttäjä", BeforeID: userID,
	}
	h.must(h.InsertConsent(h.Context(), r))
	return r
}

func (h *house) assessment(c consent.Record, change func(*assessment.Assessment)) *assessment.Assessment {
	h.Helper()
	a := &assessment.Assessment{
		ID: uuid.New(), Revision: 1, Status: assessment.Draft, ConsentID: c.ID, Statistics: c.Covers(consent.Statistics),
		Unit: c.Unit, Register: access.Health, Language: lang.Swedish, Mode: assessment.Paper,
		AssessedOn:    calendar.MustParse("2023-05-31"),
		ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
		CreatedBy: userID, CreatedAt: start,
	}
	if change != nil {
		change(a)
	}
	h.add(h.Context(), a)
	if a.Confirmation != nil { // it comes later, never with the first insert
		h.must(h.UpdateAssessment(h.Context(), a))
	}
	return a
}

func (h *house) add(ctx context.Context, a *assessment.Assessment) {
	h.Helper()
	added, err := h.AddAssessment(ctx, a, []string{a.Unit}, audit.Entry{At: start, Actor: userID, Action: audit.AssessmentStarted, Subject: audit.Assessment, SubjectID: a.ID.String()})
	h.must(err)
	if !added {
		h.Fatal("an assessment under a valid consent was not added")
	}
}

func completed(seg segment.Segment) func(*assessment.Assessment) {
	return func(a *assessment.Assessment) {
		a.Status, a.CompletedAt = assessment.Completed, start.Add(time.Minute)
		a.ClientRef, a.Expected = "viite-1", segment.Network
		a.Plain, a.Present = true, []string{assessment.PresentClosePerson, assessment.PresentInterpreter}
		a.Client = instrument.Sheet{{Item: "everyday-life", Value: 7, Comment: "ö \" ' ; --", Unclear: true}, {Item: "money", Skip: instrument.Discuss}}
		a.Professional = instrument.Sheet{{Item: "falls", Value: 0}}
		a.Result = &scoring.Result{
			Segment: seg, Resources: scoring.Score{Sum: 7, Weight: 1, Cutoff: 50}, Challenge: scoring.Score{Sum: 0, Weight: 1, Cutoff: 50},
			Borderline: []segment.Segment{segment.Cooperating}, Stability: 0.1 + 0.2,
			Contributions:  []scoring.Contribution{{Side: instrument.Client, Item: "everyday-life", Value: 7, Pull: 1.0 / 3}},
			SmallestChange: []scoring.Change{{Side: instrument.Professional, Item: "falls", From: 0, To: 5}},
			Client:         "individual-client@1", Professional: "functioning@1", Version: 1,
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := h.consent()
		for name, a := range map[string]*assessment.Assessment{
			"draft":     h.assessment(c, nil),
			"completed": h.assessment(c, completed(segment.SelfActing)),
			"confirmed": h.assessment(c, func(a *assessment.Assessment) {
				completed(segment.Community)(a)
				a.Status = assessment.Confirmed
				a.Confirmation = &assessment.Confirmation{Segment: segment.Network, Reason: "syy", At: start, ReviewOn: calendar.MustParse("2024-02-29"),
					Actions: []assessment.Action{{Text: "soitto", Responsible: "hoitaja", Due: calendar.MustParse("2023-06-01")}, {Text: "käynti"}}}
			}),
		} {
			got, err := h.Assessment(h.Context(), a.ID)
			h.must(err)
			if diff := cmp.Diff(a, got); diff != "" {
				t.Errorf("%s: written and read differ:\n%s", name, diff)
			}
		}
		got, err := h.Consent(h.Context(), c.ID)
		h.must(err)
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("consent: written and read differ:\n%s", diff)
		}
	})
}

func TestWithdrawalEndsEverythingUnderAConsentOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c, other := h.consent(), h.consent()
		a, untouched := h.assessment(c, completed(segment.Network)), h.assessment(other, completed(segment.Network))
		changed, err := h.WithdrawConsent(h.Context(), c.ID, start.Add(time.Hour), "ei enää")
		h.must(err)
		again, err := h.WithdrawConsent(h.Context(), c.ID, start.Add(2*time.Hour), "toinen")
		h.must(err)
		if !changed || again {
			t.Errorf("withdrawn %v, then %v; want true, then false", changed, again)
		}
		r, err := h.Consent(h.Context(), c.ID)
		h.must(err)
		if !r.WithdrawnAt.Equal(start.Add(time.Hour)) || r.WithdrawalReason != "ei enää" {
			t.Errorf("the second withdrawal changed the first: %v", r.WithdrawnAt)
		}
		got, err := h.Assessment(h.Context(), a.ID)
		h.must(err)
		if got.Status != assessment.Withdrawn || got.Revision != 2 {
			t.Errorf("status %s revision %d after the withdrawal", got.Status, got.Revision)
		}
		if got, err = h.Assessment(h.Context(), untouched.ID); err != nil || got.Status != assessment.Completed {
			t.Errorf("another client's assessment: %s, %v", got.Status, err)
		}
	})
}

// A withdrawal and new assessments under the same consent run at once. However
// they interleave, no assessment may be left standing afterwards.
func TestNothingIsAddedBehindAWithdrawal(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := h.consent()
		ctx := h.Context()
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				err := h.InTx(ctx, func(ctx context.Context) error {
					a := &assessment.Assessment{ID: uuid.New(), Revision: 1, Status: assessment.Draft, ConsentID: c.ID, Unit: c.Unit,
						Register: access.Health, Language: lang.Finnish, Mode: assessment.Joint, AssessedOn: calendar.MustParse("2023-05-31"),
						ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
						CreatedBy: userID, CreatedAt: start}
					_, err := h.AddAssessment(ctx, a, []string{a.Unit}, audit.Entry{At: start, Action: audit.AssessmentStarted, SubjectID: a.ID.String()})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Go(func() {
			if _, err := h.WithdrawConsent(ctx, c.ID, start, ""); err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		list, err := h.Assessments(ctx, assessment.ListQuery{Own: across(c.Unit), Limit: 100})
		h.must(err)
		for _, a := range list {
			if a.Status != assessment.Withdrawn {
				t.Errorf("an assessment is still %s after the withdrawal", a.Status)
			}
		}
	})
}

func TestTransactionIsAllOrNothing(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := h.consent()
		stop := errors.New("stop")
		var a *assessment.Assessment
		err := h.InTx(h.Context(), func(ctx context.Context) error {
			return h.InTx(ctx, func(ctx context.Context) error { // joins
				a = &assessment.Assessment{}
				*a = *h.assessmentIn(ctx, c)
				return stop
			})
		})
		if !errors.Is(err, stop) {
			t.Fatalf("the transaction's own error is lost: %v", err)
		}
		if _, err := h.Assessment(h.Context(), a.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("something of the failed transaction is there: %v", err)
		}
	})
}

func (h *house) assessmentIn(ctx context.Context, c consent.Record) *assessment.Assessment {
	h.Helper()
	a := &assessment.Assessment{ID: uuid.New(), Revision: 1, Status: assessment.Draft, ConsentID: c.ID, Unit: c.Unit,
		Register: access.Health, Language: lang.Finnish, Mode: assessment.Joint, AssessedOn: calendar.MustParse("2023-05-31"),
		ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
		CreatedBy: userID, CreatedAt: start}
	h.add(ctx, a)
	return a
}

func TestListReadsEveryAssessmentOnceInPages(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := h.consent()
		want := map[uuid.UUID]bool{}
		for i := range 13 {
			a := h.assessment(c, func(a *assessment.Assessment) {
				completed(segment.All[i%4])(a)
				a.AssessedOn = calendar.MustParse("2023-05-05").AddDays(i / 3)
			})
			want[a.ID] = true
		}
		q := assessment.ListQuery{Own: across("vuosaari-ta", "seniori-info"), Limit: 4}
		last := calendar.MustParse("2099-01-01")
		for {
			page, err := h.Assessments(h.Context(), q)
			h.must(err)
			for _, a := range page {
				if !want[a.ID] {
					t.Errorf("%s came twice or is not ours", a.ID)
				}
				delete(want, a.ID)
				if a.AssessedOn.After(last) {
					t.Error("the newest visit does not come first")
				}
				last = a.AssessedOn
			}
			if len(page) < q.Limit {
				break
			}
			end := page[len(page)-1]
			q.After = &assessment.Position{AssessedOn: end.AssessedOn, ID: end.ID}
		}
		if len(want) > 0 {
			t.Errorf("%d assessments are on no page", len(want))
		}
		narrow, err := h.Assessments(h.Context(), assessment.ListQuery{Own: across("vuosaari-ta"), Segment: segment.Network, Limit: 50,
			From: calendar.MustParse("2023-05-06"), To: calendar.MustParse("2023-05-07")})
		h.must(err)
		if len(narrow) != 2 { // the 3rd to 8th by day, every fourth is verkosto: numbers 3 and 7
			t.Errorf("%d assessments of verkosto on two days, want 2", len(narrow))
		}
		none, err := h.Assessments(h.Context(), assessment.ListQuery{Own: across("seniori-info"), Limit: 50})
		h.must(err)
		if len(none) != 0 {
			t.Error("another unit's assessments are listed")
		}
	})
}

func TestWhatIsTakenOrMissingIsAFault(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"unit code taken":  {h.InsertUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "x"}), fault.Conflict},
			"username taken":   {h.InsertUser(ctx, access.User{ID: uuid.New(), Username: "user", Role: access.Admin, CreatedAt: start}), fault.Conflict},
			"unit not there":   {h.InsertUser(ctx, access.User{ID: uuid.New(), Username: "new", Role: access.Admin, Units: []string{"nowhere"}, CreatedAt: start}), fault.Conflict},
			"consent missing":  {second(h.Consent(ctx, uuid.New())), fault.NotFound},
			"assessment":       {second(h.Assessment(ctx, uuid.New())), fault.NotFound},
			"for update":       {second(h.OwnAssessmentForUpdate(ctx, across(bothUnits...), uuid.New())), fault.NotFound},
			"user missing":     {second(h.UserByName(ctx, "nobody")), fault.NotFound},
			"token missing":    {second(h.ActorByToken(ctx, []byte{1}, start)), fault.NotFound},
			"cancelled":        {second(h.Consent(cancelled(ctx), uuid.New())), fault.Unavailable},
			"constraint fails": {h.InsertFeedback(ctx, assessment.Feedback{ID: uuid.New(), Unit: "vuosaari-ta", GivenOn: calendar.MustParse("2023-05-05"), Usefulness: 9, Agreement: "agree"}), fault.Internal},
		} {
			if got := fault.KindOf(c.err); c.err == nil || got != c.want {
				t.Errorf("%s: %v (%s), want %s", name, c.err, got, c.want)
			}
		}
		if _, err := h.UserByName(ctx, "new"); fault.KindOf(err) != fault.NotFound {
			t.Error("a user with an unknown unit was half written")
		}
	})
}

func second[T any](_ T, err error) error { return err }

// across is everything in some units, of both registers.
func across(units ...string) access.Scope {
	return access.Scope{Units: units, Registers: access.Registers}
}

func cancelled(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

func TestTokenIsInForceOnlyWhileItShouldBe(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		hash := []byte("0123456789abcdef0123456789abcdef")
		h.must(h.InsertToken(ctx, access.Token{ID: uuid.New(), UserID: userID, Name: "test", Hash: hash, ExpiresAt: start.Add(time.Hour), CreatedAt: start}))
		actor, err := h.ActorByToken(ctx, hash, start)
		h.must(err)
		want := access.Actor{ID: userID, Name: "Testi Käyttäjä", Role: access.Professional, Units: []string{"seniori-info", "vuosaari-ta"}, Registers: access.Registers}
		if diff := cmp.Diff(want, actor); diff != "" {
			t.Error(diff)
		}
		gone := func(when string, at time.Time) {
			t.Helper()
			if _, err := h.ActorByToken(ctx, hash, at); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", when, err)
			}
		}
		gone("expired", start.Add(time.Hour))
		n, err := h.RevokeToken(ctx, userID, "test", start)
		h.must(err)
		if n != 1 {
			t.Errorf("%d tokens revoked", n)
		}
		gone("revoked", start)
		other := []byte("fedcba9876543210fedcba9876543210")
		h.must(h.InsertToken(ctx, access.Token{ID: uuid.New(), UserID: userID, Name: "other", Hash: other, CreatedAt: start}))
		h.must(h.DisableUser(ctx, userID, start))
		if _, err := h.ActorByToken(ctx, other, start); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a disabled user's token: %v", err)
		}
	})
}

func TestUsedContentIsImmutable(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		library, err := instrument.Builtin()
		h.must(err)
		texts, err := consent.BuiltinTexts()
		h.must(err)
		h.must(h.RegisterContent(h.Context(), library.Versions(), texts)) // the same again is fine
		changed := *library.Client()
		changed.Items = append([]instrument.Item(nil), changed.Items...)
		changed.Items[3].Text.Sv += " "
		changed.Items[3].Text.Sv += "ändrad"
		err = h.RegisterContent(h.Context(), []*instrument.Battery{&changed}, nil)
		if !errors.Is(err, store.ErrContentChanged) || !strings.Contains(err.Error(), "individual-client@1") {
			t.Errorf("a changed battery of the same version: %v", err)
		}
		text := texts[0]
		text.Title.En += "x"
		if err := h.RegisterContent(h.Context(), nil, []consent.Text{text}); !errors.Is(err, store.ErrContentChanged) {
			t.Errorf("a changed consent text of the same version: %v", err)
		}
	})
}

// Readers of a table of feedback learn neither whose it is nor when in the day.
func TestFeedbackAndAuditKeepWhatTheyMay(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		h.must(h.InsertFeedback(ctx, assessment.Feedback{ID: uuid.New(), Unit: "vuosaari-ta", GivenOn: calendar.MustParse("2023-05-05"), Usefulness: 5, Agreement: assessment.Agrees, Comment: "hyvä"}))
		h.must(h.AppendAudit(ctx,
			audit.Entry{At: start, Actor: userID, Role: "professional", Action: audit.FeedbackGiven, Subject: audit.Assessment, SubjectID: uuid.NewString(), Unit: "vuosaari-ta", RequestID: "r"},
			audit.Entry{At: start, Actor: userID, Role: "professional", Action: audit.AssessmentRead, Subject: audit.Assessment, SubjectID: uuid.NewString()}))
		h.must(h.AppendAudit(ctx))
		h.must(h.InsertEvent(ctx, assessment.Event{Assessment: h.assessment(h.consent(), completed(segment.Network)).ID, Kind: assessment.Printed, At: start, By: userID}))
		h.must(h.InsertNonParticipation(ctx, assessment.NonParticipation{ID: uuid.New(), Unit: "vuosaari-ta", Kind: assessment.Unsuitable, Reason: "memory_illness", On: calendar.MustParse("2023-05-05"), By: userID, At: start}))
	})
}
