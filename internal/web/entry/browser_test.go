package entry_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

// A one-time password opens nothing once its time is over, and only whoever has it
// is told so. The link for the first administrator has an end as well.
func TestOneTimePasswordEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link, err := h.Access.NewSetupLink(h.System())
	h.Must(err)
	h.Clock.Advance(access.SetupLinkFor - time.Second)
	h.Get("/setup/" + link).Is(http.StatusOK)
	h.Clock.Advance(time.Second)
	h.Get("/setup/" + link).Is(http.StatusGone)

	once := h.add("professional")
	h.Clock.Advance(access.DefaultLimits.FirstPassword - time.Second)
	h.login(once).Leads("/")
	h.Send("/logout", url.Values{})
	h.Clock.Advance(time.Second)
	h.login(once).Is(http.StatusUnauthorized, "Kertasalasana on vanhentunut", "Pyydä pääkäyttäjältä uusi")
	h.login("something else").Is(http.StatusUnauthorized, "eivät täsmää", "!vanhentunut")
	h.Get("/").Leads("/login")
	user, err := h.Access.UserByName(h.System(), somebody)
	h.Must(err)
	fresh, err := h.Access.ResetPassword(h.System(), user.ID)
	h.Must(err)
	h.login(fresh).Leads("/")
}

// While strangers have used up the tries at a name, and of the second step, the
// owner comes in with their own browser.
func TestStrangersUseUpNoOwnTries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(housetest.Password).Leads("/")
	app := h.Get("/factors/app")
	secret := h.secretOn(app)
	app.Form("app").Fill("code", h.code(secret), "password", housetest.Password).Send().Is(http.StatusOK)
	h.Send("/logout", url.Values{})
	name, second := url.Values{"username": {somebody}, "password": {housetest.Password}}, func(code string) url.Values { return url.Values{"code": {code}} }

	stranger := h.Browse("") // who knows the password
	for range 3 {
		stranger.Send("/login", name).Leads("/login/second")
		stranger.Send("/login/second", second("000000")).Is(http.StatusUnprocessableEntity)
	}
	stranger.Send("/login", name).Leads("/login/second")
	h.Clock.Advance(time.Minute)
	stranger.Send("/login/second", second(h.code(secret))).Is(http.StatusTooManyRequests)
	wrong := url.Values{"username": {somebody}, "password": {"wrong wrong wrong"}}
	for range 3 {
		stranger.Send("/login", wrong).Is(http.StatusUnauthorized)
	}
	stranger.Send("/login", name).Is(http.StatusTooManyRequests)

	h.login(housetest.Password).Leads("/login/second")
	h.Send("/login/second", second(h.code(secret))).Leads("/")
	h.Get("/").Is(http.StatusNoContent)

	// A password of common words is refused where somebody chooses one.
	h.Send("/password", url.Values{"old": {housetest.Password}, "new": {"Salasana2024!"}, "again": {"Salasana2024!"}}).
		Is(http.StatusUnprocessableEntity, "helppo arvata")
}
