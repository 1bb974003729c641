package visit

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var filterLabels = page.Labels{
	"from": "visit.list.from", "to": "visit.list.to", "unit": "visit.unit", "status": "visit.list.status",
	"segment": "visit.list.segment", "mine": "visit.list.mine",
}

// pageSize is how many assessments one page of the list shows.
const pageSize = 25

type listData struct {
	Entries                   []entry
	Units, Statuses, Segments []page.Option
	Mine                      []page.Option
	Filtered                  bool
	Next                      string // the address of what comes after, "" at the end
}

// list shows the assessments of the actor's units, the newest visit first.
func (p *Pages) list(r *page.Request) error {
	query := r.QueryParams()
	form := &page.Form{Labels: filterLabels, Values: query}
	in := assessment.List{
		Unit: query.Get("unit"), From: query.Get("from"), To: query.Get("to"), Segment: query.Get("segment"),
		Mine: query.Get("mine") == yes, Cursor: query.Get("cursor"), Limit: pageSize,
	}
	if status := query.Get("status"); status != "" {
		in.Status = []assessment.Status{assessment.Status(status)}
	}
	found, err := p.Assessments.List(r.Ctx(), in)
	if err := form.Take(err); err != nil {
		return err
	}
	data := listData{Filtered: in.Unit+in.From+in.To+in.Segment != "" || in.Mine || len(in.Status) > 0}
	if data.Entries, err = p.entries(r, found.Assessments, nil); err != nil {
		return err
	}
	if data.Units, err = p.units(r); err != nil {
		return err
	}
	any := []page.Option{{Label: r.Text("visit.list.any")}}
	data.Units = append(any, data.Units...)
	data.Statuses = append(any, page.Named(r, "status", assessment.Draft, assessment.Completed, assessment.Confirmed, assessment.Withdrawn)...)
	data.Segments = append(data.Segments, any...)
	for _, s := range segment.All {
		data.Segments = append(data.Segments, page.Option{Value: s.Code(), Label: r.Words.Segment(s)})
	}
	data.Mine = []page.Option{{Value: yes, Label: r.Text("visit.list.mine.yes")}}
	if found.Next != "" {
		query.Set("cursor", found.Next)
		data.Next = "/assessments?" + query.Encode()
	}
	return p.templates.Render(r, "list", &page.View{Title: r.Text("visit.list.title"), Form: form, Wide: true, Data: data})
}

// forward leads to the step of an assessment that is due.
func (p *Pages) forward(r *page.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	at := "/assessments/" + a.ID.String()
	switch a.Status {
	case assessment.Withdrawn:
		return r.Redirect(at + "/consent")
	case assessment.Completed, assessment.Confirmed:
		return r.Redirect(at + "/result")
	}
	client, _, err := p.Assessments.Batteries(a)
	if err != nil {
		return err
	}
	for _, item := range client.Items {
		if answer, ok := a.Client.Find(item.Code); !ok || answer.Skip == instrument.Unanswered {
			return r.Redirect(at + "/client")
		}
	}
	return r.Redirect(at + "/professional")
}

// read reads the assessment that the address names.
func (p *Pages) read(r *page.Request) (*assessment.Assessment, error) {
	id, err := r.ID()
	if err != nil {
		return nil, err
	}
	return p.Assessments.Assessment(r.Ctx(), id)
}
