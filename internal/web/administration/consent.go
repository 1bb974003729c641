package administration

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// textPage is what the page of one version of the consent text shows.
type textPage struct {
	Version         int
	Current         bool
	Ordinary, Plain wording // Plain without a title where there is none
	Others          []int   // the other versions, newest first
	Done            string
}

// wording is the text in one language and form.
type wording struct {
	Title    string
	Sections []paragraph
	Sentence []string
	Purposes []paragraph
}

type paragraph struct {
	Heading string
	Lines   []string
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

func words(t consent.Text, in func(lang.Text) string) wording {
	w := wording{Title: in(t.Title), Sentence: lines(in(t.Sentence))}
	for _, s := range t.Brochure {
		w.Sections = append(w.Sections, paragraph{in(s.Heading), lines(in(s.Text))})
	}
	for _, one := range t.Purposes {
		w.Purposes = append(w.Purposes, paragraph{in(one.Label), lines(in(one.Text))})
	}
	return w
}

// consentText shows the current text.
func (p *Pages) consentText(r *page.Request) error { return p.showText(r, 0) }

// consentVersion shows a text as it was.
func (p *Pages) consentVersion(r *page.Request) error {
	version, err := strconv.Atoi(r.Param("version"))
	if err != nil || version < 1 {
		return fault.New(fault.NotFound)
	}
	return p.showText(r, version)
}

// showText shows a version, 0 for the current one.
func (p *Pages) showText(r *page.Request, version int) error {
	all, err := p.Content.Texts(r.Ctx())
	if err != nil {
		return err
	}
	current := all[len(all)-1]
	if version == 0 {
		version = current.Version
	}
	data, found := textPage{Version: version, Current: version == current.Version, Done: done(r)}, false
	for _, t := range all {
		if t.Version != version {
			data.Others = append([]int{t.Version}, data.Others...)
			continue
		}
		found = true
		data.Ordinary = words(t, func(one lang.Text) string { return one.In(r.Lang()) })
		if t.Plain(r.Lang()) != t.Ordinary(r.Lang()) {
			data.Plain = words(t, func(one lang.Text) string { return one.Plain(r.Lang()) })
		}
	}
	if !found {
		return fault.New(fault.NotFound)
	}
	title := r.Text("administration.text")
	if !data.Current {
		title = r.Text("administration.text.of", map[string]any{"version": version})
	}
	return p.templates.Render(r, "consent_text", &page.View{Title: title, Data: data})
}

var textNames = names{
	texts: map[string]string{
		"title": "administration.text.title", "sentence": "administration.text.sentence", "plain_heading": "administration.text.plain_heading",
		"brochure.heading": "administration.text.section.heading", "brochure.text": "administration.text.section.text",
		"purposes.label": "administration.text.purpose.label", "purposes.text": "administration.text.purpose.text",
	},
	lists: map[string]string{"brochure": "administration.text.sections"},
}

// textEditor is what the form for a new version shows.
type textEditor struct {
	editor
	Open     map[int]bool
	Purposes []consent.Purpose
	Max      int // sections
}

// newText begins a version with the words of the current one.
func (p *Pages) newText(r *page.Request) error {
	current, err := p.Content.CurrentText(r.Ctx())
	if err != nil {
		return err
	}
	return p.editText(r, textNames.form(r, textFields(current)), current.Version, false, 0)
}

func (p *Pages) editText(r *page.Request, form *page.Form, from int, newer bool, status int) error {
	e := newEditor(from, newer, form.Values, "brochure")
	return p.templates.Render(r, "consent_text_new", &page.View{
		Title: r.Text("administration.text.new"), Form: form, FormID: "text", Wide: true, Status: status,
		Data: textEditor{editor: e, Open: open(form, "brochure", len(e.Entries)), Purposes: consent.Purposes, Max: consent.MaxSections},
	})
}

// addText makes a new version, or adds or removes a section of the form.
func (p *Pages) addText(r *page.Request) error {
	form, from := textNames.form(r, r.Posted()), posted(r)
	if r.Setting() {
		return p.editText(r, form, from, false, 0)
	}
	if do := r.Form("_do"); do != "" {
		form.Values = rearranged(form.Values, "brochure", "heading", do)
		return p.editText(r, form, from, false, 0)
	}
	current, err := p.Content.CurrentText(r.Ctx())
	if err != nil {
		return err
	}
	if current.Version != from {
		return p.editText(r, form, current.Version, true, http.StatusConflict)
	}
	if _, err := p.Content.AddText(r.Ctx(), textOf(form.Values)); err != nil {
		if fault.KindOf(err) == fault.Conflict {
			return p.editText(r, form, from, true, http.StatusConflict)
		}
		if err := form.Take(err); err != nil {
			return err
		}
		return p.editText(r, form, from, false, 0)
	}
	return r.Redirect("/admin/consent-text?done=saved")
}

// textFields writes a text into the fields of its form.
func textFields(t consent.Text) url.Values {
	values := url.Values{}
	fill(values, "title", t.Title)
	fill(values, "sentence", t.Sentence)
	fill(values, "plain_heading", t.PlainHeading)
	for i, s := range t.Brochure {
		at := "brochure." + strconv.Itoa(i)
		fill(values, at+".heading", s.Heading)
		fill(values, at+".text", s.Text)
	}
	for i, one := range t.Purposes {
		at := "purposes." + strconv.Itoa(i)
		fill(values, at+".label", one.Label)
		fill(values, at+".text", one.Text)
	}
	return values
}

// textOf reads a text from the fields of its form. The purposes are always the
// same ones; only their words are written.
func textOf(values url.Values) consent.Text {
	t := consent.Text{Title: written(values, "title"), Sentence: written(values, "sentence"), PlainHeading: written(values, "plain_heading")}
	for i := range entries(values, "brochure") {
		at := "brochure." + strconv.Itoa(i)
		t.Brochure = append(t.Brochure, consent.Section{Heading: written(values, at+".heading"), Text: written(values, at+".text")})
	}
	for i, purpose := range consent.Purposes {
		at := "purposes." + strconv.Itoa(i)
		t.Purposes = append(t.Purposes, consent.PurposeText{Purpose: purpose, Label: written(values, at+".label"), Text: written(values, at+".text")})
	}
	return t
}
