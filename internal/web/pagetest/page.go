package pagetest

import (
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Page is an answer as it came.
type Page struct {
	Document
	Path   string
	Status int
	To     string // where it leads, "" for nowhere
	Header http.Header

	b      *Browser
	method string
}

// Is ends the test unless a page has a status and says all that it must, as
// Shows knows it.
func (p *Page) Is(status int, texts ...string) *Page {
	p.b.site.Helper()
	if p.Status != status {
		p.fatalf("want %d", status)
	}
	return p.Shows(texts...)
}

// Shows fails for every text that isn't in the source, entities aside, or is
// although it begins with "!".
func (p *Page) Shows(texts ...string) *Page {
	p.b.site.Helper()
	p.compare(html.UnescapeString(p.Source), texts)
	return p
}

// Says fails for every text that isn't there to read, or is although it begins
// with "!".
func (p *Page) Says(texts ...string) *Page {
	p.b.site.Helper()
	p.compare(p.Text, texts)
	return p
}

func (p *Page) compare(have string, texts []string) {
	p.b.site.Helper()
	for _, text := range texts {
		text, unwanted := strings.CutPrefix(text, "!")
		if strings.Contains(have, text) == unwanted {
			p.b.site.Errorf("%s %s: %d: that it has %q is %v:\n%s", p.method, p.Path, p.Status, text, unwanted, have)
		}
	}
}

// Leads ends the test unless a page is a redirect to an address.
func (p *Page) Leads(to string) {
	p.b.site.Helper()
	if p.Status != http.StatusSeeOther || p.To != to {
		p.fatalf("want 303 to %q", to)
	}
}

// Follow goes where a redirect leads.
func (p *Page) Follow() *Page {
	p.b.site.Helper()
	if p.Status != http.StatusSeeOther {
		p.fatalf("want 303")
	}
	return p.b.Get(p.To)
}

func (p *Page) fatalf(format string, args ...any) {
	p.b.site.Helper()
	p.b.site.Fatalf("%s %s: %d to %q, "+format+":\n%s", append(append([]any{p.method, p.Path, p.Status, p.To}, args...), p.Source)...)
}

// Form is what a browser would send of a form, without its buttons.
type Form struct {
	url.Values
	Action string

	p *Page
}

// Form reads the form with an id.
func (p *Page) Form(id string) *Form {
	p.b.site.Helper()
	return p.form(id, withID(id))
}

// FormAround reads the first form with a text in it.
func (p *Page) FormAround(text string) *Form {
	p.b.site.Helper()
	return p.form(text, func(n *html.Node) bool { return strings.Contains(textOf(n), text) })
}

func (p *Page) form(what string, isIt func(*html.Node) bool) *Form {
	p.b.site.Helper()
	action, values, found := p.fields(isIt)
	if !found {
		p.fatalf("there is no form %q", what)
	}
	if action == "" {
		action = p.Path
	}
	return &Form{values, action, p}
}

// Fill fills fields in, given as pairs of name and value.
func (f *Form) Fill(pairs ...string) *Form {
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// Send presses a button that has neither name nor address.
func (f *Form) Send() *Page {
	f.p.b.site.Helper()
	return f.p.b.Send(f.Action, f.Values)
}

// Press presses the button with a name and a value, wherever it is on the page.
func (f *Form) Press(name, value string) *Page {
	f.p.b.site.Helper()
	var pressed *html.Node
	walk(f.p.root, func(n *html.Node) {
		if n.Data == "button" && has(n, "name", name) && has(n, "value", value) {
			pressed = n
		}
	})
	if pressed == nil {
		f.p.fatalf("there is no button %s=%s", name, value)
	}
	action := f.Action
	if own, _ := attr(pressed, "formaction"); own != "" {
		action, _, _ = strings.Cut(own, "#")
	}
	f.Add(name, value)
	return f.p.b.Send(action, f.Values)
}
