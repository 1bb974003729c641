package answering

import (
	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// donePage is what the client has answered.
type donePage struct {
	around
	Topics  []topic
	Missing int         // of them without an answer
	Ways    []page.Link // to take the screen back, beside the password
	Thanks  bool        // the invited client has said that the part is ready
}

// topic is one item and what was said about it.
type topic struct {
	Item, Topic string
	Number      string // or the kind of skipping, "" without an answer
	Comment     string
	Unclear     bool
}

// topics lists what was answered, and how many topics have no answer.
func (p *Pages) topics(r *page.Request, s *sheet) (all []topic, missed int) {
	for i := range s.battery.Items {
		item := &s.battery.Items[i]
		answer, _ := s.answers.Find(item.Code)
		t := topic{
			Item: item.Code, Topic: r.In(item.Topic), Number: numberWords(r, instrument.Client, answer),
			Comment: answer.Comment, Unclear: answer.Unclear,
		}
		all = append(all, t)
		if missing(s.answers, item.Code) {
			missed++
		}
	}
	return all, missed
}

func (p *Pages) done(r *page.Request) error {
	a, about, err := p.clients(r)
	if a == nil || err != nil {
		return err
	}
	s, err := p.sheetOf(a, instrument.Client)
	if err != nil {
		return err
	}
	shown := donePage{around: about}
	shown.Topics, shown.Missing = p.topics(r, s)
	if about.HandedOver {
		shown.Ways = p.waysBack(r)
	}
	if about.Invited {
		mine, err := p.Invitations.Mine(r.Ctx())
		if err != nil {
			return err
		}
		shown.Thanks = mine.State == invitation.Answered
	}
	title := r.Text("answering.done")
	if shown.Thanks {
		title = r.Text("answering.thanks")
	}
	return p.templates.Render(r, "done", &page.View{Title: title, FormID: "done", Focus: true, Scripts: []string{"time"}, Data: shown})
}

// ready is the invited client saying that the own part is ready.
func (p *Pages) ready(r *page.Request) error {
	a, _, err := p.clients(r)
	if a == nil || err != nil {
		return err
	}
	if _, err := p.saveClient(r, a); err != nil {
		return err
	}
	if r.Form("ready") != "" && r.Session.Actor.Role == access.Client {
		if err := p.Invitations.Ready(r.Ctx()); err != nil {
			return err
		}
	}
	return r.Redirect(address(a.ID, "/client/done"))
}
