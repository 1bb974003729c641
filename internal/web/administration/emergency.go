package administration

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var emergencyLabels = page.Labels{
	"unit": "emergency.admin.unit", "codes": "emergency.admin.codes", "days": "emergency.admin.days", "outcome": "emergency.review.outcome",
}

// emergenciesPage is the sealed codes that there are, and what was opened with
// them.
type emergenciesPage struct {
	Sets   []emergencySet
	Logins []emergencyLogin
	Units  []page.Option
	Done   string
}

type emergencySet struct {
	ID                uuid.UUID
	Name              string // as it stands on the paper
	Unit, Made, Until string
	First, Second     int    // codes left
	State             string // a code of emergency.set
}

// emergencyLogin is one as it is listed, and reviewed.
type emergencyLogin struct {
	ID                         uuid.UUID
	Unit, User, Witness        string
	Begun, Ended, Reviewed, By string
	Set                        string
	First, Second              int
	Open, Own                  bool
	Outcome                    access.EmergencyOutcome
	Actions                    []emergencyAction
}

// emergencyAction is how often something was done, in words.
type emergencyAction struct {
	Name  string
	Count int
}

func (p *Pages) emergencies(r *page.Request) error {
	values := url.Values{"codes": {strconv.Itoa(access.DefaultEmergencyCodes)}, "days": {strconv.Itoa(access.DefaultEmergencyDays)}}
	return p.showEmergencies(r, &page.Form{Values: values})
}

func (p *Pages) showEmergencies(r *page.Request, form *page.Form) error {
	units, err := p.unitNames(r)
	if err != nil {
		return err
	}
	sets, err := p.Access.EmergencySets(r.Ctx())
	if err != nil {
		return err
	}
	logins, err := p.Access.EmergencyLogins(r.Ctx())
	if err != nil {
		return err
	}
	data := emergenciesPage{Done: done(r), Units: []page.Option{{Label: r.Text("emergency.choose")}}}
	for _, s := range sets {
		data.Sets = append(data.Sets, emergencySet{
			ID: s.ID, Name: s.ID.String()[:8], Unit: units[s.Unit], Made: r.DateOf(s.MadeAt), Until: r.DateOf(s.ExpiresAt),
			First: s.Left[0], Second: s.Left[1], State: stateOf(s, r.Now()),
		})
	}
	for _, l := range logins {
		data.Logins = append(data.Logins, shownEmergency(r, l, units))
	}
	for code, name := range units {
		data.Units = append(data.Units, page.Option{Value: code, Label: name})
	}
	slices.SortFunc(data.Units[1:], func(a, b page.Option) int { return cmp.Compare(a.Label, b.Label) })
	form.Labels = emergencyLabels
	return p.templates.Render(r, "emergencies", &page.View{Title: r.Text("emergency.admin.title"), Form: form, FormID: "emergency", Wide: true, Data: data})
}

func stateOf(s access.EmergencySet, now time.Time) string {
	switch {
	case !s.RevokedAt.IsZero():
		return "revoked"
	case !s.InForce(now):
		return "expired"
	case min(s.Left[0], s.Left[1]) == 0:
		return "used"
	}
	return "good"
}

func shownEmergency(r *page.Request, l access.EmergencyReview, units map[string]string) emergencyLogin {
	shown := emergencyLogin{
		ID: l.ID, Unit: units[l.Unit], User: l.Names[l.User], Witness: l.Names[l.Witness], Begun: r.Words.DateTime(l.BegunAt), Ended: r.Words.DateTime(l.Over()),
		Set: l.Set.String()[:8], First: l.Numbers[0], Second: l.Numbers[1], Open: l.Open, Own: l.Own, Outcome: l.Outcome,
	}
	for _, a := range l.Actions {
		shown.Actions = append(shown.Actions, emergencyAction{actionName(r, a.Action), a.Count})
	}
	if !l.ReviewedAt.IsZero() {
		shown.Reviewed, shown.By = r.DateOf(l.ReviewedAt), l.Names[l.ReviewedBy]
	}
	return shown
}

// actionName says an action of the audit in words, where there are some.
func actionName(r *page.Request, action string) string {
	for _, family := range []string{"emergency.action", "paper_file.action"} {
		if r.Words.Has(family + "." + action) {
			return r.Code(family, action)
		}
	}
	return action
}

// prepareEmergency makes sealed codes and sends the paper, once.
func (p *Pages) prepareEmergency(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showEmergencies(r, form)
	}
	codes, _ := strconv.Atoi(r.Form("codes")) // what is no number is too small
	days, _ := strconv.Atoi(r.Form("days"))
	sheets, err := p.Access.PrepareEmergency(r.Ctx(), r.Form("unit"), codes, days)
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showEmergencies(r, form)
	}
	units, err := p.unitNames(r)
	if err != nil {
		return err
	}
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return err
	}
	_, address, _ := strings.Cut(p.PublicURL, "://")
	d, err := document.EmergencyPaper(document.Emergency{EmergencySheets: sheets, Unit: units[sheets.Set.Unit], Address: address + "/login", Demo: settings.Demo}, r.Lang())
	return r.Paper(document.Paper{Kind: "emergency", Document: d}, err)
}

func (p *Pages) revokeEmergency(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	if err := p.Access.RevokeEmergency(r.Ctx(), id); err != nil {
		return err
	}
	return r.Redirect("/admin/emergency?done=revoked")
}

// emergency is one login, to be reviewed.
func (p *Pages) emergency(r *page.Request) error { return p.showEmergency(r, &page.Form{}) }

// emergencyReviewPage is one login and what can be found about it.
type emergencyReviewPage struct {
	emergencyLogin
	Outcomes []page.Option
}

func (p *Pages) showEmergency(r *page.Request, form *page.Form) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	l, err := p.Access.EmergencyLogin(r.Ctx(), id)
	if err != nil {
		return err
	}
	units, err := p.unitNames(r)
	if err != nil {
		return err
	}
	form.Labels = emergencyLabels
	return p.templates.Render(r, "emergency", &page.View{
		Title: r.Text("emergency.review.title"), Form: form, FormID: "review",
		Data: emergencyReviewPage{shownEmergency(r, l, units), page.Named(r, "emergency.outcome", access.EmergencyOutcomes...)},
	})
}

// reviewEmergency writes down what was found.
func (p *Pages) reviewEmergency(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showEmergency(r, form)
	}
	id, err := r.ID()
	if err != nil {
		return err
	}
	switch err := p.Access.ReviewEmergency(r.Ctx(), id, r.Form("outcome")); {
	case fault.KindOf(err) == fault.Invalid:
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showEmergency(r, form)
	case err != nil:
		return err
	}
	return r.Redirect("/admin/emergency?done=reviewed")
}
