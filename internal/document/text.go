package document

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// columns is the width of the text: record systems of any age show it unbroken.
const columns = 78

// Text writes the text for a record in the words and under the headings of that
// register. It is UTF-8 with LF, at most 78 columns wide, and names nobody
// beyond what comments, reasons and actions say. It fails on an unknown register
// and when the result is incomplete or w fails.
func Text(w io.Writer, r Result, register Register, tag lang.Tag) error {
	if register != Health && register != Social {
		return fmt.Errorf("document: unknown register %q", register)
	}
	if err := r.check(); err != nil {
		return err
	}
	note := &note{result: r, p: locale.For(tag), register: register}
	note.write()
	_, err := io.WriteString(w, note.b.String())
	return err
}

// note is a text for the record in the making.
type note struct {
	result   Result
	p        *locale.Printer
	register Register
	b        strings.Builder
}

func (n *note) write() {
	n.head()
	n.own()
	n.professional()
	n.conclusion()
	n.plan()
	n.method()
}

func (n *note) head() {
	r := n.result
	n.line(n.p.Text("document.record.title"))
	if r.Demo {
		n.line(n.p.Text("document.demo"))
	}
	n.labelled("document.record.date", n.p.Date(r.AssessedOn))
	n.labelled("document.record.unit", r.Unit)
	if r.Mode != "" {
		n.labelled("document.record.mode", n.p.Code("mode", r.Mode))
	}
	n.line(n.p.Code("register", string(n.register)))
}

func (n *note) own() {
	n.heading(n.ours("own"))
	n.sentence(n.ours("resources"), map[string]any{"score": n.score(n.result.Scoring.Resources)})
	n.topics(n.ours("strongest"), topicsOf(n.result.strongest(n.in)))
	n.topics(n.ours("heaviest"), topicsOf(n.result.heaviest(n.in)))
	n.topics(n.ours("discuss"), n.result.toDiscuss(n.in))
	n.remarks(n.ours("words"), instrument.Client)
}

func (n *note) professional() {
	n.heading(n.ours("professional"))
	n.sentence("document.record.challenge", map[string]any{"score": n.score(n.result.Scoring.Challenge)})
	n.topics("document.record.hardest", topicsOf(n.result.hardest(n.in)))
	n.remarks("document.record.notes", instrument.Professional)
}

func (n *note) conclusion() {
	r := n.result
	n.heading(n.ours("conclusion"))
	n.sentence("document.record.calculated", map[string]any{"segment": n.p.Segment(r.Scoring.Segment)})
	if r.Agreed.Valid() {
		n.sentence("document.record.agreed", map[string]any{"segment": n.p.Segment(r.Agreed)})
		if r.Reason != "" {
			n.sentence("document.record.reason", map[string]any{"reason": r.Reason})
		}
		n.sentence(n.ours("talked"))
	} else {
		n.sentence(n.ours("not_talked"))
	}
	if len(r.Scoring.Borderline) > 0 {
		n.sentence("document.record.borderline", map[string]any{"segments": n.names(r.Scoring.Borderline)})
	} else {
		n.sentence("document.record.not_borderline")
	}
	n.sentence("document.record.stability." + string(steadinessOf(r.Scoring.Stability)))
}

func (n *note) plan() {
	r := n.result
	n.heading(n.ours("plan"))
	if len(r.Actions) == 0 {
		n.sentence("document.record.no_actions")
	}
	for i, action := range r.Actions {
		var when []string
		if action.Responsible != "" {
			when = append(when, n.p.Text("document.record.who", map[string]any{"who": action.Responsible}))
		}
		if !action.Due.IsZero() {
			when = append(when, n.p.Text("document.record.due", map[string]any{"date": action.Due}))
		}
		text := action.Text
		if len(when) > 0 {
			text = strings.TrimRight(text, ". ") + " (" + strings.Join(when, ", ") + ")."
		}
		n.item(strconv.Itoa(i+1)+". ", text)
	}
	if !r.ReviewOn.IsZero() {
		n.sentence("document.record.review", map[string]any{"date": r.ReviewOn})
	}
}

func (n *note) method() {
	n.heading("document.record.method")
	n.sentence("document.record.instruments", basis(n.result, n.in))
	n.sentence("document.record.caution")
}

// ours is the key of a message that each register words for itself.
func (n *note) ours(part string) string {
	return "document.record." + string(n.register) + "." + part
}

func (n *note) in(text lang.Text) string { return text.In(n.p.Tag()) }

func (n *note) heading(key string) {
	n.b.WriteByte('\n')
	n.line(n.p.Text(key))
}

func (n *note) sentence(key string, args ...map[string]any) { n.line(n.p.Text(key, args...)) }

func (n *note) labelled(key, value string) {
	if value != "" {
		n.line(n.p.Text(key) + ": " + value)
	}
}

func (n *note) topics(key string, topics []string) {
	if len(topics) > 0 {
		n.sentence(key, map[string]any{"topics": topics})
	}
}

func (n *note) remarks(key string, side instrument.Side) {
	list := n.result.remarks(side, n.in)
	if len(list) == 0 {
		return
	}
	n.sentence(key)
	for _, one := range list {
		n.item("- ", one.Topic+": "+one.Comment)
	}
}

func (n *note) score(s scoring.Score) string {
	key := "document.record.below"
	if s.High() {
		key = "document.record.above"
	}
	return n.p.Text(key, map[string]any{"score": s.Shown(), "cutoff": s.Cutoff})
}

func (n *note) names(list []segment.Segment) []string {
	var names []string
	for _, s := range list {
		names = append(names, n.p.Segment(s))
	}
	return names
}

func (n *note) line(text string) { n.item("", text) }

// item writes a paragraph after a mark, its further lines hanging below the
// first.
func (n *note) item(mark, text string) {
	indent := len(mark)
	for i, line := range wrap(tidy(text), columns-indent) {
		if i == 0 {
			n.b.WriteString(mark)
		} else {
			n.b.WriteString(strings.Repeat(" ", indent))
		}
		n.b.WriteString(line)
		n.b.WriteByte('\n')
	}
}

// basis names what a result was made with.
func basis(r Result, in func(lang.Text) string) map[string]any {
	return map[string]any{
		"client": in(r.ClientBattery.Name), "client_ref": r.Scoring.Client,
		"professional": in(r.ProfessionalBattery.Name), "professional_ref": r.Scoring.Professional,
		"scoring": r.Scoring.Version,
	}
}

// tidy makes one paragraph of what somebody typed: line breaks and control
// characters become spaces, and no-break spaces stay what they are.
func tidy(text string) string {
	spaced := strings.Map(func(c rune) rune {
		if c != '\u00a0' && c != '\u202f' && (unicode.IsSpace(c) || unicode.IsControl(c)) {
			return ' '
		}
		return c
	}, text)
	return strings.Join(strings.FieldsFunc(spaced, func(c rune) bool { return c == ' ' }), " ")
}

// wrap breaks a paragraph into lines of at most width runes, at spaces where it
// can and within a word only when the word alone is wider.
func wrap(text string, width int) []string {
	var lines []string
	var line []rune
	for _, word := range strings.Split(text, " ") {
		rest := []rune(word)
		if len(line) > 0 && len(line)+1+len(rest) > width {
			lines, line = append(lines, string(line)), nil
		}
		for len(rest) > width {
			lines, rest = append(lines, string(rest[:width])), rest[width:]
		}
		if len(line) > 0 {
			line = append(line, ' ')
		}
		line = append(line, rest...)
	}
	return append(lines, string(line))
}
