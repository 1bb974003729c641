package previsit

import (
	"context"
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Deps is what the pages stand on.
type Deps struct {
	Invitations *invitation.Service
	Content     *content.Service
	Library     *instrument.Library
	Names       Names
	Papers      document.Papers
	// PublicURL is where clients reach the service, for example
	// "https://omasuunta.example".
	PublicURL string
}

// Pages are the pages before a visit.
type Pages struct {
	Deps
	templates *page.Templates
}

// New makes the pages.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	t, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{deps, t}, nil
}

// Routes lists the pages.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Method: http.MethodGet, Path: "/invitations", Gate: page.Professional, Needs: access.InviteClient, Handle: p.list},
		{Method: http.MethodGet, Path: "/invitations/new", Gate: page.Professional, Needs: access.InviteClient, Handle: p.inviteForm},
		{Method: http.MethodPost, Path: "/invitations/new", Gate: page.Professional, Needs: access.InviteClient, Handle: p.invite},
		{Method: http.MethodGet, Path: "/invitations/:id", Gate: page.Professional, Needs: access.InviteClient, Handle: p.one},
		{Method: http.MethodPost, Path: "/invitations/:id", Gate: page.Professional, Needs: access.InviteClient, Handle: p.sheetAgain},
		{Method: http.MethodPost, Path: "/invitations/:id/document.pdf", Gate: page.Professional, Needs: access.InviteClient, Handle: p.letter},
		{Method: http.MethodPost, Path: "/invitations/:id/renew", Gate: page.Professional, Needs: access.InviteClient, Handle: p.renew},
		{Method: http.MethodPost, Path: "/invitations/:id/cancel", Gate: page.Professional, Needs: access.InviteClient, Handle: p.cancel},
		{Method: http.MethodGet, Path: "/join", Gate: page.Open, Handle: p.codeForm},
		{Method: http.MethodPost, Path: "/join", Gate: page.Open, Handle: p.enterCode},
		{Method: http.MethodGet, Path: "/join/:link", Gate: page.Open, Handle: p.greet},
		{Method: http.MethodPost, Path: "/join/:link", Gate: page.Open, Handle: p.followLink},
	}
}

// battery names a battery, by its code where it is not known.
func (p *Pages) battery(r *page.Request, code string) string {
	if b, ok := p.Library.Current(code); ok {
		return b.Name.In(r.Lang())
	}
	return code
}
