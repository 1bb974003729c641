package locale

import (
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Printer writes messages, numbers and days in one language. It is safe for
// concurrent use; make it with For.
type Printer struct {
	tag       lang.Tag
	localizer *i18n.Localizer
	keys      map[string]bool
}

var printers = func() map[lang.Tag]*Printer {
	all := map[lang.Tag]*Printer{}
	for _, tag := range lang.All {
		all[tag] = &Printer{tag: tag, localizer: i18n.NewLocalizer(builtin.bundle, string(tag)), keys: builtin.keys[tag]}
	}
	return all
}()

// For returns the printer of a language; an unknown language gets Finnish.
func For(tag lang.Tag) *Printer {
	if p, ok := printers[tag]; ok {
		return p
	}
	return printers[lang.Finnish]
}

// Tag returns the language of the printer.
func (p *Printer) Tag() lang.Tag { return p.tag }

// Has tells whether there is a message with a key in this language.
func (p *Printer) Has(key string) bool { return p.keys[key] }

// Text returns the message with a key. The arguments fill its {{.name}} places;
// ints, floats and calendar.Date are written in the language's form, a list of
// strings with commas. An argument named "count" chooses between "one" and
// "other" where the message has both. An unknown key comes back as it is, which
// a reader can at least report.
func (p *Printer) Text(key string, args ...map[string]any) string {
	if !p.keys[key] {
		return key
	}
	config := &i18n.LocalizeConfig{MessageID: key}
	data := map[string]any{}
	for _, set := range args {
		for name, value := range set {
			data[name] = p.written(value)
			if name == "count" {
				config.PluralCount = value
			}
		}
	}
	config.TemplateData = data
	text, err := p.localizer.Localize(config)
	if err != nil {
		return key
	}
	return text
}

// Plain returns the plain-language form of a message where there is one, and
// otherwise the message itself.
func (p *Printer) Plain(key string, args ...map[string]any) string {
	if p.keys[key+".plain"] {
		return p.Text(key+".plain", args...)
	}
	return p.Text(key, args...)
}

// Code returns the name of a code in a family of messages, for example
// Code("mode", "joint"). A code without a name comes back as it is.
func (p *Printer) Code(family, code string) string {
	if key := family + "." + code; p.keys[key] {
		return p.Text(key)
	}
	return code
}

// Segment returns the name of a segment, "" for the zero Segment.
func (p *Printer) Segment(s segment.Segment) string {
	if !s.Valid() {
		return ""
	}
	return p.Text("segment." + s.Code())
}

// SegmentShort returns a segment's name for where room is scarce, "" for the
// zero Segment.
func (p *Printer) SegmentShort(s segment.Segment) string {
	if !s.Valid() {
		return ""
	}
	return p.Text("segment." + s.Code() + ".short")
}

// Problem returns the title and the detail for the code of a fault. A code
// without words of its own gets those of an internal error.
func (p *Printer) Problem(code string) (title, detail string) {
	if !p.keys["problem."+code+".title"] {
		code = fault.Internal.String()
	}
	return p.Text("problem." + code + ".title"), p.Text("problem." + code + ".detail")
}

// families tells which arguments of findings are codes with names.
var families = map[string]string{"side": "side", "purpose": "purpose", "expected": "type", "format": "format"}

// Finding returns the words for one finding. Arguments that are codes, such as
// a side or a purpose, are named.
func (p *Printer) Finding(f fault.Finding) string {
	key := "finding." + f.Code
	if !p.keys[key] {
		return p.Text("finding.bad_format")
	}
	args := map[string]any{}
	for name, value := range f.Args {
		if family, ok := families[name]; ok {
			value = p.Code(family, fmt.Sprint(value))
		}
		args[name] = value
	}
	return p.Text(key, args)
}

// written gives an argument the form in which it is read.
func (p *Printer) written(value any) any {
	switch v := value.(type) {
	case int:
		return p.Integer(v)
	case int64:
		return p.Integer(int(v))
	case float64:
		return p.Number(v, 1)
	case calendar.Date:
		return p.Date(v)
	case []string:
		return strings.Join(v, ", ")
	default:
		return value
	}
}
