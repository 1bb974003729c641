package outcome_test

import (
	"context"
	"html"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/outcome"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

// visit is the pages of a result over a real database, and two professionals of
// different units who look at them without scripts.
type visit struct {
	*testing.T
	echo        *echo.Echo
	clock       *testkit.Clock
	people      *access.Service
	assessments *assessment.Service
	own, other  string // tokens of sessions
	failed      error  // what the last page failed with
}

func (v *visit) must(errs ...error) {
	v.Helper()
	for _, err := range errs {
		if err != nil {
			v.Fatal(err)
		}
	}
}

func newVisit(t *testing.T) *visit {
	v := &visit{T: t, echo: echo.New(), clock: testkit.NewClock(time.Date(2023, 10, 31, 8, 42, 0, 0, time.UTC))}
	db, err := store.Open(t.Context(), testkit.SQLite(t), slog.New(slog.DiscardHandler))
	v.must(err)
	t.Cleanup(func() { _ = db.Close() })
	library, err := instrument.Builtin()
	v.must(err)
	texts, err := consent.BuiltinTexts()
	v.must(err, db.Migrate(t.Context()), db.RegisterContent(t.Context(), library.Versions(), texts))
	words := content.New(db, library, texts, setting.New(db, v.clock, nil), v.clock, randomIDs{})
	v.people = access.NewService(db, identity.Secrets{}, v.clock, randomIDs{})
	v.assessments = assessment.NewService(db, library, words, v.clock, randomIDs{})
	kit, err := page.New(page.Config{Sessions: v.people, Clock: v.clock})
	v.must(err)
	kit.AskLogin(func(*page.Request) error { return fault.New(fault.Unauthenticated) })
	pages, err := outcome.New(kit, outcome.Deps{Assessments: v.assessments, Library: library, Guidance: words, House: db})
	v.must(err)
	v.echo.HTTPErrorHandler = func(err error, c echo.Context) { v.failed = err; _ = c.NoContent(500) }
	kit.Register(v.echo, func(next echo.HandlerFunc) echo.HandlerFunc { return next }, func(string) error { return nil }, nil, pages.Routes())
	v.own, v.other = v.professional("ranta"), v.professional("niemi")
	return v
}

// professional makes a unit with one user, and returns the token of a session.
func (v *visit) professional(unit string) string {
	system := access.With(v.Context(), access.SystemActor)
	v.must(v.people.AddUnit(system, access.Unit{Code: unit, Name: "Yksikkö " + unit}))
	_, once, err := v.people.AddUser(system, access.NewUser{Username: unit, Name: "Testi " + unit, Role: "professional", Units: []string{unit}})
	v.must(err)
	token, err := v.people.Login(v.Context(), unit, once)
	v.must(err)
	_, err = v.people.ChangePassword(v.Context(), token, once, password+unit)
	v.must(err)
	return v.login(unit)
}

const password = "kolme kovaa kiveä "

// login begins a session of the unit's professional.
func (v *visit) login(unit string) string {
	token, err := v.people.Login(v.Context(), unit, password+unit)
	v.must(err)
	return token
}

// as is the context of whoever has a session.
func (v *visit) as(token string) context.Context {
	session, err := v.people.Session(v.Context(), token)
	v.must(err)
	return access.With(v.Context(), session.Actor)
}

// what a visit is about, before its answers.
func beginning() assessment.Begin {
	return assessment.Begin{
		Consent: assessment.GiveConsent{Form: "paper", Purposes: []string{"assessment", "record"}, GivenBy: "client"},
		Start: assessment.Start{Unit: "ranta", Register: "health", Language: "fi", Battery: "functioning", ClientRef: "A-17",
			Expected: "yhteiso"},
	}
}

// done is an assessment with a result: the answers of a side are around one
// value, but for the first of the client's.
func (v *visit) done(client, professional int, change func(*assessment.Begin)) *assessment.Assessment {
	v.Helper()
	in := beginning()
	if change != nil {
		change(&in)
	}
	a, _, err := v.assessments.Begin(v.as(v.own), in)
	v.must(err)
	own, theirs, err := v.assessments.Batteries(a)
	v.must(err)
	for _, side := range []struct {
		battery *instrument.Battery
		value   int
	}{{own, client}, {theirs, professional}} {
		var answers []assessment.SeenAnswer
		for i, item := range side.battery.Items {
			value := side.value + i%3 - 1
			answer := assessment.Answer{Item: item.Code, Value: &value}
			switch {
			case i == 0 && side.battery == own:
				answer.Value, answer.Skip, answer.Comment = nil, "discuss", "Portaat ovat hankalat"
			case i == 0:
				answer.Comment = "Rollaattori tarkistettava"
			}
			answers = append(answers, assessment.SeenAnswer{Answer: answer})
		}
		_, err := v.assessments.Answer(v.as(v.own), assessment.SaveAnswers{ID: a.ID, Side: side.battery.Side, Answers: answers})
		v.must(err)
	}
	v.clock.Advance(time.Minute)
	a, err = v.assessments.Complete(v.as(v.own), assessment.Complete{ID: a.ID})
	v.must(err)
	return a
}

type answer struct {
	status         int
	location, body string // body as it is read, without entities
	policy         string
}

// open asks for a page as whoever has a session; with a form it is posted.
func (v *visit) open(token, path string, form url.Values) answer {
	v.Helper()
	v.failed = nil
	r := httptest.NewRequest("GET", path, nil)
	if form != nil {
		r = httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set(echo.HeaderContentType, echo.MIMEApplicationForm)
	}
	r.Header.Set("Cookie", "omasuunta="+token)
	r.Header.Set("Accept-Language", "fi")
	w := httptest.NewRecorder()
	v.echo.ServeHTTP(w, r)
	return answer{w.Code, w.Header().Get("Location"), html.UnescapeString(w.Body.String()), w.Header().Get("Content-Security-Policy")}
}

// says fails for each text that is not on a page, or is although it begins
// with "!".
func (v *visit) says(a answer, texts ...string) {
	v.Helper()
	for _, text := range texts {
		unwanted, not := strings.CutPrefix(text, "!")
		if strings.Contains(a.body, unwanted) == not {
			v.Errorf("%d: %q is there: %v", a.status, unwanted, not)
		}
	}
}

func at(a *assessment.Assessment, name string) string {
	return "/assessments/" + a.ID.String() + "/" + name
}
