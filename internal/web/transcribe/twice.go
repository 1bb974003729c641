package transcribe

import (
	"net/url"
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// kv is a value that a form takes along unseen.
type kv struct{ Name, Value string }

type againData struct {
	paper
	Step   string
	Kept   []kv
	Halves []half // the boxes to type once more
}

// again compares a form that was typed twice. Equal, it is stored.
func (p *Pages) again(r *page.Request, f paper, values url.Values) error {
	form := &page.Form{Values: values}
	if r.Setting() {
		return p.showAgain(r, f, form)
	}
	if _, form.Findings = f.read(values, second); form.Invalid() {
		return p.showAgain(r, f, form)
	}
	if len(f.differing(values)) > 0 {
		return p.showSettle(r, f, form)
	}
	return p.storeChecked(r, f, values)
}

// settle takes what was decided where the two differ.
func (p *Pages) settle(r *page.Request, f paper, values url.Values) error {
	form := &page.Form{Values: values}
	if r.Setting() {
		return p.showSettle(r, f, form)
	}
	for _, at := range f.differing(values) {
		field := name(at.side, at.item, settled)
		_, ok := readMark(values.Get(field), f.battery(at.side).Scale)
		switch {
		case strings.TrimSpace(values.Get(field)) == "": // no answer is a decision too, and is written down
			form.Findings.Add(pointerOf(field), fault.Required, nil)
		case !ok:
			form.Findings.Add(pointerOf(field), fault.NotAMark, nil)
		}
	}
	if form.Invalid() {
		return p.showSettle(r, f, form)
	}
	for _, at := range f.differing(values) {
		values.Set(name(at.side, at.item, first), values.Get(name(at.side, at.item, settled)))
	}
	return p.storeChecked(r, f, values)
}

// storeChecked stores a form whose marks were read twice. Should it not be stored
// after all, the same marks need not be typed again.
func (p *Pages) storeChecked(r *page.Request, f paper, values url.Values) error {
	marks, wrong := f.read(values, first)
	values.Set("checked", f.written(marks))
	values.Del("step")
	return p.store(r, f, values, marks, wrong, true)
}

// differing are the boxes that hold something else the second time.
func (f paper) differing(values url.Values) []box {
	one, _ := f.read(values, first)
	other, _ := f.read(values, second)
	return slices.DeleteFunc(f.boxes(), func(at box) bool { return one[at] == other[at] })
}

// showAgain asks for all boxes once more.
func (p *Pages) showAgain(r *page.Request, f paper, form *page.Form) error {
	data := againData{paper: f, Step: stepAgain, Halves: f.halves(r), Kept: f.kept(form.Values, second)}
	for _, h := range data.Halves {
		for i := range h.Rows {
			h.Rows[i].Name = name(h.Side, i, second)
		}
	}
	return p.showStep(r, f, form, "again", r.Text("transcribe.again.title"), data)
}

// showSettle asks for the boxes that differ, with both marks beside them.
func (p *Pages) showSettle(r *page.Request, f paper, form *page.Form) error {
	data := againData{paper: f, Step: stepSettle, Kept: f.kept(form.Values, settled)}
	one, _ := f.read(form.Values, first)
	other, _ := f.read(form.Values, second)
	differ := f.differing(form.Values)
	for _, h := range f.halves(r) {
		var rows []row
		for i, row := range h.Rows {
			if at := (box{h.Side, i}); slices.Contains(differ, at) {
				row.Name, row.First, row.Second = name(h.Side, i, settled), one[at].shown(), other[at].shown()
				rows = append(rows, row)
			}
		}
		if h.Rows = rows; len(rows) > 0 {
			data.Halves = append(data.Halves, h)
		}
	}
	return p.showStep(r, f, form, "settle", r.Text("transcribe.settle.title"), data)
}

func (p *Pages) showStep(r *page.Request, f paper, form *page.Form, template, title string, data againData) error {
	form.Labels, form.Where = labels, f.where(r)
	return p.templates.Render(r, template, &page.View{
		Title: title, Address: f.address() + "?once=" + onceOf(form.Values).String(), Form: form, FormID: "paper", Wide: true,
		Scripts: []string{"transcribe"}, Data: data,
	})
}

// fields are those of the first page beside the boxes.
var fields = []string{"once", "unit", "register", "assessed_on", "language", "plain", "present", "client_ref", "purposes", "given_by",
	"representative_ground", "signed_text", "twice"}

// kept is everything that was typed but the column that is asked for now.
func (f paper) kept(values url.Values, asked string) []kv {
	names := slices.Clone(fields)
	for _, at := range f.boxes() {
		for _, column := range []string{first, words, second} {
			if column != asked {
				names = append(names, name(at.side, at.item, column))
			}
		}
	}
	var all []kv
	for _, name := range names {
		for _, value := range values[name] {
			if value != "" {
				all = append(all, kv{name, value})
			}
		}
	}
	return all
}
