package main

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// freePort is a port of this machine that nobody listens on.
func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// authenticator plugs a device into the browser that makes passkeys and knows its
// owner.
func (b *browser) authenticator() webauthn.AuthenticatorID {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		b.Fatal(err)
	}
	made, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	return made.AuthenticatorID
}

// app is an authenticator app. Each of its codes is good once.
type app struct {
	testing.TB
	secret []byte
	last   int64 // the step of the latest code that was typed
}

// app reads the secret from the page.
func (b *browser) app() *app {
	b.Helper()
	secret, err := housetest.TOTPSecret(eval[string](b, `document.querySelector(".secret code").textContent`))
	if err != nil {
		b.Fatal(err)
	}
	return &app{TB: b, secret: secret}
}

// code is one that was not typed yet: of now or, when that is used, of the next
// half minute, which a server takes for a clock that is fast. A third waits.
func (p *app) code() string {
	p.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		now := time.Now().Unix() / 30
		if step := max(p.last+1, now); step <= now+1 {
			p.last = step
			return housetest.TOTP(p.secret, time.Unix(step*30, 0))
		}
		select {
		case <-tick.C:
		case <-p.Context().Done():
			p.Fatal("no code in time")
		}
	}
}

// lookedAt looks at a page that can be asked for: in every language, at a desk and on a
// phone, with all rules of accessibility.
func (b *browser) lookedAt(name, path string) {
	b.Helper()
	for _, tag := range []lang.Tag{lang.English, lang.Swedish, lang.Finnish} {
		b.open(path + "?_set=language:" + string(tag))
		b.look(name, tag)
	}
}

// look at the page as it is.
func (b *browser) look(name string, tag lang.Tag) {
	b.Helper()
	for _, width := range []int64{1280, 360} {
		b.size(width, 900)
		b.accessible(fmt.Sprintf("%s in %s, %d px", name, tag, width))
		b.shot(fmt.Sprintf("factor-%s-%s-%d", name, tag, width))
	}
	b.size(1280, 900)
}

// TestSecondFactorsInTheBrowser sets an app and a passkey up and logs in with
// each, as people do.
func TestSecondFactorsInTheBrowser(t *testing.T) {
	t.Parallel()
	database, port := "sqlite:"+t.TempDir()+"/factors.db", freePort(t)
	must(t, "unit", "add", "--database", database, "--code", "vuosaari-ta", "--name", "Vuosaaren terveysasema")
	once := must(t, "user", "add", "--database", database, "--username", "ammattilainen", "--name", "Testi Ammattilainen", "--role", "professional", "--unit", "vuosaari-ta")
	startAt(t, "127.0.0.1:"+port, "serve", "--database", database)
	b := browse(t, "http://localhost:"+port, "fi")
	w := locale.For(lang.Finnish)
	me := person{"ammattilainen", ownPassword}
	b.open("/login")
	b.logIn(lang.Finnish, person{"ammattilainen", once})
	b.at("/password")
	b.fill(w.Text("entry.password.old"), once)
	b.fill(w.Text("entry.password.new"), ownPassword)
	b.fill(w.Text("entry.password.again"), ownPassword)
	b.press(w.Text("entry.password.do"))
	b.reads(w.Text("entry.password.done"))
	b.open("/password")
	b.press(w.Text("factor.offer.do"))
	b.at("/factors")
	b.lookedAt("none", "/factors")

	b.lookedAt("app", "/factors/app")
	codes := b.app()
	b.fill(w.Text("factor.code"), "000000")
	b.press(w.Text("factor.app.do"))
	b.reads(w.Text("finding.wrong_factor"))
	b.look("app-wrong", lang.Finnish)
	b.fill(w.Text("factor.code"), codes.code())
	b.fill(w.Text("entry.password"), ownPassword)
	b.press(w.Text("factor.app.do"))
	b.reads(w.Text("factor.codes.once"))
	b.look("codes", lang.Finnish)
	code := eval[string](b, `document.querySelector("#codes").textContent.split("\n")[0]`)
	for _, tag := range []lang.Tag{lang.Swedish, lang.English, lang.Finnish} {
		b.press(w.Code("page.language", string(tag)))
		b.reads(locale.For(tag).Text("factor.codes.once"))
		b.look("codes", tag)
	}
	if again := eval[string](b, `document.querySelector("#codes").textContent.split("\n")[0]`); again != code {
		t.Errorf("the codes are others in another language")
	}
	b.press(w.Text("factor.codes.continue"))
	b.reads(w.Text("factor.added"))

	b.press(w.Text("page.logout"))
	b.reads(w.Text("entry.login.out"))
	b.logIn(lang.Finnish, me)
	b.reads(w.Text("factor.second.title"))
	b.lookedAt("second", "/login/second")
	b.fill(w.Text("factor.code"), codes.code())
	b.press(w.Text("factor.second.do"))
	b.reads(w.Text("visit.start.empty"))

	device := b.authenticator()
	b.open("/factors")
	b.press(w.Text("factor.passkey.add"))
	b.reads(w.Text("factor.passkey.lead"))
	b.lookedAt("passkey", "/factors/passkeys")
	b.fill(w.Text("factor.passkey.name"), "Työpuhelin")
	b.fill(w.Text("entry.password"), ownPassword)
	b.press(w.Text("factor.passkey.next"))
	b.reads(w.Text("factor.passkey.ready"))
	b.look("passkey-ready", lang.Finnish)
	b.press(w.Text("factor.passkey.make"))
	b.reads(w.Text("factor.added"))
	b.reads("Työpuhelin")
	b.lookedAt("both", "/factors")

	b.press(w.Text("page.logout"))
	b.reads(w.Text("entry.login.out"))
	b.lookedAt("login", "/login")
	b.press(w.Text("factor.login"))
	b.reads(w.Text("visit.start.empty"))

	b.press(w.Text("page.logout"))
	b.reads(w.Text("entry.login.out"))
	b.logIn(lang.Finnish, me)
	b.reads(w.Text("factor.second.title"))
	b.lookedAt("second-both", "/login/second")
	b.press(w.Text("factor.passkey.use"))
	b.reads(w.Text("visit.start.empty"))

	// A copy of the key counts on its own.
	keys, err := chromedp.Call(b.ctx, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: device})
	if err != nil || len(keys.Credentials) != 1 {
		t.Fatalf("%d passkeys on the device: %v", len(keys.Credentials), err)
	}
	behind := float64(0)
	if _, err := chromedp.Call(b.ctx, webauthn.SetCredentialProperties, webauthn.SetCredentialPropertiesParams{
		AuthenticatorID: device, CredentialID: keys.Credentials[0].CredentialID, SignCount: &behind,
	}); err != nil {
		t.Fatal(err)
	}
	b.press(w.Text("page.logout"))
	b.reads(w.Text("entry.login.out"))
	b.press(w.Text("factor.login"))
	b.reads(w.Text("factor.login.refused"))
	b.look("refused", lang.Finnish)

	// Without the device, with a recovery code, the passkey is taken away.
	b.logIn(lang.Finnish, me)
	b.reads(w.Text("factor.second.title"))
	b.press(w.Text("factor.second.other"))
	b.fill(w.Text("factor.recovery"), code)
	b.press(w.Text("factor.recovery.do"))
	b.reads(w.Text("visit.start.empty"))
	b.open("/factors")
	b.press(w.Text("factor.passkey.remove.named", map[string]any{"name": "Työpuhelin"}))
	b.reads(w.Text("factor.remove.title.passkey"))
	b.look("remove", lang.Finnish)
	b.fill(w.Text("entry.password"), ownPassword)
	b.fill(w.Text("factor.code"), codes.code())
	b.press(w.Text("factor.remove.do.passkey"))
	b.reads(w.Text("factor.removed"))

	must(t, "user", "reset-factors", "--database", database, "--username", "ammattilainen")
	b.open("/login")
	b.logIn(lang.Finnish, me)
	b.reads(w.Text("visit.start.empty"))
}

// Without scripts an app and recovery codes do; passkeys are not offered.
func TestSecondFactorsWithoutScripts(t *testing.T) {
	t.Parallel()
	database, port := "sqlite:"+t.TempDir()+"/factors.db", freePort(t)
	once := must(t, "user", "add", "--database", database, "--username", "hallinta", "--name", "Testi Hallinta", "--role", "admin")
	must(t, "setting", "set", "--database", database, "login.second_factor", "admins_and_experts")
	startAt(t, "127.0.0.1:"+port, "serve", "--database", database)
	b := browse(t, "http://localhost:"+port, "fi")
	b.withoutScripts()
	w := locale.For(lang.Finnish)
	b.open("/login")
	if text := b.text(); text == "" {
		t.Fatal("an empty page")
	}
	b.logIn(lang.Finnish, person{"hallinta", once})
	b.fill(w.Text("entry.password.old"), once)
	b.fill(w.Text("entry.password.new"), ownPassword)
	b.fill(w.Text("entry.password.again"), ownPassword)
	b.press(w.Text("entry.password.do"))
	b.at("/factors")
	b.open("/admin/users")
	b.at("/factors")
	b.reads(w.Text("factor.wanted"))
	b.reads(w.Text("factor.passkeys.unable"))
	b.shot("factor-wanted-without-scripts")
	if eval[bool](b, `document.querySelector("[data-passkeys]").checkVisibility()`) {
		t.Error("passkeys are offered without scripts")
	}
	b.press(w.Text("factor.app.add"))
	b.reads(w.Text("factor.app.title"))
	codes := b.app()
	b.fill(w.Text("factor.code"), codes.code())
	b.fill(w.Text("entry.password"), ownPassword)
	b.press(w.Text("factor.app.do"))
	b.reads(w.Text("factor.codes.once"))
	b.press(w.Text("factor.codes.continue"))
	b.press(w.Text("page.logout"))
	b.reads(w.Text("entry.login.out"))
	b.logIn(lang.Finnish, person{"hallinta", ownPassword})
	b.fill(w.Text("factor.code"), codes.code())
	b.press(w.Text("factor.second.do"))
	b.at("/admin/units")
}
