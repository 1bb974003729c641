package visit

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// chosenFields are what is chosen before consent. They travel in the address,
// so there is nothing personal among them.
var chosenFields = []string{"unit", "register", "battery", "language", "plain", "mode", "present", "assessed_on", "again", "begin"}

// modes are those of a visit that a professional begins. A client who answers
// beforehand is invited instead.
var modes = []assessment.Mode{assessment.Joint, assessment.Phone, assessment.Paper}

var beginLabels = page.Labels{
	"unit": "visit.unit", "register": "visit.register", "battery": "visit.battery", "language": "visit.language",
	"plain": "visit.easy_language", "mode": "visit.mode", "present": "visit.present", "assessed_on": "visit.assessed_on",
}

// fewUnits is how many units are shown side by side; more go into a list that
// opens.
const fewUnits = 4

type beginData struct {
	options
	Once               uuid.UUID // of what the form begins
	Units              []page.Option
	Again              *previous // the client's assessment before, nil without one
	Declined, Unsuited []whyNot
	Today              string
	FewUnits           bool
	More               bool // what is seldom needed is shown
}

// begin is the page on which a visit is chosen.
func (p *Pages) begin(r *page.Request) error {
	values := kept(r.QueryParams())
	if values.Get("battery") == "" {
		var err error
		if values, err = p.usual(r, values.Get("again")); err != nil {
			return err
		}
	}
	return p.showBegin(r, &page.Form{Labels: beginLabels, Values: values})
}

// chosen takes what was chosen to the page of consent.
func (p *Pages) chosen(r *page.Request) error {
	values := kept(r.Posted())
	form := &page.Form{Labels: beginLabels, Values: values}
	if r.Setting() {
		return p.showBegin(r, form)
	}
	findings, err := p.check(r, values)
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		form.Findings = findings
		return p.showBegin(r, form)
	}
	values.Set("begin", strconv.Itoa(r.Seconds()))
	values.Set("once", onceOr(nil).String()) // in the address, so that going back to it begins nothing new
	return r.Redirect("/new/consent?" + values.Encode())
}

func (p *Pages) showBegin(r *page.Request, form *page.Form) error {
	data := beginData{Once: onceOr(r.Posted()), Declined: declinedFor(r), Unsuited: unsuitedFor(r), Today: today(r).String()}
	var err error
	if data.Units, err = p.units(r); err != nil {
		return err
	}
	if data.options, err = p.options(r, modes); err != nil {
		return err
	}
	if data.Again, err = p.previous(r, form.Values.Get("again")); err != nil {
		return err
	}
	data.FewUnits = len(data.Units) <= fewUnits
	data.More = len(form.Values["present"]) > 0 || form.Values.Get("assessed_on") != "" || form.Findings.Touches("/assessed_on") || form.Findings.Touches("/present")
	return p.templates.Render(r, "begin", &page.View{
		Title: r.Text("visit.new"), Address: "/new?" + kept(form.Values).Encode(), Form: form, FormID: "begin", Wide: true, Data: data,
	})
}

// kept is a copy of what was chosen, without anything else.
func kept(values url.Values) url.Values {
	out := url.Values{}
	for _, name := range chosenFields {
		for _, value := range values[name] {
			if value != "" {
				out.Add(name, value)
			}
		}
	}
	return out
}

// lately is among how many of the actor's newest visits the last one is looked
// for: those of one day are listed in no order.
const lately = 10

// usual is what is chosen to begin with: as in the client's assessment before,
// or in the actor's own last one.
func (p *Pages) usual(r *page.Request, again string) (url.Values, error) {
	if again != "" {
		last, err := p.previous(r, again)
		if err != nil {
			return nil, err
		}
		values := valuesOf(last.Assessment)
		values.Set("again", again)
		return values, nil
	}
	list, err := p.Assessments.List(r.Ctx(), assessment.List{Mine: true, Limit: lately})
	if err != nil {
		return nil, err
	}
	if len(list.Assessments) > 0 {
		values := valuesOf(slices.MaxFunc(list.Assessments, func(a, b *assessment.Assessment) int { return a.CreatedAt.Compare(b.CreatedAt) }))
		values.Del("plain")
		return values, nil
	}
	values := url.Values{"language": {string(r.Lang())}, "mode": {string(assessment.Joint)}}
	if units := r.Session.Actor.Units; len(units) == 1 {
		values.Set("unit", units[0])
	}
	return values, nil
}

// valuesOf is what was chosen for an assessment.
func valuesOf(a *assessment.Assessment) url.Values {
	values := url.Values{
		"unit": {a.Unit}, "register": {string(a.Register)}, "battery": {a.ProfessionalBattery.Code},
		"language": {string(a.Language)}, "mode": {string(a.Mode)},
	}
	if !slices.Contains(modes, a.Mode) {
		values.Set("mode", string(assessment.Joint))
	}
	if a.Plain {
		values.Set("plain", yes)
	}
	return values
}

func today(r *page.Request) calendar.Date { return calendar.DayOf(r.Now()) }

// check finds what is wrong with what was chosen, as the use case would with
// the consent, so that nobody signs for nothing.
func (p *Pages) check(r *page.Request, values url.Values) (fault.Findings, error) {
	var f fault.Findings
	inUse, err := p.Content.InUse(r.Ctx())
	if err != nil {
		return nil, err
	}
	checkCode(&f, values, "unit", fault.UnknownUnit, r.Session.Actor.InUnit)
	checkCode(&f, values, "register", fault.NotInList, func(code string) bool {
		return r.Session.Actor.InRegister(access.Register(code))
	})
	checkCode(&f, values, "battery", fault.UnknownBattery, func(code string) bool { return inUse[code] })
	checkCode(&f, values, "language", fault.NotInList, func(code string) bool { _, ok := lang.Parse(code); return ok })
	checkCode(&f, values, "mode", fault.NotInList, func(code string) bool { return slices.Contains(modes, assessment.Mode(code)) })
	for _, code := range values["present"] {
		if !slices.Contains(assessment.PresentCodes, code) {
			f.Add("/present", fault.BadFormat, nil)
		}
	}
	if text := values.Get("assessed_on"); text != "" {
		day, err := calendar.Parse(text)
		switch {
		case err != nil:
			f.Add("/assessed_on", fault.NotADate, nil)
		case day.After(today(r)):
			f.Add("/assessed_on", fault.InTheFuture, nil)
		}
	}
	return f, nil
}

// checkCode wants one known code. One that is none of ours never came from a
// form of ours: it is as good as not chosen.
func checkCode(f *fault.Findings, values url.Values, name, unknown string, known func(string) bool) {
	code := values.Get(name)
	switch {
	case code == "", !known(code) && unknown == fault.NotInList:
		f.Add("/"+name, fault.Required, nil)
	case !known(code):
		f.Add("/"+name, unknown, nil)
	}
}

// startOf is what was chosen, for the use case.
func startOf(values url.Values) assessment.Start {
	return assessment.Start{
		Unit: values.Get("unit"), Register: values.Get("register"), Battery: values.Get("battery"), Language: values.Get("language"),
		Plain: values.Get("plain") == yes, Mode: values.Get("mode"), Present: values["present"], AssessedOn: values.Get("assessed_on"),
	}
}

// previous is a client's assessment before, and what the client consented to.
type previous struct {
	*assessment.Assessment
	Consent consent.Record
	Given   calendar.Date
	GoOn    bool // another assessment can be made under that consent
}

// previous reads the assessment that a new one follows, nil without one.
func (p *Pages) previous(r *page.Request, again string) (*previous, error) {
	if again == "" {
		return nil, nil
	}
	id, err := uuid.Parse(again)
	if err != nil {
		return nil, fault.New(fault.NotFound)
	}
	a, err := p.Assessments.Assessment(r.Ctx(), id)
	if err != nil {
		return nil, err
	}
	c, err := p.Assessments.Consent(r.Ctx(), a.ConsentID)
	if err != nil {
		return nil, err
	}
	return &previous{
		Assessment: a, Consent: c, Given: calendar.DayOf(c.GivenAt),
		GoOn: c.Status() == consent.Active && c.Covers(consent.Assessment),
	}, nil
}

// goOn begins another assessment under the consent that the client gave before.
func (p *Pages) goOn(r *page.Request) error {
	values := kept(r.Posted())
	last, err := p.previous(r, values.Get("again"))
	if err != nil {
		return err
	}
	if last == nil {
		return fault.New(fault.NotFound)
	}
	// A consent is for one register: for the other one the client is asked again.
	if !last.GoOn || values.Get("register") != string(last.Register) {
		return p.chosen(r)
	}
	form := &page.Form{Labels: beginLabels, Values: values}
	if form.Findings, err = p.check(r, values); err != nil {
		return err
	}
	if form.Invalid() {
		return p.showBegin(r, form)
	}
	start := startOf(values)
	start.ID = onceOf(r.Posted())
	start.ConsentID, start.ClientRef = last.ConsentID.String(), last.ClientRef
	a, err := p.Assessments.Start(r.Ctx(), start)
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		return p.showBegin(r, form)
	}
	p.spent(r, a.ID, assessment.PhaseBegin, r.Seconds())
	return r.Redirect(clientPart(a.ID))
}

// spent notes how long a phase took. A visit is not held up when that fails: it
// has begun, and doing it once more would begin another one.
func (p *Pages) spent(r *page.Request, id uuid.UUID, phase assessment.Phase, seconds int) {
	_ = p.Assessments.Spend(r.Ctx(), id, phase, seconds)
}

func clientPart(id uuid.UUID) string { return "/assessments/" + id.String() + "/client" }
