package survey

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// listed is the page of the rounds.
type listed struct {
	Rounds []survey.Round
	Units  []page.Option // that a new round can ask
}

// usualDays is how long a new round is open unless the expert says otherwise.
const usualDays = 14

// rounds lists the rounds, with the form for a new one.
func (p *Pages) rounds(r *page.Request) error {
	today := calendar.DayOf(r.Now())
	values := url.Values{"last_day": {today.AddDays(usualDays).String()}}
	units, err := p.known(r)
	if err != nil {
		return err
	}
	for _, u := range units {
		values.Add("units", u.Value)
	}
	return p.list(r, &page.Form{Values: values})
}

func (p *Pages) list(r *page.Request, form *page.Form) error {
	rounds, err := p.Surveys.Rounds(r.Ctx())
	if err != nil {
		return err
	}
	units, err := p.known(r)
	if err != nil {
		return err
	}
	form.Labels = page.Labels{"name": "survey.round.name", "from": "survey.round.from", "to": "survey.round.to", "last_day": "survey.round.last_day", "units": "survey.round.units"}
	return p.templates.Render(r, "rounds", &page.View{
		Title: r.Text("survey.rounds"), Address: "/report/survey", Form: form, FormID: "round", Data: listed{rounds, units},
	})
}

// known are the units that the reader reports on, by name.
func (p *Pages) known(r *page.Request) ([]page.Option, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	return r.ReportUnits(names), err
}

// open opens a round.
func (p *Pages) open(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.list(r, form)
	}
	in := survey.Opening{Name: r.Form("name"), Units: r.Posted()["units"]}
	in.From, in.To, in.LastDay = page.Day(&in.Prior, r.Posted(), "from"), page.Day(&in.Prior, r.Posted(), "to"), page.Day(&in.Prior, r.Posted(), "last_day")
	round, err := p.Surveys.Open(r.Ctx(), in)
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.list(r, form)
	}
	return r.Redirect("/report/survey/" + round.ID.String() + "?done=opened")
}

// waiting is the page of a round that is open.
type waiting struct {
	Round   survey.Round
	Over    bool // the last day is past
	Done    string
	Known   bool // who is missing may be said
	Missing []reminder
}

// reminder is somebody who has not answered.
type reminder struct{ Name, Username, Units string }

// round shows one round: who is to be reminded while it is open, the results then.
func (p *Pages) round(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	round, err := p.Surveys.Round(r.Ctx(), id)
	if err != nil {
		return err
	}
	if round.Closed() {
		return p.results(r, round)
	}
	missing, known, err := p.Surveys.Missing(r.Ctx(), id)
	if err != nil {
		return err
	}
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data := waiting{Round: round, Over: !round.Answerable(calendar.DayOf(r.Now())), Done: r.QueryParam("done"), Known: known}
	for _, u := range missing {
		data.Missing = append(data.Missing, reminder{u.Name, u.Username, places(u, round, names)})
	}
	return p.templates.Render(r, "open", &page.View{Title: round.Name, Data: data})
}

// places are the units that somebody is asked for, by name.
func places(u access.User, round survey.Round, names map[string]string) string {
	var list []string
	for _, code := range u.Units {
		if slices.Contains(round.Units, code) {
			list = append(list, names[code])
		}
	}
	return strings.Join(list, ", ")
}

// close closes a round. One that somebody else has just closed is shown.
func (p *Pages) close(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	var known *fault.Error
	if err := p.Surveys.Close(r.Ctx(), id); err != nil && (!errors.As(err, &known) || known.Kind != fault.Conflict) {
		return err
	}
	return r.Redirect("/report/survey/" + id.String())
}
