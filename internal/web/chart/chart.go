package chart

import (
	"html/template"
	"net/url"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// Chart is one figure with the numbers it is made of.
type Chart struct {
	Sheet  export.Sheet // its Code names the chart in addresses, on the page and in file names
	N      *int         // how many it is made of; nil when that is hidden
	Lead   string       // what is to be seen, in a sentence; "" for none
	Notes  []string     // what must be known to read it
	Figure *figure.Figure
}

// View is a chart in the words of a reader, for the template "chart".
type View struct {
	ID, Title, Lead string
	N               string
	Notes           []string
	Figure          template.HTML // "" when there is nothing to draw
	Head            []Cell
	Rows            [][]Cell // the first of each is the row's name
	Files           []File
	Under           bool // it stands under a heading of the page's own
}

// Cell is one cell of the table.
type Cell struct {
	Text   string
	Number bool
}

// File is a way to take the chart along.
type File struct{ Format, Address string }

// Show makes what the template needs. address is where the page serves Send, and
// values the question that the page answered.
func (c Chart) Show(r *page.Request, address string, values url.Values) View {
	v := View{ID: c.Sheet.Code, Title: c.Sheet.Title, Lead: c.Lead, Notes: append(append([]string{}, c.Notes...), c.Sheet.Notes...), N: r.Text("chart.hidden")}
	if c.N != nil {
		v.N = r.Words.Integer(*c.N)
	}
	numbers := make([]bool, len(c.Sheet.Head))
	for _, row := range c.Sheet.Rows {
		cells := make([]Cell, len(row))
		for i, value := range row {
			cells[i] = written(r, value)
			numbers[i] = numbers[i] || cells[i].Number
		}
		v.Rows = append(v.Rows, cells)
	}
	for i, text := range c.Sheet.Head {
		v.Head = append(v.Head, Cell{text, numbers[i]})
	}
	if c.Figure != nil {
		v.Figure = template.HTML(c.Figure.Inline()) // escaped where it is drawn
	}
	for _, f := range c.formats() {
		q := url.Values{}
		for key, list := range values {
			q[key] = list
		}
		q.Set("chart", c.Sheet.Code)
		q.Set("format", f.code)
		v.Files = append(v.Files, File{Format: f.code, Address: address + "?" + q.Encode()})
	}
	return v
}

// written is a value as a reader reads it. A hidden number is a word.
func written(r *page.Request, value any) Cell {
	switch v := value.(type) {
	case nil:
		return Cell{Text: "–", Number: true}
	case string:
		return Cell{Text: v}
	case int:
		return Cell{r.Words.Integer(v), true}
	case *int:
		if v == nil {
			return Cell{r.Text("chart.hidden"), true}
		}
		return Cell{r.Words.Integer(*v), true}
	case export.Decimal:
		return Cell{r.Words.Number(v.Value, v.Decimals), true}
	case calendar.Date:
		return Cell{Text: r.Date(v)}
	default:
		return Cell{}
	}
}
