package main

import (
	"regexp"
	"testing"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// TestAHouseIsSetUpInTheBrowser goes from an empty database to a professional at
// the start page: the link that the program prints, the first administrator, a
// unit, a user and the one-time password.
func TestAHouseIsSetUpInTheBrowser(t *testing.T) {
	t.Parallel()
	s := start(t, "serve", "--database", "sqlite:"+t.TempDir()+"/new.db")
	printed := regexp.MustCompile(`\S+/setup/\S+`)
	b := browse(t, s.URL, "fi")
	w := locale.For(lang.Finnish)
	s.as("").want(200, "GET", "/readyz", nil) // it serves after it has printed
	link := printed.FindString(s.out.String())
	b.open(link)
	b.reads(w.Text("entry.setup.title"))
	b.fill(w.Text("entry.username"), "hallinta")
	b.fill(w.Text("entry.setup.name"), "Testi Hallinta")
	b.fill(w.Text("entry.password"), "lyhyt")
	b.press(w.Text("entry.setup.do"))
	b.reads(w.Text("page.mistakes"))
	if got := b.value(w.Text("entry.setup.name")); got != "Testi Hallinta" {
		t.Errorf("the name is %q after a mistake", got)
	}
	b.fill(w.Text("entry.password"), ownPassword)
	b.fill(w.Text("entry.password.again"), ownPassword)
	b.press(w.Text("entry.setup.do"))

	b.at("/admin/units")
	b.fill(w.Text("administration.unit.name"), "Vuosaaren terveysasema")
	b.fill(w.Text("administration.unit.code"), "vuosaari-ta")
	b.press(w.Text("administration.unit.add"))
	b.reads(w.Text("administration.units.added"))
	b.open("/admin/users/new")
	b.fill(w.Text("administration.user.name"), "Testi Ammattilainen")
	b.fill(w.Text("administration.user.username"), "ammattilainen")
	b.pick(w.Text("role.professional"))
	b.pick("Vuosaaren terveysasema")
	b.press(w.Text("administration.user.add"))
	b.reads(w.Text("administration.password.once"))
	once := regexp.MustCompile(`[a-z0-9]{4}(-[a-z0-9]{4}){3}`).FindString(eval[string](b, `document.querySelector("main").innerText + [...document.querySelectorAll("main input")].map((e) => e.value).join(" ")`))
	if once == "" {
		t.Fatal("no one-time password is shown")
	}
	b.press(w.Text("page.logout"))
	b.reads(w.Text("entry.login.title"))

	b.open(link) // a second time
	b.reads(w.Text("entry.setup.gone.title"))

	b.open("/login")
	b.logIn(lang.Finnish, person{"ammattilainen", once})
	b.at("/password")
	b.fill(w.Text("entry.password.old"), once)
	b.fill(w.Text("entry.password.new"), ownPassword)
	b.fill(w.Text("entry.password.again"), ownPassword)
	b.press(w.Text("entry.password.do"))
	b.reads(w.Text("entry.password.done"))
	b.open("/")
	b.reads(w.Text("visit.start.empty"))
}
