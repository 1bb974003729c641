package export

import (
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Labels are the words of a distribution in the reader's language. The functions
// turn a code into a name; a nil function, or an empty answer, leaves the code.
type Labels struct {
	Language lang.Tag // how numbers are written

	Title   string // "Asiakkuuksien jakauma"
	Period  string // "5.5.2023–12.11.2023"
	Scope   string // what it was narrowed to, "" for everything
	Segment func(code string) string
	Battery func(code string) string
	Unit    func(code string) string
	Month   func(code string) string // of "2023-05"
	Covered func(code string) string // of "offered", "completed", …

	Register  func(code string) string
	LanguageN func(code string) string // the language that a client answered in
	Mode      func(code string) string // the way of answering

	Tables Headings // names of the tables, also of the sheets in a workbook
	Heads  Heads

	HiddenCell    string // in place of a hidden number, short: "alle 5", "piilotettu"
	HiddenNote    string // why numbers are hidden; shown when something is
	OpenNote      string // that every number is shown; shown when the smallest cell is 1
	PublishedNote string // as of when published figures are, or that there are none; "" for live ones
	DemoNote      string // that the numbers are fictional; shown when they are
}

// Headings name the tables.
type Headings struct {
	Summary, Segments, Batteries, Units, Months, Registers, Languages, Modes, Coverage string
}

// Heads name the columns of a workbook and of the table in a terminal.
type Heads struct{ Code, Name, Segment, Count, Percent, Suppressed, N string }

// groups lists the tables by segment with their headings and names.
func (l Labels) groups(d report.Distribution) []groupTable {
	headings := map[string]string{
		"units": l.Tables.Units, "months": l.Tables.Months, "registers": l.Tables.Registers,
		"languages": l.Tables.Languages, "modes": l.Tables.Modes,
	}
	names := map[string]func(string) string{
		"units": l.Unit, "months": l.Month, "registers": l.Register, "languages": l.LanguageN, "modes": l.Mode,
	}
	var list []groupTable
	for _, t := range d.Groups() {
		list = append(list, groupTable{t.Code, headings[t.Code], t.Rows, names[t.Code]})
	}
	return list
}

type groupTable struct {
	code, heading string
	rows          []report.Group
	name          func(string) string
}

func named(name func(string) string, code string) string {
	if name != nil {
		if text := name(code); text != "" {
			return text
		}
	}
	return code
}

// subtitle is the period, what it is narrowed to, and n.
func (l Labels) subtitle(d report.Distribution) string {
	period := l.Period
	if period == "" {
		period = d.From.String() + " – " + d.To.String()
	}
	return joined(" · ", period, l.Scope, "n = "+l.count(d.N))
}

// notes are what a reader must know about the numbers.
func (l Labels) notes(d report.Distribution) []string {
	var notes []string
	add := func(when bool, note string) {
		if when && note != "" {
			notes = append(notes, note)
		}
	}
	add(d.DemoNote, l.DemoNote)
	add(d.Published, l.PublishedNote)
	add(d.AnySuppressed(), l.HiddenNote)
	add(d.MinCell <= 1, l.OpenNote)
	return notes
}

// coverage is the coverage in a line: whom a picture of the distribution misses.
func (l Labels) coverage(d report.Distribution) string {
	var parts []string
	for _, line := range d.Coverage.Lines() {
		parts = append(parts, named(l.Covered, line.Code)+" "+l.count(line.Count))
	}
	return l.Tables.Coverage + ": " + strings.Join(parts, " · ")
}

// count is a number as it is read, or the words for a hidden one.
func (l Labels) count(count *int) string {
	if count == nil {
		return l.HiddenCell
	}
	separator := "\u00a0"
	if l.Language == lang.English {
		separator = ","
	}
	return grouped(*count, separator)
}

// percent is a whole percentage as it is read, "–" where there is none.
func (l Labels) percent(percent *int) string {
	switch {
	case percent == nil:
		return "–"
	case l.Language == lang.English:
		return strconv.Itoa(*percent) + "%"
	default:
		return strconv.Itoa(*percent) + "\u00a0%"
	}
}

// share is a count with its percentage: "40 (47 %)".
func (l Labels) share(s report.Share) string {
	if s.Percent == nil {
		return l.count(s.Count)
	}
	return l.count(s.Count) + " (" + l.percent(s.Percent) + ")"
}

func grouped(n int, separator string) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return digits
}

func (l Labels) figureSpec(d report.Distribution) figure.BarsSpec {
	spec := figure.BarsSpec{
		ID: "distribution", Title: l.Title, Subtitle: l.subtitle(d), Notes: append([]string{l.coverage(d)}, l.notes(d)...), Palette: figure.Light(),
	}
	segments := figure.BarGroup{Heading: l.Tables.Segments}
	for _, s := range d.Segments {
		of, _ := segment.Parse(s.Code)
		segments.Bars = append(segments.Bars, figure.Bar{
			Label: named(l.Segment, s.Code), Value: l.share(s), Percent: s.Percent, Segment: of,
		})
	}
	batteries := figure.BarGroup{Heading: l.Tables.Batteries}
	for _, s := range d.Batteries {
		batteries.Bars = append(batteries.Bars, figure.Bar{Label: named(l.Battery, s.Code), Value: l.share(s), Percent: s.Percent})
	}
	spec.Groups = []figure.BarGroup{segments, batteries}
	return spec
}
