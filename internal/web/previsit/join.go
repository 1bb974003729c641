package previsit

import (
	"errors"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// own is where an invited client goes on.
const own = "/own"

// codeForm asks for the code.
func (p *Pages) codeForm(r *page.Request) error { return p.showCode(r, &page.Form{}) }

func (p *Pages) showCode(r *page.Request, form *page.Form) error {
	form.Labels = codeLabels
	return p.templates.Render(r, "code", &page.View{Title: r.Text("previsit.code.title"), Address: "/join", Form: form, FormID: "code", Focus: true})
}

var codeLabels = page.Labels{"code": "previsit.code"}

// enterCode lets a client in with the code.
func (p *Pages) enterCode(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showCode(r, form)
	}
	right, err := r.Guess("")
	if err != nil {
		return err
	}
	token, err := p.Invitations.EnterCode(r.Ctx(), r.Form("code"))
	if err == nil {
		right()
		r.Begin(token)
		return r.Redirect(own)
	}
	if over, ok := over(err); ok {
		return p.showOver(r, over)
	}
	if err := form.Take(err); err != nil {
		return err
	}
	return p.showCode(r, form)
}

// greet shows where a link leads, and changes nothing: a mail scanner that opens
// the link must not use it up.
func (p *Pages) greet(r *page.Request) error {
	return p.templates.Render(r, "greet", &page.View{Title: r.Text("previsit.greet.title"), Address: r.Request().URL.Path, FormID: "begin", Focus: true, Data: r.Param("link")})
}

// followLink lets a client in with the link, once.
func (p *Pages) followLink(r *page.Request) error {
	if r.Setting() {
		return p.greet(r)
	}
	token, err := p.Invitations.FollowLink(r.Ctx(), r.Param("link"))
	if err == nil {
		r.Begin(token)
		return r.Redirect(own)
	}
	if over, ok := over(err); ok {
		return p.showOver(r, over)
	}
	return err
}

// over returns the error that says that a link or a code is over.
func over(err error) (*fault.Error, bool) {
	var f *fault.Error
	ok := errors.As(err, &f) && f.Kind == fault.Gone
	return f, ok
}

// ended is what the page of a link or code that is over shows.
type ended struct {
	Detail  string
	UseCode bool // the code still works
}

// showOver says why a link or a code no longer works, and how to go on.
func (p *Pages) showOver(r *page.Request, f *fault.Error) error {
	title, detail := r.Words.Problem(f.Code)
	v := &page.View{Title: title, Focus: true, Status: http.StatusGone, Data: ended{Detail: detail, UseCode: f.Code == fault.CodeLinkUsed}}
	if f.Code == fault.CodeLinkUsed {
		v.Form, v.FormID = &page.Form{Labels: codeLabels}, "code"
	}
	return p.templates.Render(r, "over", v)
}
