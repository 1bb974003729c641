package papers

import (
	"context"
	"slices"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// edition is a language in which a paper is printed.
type edition struct {
	Language lang.Tag
	Plain    bool
}

// Query is how an address asks for it.
func (e edition) Query() string {
	if e.Plain {
		return "?language=" + string(e.Language) + "&plain=yes"
	}
	return "?language=" + string(e.Language)
}

// Key is the message that names it.
func (e edition) Key() string {
	if e.Plain {
		return string(e.Language) + "-plain"
	}
	return string(e.Language)
}

// editions are all of them. English has no plain language of its own.
var editions = []edition{{lang.Finnish, false}, {lang.Finnish, true}, {lang.Swedish, false}, {lang.Swedish, true}, {lang.English, false}}

// asked is the edition that an address asks for; without one it is the reader's.
func asked(r *page.Request) edition {
	e := edition{Plain: r.QueryParam("plain") == "yes"}
	var ok bool
	if e.Language, ok = lang.Parse(r.QueryParam("language")); !ok {
		e.Language = r.Lang()
	}
	e.Plain = e.Plain && slices.Contains(editions, e)
	return e
}

// sheet is a blank paper to choose.
type sheet struct{ Path, Name, Text string }

type formsData struct {
	Editions []edition
	Typed    bool    // the reader can type in what came back
	Common   []sheet // for everybody
	Forms    []sheet // one for each battery
}

// anybody is the reader, or a visitor when nobody is logged in.
func anybody(r *page.Request) context.Context {
	if r.Known() && !r.Half() {
		return r.Ctx()
	}
	return access.With(r.Ctx(), access.VisitorActor)
}

// forms lists what can be printed blank.
func (p *Pages) forms(r *page.Request) error {
	batteries, err := p.Papers.Content.Batteries(anybody(r))
	if err != nil {
		return err
	}
	data := formsData{Editions: editions, Typed: r.May(access.StartAssessment) && r.Session.Actor.Role != access.Client, Common: []sheet{
		{"/brochure/document.pdf", r.Text("papers.brochure"), r.Text("papers.brochure.text")},
		{"/forms/consent/document.pdf", r.Text("papers.consent"), r.Text("papers.consent.text")},
	}}
	for _, b := range batteries {
		data.Forms = append(data.Forms, sheet{"/forms/" + b.Code + "/document.pdf", b.Name.In(r.Lang()), b.Description.In(r.Lang())})
	}
	return p.templates.Render(r, "forms", &page.View{Title: r.Text("papers.title"), Data: data})
}

func (p *Pages) brochure(r *page.Request) error {
	e := asked(r)
	return r.Paper(p.Papers.Brochure(anybody(r), e.Language, e.Plain))
}

func (p *Pages) consentForm(r *page.Request) error {
	e := asked(r)
	return r.Paper(p.Papers.ConsentForm(anybody(r), e.Language, e.Plain))
}

// form is the blank form of a battery that is in use.
func (p *Pages) form(r *page.Request) error {
	e := asked(r)
	return r.Paper(p.Papers.Form(anybody(r), r.Param("battery"), e.Language, e.Plain, p.PublicURL))
}
