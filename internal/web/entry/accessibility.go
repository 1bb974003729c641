package entry

import (
	"net/http"
	"net/url"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// assessed is the day on which the pages were last looked at as a whole.
var assessed = calendar.Date{Year: 2026, Month: 11, Day: 22}

// statement is what the accessibility statement shows.
type statement struct {
	Assessed              calendar.Date
	Contact, Organisation string
	Back                  string // of a client at the screen, "" for others
	// Here is the page the reader came from, to be named in a report.
	Here string
}

// accessibility shows the statement.
func (p *Pages) accessibility(r *page.Request) error {
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return err
	}
	back := clientsHome(r)
	return p.templates.Render(r, "accessibility", &page.View{
		Title: r.Text("accessibility.title"), Focus: back != "",
		Data: statement{Assessed: assessed, Contact: settings.Contact, Organisation: settings.Organisation, Back: back, Here: here(r)},
	})
}

// here is the address that a reader says a barrier is at.
func here(r *page.Request) string {
	if path := r.QueryParam("page"); page.LocalPath(path) {
		return path
	}
	return ""
}

// barrierPage is what the form for barriers shows.
type barrierPage struct {
	Done    bool
	Wait    bool
	Minutes int
	Back    string
	status  int
}

func (p *Pages) barrierForm(r *page.Request) error {
	form := &page.Form{Values: url.Values{"page": {here(r)}}}
	return p.showBarrier(r, form, barrierPage{Done: r.QueryParam("done") != ""})
}

func (p *Pages) showBarrier(r *page.Request, form *page.Form, data barrierPage) error {
	form.Labels = page.Labels{"page": "accessibility.report.page", "description": "accessibility.report.description", "contact": "accessibility.report.contact"}
	data.Back = clientsHome(r)
	v := &page.View{Title: r.Text("accessibility.report.title"), Form: form, FormID: "barrier", Focus: data.Back != "", Status: data.status, Data: data}
	if data.Done {
		v.FormID = ""
	}
	return p.templates.Render(r, "barrier", v)
}

// reportBarrier stores what a reader says about a barrier.
func (p *Pages) reportBarrier(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showBarrier(r, form, barrierPage{})
	}
	// Everybody may write, so how much one address writes is counted as guesses are.
	back, err := r.Guess("")
	if f, ok := limited(err); ok {
		wait(r, f)
		return p.showBarrier(r, form, barrierPage{Wait: true, Minutes: minutes(f), status: http.StatusTooManyRequests})
	}
	if err != nil {
		return err
	}
	err = p.Content.ReportBarrier(r.Ctx(), content.Barrier{Page: r.Form("page"), Description: r.Form("description"), Contact: r.Form("contact")})
	if err != nil {
		back() // nothing was written
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showBarrier(r, form, barrierPage{})
	}
	return r.Redirect("/accessibility/report?done=1")
}
