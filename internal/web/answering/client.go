package answering

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// around is what every page of the client's part knows.
type around struct {
	ID         string
	Staff      *locale.Printer // the words meant for the professional, in their own language
	HandedOver bool
	Invited    bool // the client is at home, by themselves
	Plain      bool
	CanBePlain bool // there is plain language to choose
}

// itemPage is one topic.
type itemPage struct {
	around
	Question
	Of    int    // topics in all
	First string // what the questions are about, on the first one
}

// clients reads the assessment of the path and turns the page to the client's
// language. It is nil when the page is answered already: the client's part is
// over, and the reader was shown so or sent on.
func (p *Pages) clients(r *page.Request) (*assessment.Assessment, around, error) {
	staff := r.Words
	a, err := p.read(r)
	if err != nil {
		if id, bad := r.ID(); bad == nil && id != uuid.Nil && fault.KindOf(err) == fault.NotFound && id == r.Session.Actor.Assessment {
			return nil, around{}, p.over(r)
		}
		return nil, around{}, err
	}
	r.Speak(a.Language, a.Plain)
	if a.Status != assessment.Draft {
		return nil, around{}, p.after(r, a)
	}
	return a, around{
		ID: a.ID.String(), Staff: staff, HandedOver: r.Session.HandedOverTo == a.ID,
		Invited: r.Session.Actor.Role == access.Client, Plain: a.Plain, CanBePlain: a.Language != lang.English,
	}, nil
}

// after leads on from the client's part of an assessment that is no draft.
func (p *Pages) after(r *page.Request, a *assessment.Assessment) error {
	switch {
	case a.Status == assessment.Withdrawn && inClientsHands(r):
		return p.over(r)
	case inClientsHands(r):
		return r.Redirect(address(a.ID, "/feedback"))
	default:
		return r.Redirect(address(a.ID, "/result"))
	}
}

// over says that nothing more can be answered here.
func (p *Pages) over(r *page.Request) error {
	return p.templates.Render(r, "over", &page.View{Title: r.Text("answering.over"), Focus: true})
}

// forward leads to the first topic without an answer.
func (p *Pages) forward(r *page.Request) error {
	a, _, err := p.clients(r)
	if a == nil || err != nil {
		return err
	}
	s, err := p.sheetOf(a, instrument.Client)
	if err != nil {
		return err
	}
	for i := range s.battery.Items {
		if missing(s.answers, s.battery.Items[i].Code) {
			return r.Redirect(address(a.ID, "/client/"+s.battery.Items[i].Code))
		}
	}
	return r.Redirect(address(a.ID, "/client/done"))
}

func (p *Pages) item(r *page.Request) error {
	a, about, err := p.clients(r)
	if a == nil || err != nil {
		return err
	}
	s, err := p.sheetOf(a, instrument.Client)
	if err != nil {
		return err
	}
	return p.showItem(r, s, about)
}

func (p *Pages) showItem(r *page.Request, s *sheet, about around) error {
	i := s.battery.Index(r.Param("item"))
	if i < 0 {
		return fault.New(fault.NotFound)
	}
	shown := itemPage{around: about, Question: p.question(r, s, i), Of: len(s.battery.Items)}
	if i == 0 {
		shown.First = r.In(s.battery.Description)
	}
	view := &page.View{
		Title:   r.Text("answering.client.page", map[string]any{"topic": shown.Topic, "number": shown.Number, "of": shown.Of}),
		Address: r.Request().URL.Path, Form: s.form, FormID: "answers", Focus: true, Scripts: []string{"answers", "speak", "time"}, Data: shown,
	}
	if len(s.clashes) > 0 {
		view.Status = http.StatusConflict
	}
	return p.templates.Render(r, "client", view)
}

// answerItem saves a topic and leads to the next one. Changing the language
// saves it too, and so nothing typed is lost.
func (p *Pages) answerItem(r *page.Request) error {
	a, about, err := p.clients(r)
	if a == nil || err != nil {
		return err
	}
	client, _, err := p.Assessments.Batteries(a)
	if err != nil {
		return err
	}
	if client.Index(r.Param("item")) < 0 {
		return fault.New(fault.NotFound)
	}
	s, err := p.saveClient(r, a)
	if err != nil {
		return err
	}
	if s.wrong() {
		// The language changes even so; r speaks it already.
		about.Plain, about.CanBePlain = r.Plain, r.Lang() != lang.English
		return p.showItem(r, s, about)
	}
	return r.Redirect(address(a.ID, "/client"+p.next(r, s)))
}

// saveClient saves what was posted of the client's part, counts the time and
// changes language and preferences where asked to.
func (p *Pages) saveClient(r *page.Request, a *assessment.Assessment) (*sheet, error) {
	if err := p.spend(r, a.ID, assessment.PhaseClient); err != nil {
		return nil, err
	}
	s, err := p.save(r, a, instrument.Client)
	if err != nil {
		return nil, err
	}
	return s, p.speak(r, a)
}

// speak changes the language of the assessment, which is the client's, and
// whatever else of the view was asked for.
func (p *Pages) speak(r *page.Request, a *assessment.Assessment) error {
	language, asked := r.Apply()
	plain := a.Plain
	switch r.Form("_plain") {
	case "yes":
		plain = true
	case "no":
		plain = false
	}
	if !asked {
		language = a.Language
	}
	if language == a.Language && plain == a.Plain {
		return nil
	}
	if err := p.Assessments.Speak(r.Ctx(), a.ID, language, &plain); err != nil {
		return err
	}
	r.Speak(language, plain)
	return nil
}

// next is where the button that was pressed leads, behind /client.
func (p *Pages) next(r *page.Request, s *sheet) string {
	i := s.battery.Index(r.Param("item"))
	switch {
	case r.Setting(), r.Form("_plain") != "", r.Form("resolve") != "":
	case r.Form("go") == "done":
		return "/done"
	case r.Form("go") == "previous":
		i--
	default:
		i++
	}
	if i >= len(s.battery.Items) {
		return "/done"
	}
	if i < 0 {
		i = 0
	}
	return "/" + s.battery.Items[i].Code
}
