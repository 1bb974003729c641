package visit

import (
	"net/url"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// own leads an invited client to what is due.
func (p *Pages) own(r *page.Request) error {
	if id := r.Session.Actor.Assessment; id != uuid.Nil {
		return r.Redirect(clientPart(id))
	}
	return r.Redirect("/own/consent")
}

// ownConsent informs an invited client and asks for consent. Once it is given, it
// is the client's copy of it.
func (p *Pages) ownConsent(r *page.Request) error {
	if id := r.Session.Actor.Assessment; id != uuid.Nil {
		return p.showRecord(r, id)
	}
	mine, err := p.Invitations.Mine(r.Ctx())
	if err != nil {
		return err
	}
	values := url.Values{"language": {string(mine.Language)}}
	if mine.Plain {
		values.Set("plain", yes)
	}
	return p.showConsent(r, &page.Form{Labels: consentLabels, Values: values}, true)
}

// giveOwnConsent begins the client's own part. How long reading it took at home
// is not part of any visit.
func (p *Pages) giveOwnConsent(r *page.Request) error {
	values := r.Posted()
	form := &page.Form{Labels: consentLabels, Values: values}
	if reshow(r, values) {
		return p.showConsent(r, form, true)
	}
	values.Del("form") // at home nothing is signed on paper
	plain := values.Get("plain") == yes
	a, err := p.Invitations.Accept(r.Ctx(), invitation.Accept{
		Prior: unsigned(values), Language: values.Get("language"), Plain: &plain, Purposes: values["purposes"],
		GivenBy: giverOf(values), Ground: values.Get("representative_ground"), SignedName: values.Get("signed_name"),
		TextVersion: readVersion(values),
	})
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		return p.showConsent(r, form, true)
	}
	return r.Redirect(clientPart(a.ID))
}

// decline ends an invitation that the client does not want.
func (p *Pages) decline(r *page.Request) error {
	if err := p.Invitations.Decline(r.Ctx(), ""); err != nil {
		return err
	}
	r.End()
	query := url.Values{"language": {r.Form("language")}, "plain": {r.Form("plain")}}
	return r.Redirect("/own/declined?" + query.Encode())
}

// declined thanks a client who does not want to take part.
func (p *Pages) declined(r *page.Request) error {
	if tag, ok := lang.Parse(r.QueryParam("language")); ok {
		r.Speak(tag, r.QueryParam("plain") == yes)
	}
	return p.templates.Render(r, "declined", &page.View{Title: r.Text("visit_consent.declined.title"), Focus: true})
}
