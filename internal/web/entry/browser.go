package entry

import (
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// browserCookie is by what a browser is known again in which somebody has logged
// in. It opens nothing.
const browserCookie = "browser"

// begin makes a whole session the browser's, which from now on is known as one of
// the user's.
func (p *Pages) begin(r *page.Request, token string) error {
	secret, err := p.Access.RememberBrowser(r.Ctx(), token, r.Kept(browserCookie))
	if err != nil {
		return err
	}
	r.Keep(browserCookie, secret, int(access.BrowserFor/time.Second))
	r.Begin(token)
	return nil
}

// guessAtSecret counts a try at something that is too long to be guessed, of
// somebody of whom nothing is known yet: so that the audit isn't filled. Whoever
// has a session, or a browser in which anybody has logged in before, is not kept
// waiting by others behind the same address.
func (p *Pages) guessAtSecret(r *page.Request) (right func(), err error) {
	own := r.Own()
	if own == "" {
		if own, err = p.Access.KnownToAnybody(r.Ctx(), r.Kept(browserCookie)); err != nil {
			return nil, err
		}
	}
	return r.GuessAs("", own)
}
