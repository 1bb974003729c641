package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Labels names the fields of a form by the keys of their messages. A field is
// named after the pointer of its findings, with dots: "actions.0.text" is
// "/actions/0/text", whose label is that of "actions.text".
type Labels map[string]string

// Form is a form as it is shown: what was typed and what is wrong with it.
type Form struct {
	Labels   Labels
	Values   url.Values
	Findings fault.Findings
	// Where names a field in the list of what is wrong, for a form whose labels
	// alone do not tell its fields apart; nil where they do.
	Where func(field string) string
}

// Take keeps the findings of an error, to be shown beside the fields. Any other
// error comes back.
func (f *Form) Take(err error) error {
	var known *fault.Error
	if errors.As(err, &known) && known.Kind == fault.Invalid && len(known.Findings) > 0 {
		f.Findings = append(f.Findings, known.Findings...)
		return nil
	}
	return err
}

// Invalid tells whether there is something to mend.
func (f *Form) Invalid() bool { return f != nil && len(f.Findings) > 0 }

// Status is 422 for a form with something to mend, otherwise 200.
func (f *Form) Status() int {
	if f.Invalid() {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// pointer is the pointer of a field's findings.
func pointer(field string) string { return "/" + strings.ReplaceAll(field, ".", "/") }

// fieldOf is the field that a finding belongs to: itself, or the nearest one
// above that the form has. A field's name doesn't end in a number: that is one
// of its values.
func (f *Form) fieldOf(pointer string) string {
	field := strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")
	for field != "" {
		cut := strings.LastIndexByte(field, '.')
		_, err := strconv.Atoi(field[cut+1:])
		if _, ok := f.Labels[generic(field)]; ok && err != nil {
			return field
		}
		if cut < 0 {
			return ""
		}
		field = field[:cut]
	}
	return ""
}

// generic is a field's name without its numbers.
func generic(field string) string {
	var parts []string
	for _, part := range strings.Split(field, ".") {
		if _, err := strconv.Atoi(part); err != nil {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ".")
}

// Field is one field of a form as the templates show it.
type Field struct {
	Name, ID, Label, Value string
	Values                 []string // of a field with several
	Errors                 []string
	Help                   string
	Type, Autocomplete     string
	Max                    int
	Rows                   int
	Optional               bool
	Options                []Option
	Attr                   map[string]string
}

// Option is one choice of a field.
type Option struct {
	Value, Label, Help string
	Lang               lang.Tag // of the label, "" for the page's
}

// Named makes options of the codes of a family of messages.
func Named[T ~string](r *Request, family string, codes ...T) []Option {
	var options []Option
	for _, code := range codes {
		options = append(options, Option{Value: string(code), Label: r.Code(family, code)})
	}
	return options
}

// OwnUnits are the actor's own units, in the order of their names.
func (r *Request) OwnUnits(names map[string]string) []Option {
	var options []Option
	for _, code := range r.Session.Actor.Units {
		options = append(options, Option{Value: code, Label: names[code]})
	}
	slices.SortFunc(options, func(a, b Option) int { return strings.Compare(a.Label, b.Label) })
	return options
}

// ReportUnits are the units that the reader's reports cover, in the order of their
// names, with the choice of no single one before them, if there is such.
func (r *Request) ReportUnits(names map[string]string, none ...Option) []Option {
	limit := r.Session.Actor.ReportUnits()
	var options []Option
	for code, name := range names {
		if limit == nil || slices.Contains(limit, code) {
			options = append(options, Option{Value: code, Label: name})
		}
	}
	slices.SortFunc(options, func(a, b Option) int { return strings.Compare(a.Label, b.Label) })
	return append(none, options...)
}

// Day reads a field as a day. That an empty one is missing is said by whoever
// needs it.
func Day(f *fault.Findings, values url.Values, field string) calendar.Date {
	if values.Get(field) == "" {
		return calendar.Date{}
	}
	d, err := calendar.Parse(values.Get(field))
	if err != nil {
		f.Add("/"+field, fault.NotADate, nil)
	}
	return d
}

// OwnRegisters are the actor's own registers. With one of them alone there is
// nothing to choose.
func (r *Request) OwnRegisters() []Option {
	return Named(r, "register", r.Session.Actor.Registers...)
}

// Tongues are the languages to choose from, each in its own name.
func (r *Request) Tongues() []Option {
	var options []Option
	for _, tag := range lang.All {
		options = append(options, Option{Value: string(tag), Label: r.Code("page.language", tag), Lang: tag})
	}
	return options
}

// Has tells whether an option is chosen.
func (f *Field) Has(value string) bool { return contains(f.Values, value) }

// Describedby is the ids of what is said about a field: its help and its errors.
func (f *Field) Describedby() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.ID+"-help")
	}
	if len(f.Errors) > 0 {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// FieldID is the id of a field's control.
func FieldID(name string) string { return "f-" + strings.ReplaceAll(name, ".", "-") }

// Field makes a field. What more there is to it is given as "name:value" pairs:
// type, help (a message key), autocomplete, max, rows, optional.
func (v *View) Field(name string, more ...string) *Field {
	form := v.Form
	if form == nil {
		form = &Form{}
	}
	f := &Field{Name: name, ID: FieldID(name), Type: "text", Values: form.Values[name], Value: form.Values.Get(name)}
	f.Label = v.Text(form.Labels[generic(name)])
	for _, one := range form.Findings {
		if form.fieldOf(one.Pointer) == name || one.Pointer == pointer(name) {
			f.Errors = append(f.Errors, v.Words.Finding(one))
		}
	}
	for _, one := range more {
		f.more(v, one)
	}
	return f
}

func (f *Field) more(v *View, pair string) {
	name, value, _ := strings.Cut(pair, ":")
	switch name {
	case "type":
		f.Type = value
	case "help":
		f.Help = v.Text(value)
	case "autocomplete":
		f.Autocomplete = value
	case "max":
		f.Max, _ = strconv.Atoi(value)
	case "rows":
		f.Rows, _ = strconv.Atoi(value)
	case "optional":
		f.Optional = true
	case "value":
		if len(f.Values) == 0 {
			f.Value, f.Values = value, []string{value}
		}
	default:
		if f.Attr == nil {
			f.Attr = map[string]string{}
		}
		f.Attr[name] = value
	}
}

// With gives a field its options.
func (f *Field) With(options []Option) *Field {
	f.Options = options
	return f
}

// Called gives a field a label and a help, "" for none, that are in no catalogue,
// but in content.
func (f *Field) Called(label, help string) *Field {
	f.Label, f.Help = label, help
	return f
}

// Mistake is one line of the summary above a form.
type Mistake struct{ FieldID, Label, Text string }

// Mistakes lists what is wrong with the form, for the summary above it.
func (v *View) Mistakes() []Mistake {
	if !v.Form.Invalid() {
		return nil
	}
	var list []Mistake
	for _, one := range v.Form.Findings {
		m := Mistake{Text: v.Words.Finding(one)}
		if field := v.Form.fieldOf(one.Pointer); field != "" {
			m.FieldID, m.Label = FieldID(field), v.Text(v.Form.Labels[generic(field)])
			if v.Form.Where != nil {
				m.Label = v.Form.Where(field)
			}
		}
		list = append(list, m)
	}
	return list
}
