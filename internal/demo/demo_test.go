package demo

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var now = time.Date(2025, 3, 14, 9, 26, 53, 0, time.UTC)

var (
	trialFrom = calendar.MustParse("2023-05-05")
	trialTo   = calendar.MustParse("2023-11-12")
	outFrom   = calendar.MustParse("2023-09-01")
	outTo     = calendar.MustParse("2023-10-04")
)

// watched is a real store that keeps a list of what went into it.
type watched struct {
	*store.Store
	log log
}

// log is everything that a replay wrote.
type log struct {
	Users       []access.User
	Consents    []consent.Record
	Assessments []assessment.Assessment // as inserted, before any change
	Events      []assessment.Event
	Feedback    []assessment.Feedback
	Missing     []assessment.NonParticipation
	Permits     []extract.Permit
	Audit       []audit.Entry
}

func (w *watched) InsertUser(ctx context.Context, u access.User) error {
	w.log.Users = append(w.log.Users, u)
	return w.Store.InsertUser(ctx, u)
}

func (w *watched) InsertConsent(ctx context.Context, r consent.Record) error {
	w.log.Consents = append(w.log.Consents, r)
	return w.Store.InsertConsent(ctx, r)
}

func (w *watched) AddAssessment(ctx context.Context, a *assessment.Assessment, units []string, e audit.Entry) (bool, error) {
	w.log.Assessments = append(w.log.Assessments, *a)
	w.log.Audit = append(w.log.Audit, e)
	return w.Store.AddAssessment(ctx, a, units, e)
}

func (w *watched) InsertEvent(ctx context.Context, e assessment.Event) error {
	w.log.Events = append(w.log.Events, e)
	return w.Store.InsertEvent(ctx, e)
}

func (w *watched) InsertFeedback(ctx context.Context, f assessment.Feedback) error {
	w.log.Feedback = append(w.log.Feedback, f)
	return w.Store.InsertFeedback(ctx, f)
}

func (w *watched) InsertNonParticipation(ctx context.Context, n assessment.NonParticipation) error {
	w.log.Missing = append(w.log.Missing, n)
	return w.Store.InsertNonParticipation(ctx, n)
}

func (w *watched) InsertPermit(ctx context.Context, p extract.Permit) error {
	w.log.Permits = append(w.log.Permits, p)
	return w.Store.InsertPermit(ctx, p)
}

func (w *watched) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	w.log.Audit = append(w.log.Audit, entries...)
	return w.Store.AppendAudit(ctx, entries...)
}

// played is a house after a replay.
type played struct {
	store *store.Store
	users []User
	log   log
	final []*assessment.Assessment // as the database has them, oldest visit first
}

// opened is a database, open until the test ends.
func opened(t testing.TB, url string) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// stage is a house before it.
func stage(t testing.TB, url string) (House, *watched) {
	t.Helper()
	db := opened(t, url)
	library, err := instrument.Builtin()
	must(t, err)
	texts, err := consent.BuiltinTexts()
	must(t, err)
	must(t, db.Migrate(t.Context()))
	must(t, db.RegisterContent(t.Context(), library.Versions(), texts))
	w := &watched{Store: db}
	return House{Store: w, Library: library, Texts: texts, Secrets: identity.Weak()}, w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func replay(t *testing.T, url string) *played {
	t.Helper()
	house, w := stage(t, url)
	last, most := 0, 0
	users, err := Replay(t.Context(), house, now, func(done, total int) {
		if done != last+1 || last > 0 && total != most {
			t.Errorf("progress %d of %d after %d of %d", done, total, last, most)
		}
		last, most = done, total
	})
	must(t, err)
	if last != most || most < 86 {
		t.Errorf("progress ended at %d of %d", last, most)
	}
	p := &played{store: w.Store, users: users, log: w.log}
	p.final = p.read(t)
	return p
}

// read lists all assessments as the professionals of the units see them.
func (p *played) read(t *testing.T) []*assessment.Assessment {
	t.Helper()
	var all []*assessment.Assessment
	for i, u := range p.users {
		if u.Role != "professional" || slices.ContainsFunc(p.users[:i], func(o User) bool { return o.Unit == u.Unit }) {
			continue
		}
		list, err := p.store.Assessments(access.WholeHouse(t.Context()), assessment.ListQuery{Own: access.Scope{Units: []string{u.Unit}, Registers: access.Registers}, Limit: 100})
		must(t, err)
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *assessment.Assessment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return all
}

// expert is the expert of the demo, by the token that was given out.
func (p *played) expert(t *testing.T) access.Actor {
	t.Helper()
	i := slices.IndexFunc(p.users, func(u User) bool { return u.Role == "expert" })
	actor, err := access.NewService(p.store, identity.Weak(), fixed(now), newIDs()).Authenticate(t.Context(), p.users[i].Token)
	must(t, err)
	return actor
}

// as is a context in which the expert asks.
func (p *played) as(t *testing.T) context.Context {
	t.Helper()
	return access.With(t.Context(), p.expert(t))
}

// shared is one replay for all tests. Its store is closed.
var shared *played

// onSQLite is the house after that replay. Each test has its own copy of the database.
func onSQLite(t *testing.T) *played {
	t.Helper()
	url := testkit.SQLiteFrom(t, "replayed", func(url string) error {
		shared = replay(t, url)
		return shared.store.Close()
	})
	p := *shared
	p.store = opened(t, url)
	return &p
}

// TestPublishedTable asks the report service what an expert would ask, and
// compares the replay on one database with that on the other.
func TestPublishedTable(t *testing.T) {
	first := onSQLite(t)
	t.Run("sqlite", func(t *testing.T) { asPublished(t, first) })
	t.Run("postgres", func(t *testing.T) {
		second := replay(t, testkit.Postgres(t))
		asPublished(t, second)
		alike(t, second, first)
	})
}

func asPublished(t *testing.T, p *played) {
	t.Helper()
	d, err := report.NewService(p.store).Distribution(p.as(t), report.Query{From: trialFrom, To: trialTo})
	must(t, err)
	if d.N == nil || *d.N != 86 || d.MinCell != 1 || !d.DemoNote {
		t.Errorf("n, smallest cell or the note are wrong: %+v", d)
	}
	shares(t, d.Segments, []cell{{"omatoimi", 40, 47}, {"yhteiso", 8, 9}, {"yhteistyo", 15, 17}, {"verkosto", 23, 27}})
	shares(t, d.Batteries, []cell{
		{"individual-client", 86, 100}, {"functioning", 37, 43}, {"illness-care", 3, 4},
		{"social-wellbeing", 32, 37}, {"health-risk", 14, 16},
	})
	for i, want := range []int{120, 86, 20, 10, 4, 0} {
		line := d.Coverage.Lines()[i]
		if line.Count == nil || *line.Count != want {
			t.Errorf("coverage: %s is not %d", line.Code, want)
		}
	}
	if len(d.Units) != 11 {
		t.Errorf("%d units instead of 11", len(d.Units))
	}
	for _, month := range d.Months {
		if (month.Code == "2023-09") != (*month.N == 0) {
			t.Errorf("%s has %d assessments", month.Code, *month.N)
		}
	}
	comeAgain(t, report.NewService(p.store), report.Query{From: trialFrom, To: trialTo}, p)
	opens(t, p)
}

// alike holds two replays against each other, ids, times and words included.
// Only what proves who somebody is may differ. Nothing that differs is printed:
// answers never are.
func alike(t *testing.T, a, b *played) {
	t.Helper()
	for i := range a.log.Users {
		if a.log.Users[i].PasswordHash == b.log.Users[i].PasswordHash {
			t.Errorf("%s has the same password in two replays", a.log.Users[i].Username)
		}
		if a.users[i].Token == b.users[i].Token || a.users[i].Password == b.users[i].Password {
			t.Errorf("%s has the same secrets in two replays", a.users[i].Username)
		}
	}
	x, y := reflect.ValueOf(a.log.withoutSecrets()), reflect.ValueOf(b.log.withoutSecrets())
	for i := range x.NumField() {
		if x.Field(i).Len() == 0 || !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			t.Errorf("two replays differ in %s", x.Type().Field(i).Name)
		}
	}
	if !reflect.DeepEqual(a.final, b.final) {
		t.Error("two replays differ in the assessments that the databases give back")
	}
}

func (l log) withoutSecrets() log {
	l.Users = slices.Clone(l.Users)
	for i := range l.Users {
		l.Users[i].PasswordHash = ""
	}
	return l
}

type cell struct {
	code           string
	count, percent int
}

func shares(t *testing.T, got []report.Share, want []cell) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d lines instead of %d", len(got), len(want))
	}
	for i, w := range want {
		if g := got[i]; g.Code != w.code || g.Count == nil || *g.Count != w.count || g.Percent == nil || *g.Percent != w.percent {
			t.Errorf("line %d is not %v", i, w)
		}
	}
}

// TestLogins makes sure that everybody who is printed can really come in.
func TestLogins(t *testing.T) {
	p := onSQLite(t)
	if first := p.users[0]; first.Role != "professional" || first.Unit != "vuosaari-ta" {
		t.Errorf("the first user is a %s of %q", first.Role, first.Unit)
	}
	roles := map[string]int{}
	at := func(when time.Time, token string) (access.Actor, error) {
		return access.NewService(p.store, identity.Weak(), fixed(when), newIDs()).Authenticate(t.Context(), token)
	}
	for _, u := range p.users {
		roles[u.Role]++
		actor, err := at(now.Add(TokenLifetime-time.Minute), u.Token)
		must(t, err)
		if string(actor.Role) != u.Role || u.Unit != "" && !slices.Equal(actor.Units, []string{u.Unit}) || u.Unit == "" && len(actor.Units) > 0 {
			t.Errorf("%s comes in as a %s of %v", u.Username, actor.Role, actor.Units)
		}
		if _, err := at(now.Add(TokenLifetime+time.Minute), u.Token); err == nil {
			t.Errorf("the token of %s never ends", u.Username)
		}
		kept, err := p.store.UserByName(t.Context(), u.Username)
		must(t, err)
		if !kept.CreatedAt.Equal(now) {
			t.Errorf("%s was not added now", u.Username)
		}
		pages := access.NewService(p.store, identity.Weak(), fixed(now), newIDs())
		session, err := pages.Login(t.Context(), u.Username, u.Password)
		must(t, err)
		if in, err := pages.Session(t.Context(), session); err != nil || in.Actor.ID != actor.ID || in.MustChangePassword {
			t.Errorf("%s cannot go on after logging in: %v", u.Username, err)
		}
		if text := u.String() + u.LogValue().String(); text != "[redacted][redacted]" {
			t.Errorf("a login prints as %q", text)
		}
	}
	if roles["expert"] != 1 || roles["admin"] != 1 || roles["professional"] < 11 {
		t.Errorf("roles: %v", roles)
	}
}

// TestOnlyIntoAnEmptyDatabase also shows that a replay is all or nothing.
func TestOnlyIntoAnEmptyDatabase(t *testing.T) {
	house, w := stage(t, testkit.SQLite(t))
	must(t, w.Store.InsertUser(t.Context(), access.User{ID: newIDs().New(), Username: "admin", Name: "x", Role: access.Admin, PasswordHash: "x", CreatedAt: now}))
	if _, err := Replay(t.Context(), house, now, nil); err == nil {
		t.Fatal("a user of the same name was no hindrance")
	}
	units, err := w.Units(t.Context())
	must(t, err)
	settings, err := w.Settings(t.Context())
	must(t, err)
	if len(units)+len(settings) > 0 {
		t.Errorf("a replay that failed left %d units and %d settings behind", len(units), len(settings))
	}
	must(t, w.InsertUnit(t.Context(), access.Unit{Code: "own", Name: "Own"}))
	if _, err := Replay(t.Context(), house, now, nil); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("into a database with a unit: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	house, w := stage(t, testkit.SQLite(t))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Replay(ctx, house, now, func(done, _ int) {
		if done == 20 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled in the middle: %v", err)
	}
	if units, err := w.Units(t.Context()); err != nil || len(units) > 0 {
		t.Errorf("%d units were left behind (%v)", len(units), err)
	}
}

func BenchmarkReplay(b *testing.B) {
	for b.Loop() {
		house, _ := stage(b, testkit.SQLite(b))
		if _, err := Replay(b.Context(), house, now, nil); err != nil {
			b.Fatal(err)
		}
	}
}
