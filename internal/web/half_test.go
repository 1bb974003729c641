package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// Whoever has shown the password and not yet the second factor is nobody: on
// every page there is but those that ask for the factor, they get what somebody
// without a session gets, or are led to where it is asked for.
func TestHalfALoginReachesNothing(t *testing.T) {
	h := housetest.New(t)
	pages, err := web.New(web.Deps{
		Access: h.Access, Assessments: h.Assessments, Content: h.Content, Invitations: h.Invitations, Reports: h.Reports, Trials: h.Trials, Diary: h.Diary, Surveys: h.Surveys,
		Settings: h.Settings, Library: h.Library, Archive: archive.NewService(h.Store, h.Clock, false), House: h.Store, Clock: h.Clock,
	})
	h.Must(err)
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) { _ = c.String(http.StatusTeapot, fault.CodeOf(err)) }
	free := func(string, string, string) (func(), error) { return func() {}, nil }
	pages.Register(e, func(next echo.HandlerFunc) echo.HandlerFunc { return next }, func(string) error { return nil }, free)

	halves := map[access.Role]string{}
	for _, role := range access.Roles {
		username := "half." + string(role)
		h.Hire(username, role, housetest.Unit)
		begun := h.SignIn(username)
		app, err := h.Access.BeginApp(t.Context(), begun)
		h.Must(err)
		_, err = h.Access.ConfirmApp(t.Context(), begun, housetest.Password, housetest.TOTP(app.Secret, h.Clock.Now()))
		h.Must(err)
		halves[role] = h.SignIn(username)
	}
	ask := func(method, path, token string) (status int, to string) {
		q := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		if token != "" {
			q.AddCookie(&http.Cookie{Name: "omasuunta", Value: token})
		}
		if method == http.MethodPost {
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer := httptest.NewRecorder()
		e.ServeHTTP(answer, q)
		return answer.Code, answer.Header().Get("Location")
	}
	routes := pages.Routes()
	if len(routes) < 80 {
		t.Fatalf("%d routes", len(routes))
	}
	for _, route := range routes {
		if route.Path == "/logout" || slices.Contains(route.Steps, access.SecondFactor) {
			continue
		}
		path := strings.NewReplacer(":id", uuid.NewString(), ":", "").Replace(route.Path)
		nobodyGets, nobodyGoes := ask(route.Method, path, "")
		for role, token := range halves {
			status, to := ask(route.Method, path, token)
			switch {
			case route.Gate == page.Open && status == nobodyGets && to == nobodyGoes:
			case route.Gate != page.Open && route.Method == http.MethodGet && status == http.StatusSeeOther && strings.HasPrefix(to, "/login/second"):
			case route.Gate != page.Open && route.Method == http.MethodPost && status == http.StatusUnauthorized:
			default:
				t.Errorf("%s %s: half a login of a %s gets %d %s, nobody %d %s", route.Method, path, role, status, to, nobodyGets, nobodyGoes)
			}
		}
	}
	for role, token := range halves { // and none of that made it whole
		if session, err := h.Access.Session(t.Context(), token); err != nil || session.Missing() != access.SecondFactor {
			t.Errorf("%s: missing %q, %v", role, session.Missing(), err)
		}
		if status, to := ask(http.MethodPost, "/logout", token); status != http.StatusSeeOther || to != "/login?out=1" {
			t.Errorf("logging out: %d %s", status, to)
		}
		if _, err := h.Access.Session(t.Context(), token); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%s: half a session after logging out: %v", role, err)
		}
	}
}
