package entry

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

const cardPath = "/login/card"

// cardRoutes are those of logging in with a smart card, none where the house has no
// cards. None of them gives a handed-over screen back: the card may still be in
// its reader, and then whoever holds the device could.
func (p *Pages) cardRoutes() []page.Route {
	if p.Card == nil {
		return nil
	}
	return []page.Route{
		{Method: http.MethodGet, Path: cardPath, Gate: page.Open, Handle: p.askForCard},
		{Method: http.MethodGet, Path: card.Inside, Gate: page.Open, Handle: p.readCard},
		{Method: http.MethodGet, Path: cardPath + "/return", Gate: page.Open, Handle: p.returnFromCard},
		{Method: http.MethodGet, Path: cardPath + "/refused", Gate: page.Open, Handle: p.cardWasRefused},
	}
}

// cardWay is where a login with a card begins, "" where there is none.
func (p *Pages) cardWay(l login) string {
	query := url.Values{}
	switch {
	case p.Card == nil:
		return ""
	case l.Resume:
		query.Set("window", "1")
	case l.Back != "" && l.Back != home:
		query.Set("back", l.Back)
	default:
		return cardPath
	}
	return cardPath + "?" + query.Encode()
}

// askForCard sends the browser to the address that asks for a card.
func (p *Pages) askForCard(r *page.Request) error {
	a := access.Attempt{Provider: p.Card.Code(), Back: orHome(r.QueryParam("back"))}
	if r.QueryParam("window") != "" {
		a.Back = loggedIn
	}
	if user(r) {
		return r.Redirect(a.Back)
	}
	secret, err := r.Kept(attemptCookie), error(nil)
	if secret == "" {
		if secret, err = p.Access.NewBrowserSecret(); err != nil {
			return err
		}
	}
	state, err := p.Access.BeginAttempt(r.Ctx(), a, secret)
	if err != nil {
		return err
	}
	r.Keep(attemptCookie, secret, int(access.AttemptFor/time.Second))
	return r.Context.Redirect(http.StatusSeeOther, p.Card.Address()+"?"+url.Values{"state": {state}}.Encode())
}

// stateShape is what a state looks like: one that doesn't was made up.
var stateShape = regexp.MustCompile(`^[A-Za-z0-9_-]{20,100}$`)

// readCard is asked for at the address of cards. It judges the card and sends the
// browser back to the service's own address with a ticket. Whose card it is or why
// it was refused is told only there, and only to the browser that asked.
func (p *Pages) readCard(r *page.Request) error {
	state := r.QueryParam("state")
	if !stateShape.MatchString(state) {
		return r.Context.Redirect(http.StatusSeeOther, p.PublicURL+cardPath)
	}
	proof, audible, err := p.Card.ReadRequest(r.Request())
	t := access.Ticket{Subject: proof.Number}
	var reason card.Reason
	switch {
	case errors.As(err, &reason):
		t.Refused = string(reason)
		if audible {
			if err := p.refuseCard(r, t.Refused); fault.KindOf(err) != fault.Forbidden {
				return err
			}
		}
	case err != nil:
		return err
	case proof.Late:
		if err := p.Access.NoteLateNews(r.Ctx(), p.Card.Code()); err != nil {
			return err
		}
	}
	ticket, err := p.Access.NewTicket(r.Ctx(), state, t)
	if err != nil {
		return err
	}
	query := url.Values{"state": {state}, "ticket": {ticket}}
	return r.Context.Redirect(http.StatusSeeOther, p.PublicURL+cardPath+"/return?"+query.Encode())
}

// refuseCard writes into the audit why a card was not taken, never whose it was.
func (p *Pages) refuseCard(r *page.Request, why string) error {
	return p.Access.Refuse(r.Ctx(), p.Card.Code(), why)
}

// returnFromCard takes the ticket that a browser brings back and begins a session.
func (p *Pages) returnFromCard(r *page.Request) error {
	right, err := p.guessAtSecret(r) // a ticket is a secret that can be guessed at
	if f, ok := limited(err); ok {
		wait(r, f)
		return p.showLogin(r, login{Said: saidWait, Minutes: minutes(f), status: http.StatusTooManyRequests})
	}
	if err != nil {
		return err
	}
	state, code := r.QueryParam("state"), p.Card.Code()
	a, err := p.Access.TakeAttempt(r.Ctx(), code, state, r.Kept(attemptCookie))
	if err != nil {
		return p.showCardRefused(r, err, home)
	}
	t, err := p.Access.TakeTicket(r.Ctx(), code, state, r.QueryParam("ticket"))
	if err != nil {
		return p.showCardRefused(r, err, a.Back)
	}
	right()
	if t.Refused != "" { // in the audit already
		return p.showCardRefused(r, fault.Coded(fault.Forbidden, t.Refused), a.Back)
	}
	if err := p.enter(r, access.External{Provider: code, Issuer: code, Subject: t.Subject}); err != nil {
		return p.showCardRefused(r, err, a.Back)
	}
	r.Keep(attemptCookie, "", 0)
	return r.Redirect(orHome(a.Back))
}

// cardRefusals are what a reader is told, by the code of the refusal.
var cardRefusals = map[string]string{
	string(card.NoCertificate): "none", string(card.NotProven): "none",
	string(card.Expired): "time", string(card.NotYetValid): "time",
	string(card.Revoked): "revoked", string(card.RevocationUnknown): "later",
	string(card.WrongClass): "class", string(card.WrongIssuer): "class", string(card.WrongUse): "use",
	string(card.UntrustedChain): "refused", string(card.WeakKey): "refused", string(card.BadSubject): "refused", string(card.Malformed): "refused",
	string(card.NotAProxy): "setup", string(card.BadHeader): "setup",

	access.RefusedTicket: "again", access.RefusedState: "again", access.RefusedBrowser: "again", access.RefusedProvider: "again",
	access.RefusedUnknown: "unlinked", access.RefusedDisabled: "unlinked", access.RefusedSubject: "refused",
}

// cardRefused is what the page of a card that was not taken shows.
type cardRefused struct {
	Why   string // a code of entry.card.why and entry.card.do
	Code  string // for whoever is asked for help
	Again string
	Other string // where the other ways are

	Trouble trouble
}

// showCardRefused goes on to the page that says why. It has an address of its own,
// so that it can be read again, in another language too: the ticket is used.
func (p *Pages) showCardRefused(r *page.Request, err error, back string) error {
	code := fault.CodeOf(err)
	if _, ok := cardRefusals[code]; !ok {
		return err
	}
	query := url.Values{"why": {code}}
	if back != home {
		query.Set("back", back)
	}
	return r.Redirect(cardPath + "/refused?" + query.Encode())
}

// cardWasRefused says why a card was not taken, and what to do.
func (p *Pages) cardWasRefused(r *page.Request) error {
	code := r.QueryParam("why")
	why, ok := cardRefusals[code]
	if !ok {
		return fault.New(fault.NotFound)
	}
	shown := cardRefused{Why: why, Code: code, Again: cardPath, Other: "/login"}
	switch back := orHome(r.QueryParam("back")); back {
	case loggedIn:
		shown.Again += "?window=1"
	case home:
	default:
		query := "?" + url.Values{"back": {back}}.Encode()
		shown.Again, shown.Other = shown.Again+query, shown.Other+query
	}
	status := http.StatusForbidden
	if code == string(card.RevocationUnknown) {
		status = http.StatusServiceUnavailable
		r.Response().Header().Set(echo.HeaderRetryAfter, "60")
		var err error
		if shown.Trouble, err = p.waysOut(r); err != nil {
			return err
		}
	}
	return p.templates.Render(r, "card_refused", &page.View{Title: r.Text("entry.card.refused"), Focus: clientsHome(r) != "", Status: status, Data: shown})
}
