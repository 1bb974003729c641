package previsit

import (
	"strings"

	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// sheet is an invitation as it is given to a client, in the client's language.
type sheet struct {
	row
	words   *locale.Printer
	Link    string // the whole address
	Secret  string // its secret part
	Code    string
	Address string // where the code is typed, as people type addresses
	QR      qrCode
	To      lang.Tag
}

// Say is a text in the client's language, in plain language where asked for.
func (s sheet) Say(key string, args ...map[string]any) string {
	if s.Plain {
		return s.words.Plain(key, args...)
	}
	return s.words.Text(key, args...)
}

// Until is the last day of the invitation in the client's language.
func (s sheet) Until() string { return s.words.Date(s.Last) }

func (p *Pages) showSheet(r *page.Request, i invitation.Invitation, secrets invitation.Secrets) error {
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data := sheet{row: p.row(r, units, i), words: locale.For(i.Language), To: i.Language, Secret: secrets.Link, Code: secrets.Code}
	at := p.PublicURL
	data.Link, data.Address = document.JoinLink(at, secrets), document.JoinAddress(at)
	if data.QR, err = newQR(data.Link); err != nil {
		return err
	}
	return p.templates.Render(r, "sheet", &page.View{
		Title: r.Text("previsit.sheet.title"), Address: "/invitations/" + i.ID.String(), FormID: "sheet", Data: data,
	})
}

// sheetAgain shows a sheet once more in another language or text size. What is
// kept of its link and code does not tell them, so the page itself brings them
// along.
func (p *Pages) sheetAgain(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	i, err := p.Invitations.Invitation(r.Ctx(), id)
	if err != nil {
		return err
	}
	secrets := invitation.Secrets{Link: r.Form("link"), Code: r.Form("code")}
	if !r.Setting() || !plausible(secrets) {
		return r.Redirect("/invitations/" + id.String())
	}
	return p.showSheet(r, i, secrets)
}

// plausible tells whether a link and a code may be those of a sheet. Whether
// they are right only their client finds out.
func plausible(s invitation.Secrets) bool {
	const longest = 100
	safe := func(text string) bool {
		return text != "" && len(text) <= longest && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
	}
	return safe(s.Link) && safe(s.Code)
}

// renew makes a new link and code and shows their sheet.
func (p *Pages) renew(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	if r.Setting() {
		return r.Redirect("/invitations/" + id.String())
	}
	secrets, err := p.Invitations.Renew(r.Ctx(), id)
	if err != nil {
		return err
	}
	i, err := p.Invitations.Invitation(r.Ctx(), id)
	if err != nil {
		return err
	}
	return p.showSheet(r, i, secrets)
}
