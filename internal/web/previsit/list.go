package previsit

import (
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// row is an invitation in the words of a reader.
type row struct {
	ID         uuid.UUID
	For        string // "" for an unidentified client
	Unit       string
	Battery    string
	Register   string
	Language   lang.Tag
	Plain      bool
	Made, Last calendar.Date
	State      invitation.State
	Assessment uuid.UUID
	Begun      bool // there is an assessment
	Renewable  bool
	Cancelable bool
}

func (p *Pages) row(r *page.Request, units map[string]string, i invitation.Invitation) row {
	unit := units[i.Unit]
	if unit == "" {
		unit = i.Unit
	}
	return row{
		ID: i.ID, For: i.ClientRef, Unit: unit, Battery: p.battery(r, i.Battery), Register: string(i.Register), Language: i.Language, Plain: i.Plain,
		Made: calendar.DayOf(i.CreatedAt), Last: i.LastDay(), State: i.State, Assessment: i.Assessment, Begun: i.Assessment != uuid.Nil,
		Renewable:  i.State != invitation.Cancelled && i.State != invitation.Answered,
		Cancelable: i.State != invitation.Cancelled && i.State != invitation.Answered && i.State != invitation.Expired,
	}
}

// listed is what the list shows.
type listed struct {
	Rows  []row
	Limit int // how many it shows at most
	Full  bool
}

// list shows the invitations of the own units.
func (p *Pages) list(r *page.Request) error {
	list, err := p.Invitations.Invitations(r.Ctx())
	if err != nil {
		return err
	}
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data := listed{Limit: invitation.ListLimit, Full: len(list) >= invitation.ListLimit}
	for _, i := range list {
		data.Rows = append(data.Rows, p.row(r, units, i))
	}
	return p.templates.Render(r, "list", &page.View{Title: r.Text("previsit.title"), Wide: true, Data: data})
}

// one shows one invitation, without its link and code: those are known only
// when they are made.
func (p *Pages) one(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	i, err := p.Invitations.Invitation(r.Ctx(), id)
	if err != nil {
		return err
	}
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	return p.templates.Render(r, "one", &page.View{Title: r.Text("previsit.one.title"), Data: p.row(r, units, i)})
}

// cancel ends an invitation.
func (p *Pages) cancel(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	if !r.Setting() {
		if err := p.Invitations.Cancel(r.Ctx(), id); err != nil {
			return err
		}
	}
	return r.Redirect("/invitations/" + id.String())
}
