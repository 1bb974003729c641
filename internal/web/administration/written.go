package administration

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// A text in all languages is a group of fields: NAME.fi, NAME.sv, NAME.en,
// NAME.fi_plain and NAME.sv_plain, just as findings point at it. A list is
// LIST.0.PART.fi and so on.

// formLabels names the forms of a text.
var formLabels = map[string]string{
	"fi": "administration.form.fi", "sv": "administration.form.sv", "en": "administration.form.en",
	"fi_plain": "administration.form.fi_plain", "sv_plain": "administration.form.sv_plain",
}

// fill writes a text into the fields of a name.
func fill(values url.Values, name string, t lang.Text) {
	values.Set(name+".fi", t.Fi)
	values.Set(name+".sv", t.Sv)
	values.Set(name+".en", t.En)
	values.Set(name+".fi_plain", t.FiPlain)
	values.Set(name+".sv_plain", t.SvPlain)
}

// written reads a text from the fields of a name.
func written(values url.Values, name string) lang.Text {
	return lang.Text{
		Fi: values.Get(name + ".fi"), Sv: values.Get(name + ".sv"), En: values.Get(name + ".en"),
		FiPlain: values.Get(name + ".fi_plain"), SvPlain: values.Get(name + ".sv_plain"),
	}
}

// names are the texts of a form, without the numbers of lists, with the keys of
// what they are called; and its lists.
type names struct{ texts, lists map[string]string }

// form is a form of such texts.
func (n names) form(r *page.Request, values url.Values) *page.Form {
	f := &page.Form{Labels: page.Labels{}, Values: values}
	for name := range n.texts {
		for form, label := range formLabels {
			f.Labels[name+"."+form] = label
		}
	}
	for name, label := range n.lists {
		f.Labels[name] = label
	}
	f.Where = func(field string) string { return n.where(r, field) }
	return f
}

// where names a field in full, for example "Kohdan teksti 2, ruotsi".
func (n names) where(r *page.Request, field string) string {
	if label, ok := n.lists[field]; ok {
		return r.Text(label)
	}
	parts, number := []string{}, ""
	for _, part := range strings.Split(field, ".") {
		if i, err := strconv.Atoi(part); err == nil {
			number = " " + strconv.Itoa(i+1)
			continue
		}
		parts = append(parts, part)
	}
	form := parts[len(parts)-1]
	return r.Text(n.texts[strings.Join(parts[:len(parts)-1], ".")]) + number + ", " + r.Text(formLabels[form])
}

// maxEntries bounds how many entries of a list a form shows. The lists
// themselves end earlier, which is a finding.
const maxEntries = 40

// entry takes the name of a field in a list apart: its number and the rest.
func entry(list, field string) (i int, rest string, ok bool) {
	after, ok := strings.CutPrefix(field, list+".")
	if !ok {
		return 0, "", false
	}
	number, rest, ok := strings.Cut(after, ".")
	i, err := strconv.Atoi(number)
	return i, rest, ok && err == nil && i >= 0 && i < maxEntries
}

// entries counts the entries of a list.
func entries(values url.Values, list string) int {
	n := 0
	for field := range values {
		if i, _, ok := entry(list, field); ok {
			n = max(n, i+1)
		}
	}
	return n
}

// rearranged returns the fields after a button of a list was pressed: "add", or
// "remove:2" for the third entry. part is any text of an entry. Everything else
// stays as it was typed.
func rearranged(values url.Values, list, part, do string) url.Values {
	after := url.Values{}
	removed := maxEntries
	if number, ok := strings.CutPrefix(do, "remove:"); ok {
		if i, err := strconv.Atoi(number); err == nil && i >= 0 {
			removed = i
		}
	}
	for field, value := range values {
		i, rest, ok := entry(list, field)
		switch {
		case !ok || i < removed:
			after[field] = value
		case i > removed:
			after[list+"."+strconv.Itoa(i-1)+"."+rest] = value
		}
	}
	if n := entries(after, list); do == "add" && n < maxEntries {
		fill(after, list+"."+strconv.Itoa(n)+"."+part, lang.Text{})
	}
	return after
}

// editor is what the form of a text that a house writes shows.
type editor struct {
	From    int   // the version that is being changed
	Newer   bool  // somebody else has made one meanwhile
	Entries []int // of the list
}

func newEditor(from int, newer bool, values url.Values, list string) editor {
	e := editor{From: from, Newer: newer}
	for i := range entries(values, list) {
		e.Entries = append(e.Entries, i)
	}
	return e
}

// empty tells whether nothing is written in an entry yet.
func empty(values url.Values, list string, i int) bool {
	for field, value := range values {
		if at, _, ok := entry(list, field); ok && at == i && strings.TrimSpace(strings.Join(value, "")) != "" {
			return false
		}
	}
	return true
}

// open tells which entries are to be shown open: what is new or to be mended.
func open(form *page.Form, list string, n int) map[int]bool {
	all := map[int]bool{}
	for i := range n {
		all[i] = empty(form.Values, list, i) || form.Findings.Touches("/"+list+"/"+strconv.Itoa(i))
	}
	return all
}

// posted is the number of the version that somebody began to change.
func posted(r *page.Request) int {
	n, _ := strconv.Atoi(r.Form("_from"))
	return n
}
