package answering

import (
	"errors"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// professionalPage is all items of the professional's battery beside what the
// client said.
type professionalPage struct {
	ID        string
	Battery   string
	Questions []Question
	Said      []topic
	Missing   int // topics that the client has not answered
	Expected  []guess
	Guessed   bool
	TooFew    []tooFew
}

// guess is one segment that the professional may expect.
type guess struct {
	Code, Label string
	Checked     bool
}

// tooFew is a side with too few numbers for a result.
type tooFew struct {
	Side           instrument.Side
	Scored, Needed int
	Items          []lacking
}

// lacking is an item without a number, and where it is answered.
type lacking struct{ Path, Topic string }

func (p *Pages) professional(r *page.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	if a.Status != assessment.Draft {
		return r.Redirect(address(a.ID, "/result"))
	}
	s, err := p.sheetOf(a, instrument.Professional)
	if err != nil {
		return err
	}
	return p.showProfessional(r, a, s, nil)
}

func (p *Pages) showProfessional(r *page.Request, a *assessment.Assessment, s *sheet, few []tooFew) error {
	client, err := p.sheetOf(a, instrument.Client)
	if err != nil {
		return err
	}
	said, missed := p.topics(r, client)
	shown := professionalPage{ID: a.ID.String(), Battery: r.In(s.battery.Name), Said: said, Missing: missed, TooFew: few, Guessed: a.Expected.Valid()}
	for i := range s.battery.Items {
		shown.Questions = append(shown.Questions, p.question(r, s, i))
	}
	for _, one := range segment.All {
		shown.Expected = append(shown.Expected, guess{one.Code(), r.Words.Segment(one), a.Expected == one})
	}
	view := &page.View{
		Title: r.Text("answering.professional"), Address: address(a.ID, "/professional"), Form: s.form, FormID: "answers", Wide: true, Scripts: []string{"answers", "time"}, Data: shown,
	}
	switch {
	case len(s.clashes) > 0:
		view.Status = http.StatusConflict
	case len(few) > 0:
		view.Status = http.StatusUnprocessableEntity
	}
	return p.templates.Render(r, "professional", view)
}

// answerAll saves what was posted and shows the page again.
func (p *Pages) answerAll(r *page.Request) error {
	a, s, err := p.saveProfessional(r)
	if a == nil || err != nil {
		return err
	}
	if s.wrong() {
		return p.showProfessional(r, a, s, nil)
	}
	return r.Redirect(address(a.ID, "/professional"))
}

// complete saves what was posted and scores the assessment. With too few
// numbers it says which are lacking and where.
func (p *Pages) complete(r *page.Request) error {
	a, s, err := p.saveProfessional(r)
	if a == nil || err != nil {
		return err
	}
	if s.wrong() {
		return p.showProfessional(r, a, s, nil)
	}
	_, err = p.Assessments.Complete(r.Ctx(), assessment.Complete{ID: a.ID})
	switch {
	case fault.CodeOf(err) == fault.CodeInsufficientAnswers:
		return p.refuse(r, err, s)
	case err != nil && fault.CodeOf(err) != fault.CodeAlreadyCompleted:
		return err
	}
	return r.Redirect(address(a.ID, "/result"))
}

// saveProfessional saves the professional's answers and guess and returns the
// assessment as it was before. It is nil when the reader was sent on.
func (p *Pages) saveProfessional(r *page.Request) (*assessment.Assessment, *sheet, error) {
	a, err := p.read(r)
	if err != nil {
		return nil, nil, err
	}
	if a.Status == assessment.Completed || a.Status == assessment.Confirmed {
		return nil, nil, r.Redirect(address(a.ID, "/result"))
	}
	if err := p.spend(r, a.ID, assessment.PhaseProfessional); err != nil {
		return nil, nil, err
	}
	s, err := p.save(r, a, instrument.Professional)
	if err != nil {
		return nil, nil, err
	}
	if r.Form("expected") != "" && r.Form("expected") != a.Expected.Code() {
		if err := p.guess(r, a.ID); err != nil {
			return nil, nil, err
		}
		a.Expected, _ = segment.Parse(r.Form("expected"))
	}
	return a, s, nil
}

// refuse shows which numbers are lacking for a result.
func (p *Pages) refuse(r *page.Request, refusal error, s *sheet) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	var f *fault.Error
	if !errors.As(refusal, &f) {
		return refusal
	}
	var few []tooFew
	for _, one := range f.Findings {
		side, _ := one.Args["side"].(string)
		scored, _ := one.Args["scored"].(int)
		needed, _ := one.Args["needed"].(int)
		lack, err := p.lacking(r, a, instrument.Side(side))
		if err != nil {
			return err
		}
		few = append(few, tooFew{Side: instrument.Side(side), Scored: scored, Needed: needed, Items: lack})
	}
	return p.showProfessional(r, a, s, few)
}

func (p *Pages) lacking(r *page.Request, a *assessment.Assessment, side instrument.Side) ([]lacking, error) {
	s, err := p.sheetOf(a, side)
	if err != nil {
		return nil, err
	}
	var list []lacking
	for i := range s.battery.Items {
		item := &s.battery.Items[i]
		if answer, ok := s.answers.Find(item.Code); ok && answer.Scored() {
			continue
		}
		path := "#" + page.FieldID("answer."+item.Code)
		if side == instrument.Client {
			path = address(a.ID, "/client/"+item.Code)
		}
		list = append(list, lacking{path, r.In(item.Topic)})
	}
	return list, nil
}
