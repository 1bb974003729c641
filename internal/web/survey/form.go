package survey

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// asked is the form as the template shows it.
type asked struct {
	Round    survey.Round
	Units    []page.Option // to choose from, where the reader has several
	Sections []section
}

type section struct {
	Code, Heading string
	Questions     []question
}

// question is one of the form's.
type question struct {
	Code    string
	Kind    survey.Kind
	Label   string
	Ends    string // what the ends of a scale mean
	Options []page.Option
	Max     int
}

// form shows the survey that waits for the reader, or that none does.
func (p *Pages) form(r *page.Request) error {
	mine, err := p.Surveys.Mine(r.Ctx())
	if err != nil {
		return err
	}
	if len(mine) == 0 {
		return p.templates.Render(r, "none", &page.View{Title: r.Text("survey.title")})
	}
	return p.show(r, mine[0], &page.Form{Values: url.Values{}})
}

func (p *Pages) show(r *page.Request, round survey.Round, form *page.Form) error {
	questions, err := survey.Questions(round.Version)
	if err != nil {
		return err
	}
	data := asked{Round: round}
	if data.Units, err = p.units(r, round); err != nil {
		return err
	}
	form.Labels = page.Labels{"unit": "survey.unit"}
	labels := map[string]string{"unit": r.Text("survey.unit")}
	for _, s := range questions.Sections {
		one := section{Code: s.Code, Heading: s.Text.In(r.Lang())}
		for _, q := range s.Questions {
			one.Questions = append(one.Questions, shown(r, q))
			form.Labels[q.Code], labels[q.Code] = "survey.question", q.Text.In(r.Lang())
		}
		data.Sections = append(data.Sections, one)
	}
	form.Where = func(field string) string { return labels[field] }
	return p.templates.Render(r, "form", &page.View{Title: r.Text("survey.title"), Address: "/survey", Form: form, FormID: "survey", Data: data})
}

// shown is a question in the reader's words, with a way to leave it out: what was
// chosen once can't be taken back without one.
func shown(r *page.Request, q survey.Question) question {
	one := question{Code: q.Code, Kind: q.Kind, Label: q.Text.In(r.Lang())}
	switch q.Kind {
	case survey.Free:
		one.Max = survey.MaxText
		return one
	case survey.Scale:
		first, last := q.Options[0].Code, q.Options[len(q.Options)-1].Code
		one.Ends = r.Text("survey.ends", map[string]any{"first": first, "low": q.Low.In(r.Lang()), "last": last, "high": q.High.In(r.Lang())})
	}
	for _, o := range q.Options {
		label := o.Text.In(r.Lang())
		if label == "" {
			label = o.Code
		}
		one.Options = append(one.Options, page.Option{Value: o.Code, Label: label})
	}
	one.Options = append(one.Options, page.Option{Label: r.Text("survey.skip")})
	return one
}

// units are those of the reader's that a round asks, where there are several.
func (p *Pages) units(r *page.Request, round survey.Round) ([]page.Option, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(r.OwnUnits(names), func(o page.Option) bool { return !slices.Contains(round.Units, o.Value) })
	if len(own) < 2 {
		return nil, nil
	}
	return own, nil
}

// handIn takes the answer.
func (p *Pages) handIn(r *page.Request) error {
	id, err := uuid.Parse(r.Form("round"))
	if err != nil {
		return fault.New(fault.NotFound)
	}
	mine, err := p.Surveys.Mine(r.Ctx())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(mine, func(one survey.Round) bool { return one.ID == id })
	if i < 0 {
		return p.refused(r)
	}
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.show(r, mine[i], form)
	}
	questions, err := survey.Questions(mine[i].Version)
	if err != nil {
		return err
	}
	answer := survey.Answer{Unit: r.Form("unit"), Choices: map[string]string{}, Texts: map[string]string{}}
	for _, q := range questions.All() {
		if q.Kind == survey.Free {
			answer.Texts[q.Code] = r.Form(q.Code)
		} else {
			answer.Choices[q.Code] = r.Form(q.Code)
		}
	}
	if err := p.Surveys.HandIn(r.Ctx(), id, answer); err != nil {
		if fault.KindOf(err) == fault.Conflict { // sent twice at once, or closed just now
			return p.refused(r)
		}
		if err := form.Take(err); err != nil {
			return err
		}
		return p.show(r, mine[i], form)
	}
	return r.Redirect("/survey/thanks")
}

// refused says that an answer can't be taken any more.
func (p *Pages) refused(r *page.Request) error {
	return p.templates.Render(r, "none", &page.View{Title: r.Text("survey.title"), Address: "/survey", Status: http.StatusConflict, Data: true})
}

// thanks says that the answer has come, and whether another survey waits.
func (p *Pages) thanks(r *page.Request) error {
	mine, err := p.Surveys.Mine(r.Ctx())
	if err != nil {
		return err
	}
	return p.templates.Render(r, "thanks", &page.View{Title: r.Text("survey.thanks"), Data: len(mine) > 0})
}
