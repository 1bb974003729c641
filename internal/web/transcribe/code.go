package transcribe

import (
	"net/http"
	"net/url"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// paper is a form as it was printed.
type paper struct {
	Code                 string
	Client, Professional *instrument.Battery
}

// address is the page on which its answers are typed in.
func (f paper) address() string { return "/paper/" + f.Code }

// askCode asks for the code that is printed on a form.
func (p *Pages) askCode(r *page.Request) error { return p.showCode(r, &page.Form{}, 0) }

func (p *Pages) showCode(r *page.Request, form *page.Form, status int) error {
	form.Labels = page.Labels{"code": "transcribe.code"}
	return p.templates.Render(r, "code", &page.View{
		Title: r.Text("transcribe.code.title"), Address: "/paper", Form: form, FormID: "code", Status: status,
	})
}

// enterCode leads to the form with a code.
func (p *Pages) enterCode(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showCode(r, form, 0)
	}
	f, findings, err := p.find(r, r.Form("code"))
	if err != nil {
		return err
	}
	if form.Findings = findings; form.Invalid() {
		return p.showCode(r, form, 0)
	}
	return r.Redirect(f.address())
}

// find finds the form with a code as it was typed, or says why there is none.
func (p *Pages) find(r *page.Request, typed string) (f paper, findings fault.Findings, err error) {
	const pointer = "/code"
	if typed == "" {
		findings.Add(pointer, fault.Required, nil)
		return f, findings, nil
	}
	var ok bool
	if f.Code, ok = instrument.ReadFormCode(typed); !ok {
		findings.Add(pointer, fault.MistypedCode, nil)
		return f, findings, nil
	}
	if f.Client, f.Professional, ok = p.Library.Form(f.Code); !ok {
		findings.Add(pointer, fault.UnknownForm, nil)
		return f, findings, nil
	}
	inUse, err := p.Content.InUse(r.Ctx())
	if err == nil && !inUse[f.Professional.Code] {
		findings.Add(pointer, fault.NotInUse, nil)
	}
	return f, findings, err
}

// ofPath is the form that the path names. Where there is none the page of the
// code says so, and shown is true.
func (p *Pages) ofPath(r *page.Request) (f paper, shown bool, err error) {
	typed := r.Param("code")
	f, findings, err := p.find(r, typed)
	if err != nil || len(findings) == 0 {
		return f, false, err
	}
	form := &page.Form{Values: url.Values{"code": {typed}}, Findings: findings}
	return f, true, p.showCode(r, form, http.StatusNotFound)
}
