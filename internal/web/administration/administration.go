package administration

import (
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Deps is what the pages stand on.
type Deps struct {
	Access    *access.Service
	Content   *content.Service
	Settings  *setting.Service
	Library   *instrument.Library
	Archive   *archive.Service
	Retention *retention.Service
	PublicURL string // where people reach the service
}

// Pages are the administrator's pages.
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
	var routes []page.Route
	for _, one := range []struct {
		path      string
		get, post page.Handler
	}{
		{"/admin/units", p.units, p.addUnit},
		{"/admin/units/:code", p.unit, p.renameUnit},
		{"/admin/users", p.users, nil},
		{"/admin/users/new", p.newUser, p.addUser},
		{"/admin/users/:id", p.user, p.changeUser},
		{"/admin/users/:id/disable", nil, p.disableUser},
		{"/admin/users/:id/enable", nil, p.enableUser},
		{"/admin/users/:id/password", nil, p.resetPassword},
		{"/admin/users/:id/factors", nil, p.resetFactors},
		{"/admin/batteries", p.batteries, p.useBatteries},
		{"/admin/batteries/:code", p.battery, nil},
		{"/admin/consent-text", p.consentText, nil},
		{"/admin/consent-text/new", p.newText, p.addText},
		{"/admin/consent-text/:version", p.consentVersion, nil},
		{"/admin/guidance", p.allGuidance, nil},
		{"/admin/guidance/:segment", p.guidance, p.putGuidance},
		{"/admin/settings", p.settings, p.changeSettings},
		{"/admin/barriers", p.barriers, nil},
		{"/admin/archive", p.archive, p.retryArchive},
		{"/admin/retention", p.retention, p.changeRetention},
		{"/admin/emergency", p.emergencies, p.prepareEmergency},
		{"/admin/emergency/sets/:id/revocation", nil, p.revokeEmergency},
		{"/admin/emergency/:id", p.emergency, p.reviewEmergency},
	} {
		if one.get != nil {
			routes = append(routes, page.Route{Method: http.MethodGet, Path: one.path, Gate: page.Admin, Handle: one.get})
		}
		if one.post != nil {
			routes = append(routes, page.Route{Method: http.MethodPost, Path: one.path, Gate: page.Admin, Handle: one.post})
		}
	}
	return routes
}

// done tells whether the page is asked for after something was done, which it
// then says.
func done(r *page.Request) string { return r.QueryParam("done") }
