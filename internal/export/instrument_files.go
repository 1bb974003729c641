package export

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/quality"
)

// InstrumentState says in words what a report on a battery is made of, or why it
// has no figures.
func InstrumentState(r quality.Report, words *locale.Printer) []string {
	var lines []string
	add := func(text string) { lines = append(lines, text) }
	switch {
	case r.Withheld:
		add(words.Text("quality.withheld"))
	case r.N == nil:
		add(words.Text("quality.hidden"))
	case r.Few || *r.N == 0:
		add(words.Text("quality.few", map[string]any{"count": *r.N, "least": max(quality.Least, r.MinCell)}))
	case r.Ready:
		add(words.Text("quality.as_of", map[string]any{"at": words.DateTime(r.AsOf), "n": *r.N}))
		add(words.Text("quality.own"))
	}
	if r.DemoNote {
		add(words.Text("report.demo_note"))
	}
	if r.Ready && r.MinCell > 1 {
		add(words.Text("report.suppressed_note", map[string]any{"min": r.MinCell}))
	}
	return lines
}

// InstrumentTable writes a report for a terminal.
func InstrumentTable(w io.Writer, r quality.Report, words *locale.Printer) error {
	out := bufio.NewWriter(w) // keeps the first error until Flush
	say := func(lines ...string) {
		for _, line := range lines {
			_, _ = out.WriteString(strings.TrimRight(plain(line), " ") + "\n")
		}
	}
	say(words.Text("quality.title"), r.Battery.Name.In(words.Tag())+" ("+r.Battery.Ref()+") · "+words.Text("report.period", map[string]any{"from": r.From, "to": r.To}))
	say(InstrumentState(r, words)...)
	for _, p := range InstrumentPanels(r, words) {
		say("", p.Sheet.Title)
		rows := [][]string{append([]string{}, p.Sheet.Head...)}
		for _, cells := range p.Sheet.Rows {
			line := make([]string, len(cells))
			for i, c := range cells {
				line[i] = inWords(c, words)
			}
			rows = append(rows, line)
		}
		say(aligned(rows)...)
		say(p.Notes...)
	}
	return out.Flush()
}

// inWords is a cell as a reader reads it.
func inWords(cell any, words *locale.Printer) string {
	switch v := cell.(type) {
	case string:
		return v
	case int:
		return words.Integer(v)
	case *int:
		if v == nil {
			return words.Text("chart.hidden")
		}
		return words.Integer(*v)
	case Decimal:
		return words.Number(v.Value, v.Decimals)
	default:
		return "–"
	}
}

type jsonInstrument struct {
	Battery     string      `json:"battery"`
	Version     int         `json:"version"`
	From        string      `json:"from"`
	To          string      `json:"to"`
	N           *int        `json:"n"`
	MinCell     int         `json:"min_cell"`
	AsOf        string      `json:"as_of,omitempty"`
	Preliminary bool        `json:"preliminary"`
	Tables      []jsonTable `json:"tables"`
	Notes       []string    `json:"notes"`
}

type jsonTable struct {
	Code    string   `json:"code"`
	Title   string   `json:"title"`
	N       *int     `json:"n"`
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"` // null is hidden, or can't be told
	Notes   []string `json:"notes"`
}

// InstrumentJSON writes a report for programs.
func InstrumentJSON(w io.Writer, r quality.Report, words *locale.Printer) error {
	doc := jsonInstrument{
		Battery: r.Battery.Code, Version: r.Battery.Version, From: r.From.String(), To: r.To.String(), N: r.N, MinCell: r.MinCell,
		Preliminary: r.Preliminary, Tables: []jsonTable{}, Notes: InstrumentState(r, words),
	}
	if !r.AsOf.IsZero() {
		doc.AsOf = r.AsOf.UTC().Format(time.RFC3339)
	}
	for _, p := range InstrumentPanels(r, words) {
		t := jsonTable{p.Sheet.Code, p.Sheet.Title, p.N, p.Sheet.Head, nil, p.Notes}
		for _, cells := range p.Sheet.Rows {
			line := make([]any, len(cells))
			for i, c := range cells {
				line[i] = c
				if d, is := c.(Decimal); is {
					line[i] = json.Number(fixed(d))
				}
			}
			t.Rows = append(t.Rows, line)
		}
		doc.Tables = append(doc.Tables, t)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}

// InstrumentXLSX writes a workbook with a sheet for each table.
func InstrumentXLSX(w io.Writer, r quality.Report, words *locale.Printer) error {
	var sheets []Sheet
	for _, p := range InstrumentPanels(r, words) {
		s := p.Sheet
		s.Notes = append(append([]string{}, p.Notes...), s.Notes...)
		sheets = append(sheets, s)
	}
	return SheetsXLSX(w, words.Text("quality.title"), append([]string{r.Battery.Name.In(words.Tag()) + " (" + r.Battery.Ref() + ")"}, InstrumentState(r, words)...), sheets)
}
