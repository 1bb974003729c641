package insight

import (
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// words writes the numbers of a distribution as a reader reads them.
type words struct {
	*page.Request
	labels export.Labels
}

// line is one row of a table: a name, a number and its share.
type line struct {
	Code, Name     string
	Count, Percent string
	Hidden         bool
}

// count is a number, or the word for one that is hidden.
func (w words) count(n *int) string {
	if n == nil {
		return w.labels.HiddenCell
	}
	return w.Words.Integer(*n)
}

func (w words) percent(s report.Share) string {
	switch {
	case s.Percent != nil:
		return w.Words.Percent(*s.Percent)
	case s.Suppressed:
		return w.labels.HiddenCell
	default:
		return "–"
	}
}

func (w words) lines(shares []report.Share, name func(string) string) []line {
	var list []line
	for _, s := range shares {
		list = append(list, line{Code: s.Code, Name: named(name, s.Code), Count: w.count(s.Count), Percent: w.percent(s), Hidden: s.Suppressed})
	}
	return list
}

func (w words) coverage(shown report.Shown) []line {
	var list []line
	for _, l := range shown.Lines() {
		list = append(list, line{Code: l.Code, Name: named(w.labels.Covered, l.Code), Count: w.count(l.Count), Hidden: l.Count == nil})
	}
	return list
}

// named is the name of a code, or the code where it has none.
func named(name func(string) string, code string) string {
	if text := name(code); text != "" {
		return text
	}
	return code
}

// sentence says in words how many there are, and how much of what was offered
// they cover.
func (w words) sentence(d report.Distribution) string {
	switch c := d.Coverage; {
	case d.N == nil:
		return w.Text("insight.sentence.hidden")
	case *d.N == 0:
		return w.Text("insight.sentence.none")
	case c.Offered == nil || c.Completed == nil || *c.Offered == 0:
		return w.Text("insight.sentence", map[string]any{"count": *d.N})
	default:
		share := (200*(*c.Completed) + *c.Offered) / (2 * (*c.Offered)) // rounded to the nearest
		return w.Text("insight.sentence", map[string]any{"count": *d.N}) + " " + w.Text("insight.sentence.coverage", map[string]any{
			"offered": *c.Offered, "completed": *c.Completed, "percent": w.Words.Percent(share),
		})
	}
}
