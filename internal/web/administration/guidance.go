package administration

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// guidancePage is what the list of guidance shows.
type guidancePage struct {
	Rows []guidanceRow
	Done string
}

type guidanceRow struct {
	Segment   segment.Segment
	Headline  string
	Version   int // 0 for the one that comes with the program
	ChangedAt time.Time
}

func (p *Pages) allGuidance(r *page.Request) error {
	all, err := p.Content.AllGuidance(r.Ctx())
	if err != nil {
		return err
	}
	data := guidancePage{Done: done(r)}
	for _, of := range segment.All {
		row := guidanceRow{Segment: of, Headline: all[of].Headline.In(r.Lang())}
		if row.Version, row.ChangedAt, err = p.Content.GuidanceVersion(r.Ctx(), of); err != nil {
			return err
		}
		data.Rows = append(data.Rows, row)
	}
	return p.templates.Render(r, "guidance", &page.View{Title: r.Text("administration.guidance"), Wide: true, Data: data})
}

// guidancePart is one text of a guidance.
type guidancePart struct {
	Name, Label, Help string
	of                func(*instrument.Guidance) *lang.Text
}

// guidanceParts are the texts of a guidance but for its steps, in the order in
// which they are read.
var guidanceParts = []guidancePart{
	{"headline", "administration.guidance.headline", "administration.guidance.headline.help", func(g *instrument.Guidance) *lang.Text { return &g.Headline }},
	{"strengths", "administration.guidance.strengths", "administration.guidance.strengths.help", func(g *instrument.Guidance) *lang.Text { return &g.Strengths }},
	{"heavy", "administration.guidance.heavy", "administration.guidance.heavy.help", func(g *instrument.Guidance) *lang.Text { return &g.Heavy }},
	{"together", "administration.guidance.together", "administration.guidance.together.help", func(g *instrument.Guidance) *lang.Text { return &g.Together }},
	{"professional", "administration.guidance.professional", "administration.guidance.professional.help", func(g *instrument.Guidance) *lang.Text { return &g.Professional }},
	{"neighbour", "administration.guidance.neighbour", "administration.guidance.neighbour.help", func(g *instrument.Guidance) *lang.Text { return &g.Neighbour }},
}

var guidanceNames = func() names {
	n := names{
		texts: map[string]string{"steps.service": "administration.guidance.step.service", "steps.first_step": "administration.guidance.step.first"},
		lists: map[string]string{"steps": "administration.guidance.steps"},
	}
	for _, part := range guidanceParts {
		n.texts[part.Name] = part.Label
	}
	return n
}()

// guidanceEditor is what the form for a guidance shows.
type guidanceEditor struct {
	editor
	Segment segment.Segment
	Parts   []guidancePart
	Open    map[int]bool
	Max     int // steps
}

// segmentAt reads the segment of the path.
func segmentAt(r *page.Request) (segment.Segment, error) {
	of, ok := segment.Parse(r.Param("segment"))
	if !ok {
		return of, fault.New(fault.NotFound)
	}
	return of, nil
}

func (p *Pages) guidance(r *page.Request) error {
	of, err := segmentAt(r)
	if err != nil {
		return err
	}
	g, err := p.Content.Guidance(r.Ctx(), of)
	if err != nil {
		return err
	}
	version, _, err := p.Content.GuidanceVersion(r.Ctx(), of)
	if err != nil {
		return err
	}
	return p.editGuidance(r, of, guidanceNames.form(r, guidanceFields(g)), version, false, 0)
}

func (p *Pages) editGuidance(r *page.Request, of segment.Segment, form *page.Form, from int, newer bool, status int) error {
	e := newEditor(from, newer, form.Values, "steps")
	return p.templates.Render(r, "guidance_edit", &page.View{
		Title: r.Words.Segment(of), Form: form, FormID: "guidance", Wide: true, Status: status,
		Data: guidanceEditor{editor: e, Segment: of, Parts: guidanceParts, Open: open(form, "steps", len(e.Entries)), Max: instrument.MaxSteps},
	})
}

// putGuidance replaces the guidance of a segment, or adds or removes a step of
// the form.
func (p *Pages) putGuidance(r *page.Request) error {
	of, err := segmentAt(r)
	if err != nil {
		return err
	}
	form, from := guidanceNames.form(r, r.Posted()), posted(r)
	if r.Setting() {
		return p.editGuidance(r, of, form, from, false, 0)
	}
	if do := r.Form("_do"); do != "" {
		form.Values = rearranged(form.Values, "steps", "service", do)
		return p.editGuidance(r, of, form, from, false, 0)
	}
	version, _, err := p.Content.GuidanceVersion(r.Ctx(), of)
	if err != nil {
		return err
	}
	if version != from {
		return p.editGuidance(r, of, form, version, true, http.StatusConflict)
	}
	if err := p.Content.PutGuidance(r.Ctx(), of, guidanceOf(form.Values)); err != nil {
		if fault.KindOf(err) == fault.Conflict {
			return p.editGuidance(r, of, form, from, true, http.StatusConflict)
		}
		if err := form.Take(err); err != nil {
			return err
		}
		return p.editGuidance(r, of, form, from, false, 0)
	}
	return r.Redirect("/admin/guidance?done=saved")
}

// guidanceFields writes a guidance into the fields of its form.
func guidanceFields(g instrument.Guidance) url.Values {
	values := url.Values{}
	for _, part := range guidanceParts {
		fill(values, part.Name, *part.of(&g))
	}
	for i, step := range g.Steps {
		at := "steps." + strconv.Itoa(i)
		fill(values, at+".service", step.Service)
		fill(values, at+".first_step", step.FirstStep)
	}
	return values
}

// guidanceOf reads a guidance from the fields of its form.
func guidanceOf(values url.Values) instrument.Guidance {
	var g instrument.Guidance
	for _, part := range guidanceParts {
		*part.of(&g) = written(values, part.Name)
	}
	for i := range entries(values, "steps") {
		at := "steps." + strconv.Itoa(i)
		g.Steps = append(g.Steps, instrument.Step{Service: written(values, at+".service"), FirstStep: written(values, at+".first_step")})
	}
	return g
}
