package transcribe

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var labels = page.Labels{
	"unit": "visit.unit", "register": "visit.register", "assessed_on": "transcribe.assessed_on", "language": "transcribe.language",
	"plain": "visit.easy_language", "present": "visit.present", "client_ref": "visit_consent.client_ref",
	"purposes": "transcribe.purposes", "given_by": "transcribe.given_by", "representative_ground": "transcribe.ground",
	"signed_text": "transcribe.signed_text", "twice": "transcribe.twice",
	"client.mark": "side.client", "client.again": "side.client", "client.settled": "side.client", "client.words": "side.client",
	"professional.mark": "side.professional", "professional.again": "side.professional", "professional.settled": "side.professional",
	"professional.words": "side.professional",
}

// row is one item of a side as a page shows it.
type row struct {
	Number        int // as on the paper, from 1
	Topic         string
	Name, Words   string // of its fields
	First, Second string // what was typed, where the two differ
}

// half is the items of a side.
type half struct {
	Side instrument.Side
	Name string
	Rows []row
}

type formData struct {
	paper
	Once       uuid.UUID // of what the form begins
	Battery    string
	Old        bool // the form was printed before the questions were last changed
	Units      []page.Option
	Registers  []page.Option
	Languages  []page.Option
	Plain      []page.Option
	Present    []page.Option
	Purposes   []page.Option
	GivenBy    []page.Option
	Texts      []page.Option // versions of the consent text, the current one first
	Today      string
	More, Said bool // what is seldom needed is there, and words beside the boxes
	Halves     []half
	Twice      []page.Option
	Checked    string         // the marks that were typed twice already
	Few        fault.Findings // sides with too few numbers for a result
	Stored     string         // where the same form was stored before, "" for nowhere
}

// findingsOf are the findings of an error.
func findingsOf(err error) fault.Findings {
	var form page.Form
	_ = form.Take(err)
	return form.Findings
}

// blank is the page of a form with nothing typed in yet. What it begins has an
// id in the address: who comes back to it is led to what it has begun.
func (p *Pages) blank(r *page.Request) error {
	f, shown, err := p.ofPath(r)
	if err != nil || shown {
		return err
	}
	once := onceOf(r.QueryParams())
	if once == uuid.Nil || r.Param("code") != f.Code {
		return r.Redirect(f.address() + "?once=" + uuid.NewString())
	}
	switch _, err := p.Assessments.Assessment(r.Ctx(), once); {
	case err == nil:
		return r.Redirect("/assessments/" + once.String())
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	values, err := p.usual(r)
	if err != nil {
		return err
	}
	values.Set("once", once.String())
	return p.showForm(r, f, &page.Form{Values: values}, formData{})
}

// onceOf is the id that the page chose for what it begins, so that sending it
// twice begins it once.
func onceOf(values url.Values) uuid.UUID {
	id, err := uuid.Parse(values.Get("once"))
	if err != nil {
		return uuid.Nil
	}
	return id
}

// lately is among how many of the actor's newest assessments the last one is
// looked for: those of one day are listed in no order.
const lately = 10

// usual is what is chosen to begin with: unit and register as the last time, and
// never a day or a purpose, which must be read from the paper.
func (p *Pages) usual(r *page.Request) (url.Values, error) {
	values := url.Values{"language": {string(r.Lang())}, "given_by": {string(consent.ByClient)}}
	list, err := p.Assessments.List(r.Ctx(), assessment.List{Mine: true, Limit: lately})
	if err != nil {
		return nil, err
	}
	if len(list.Assessments) > 0 {
		last := slices.MaxFunc(list.Assessments, func(a, b *assessment.Assessment) int { return a.CreatedAt.Compare(b.CreatedAt) })
		values.Set("unit", last.Unit)
		values.Set("register", string(last.Register))
	}
	if units := r.Session.Actor.Units; len(units) == 1 {
		values.Set("unit", units[0])
	}
	return values, nil
}

// showForm shows the page of a form. data holds what is particular this time.
func (p *Pages) showForm(r *page.Request, f paper, form *page.Form, data formData) error {
	form.Labels, form.Where = labels, f.where(r)
	values := form.Values
	data.paper, data.Once, data.Battery = f, onceOf(values), f.Professional.Name.In(r.Lang())
	data.Old = p.old(f.Client) || p.old(f.Professional)
	data.Today = calendar.DayOf(r.Now()).String()
	data.Registers = r.OwnRegisters()
	data.Languages = r.Tongues()
	data.Plain = []page.Option{{Value: yes, Label: r.Text("transcribe.easy")}}
	data.Present = page.Named(r, "visit.present", assessment.PresentCodes...)
	data.GivenBy = page.Named(r, "given_by", consent.ByClient, consent.ByRepresentative)
	data.Twice = []page.Option{{Value: yes, Label: r.Text("transcribe.twice.yes"), Help: r.Text("transcribe.twice.help")}}
	data.More = len(values["present"]) > 0 || values.Get("client_ref") != "" || form.Findings.Touches("/present") || form.Findings.Touches("/client_ref")
	var err error
	if data.Units, err = p.units(r); err != nil {
		return err
	}
	if err = p.consentTo(r, &data); err != nil {
		return err
	}
	data.Halves = f.halves(r)
	for _, at := range f.boxes() {
		data.Said = data.Said || values.Get(name(at.side, at.item, words)) != "" || form.Findings.Touches(pointerOf(name(at.side, at.item, words)))
	}
	v := &page.View{
		Title: r.Text("transcribe.title"), Address: f.address() + "?once=" + data.Once.String(), Form: form, FormID: "paper", Wide: true,
		Scripts: []string{"transcribe"}, Data: data,
	}
	switch {
	case data.Stored != "":
		v.Status = http.StatusConflict
	case len(data.Few) > 0:
		v.Status = http.StatusUnprocessableEntity
	}
	return p.templates.Render(r, "form", v)
}

// old tells that there is a newer version of a battery.
func (p *Pages) old(b *instrument.Battery) bool {
	current, ok := p.Library.Current(b.Code)
	return ok && current.Version != b.Version
}

// consentTo is what can have been consented to, and by which text.
func (p *Pages) consentTo(r *page.Request, data *formData) error {
	texts, err := p.Content.Texts(r.Ctx())
	if err != nil {
		return err
	}
	current := texts[len(texts)-1]
	for _, one := range current.Purposes {
		data.Purposes = append(data.Purposes, page.Option{Value: string(one.Purpose), Label: r.In(one.Label)})
	}
	slices.Reverse(texts)
	for i, text := range texts {
		key := "transcribe.signed_text.version"
		if i == 0 {
			key = "transcribe.signed_text.current"
		}
		version := strconv.Itoa(text.Version)
		data.Texts = append(data.Texts, page.Option{Value: version, Label: r.Text(key, map[string]any{"version": version})})
	}
	return nil
}

// halves are both sides of a form in the reader's language.
func (f paper) halves(r *page.Request) []half {
	var all []half
	for _, b := range f.sides() {
		h := half{Side: b.Side, Name: b.Name.In(r.Lang())}
		for i, item := range b.Items {
			h.Rows = append(h.Rows, row{Number: i + 1, Topic: item.Topic.In(r.Lang()), Name: name(b.Side, i, first), Words: name(b.Side, i, words)})
		}
		all = append(all, h)
	}
	return all
}

// where names a box in the list of what is wrong.
func (f paper) where(r *page.Request) func(field string) string {
	return func(field string) string {
		parts := strings.Split(field, ".")
		if len(parts) != 3 {
			return r.Text(labels[field])
		}
		key, side := "transcribe.where.client", instrument.Side(parts[0])
		if side == instrument.Professional {
			key = "transcribe.where.professional"
		}
		i, err := strconv.Atoi(parts[1])
		items := f.battery(side).Items
		if err != nil || i >= len(items) {
			return r.Text(labels[parts[0]+"."+parts[2]])
		}
		return r.Text(key, map[string]any{"number": i + 1, "topic": items[i].Topic.In(r.Lang())})
	}
}

func pointerOf(field string) string { return "/" + strings.ReplaceAll(field, ".", "/") }
