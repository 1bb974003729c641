package outcome

import (
	"html/template"
	"math"
	"net/http"
	"net/url"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// shown is what the page of a result shows.
type shown struct {
	A                            *assessment.Assessment
	Told                         *document.Told
	Plane                        template.HTML
	Language                     string // chosen for this page alone, "" for the client's
	Own                          *locale.Printer
	Strongest, Heaviest, Hardest []bar
	All                          []table
	Path                         []place
	Mixed                        bool // the path's results were not made alike
	Plan                         plan // until it is confirmed
	Staff                        staff
	Withdrawn, Already           bool
}

// bar is a topic with a bar as long as its pull, 0..100.
type bar struct {
	Topic string
	Width int
}

// table is all answers of one side with their pulls, in words.
type table struct {
	Side    instrument.Side
	Answers []row
}

type row struct {
	Topic string
	Value int
	Pull  string
}

// result is the page on which a result is talked over.
func (p *Pages) result(r *page.Request, a *assessment.Assessment) error {
	own := r.Words
	language := speak(r, a)
	if r.QueryParam("_set") != "" {
		return r.Redirect(address(a.ID, "result", language))
	}
	form := &page.Form{Labels: planLabels, Values: url.Values{"segment": {a.Result.Segment.Code()}}}
	return p.show(r, a, own, language, form, leastRows)
}

// show shows the result with the form for what is agreed, which has that many
// rows for actions.
func (p *Pages) show(r *page.Request, a *assessment.Assessment, own *locale.Printer, language string, form *page.Form, rows int) error {
	gathered, err := p.sources.Gather(r.Ctx(), a)
	if err != nil {
		return err
	}
	told, err := document.Tell(gathered, r.Lang())
	if err != nil {
		return err
	}
	d := &shown{
		A: a, Told: told, Language: language, Own: own,
		Withdrawn: a.Status == assessment.Withdrawn, Already: r.Request().Method == http.MethodGet && r.QueryParam("already") != "",
	}
	d.draw(r.Words)
	way, err := p.path(r, d)
	if err != nil {
		return err
	}
	d.Plane = template.HTML(told.Plane(way).SVG()) // package figure escapes its words
	if d.Staff, err = p.staff(r, a, gathered, own); err != nil {
		return err
	}
	view := &page.View{Title: r.Text("outcome.title"), Address: d.Address("result"), FormID: "view", Wide: true, Scripts: []string{"time"}, Data: d}
	if d.Open() {
		view.Form, view.FormID = form, "confirm"
		d.Plan = d.planned(r, form, rows)
	}
	return p.templates.Render(r, "result", view)
}

// Open tells that it can be agreed upon.
func (d *shown) Open() bool { return d.A.Status == assessment.Completed }

// Address is a page of the same assessment in the same language.
func (d *shown) Address(name string) string { return address(d.A.ID, name, d.Language) }

// Action is where a form of the same assessment is sent.
func (d *shown) Action(name string) string { return address(d.A.ID, name, "") }

// Differs tells whether the professional's own guess was another segment.
func (d *shown) Differs() bool { return d.A.Expected != d.A.Result.Segment }

// Others are the segments that were not calculated, in the table's order.
func (d *shown) Others() []segment.Segment {
	var others []segment.Segment
	for _, s := range segment.All {
		if s != d.A.Result.Segment {
			others = append(others, s)
		}
	}
	return others
}

// draw turns pulls into bars and tables.
func (d *shown) draw(p *locale.Printer) {
	greatest := 0.0
	for _, side := range []instrument.Side{instrument.Client, instrument.Professional} {
		t := table{Side: side}
		for _, one := range d.Told.Pulls(side) {
			greatest = max(greatest, math.Abs(one.Pull))
			t.Answers = append(t.Answers, row{Topic: one.Topic, Value: one.Value, Pull: signed(p, one.Pull)})
		}
		d.All = append(d.All, t)
	}
	d.Strongest = bars(d.Told.Strongest, greatest)
	d.Heaviest = bars(d.Told.Heaviest, greatest)
	d.Hardest = bars(d.Told.Hardest, greatest)
}

// bars gives the greatest pull of the page the whole length.
func bars(pulls []document.Pull, greatest float64) []bar {
	var list []bar
	for _, one := range pulls {
		b := bar{Topic: one.Topic}
		if greatest > 0 {
			b.Width = int(math.Round(100 * math.Abs(one.Pull) / greatest))
		}
		list = append(list, b)
	}
	return list
}

// signed writes a pull with its sign. What rounds to nothing has none.
func signed(p *locale.Printer, pull float64) string {
	if pull = math.Round(pull*10) / 10; pull > 0 {
		return "+" + p.Number(pull, 1)
	}
	return p.Number(pull, 1)
}
