package previsit

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// validities are the choices of how many days an invitation is good.
var validities = []string{"7", "14", "30"}

// choices are what the form offers.
type choices struct {
	Units, Registers, Batteries, Languages, Plain, Days []page.Option
	MaxRef                                              int // characters
}

func (p *Pages) inviteForm(r *page.Request) error {
	values := url.Values{"language": {string(r.Lang())}, "days": {strconv.Itoa(invitation.DefaultDays)}}
	return p.showInvite(r, &page.Form{Values: values})
}

func (p *Pages) showInvite(r *page.Request, form *page.Form) error {
	form.Labels = page.Labels{
		"unit": "previsit.unit", "register": "previsit.register", "battery": "previsit.battery", "language": "previsit.language",
		"plain": "previsit.easy", "client_ref": "previsit.client_ref", "days": "previsit.days",
	}
	data, err := p.choices(r)
	if err != nil {
		return err
	}
	return p.templates.Render(r, "new", &page.View{Title: r.Text("previsit.new.title"), Address: "/invitations/new", Form: form, FormID: "invite", Data: data})
}

func (p *Pages) choices(r *page.Request) (choices, error) {
	all := choices{MaxRef: assessment.MaxClientRef, Plain: []page.Option{{Value: "true", Label: r.Text("previsit.easy.yes")}}}
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return all, err
	}
	for _, code := range r.Session.Actor.Units {
		all.Units = append(all.Units, page.Option{Value: code, Label: names[code]})
	}
	slices.SortFunc(all.Units, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	if len(all.Units) > 1 {
		all.Units = slices.Insert(all.Units, 0, page.Option{Label: r.Text("previsit.choose")})
	}
	batteries, err := p.Content.Batteries(r.Ctx())
	if err != nil {
		return all, err
	}
	for _, b := range batteries {
		all.Batteries = append(all.Batteries, page.Option{Value: b.Code, Label: b.Name.In(r.Lang())})
	}
	if len(all.Batteries) > 1 {
		all.Batteries = slices.Insert(all.Batteries, 0, page.Option{Label: r.Text("previsit.choose")})
	}
	all.Registers = r.OwnRegisters()
	all.Languages = r.Tongues()
	for _, days := range validities {
		all.Days = append(all.Days, page.Option{Value: days, Label: r.Text("previsit.days.option", map[string]any{"days": days})})
	}
	return all, nil
}

// invite makes an invitation and shows its sheet. The answer is the sheet itself
// and no redirect, because the link and the code are known only now.
func (p *Pages) invite(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showInvite(r, form)
	}
	in := invitation.NewInvitation{
		Unit: r.Form("unit"), Register: r.Form("register"), Battery: r.Form("battery"), Language: r.Form("language"),
		Plain: r.Form("plain") == "true", ClientRef: r.Form("client_ref"),
	}
	if slices.Contains(validities, r.Form("days")) {
		in.Days, _ = strconv.Atoi(r.Form("days"))
	} else {
		in.Prior.Add("/days", fault.NotInList, fault.Args{"allowed": strings.Join(validities, ", ")})
	}
	i, secrets, err := p.Invitations.Invite(r.Ctx(), in)
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showInvite(r, form)
	}
	return p.showSheet(r, i, secrets)
}
