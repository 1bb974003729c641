package answering_test

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/answering"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

const password = "kolme kovaa kiveä"

var morning = time.Date(2023, 9, 14, 7, 42, 0, 0, time.UTC) // 10.42 in Helsinki

// visit is the pages over a real database, a professional who has begun an
// assessment, and a colleague of another unit.
type visit struct {
	*testing.T
	echo        *echo.Echo
	clock       *testkit.Clock
	people      *access.Service
	assessments *assessment.Service
	invitations *invitation.Service
	own, other  string // tokens of sessions
	failed      error  // what the last request failed with
}

func (v *visit) must(errs ...error) {
	v.Helper()
	for _, err := range errs {
		if err != nil {
			v.Fatal(err)
		}
	}
}

// tokens are sessions in the database that every test gets a copy of: hashing
// passwords takes its time.
type tokens struct{ own, other string }

var prepared tokens // by prepare, once

func prepare(url string) error {
	ctx, clock := context.Background(), testkit.NewClock(morning)
	db, err := store.Open(ctx, url, slog.New(slog.DiscardHandler))
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
	if err := errors.Join(db.Migrate(ctx), db.RegisterContent(ctx, library.Versions(), texts)); err != nil {
		return err
	}
	people := access.NewService(db, identity.Secrets{}, clock, randomIDs{})
	prepared.own, err = professional(ctx, people, "ranta")
	if err == nil {
		prepared.other, err = professional(ctx, people, "niemi")
	}
	return errors.Join(err, db.Close())
}

// professional makes a unit with one user, and returns the token of a session.
func professional(ctx context.Context, people *access.Service, unit string) (string, error) {
	system := access.With(ctx, access.SystemActor)
	if err := people.AddUnit(system, access.Unit{Code: unit, Name: "Yksikkö " + unit}); err != nil {
		return "", err
	}
	_, once, err := people.AddUser(system, access.NewUser{Username: unit, Name: "Testi " + unit, Role: "professional", Units: []string{unit}})
	if err != nil {
		return "", err
	}
	token, err := people.Login(ctx, unit, once)
	if err != nil {
		return "", err
	}
	return people.ChangePassword(ctx, token, once, password)
}

func newVisit(t *testing.T) *visit {
	url := testkit.SQLiteFrom(t, "answering", prepare)
	v := &visit{T: t, echo: echo.New(), clock: testkit.NewClock(morning), own: prepared.own, other: prepared.other}
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	v.must(err)
	t.Cleanup(func() { _ = db.Close() })
	library, err := instrument.Builtin()
	v.must(err)
	texts, err := consent.BuiltinTexts()
	v.must(err)
	content := assessment.FixedContent(library, texts)
	v.people = access.NewService(db, identity.Secrets{}, v.clock, randomIDs{})
	v.assessments = assessment.NewService(db, library, content, v.clock, randomIDs{})
	v.invitations = invitation.NewService(db, v.assessments, v.people, identity.Secrets{}, content, v.clock, randomIDs{})
	kit, err := page.New(page.Config{Sessions: v.people, Clock: v.clock})
	v.must(err)
	kit.AskLogin(func(*page.Request) error { return fault.New(fault.Unauthenticated) })
	pages, err := answering.New(kit, answering.Deps{Assessments: v.assessments, Screens: v.people, Invitations: v.invitations, Glossary: library})
	v.must(err)
	v.echo.HTTPErrorHandler = func(err error, c echo.Context) { v.failed = err; _ = c.NoContent(500) }
	free := func(string, string) (func(), error) { return func() {}, nil }
	kit.Register(v.echo, func(next echo.HandlerFunc) echo.HandlerFunc { return next }, func(string) error { return nil }, free, pages.Routes())
	return v
}

// as is the context of whoever has a session.
func (v *visit) as(token string) context.Context {
	v.Helper()
	session, err := v.people.Session(v.Context(), token)
	v.must(err)
	return access.With(v.Context(), session.Actor)
}

// begun is a draft of the professional's.
func (v *visit) begun(change func(*assessment.Start)) *assessment.Assessment {
	v.Helper()
	in := assessment.Begin{
		Consent: assessment.GiveConsent{Form: "paper", Purposes: []string{"assessment"}, GivenBy: "client"},
		Start:   assessment.Start{Unit: "ranta", Register: "social", Language: "fi", Battery: "social-wellbeing"},
	}
	if change != nil {
		change(&in.Start)
	}
	a, _, err := v.assessments.Begin(v.as(v.own), in)
	v.must(err)
	return a
}

// now is an assessment as it is now.
func (v *visit) now(a *assessment.Assessment) *assessment.Assessment {
	v.Helper()
	a, err := v.assessments.Assessment(v.as(v.own), a.ID)
	v.must(err)
	return a
}

// give saves a number past the pages, as another device would.
func (v *visit) give(a *assessment.Assessment, side instrument.Side, value int, items ...string) {
	v.Helper()
	var answers []assessment.SeenAnswer
	for _, item := range items {
		answers = append(answers, assessment.SeenAnswer{Answer: assessment.Answer{Item: item, Value: &value}, Overwrite: true})
	}
	_, err := v.assessments.Answer(v.as(v.own), assessment.SaveAnswers{ID: a.ID, Side: side, Answers: answers})
	v.must(err)
}

// items lists the codes of a side.
func (v *visit) items(a *assessment.Assessment, side instrument.Side) (codes []string) {
	v.Helper()
	client, professional, err := v.assessments.Batteries(a)
	v.must(err)
	battery := client
	if side == instrument.Professional {
		battery = professional
	}
	for _, item := range battery.Items {
		codes = append(codes, item.Code)
	}
	return codes
}

// answer is what came back from a page, its body without entities.
type answer struct {
	status         int
	location, body string
}

// open asks for a page as whoever has a session; with a form it is posted.
func (v *visit) open(token, path string, form url.Values, headers ...string) answer {
	v.Helper()
	v.failed = nil
	r := httptest.NewRequest("GET", path, nil)
	if form != nil {
		r = httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set(echo.HeaderContentType, echo.MIMEApplicationForm)
	}
	r.Header.Set("Cookie", "omasuunta="+token)
	r.Header.Set("Accept-Language", "fi")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	v.echo.ServeHTTP(w, r)
	return answer{w.Code, w.Header().Get("Location"), html.UnescapeString(w.Body.String())}
}

var tag = regexp.MustCompile(`<(input|textarea|button)\b[^>]*>`)
var attribute = regexp.MustCompile(`([a-z_-]+)(?:="([^"]*)")?`)

// fields is what a browser would send of the form on a page: what is chosen and
// what is written, without any button.
func fields(a answer) url.Values {
	form := url.Values{}
	for _, at := range tag.FindAllStringSubmatchIndex(a.body, -1) {
		text := a.body[at[0]:at[1]]
		has := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(text, -1) {
			if _, seen := has[m[1]]; !seen {
				has[m[1]] = m[2]
			}
		}
		name := has["name"]
		_, checked := has["checked"]
		switch {
		case name == "" || strings.HasPrefix(text, "<button") || has["type"] == "password" || name == "back":
		case strings.HasPrefix(text, "<textarea"):
			rest := a.body[at[1]:]
			form.Set(name, strings.TrimPrefix(rest[:strings.Index(rest, "</textarea>")], "\n"))
		case (has["type"] == "radio" || has["type"] == "checkbox") && !checked:
		default:
			form.Set(name, has["value"])
		}
	}
	return form
}

// with is a form with other values in it, as pairs.
func with(form url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for name, values := range form {
		out[name] = values
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// leads fails unless a request was answered with a way to another page.
func (v *visit) leads(a answer, to string) {
	v.Helper()
	if a.status != 303 || a.location != to {
		v.Errorf("%d to %q (%v), want %q", a.status, a.location, v.failed, to)
	}
}

// refused fails unless the last request was refused.
func (v *visit) refused(what string, want fault.Kind) {
	v.Helper()
	if v.failed == nil || fault.KindOf(v.failed) != want {
		v.Errorf("%s: %v, want %s", what, v.failed, want)
	}
}

// says fails for each text that is not on a page, or is although it begins
// with "!".
func (v *visit) says(a answer, texts ...string) {
	v.Helper()
	for _, text := range texts {
		unwanted, not := strings.CutPrefix(text, "!")
		if strings.Contains(a.body, unwanted) == not {
			v.Errorf("%d: %q is there: %v (%v)", a.status, unwanted, not, v.failed)
		}
	}
}

// reply is what the script gets.
type reply struct {
	Saved, Seen string
	Left        int
	Clash       *struct {
		Words, Answer, Comment, Seen string
		Unclear                      bool
	}
}

// save saves one answer as the script does.
func (v *visit) save(token string, a *assessment.Assessment, pairs ...string) reply {
	v.Helper()
	got := v.open(token, at(a, "answers"), with(nil, pairs...), "Accept", "application/json")
	var out reply
	if got.status == 200 {
		v.must(json.Unmarshal([]byte(got.body), &out))
	}
	return out
}

func at(a *assessment.Assessment, name string) string {
	return "/assessments/" + a.ID.String() + "/" + name
}

func number(t testing.TB, sheet instrument.Sheet, item string) int {
	t.Helper()
	a, ok := sheet.Find(item)
	if !ok || !a.Scored() {
		return -1
	}
	return a.Value
}
