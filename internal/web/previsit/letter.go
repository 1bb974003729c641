package previsit

import (
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// letter is the sheet with a link and a code as a file to print or to post. The
// page brings both along, as in sheetAgain; they are never part of an address.
func (p *Pages) letter(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	i, err := p.Invitations.Invitation(r.Ctx(), id)
	if err != nil {
		return err
	}
	secrets := invitation.Secrets{Link: r.Form("link"), Code: r.Form("code")}
	if !plausible(secrets) {
		return r.Redirect("/invitations/" + id.String())
	}
	return r.Paper(p.Papers.Letter(r.Ctx(), i, secrets, p.PublicURL))
}
