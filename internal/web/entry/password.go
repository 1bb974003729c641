package entry

import (
	"errors"
	"slices"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// passwordPage is what the page about the own password shows.
type passwordPage struct {
	Done bool // it has just been changed
	Once bool // the one at hand is a one-time password
	Min  int  // characters
	None bool // there is none: the user comes in from outside
}

func (p *Pages) passwordForm(r *page.Request) error {
	return p.showPassword(r, &page.Form{}, r.QueryParam("done") != "" && !r.Session.MustChangePassword)
}

func (p *Pages) showPassword(r *page.Request, form *page.Form, done bool) error {
	has, err := p.Access.HasPassword(r.Ctx())
	if err != nil {
		return err
	}
	form.Labels = page.Labels{"old": "entry.password.old", "new": "entry.password.new", "again": "entry.password.again"}
	v := &page.View{
		Title: r.Text("entry.password.title"), Form: form, FormID: "password",
		Data: passwordPage{Done: done, Once: r.Session.MustChangePassword, Min: access.MinPassword, None: !has},
	}
	if done || !has {
		v.FormID = "" // there is no form
	}
	return p.templates.Render(r, "password", v)
}

// changePassword gives the user a new password, and this browser a new session.
func (p *Pages) changePassword(r *page.Request) error {
	form := &page.Form{}
	if r.Setting() || mismatch(form, r.Form("new"), r.Form("again")) {
		return p.showPassword(r, form, false)
	}
	right, err := r.GuessAs("", r.Own())
	if err != nil {
		return err
	}
	token, err := p.Access.ChangePassword(r.Ctx(), r.Token(), r.Form("old"), r.Form("new"))
	if !foundWrong(err) {
		right()
	}
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showPassword(r, form, false)
	}
	if err := p.begin(r, token); err != nil {
		return err
	}
	return r.Redirect("/password?done=1")
}

// mismatch finds out whether a new password was not typed the same way twice.
func mismatch(form *page.Form, chosen, again string) bool {
	if chosen == "" || chosen == again {
		return false
	}
	form.Findings.Add("/again", fault.Mismatch, nil)
	return true
}

// foundWrong tells whether the password at hand was a wrong one.
func foundWrong(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && slices.ContainsFunc(f.Findings, func(one fault.Finding) bool { return one.Code == fault.WrongPassword })
}
