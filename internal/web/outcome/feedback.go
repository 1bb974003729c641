package outcome

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// asked is what the page for the client's feedback shows.
type asked struct {
	A                     *assessment.Assessment
	Language              string
	HandedOver            bool
	Usefulness, Agreement []page.Option
	MaxComment            int
}

// Away is where the page leads without feedback, or after it.
func (d *asked) Away() string {
	if d.HandedOver {
		return "/take-back"
	}
	return address(d.A.ID, "result", d.Language)
}

var feedbackLabels = page.Labels{
	"usefulness": "outcome.feedback.usefulness", "agreement": "outcome.feedback.agreement", "comment": "outcome.feedback.comment",
}

// feedback asks the client what they think, or thanks for it.
func (p *Pages) feedback(r *page.Request, a *assessment.Assessment) error {
	language := speak(r, a)
	if r.QueryParam("_set") != "" {
		return r.Redirect(address(a.ID, "feedback", language))
	}
	return p.ask(r, a, language, &page.Form{Labels: feedbackLabels})
}

func (p *Pages) ask(r *page.Request, a *assessment.Assessment, language string, form *page.Form) error {
	d := &asked{A: a, Language: language, HandedOver: r.Session.HandedOverTo != uuid.Nil, MaxComment: assessment.MaxComment}
	for i := 5; i >= 1; i-- {
		d.Usefulness = append(d.Usefulness, option(r, "usefulness", strconv.Itoa(i)))
	}
	for _, one := range []assessment.Agreement{assessment.Agrees, assessment.Partly, assessment.Disagrees, assessment.NoOpinion} {
		d.Agreement = append(d.Agreement, option(r, "agreement", string(one)))
	}
	view := &page.View{
		Title: r.Text("outcome.feedback.title"), Address: address(a.ID, "feedback", language), Form: form, FormID: "feedback", Focus: true, Scripts: []string{"time"}, Data: d,
	}
	if a.FeedbackGiven {
		view.Title, view.FormID = r.Text("outcome.feedback.thanks"), "view"
		return p.templates.Render(r, "thanks", view)
	}
	return p.templates.Render(r, "feedback", view)
}

func option(r *page.Request, family, code string) page.Option {
	return page.Option{Value: code, Label: r.Code(family, code)}
}

// giveFeedback stores the client's feedback apart from the assessment.
func (p *Pages) giveFeedback(r *page.Request, a *assessment.Assessment) error {
	language := speak(r, a)
	form := &page.Form{Labels: feedbackLabels, Values: r.Posted()}
	if a.FeedbackGiven {
		return p.ask(r, a, language, form)
	}
	if err := p.spend(r, a, assessment.PhaseFeedback); err != nil {
		return err
	}
	if r.Setting() {
		return p.ask(r, a, language, form)
	}
	in := assessment.GiveFeedback{ID: a.ID, Agreement: r.Form("agreement"), Comment: r.Form("comment")}
	if r.Form("usefulness") == "" {
		in.Prior.Add("/usefulness", fault.Required, nil)
	}
	in.Usefulness, _ = strconv.Atoi(r.Form("usefulness")) // what is no number is out of range
	if err := form.Take(p.assessments.GiveFeedback(r.Ctx(), in)); err != nil {
		return err
	}
	if form.Invalid() {
		return p.ask(r, a, language, form)
	}
	return r.Redirect(address(a.ID, "feedback", language))
}
