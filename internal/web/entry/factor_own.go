package entry

import (
	"encoding/base32"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// issuer is what an authenticator app files the account under.
const issuer = "Omasuunta"

// appPage is what the page for setting up an app shows.
type appPage struct {
	QR     template.HTML
	Groups []string // the secret, to type
}

func (p *Pages) appForm(r *page.Request) error { return p.showApp(r, &page.Form{}) }

func (p *Pages) showApp(r *page.Request, form *page.Form) error {
	app, err := p.Access.BeginApp(r.Ctx(), r.Token())
	if fault.KindOf(err) == fault.Conflict { // there is one
		return r.Redirect("/factors")
	}
	if err != nil {
		return err
	}
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(app.Secret)
	address := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + app.Username,
		RawQuery: url.Values{"secret": {secret}, "issuer": {issuer}}.Encode()}
	code, err := figure.QR(address.String(), r.Text("factor.app.qr"), r.Text("factor.app.qr.desc"))
	if err != nil {
		return err
	}
	data := appPage{QR: template.HTML(code.SVG())} // package figure escapes its words
	for group := range slices.Chunk([]byte(secret), 4) {
		data.Groups = append(data.Groups, strings.ToLower(string(group)))
	}
	form.Labels = page.Labels{"password": "entry.password", "code": "factor.code"}
	return p.templates.Render(r, "factor_app", &page.View{Title: r.Text("factor.app.title"), Form: form, FormID: "app", Address: "/factors/app", Data: data})
}

// addApp takes the first code of an app.
func (p *Pages) addApp(r *page.Request) error {
	form := &page.Form{}
	if r.Setting() {
		return p.showApp(r, form)
	}
	var codes []string
	err := p.trying(r, func() (err error) {
		codes, err = p.Access.ConfirmApp(r.Ctx(), r.Token(), r.Form("password"), r.Form("code"))
		return err
	})
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showApp(r, form)
	}
	return p.added(r, codes)
}

// passkeyPage is what the pages for adding a passkey show.
type passkeyPage struct {
	Host    string
	Options string // what the browser is asked for, "" before the name is given
	Max     int    // characters of a name
}

func (p *Pages) passkeyForm(r *page.Request) error { return p.showPasskey(r, &page.Form{}, "") }

func (p *Pages) showPasskey(r *page.Request, form *page.Form, options string) error {
	host, _ := p.Access.PasskeysAt()
	if host == "" {
		return fault.New(fault.NotFound)
	}
	form.Labels = page.Labels{"name": "factor.passkey.name", "password": "entry.password", "passkey": "factor.passkey.make"}
	if form.Values == nil {
		form.Values = url.Values{"name": {r.Form("name")}}
	}
	return p.templates.Render(r, "factor_passkey", &page.View{
		Title: r.Text("factor.passkey.title"), Form: form, FormID: "passkey", Address: "/factors/passkeys", Scripts: scripts(host),
		Data: passkeyPage{Host: host, Options: options, Max: access.MaxPasskeyName},
	})
}

// beginPasskey takes the name of a passkey, and the password, and shows the
// button with which the device makes it.
func (p *Pages) beginPasskey(r *page.Request) error {
	form := &page.Form{}
	if r.Setting() {
		return p.showPasskey(r, form, "")
	}
	var options []byte
	err := p.trying(r, func() (err error) {
		options, err = p.Access.BeginPasskey(r.Ctx(), r.Token(), r.Form("password"), r.Form("name"))
		return err
	})
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
	}
	return p.showPasskey(r, form, string(options))
}

// addPasskey takes the passkey that the device made.
func (p *Pages) addPasskey(r *page.Request) error {
	form := &page.Form{}
	if r.Setting() {
		return p.showPasskey(r, form, "")
	}
	codes, err := p.Access.AddPasskey(r.Ctx(), r.Token(), []byte(r.Form("passkey")))
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showPasskey(r, form, "")
	}
	return p.added(r, codes)
}

// provePage is what the page shows that asks for password and factor before
// something is taken away or made anew.
type provePage struct {
	What    string // "app", "passkey" or "codes"
	Name    string // the passkey's
	Action  string
	App     bool
	Passkey bool
	Codes   bool
	Host    string
}

func (p *Pages) removeForm(r *page.Request) error { return p.showRemove(r, &page.Form{}) }

func (p *Pages) showRemove(r *page.Request, form *page.Form) error {
	have, err := p.Access.OwnFactors(r.Ctx(), r.Token())
	if err != nil {
		return err
	}
	data := provePage{Action: r.Request().URL.Path, App: have.HasApp(), Codes: have.Codes > 0}
	switch id := r.Param("id"); {
	case id != "":
		data.What = "passkey"
		i := slices.IndexFunc(have.Passkeys, func(one access.Passkey) bool { return one.ID.String() == id })
		if i < 0 {
			return fault.New(fault.NotFound)
		}
		data.Name = have.Passkeys[i].Name
	case strings.HasSuffix(data.Action, "/codes"):
		if data.What = "codes"; !have.Any() {
			return r.Redirect("/factors")
		}
	default:
		if data.What = "app"; !have.HasApp() {
			return r.Redirect("/factors")
		}
	}
	if data.Host, _ = p.Access.PasskeysAt(); data.Host != "" {
		data.Passkey = len(have.Passkeys) > 0
	}
	form.Labels = proofLabels
	return p.templates.Render(r, "factor_remove", &page.View{
		Title: r.Code("factor.remove.title", data.What), Form: form, FormID: "remove", Address: data.Action, Scripts: scripts(data.Host), Data: data,
	})
}

// remove takes a factor away, or makes new recovery codes, after password and
// factor.
func (p *Pages) remove(r *page.Request) error {
	if r.Setting() {
		if shown := r.Posted()["shown"]; len(shown) > 0 { // the page of codes, in another language
			return p.showCodes(r, shown)
		}
		return p.showRemove(r, &page.Form{})
	}
	var codes []string
	err := p.trying(r, func() (err error) {
		codes, err = p.removal(r)
		return err
	})
	if err != nil {
		form := &page.Form{}
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showRemove(r, form)
	}
	if len(codes) > 0 {
		return p.showCodes(r, codes)
	}
	return r.Redirect("/factors?done=removed")
}

func (p *Pages) removal(r *page.Request) (codes []string, err error) {
	password, proof := r.Form("password"), proofIn(r)
	switch {
	case r.Param("id") != "":
		var id uuid.UUID
		if id, err = r.ID(); err == nil {
			err = p.Access.RemovePasskey(r.Ctx(), r.Token(), id, password, proof)
		}
	case strings.HasSuffix(r.Request().URL.Path, "/codes"):
		codes, err = p.Access.NewRecoveryCodes(r.Ctx(), r.Token(), password, proof)
	default:
		err = p.Access.RemoveApp(r.Ctx(), r.Token(), password, proof)
	}
	return codes, err
}
