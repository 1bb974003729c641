package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// CodeBook tells of every column of the rows what it is: its type, its values with
// their names, where they come from, and what it means when one is missing. It is made
// from the columns themselves, in the reader's language.
func CodeBook(columns []extract.Column, library *instrument.Library, words *locale.Printer) Sheet {
	b := book{library, words}
	s := Sheet{Code: "codebook", Title: words.Text("extract.book.title"), Notes: []string{words.Text("extract.book.pseudonyms"), words.Text("extract.book.bounds")}}
	for _, key := range []string{"column", "type", "meaning", "values", "source", "missing"} {
		s.Head = append(s.Head, words.Code("extract.book.head", key))
	}
	for _, c := range columns {
		s.Rows = append(s.Rows, b.row(c))
	}
	return s
}

type book struct {
	library *instrument.Library
	words   *locale.Printer
}

// sourceOf says, by the code of a column, where its values come from, and missingOf
// why there may be none.
var (
	sourceOf = map[string]string{
		"client": "pseudonym", "assessment": "pseudonym", "segment": "result", "resources": "result", "challenge": "result", "borderline": "result",
		"stability": "result", "scoring": "result", "agreed": "agreed", "printed": "noted", "recorded": "noted", "discussed": "noted", "feedback": "noted",
	}
	missingOf = map[string]string{"agreed": "not_agreed", "expected": "not_guessed", "borderline": "none_near"}
)

func (b book) row(c extract.Column) []any {
	source, missing := sourceOf[c.Code], missingOf[c.Code]
	if source == "" {
		source = "visit"
	}
	phase, minutes := strings.CutPrefix(c.Code, "minutes_")
	meaning := ""
	switch {
	case c.Battery != "":
		meaning, source, missing = b.item(c)
	case minutes:
		meaning, source, missing = b.words.Code("extract.phase", phase), "measured", "not_measured"
	default:
		meaning = b.words.Code("extract.column", c.Code)
	}
	if missing == "" {
		missing = "never"
	}
	return []any{c.Code, b.words.Code("extract.kind", string(c.Kind)), meaning, b.values(c), b.words.Code("extract.source", source), b.words.Code("extract.missing", missing)}
}

// item is what a column of an item is about: the question as it is put.
func (b book) item(c extract.Column) (meaning, source, missing string) {
	source = "client"
	if c.Battery != instrument.ClientBattery {
		source = "professional"
	}
	if missing = "skipped"; c.Skip {
		missing = "answered"
	}
	for _, battery := range b.library.Versions() {
		if i := battery.Index(c.Item); battery.Code == c.Battery && i >= 0 {
			if meaning = battery.Name.In(b.words.Tag()) + ": " + battery.Items[i].Text.In(b.words.Tag()); battery.Items[i].Reverse && !c.Skip {
				meaning += " " + b.words.Text("extract.book.reverse")
			}
		}
	}
	if c.Skip {
		meaning = b.words.Text("extract.book.skip", map[string]any{"item": meaning})
	}
	return meaning, source, missing
}

// values are what can stand in a column.
func (b book) values(c extract.Column) string {
	named := func(family string, codes ...string) string {
		parts := make([]string, len(codes))
		for i, code := range codes {
			parts[i] = code + " = " + b.words.Code(family, code)
		}
		return strings.Join(parts, "; ")
	}
	switch {
	case c.Skip:
		return named("skip", codesOf(instrument.Skips)...)
	case c.Battery != "":
		return "0–10"
	case c.Kind == extract.Flag:
		return "TRUE, FALSE"
	}
	switch c.Code {
	case "segment", "agreed", "expected", "borderline":
		var codes []string
		for _, s := range segment.All {
			codes = append(codes, s.Code())
		}
		return named("segment", codes...)
	case "register":
		return named("register", codesOf(access.Registers)...)
	case "mode":
		return named("mode", codesOf([]assessment.Mode{assessment.Joint, assessment.Self, assessment.Phone, assessment.Paper})...)
	case "language":
		return named("page.language", codesOf(lang.All)...)
	case "battery":
		var parts []string
		for _, battery := range b.library.Professional() {
			parts = append(parts, battery.Code+" = "+battery.Name.In(b.words.Tag()))
		}
		return strings.Join(parts, "; ")
	case "resources", "challenge":
		return "0–100"
	case "stability":
		return "0–1"
	case "month":
		return "1–12"
	}
	return ""
}

func codesOf[T ~string](codes []T) []string {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = string(code)
	}
	return texts
}

// SheetMarkdown writes a sheet as a page of Markdown: title, notes and table.
func SheetMarkdown(w io.Writer, s Sheet) error {
	out := bufio.NewWriter(w) // keeps the first error until Flush
	_, _ = fmt.Fprintf(out, "# %s\n\n", inMarkdown(s.Title))
	for _, note := range s.Notes {
		_, _ = fmt.Fprintf(out, "%s\n\n", inMarkdown(note))
	}
	line := func(cells []string) { _, _ = out.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	head, rule := make([]string, len(s.Head)), make([]string, len(s.Head))
	for i, text := range s.Head {
		head[i], rule[i] = inMarkdown(text), "---"
	}
	line(head)
	line(rule)
	for _, row := range s.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = inMarkdown((&CSV{}).text(cell))
		}
		line(cells)
	}
	return out.Flush()
}

// markdown takes their meaning from the characters that have one.
var markdown = strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`", "\n", " ", "\r", " ")

func inMarkdown(text string) string { return markdown.Replace(text) }
