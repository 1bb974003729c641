package export

import (
	"io"
	"math"

	"github.com/omasuunta/omasuunta/internal/figure"
	ps "github.com/omasuunta/omasuunta/internal/psychometrics"
	"github.com/omasuunta/omasuunta/internal/quality"
)

// groups compares the groups of a kind, and their items where there are enough.
func (w panels) groups(code string, groups []quality.Group) []Panel {
	p := Panel{
		Sheet: Sheet{Code: code, Head: w.heads("group", "n", "mean", "sd", "difference", "low", "high")},
		N:     w.N, Lead: w.say("quality." + code + ".lead"),
		Notes: []string{w.words.Text("quality.groups.least", map[string]any{"least": quality.LeastGroup}), w.say("quality.groups.method")},
	}
	name := func(group string) string { return w.words.Code("quality."+code, group) }
	var rows []figure.Interval
	for i, g := range groups {
		p.Sheet.Rows = append(p.Sheet.Rows, row(name(g.Code), g.N, number(g.Mean, 1), number(g.SD, 1), interval(g.Difference)))
		if i > 0 && g.Difference != nil {
			rows = append(rows, w.drawn(name(g.Code), g.Difference))
		}
	}
	p.Figure = w.draw(code, w.N, -1, 1, 0.5, []float64{0}, rows)
	list := []Panel{p}
	var differing []figure.Interval
	items := Panel{
		Sheet: Sheet{Code: code + "-items", Head: w.heads("group", "item", "difference", "low", "high", "degree", "matched")},
		N:     w.N, Lead: w.say("quality.differing.lead"), Notes: []string{w.say("quality.differing.method"), w.say("quality.differing.caution")},
	}
	for _, g := range groups {
		for _, d := range g.Items {
			items.Sheet.Rows = append(items.Sheet.Rows, row(name(g.Code), w.topic(d.Item), interval(&d.Estimate),
				w.words.Code("quality.degree", string(d.Degree)), int(math.Round(100*d.Matched))))
			differing = append(differing, w.drawn(name(g.Code)+": "+w.topic(d.Item), &d.Estimate))
		}
	}
	if len(differing) > 0 {
		items.Figure = w.draw(items.Sheet.Code, w.N, -1, 1, 0.5, []float64{0}, differing)
		list = append(list, items)
	}
	return list
}

// agreement is κ of the segment and of each axis, below a first line where there
// is one.
func (w panels) agreement(code string, a quality.Agreement, first *ps.Estimate) Panel {
	p := Panel{
		Sheet: Sheet{Code: code, Head: w.heads("measure", "value", "low", "high", "n")},
		N:     a.N, Lead: w.say("quality." + code + ".lead"), Notes: []string{w.say("quality." + code + ".method")},
	}
	var rows []figure.Interval
	for _, m := range []struct {
		code     string
		estimate *ps.Estimate
	}{{"icc", first}, {"segment", a.Segment}, {"resources", a.Resources}, {"challenge", a.Challenge}} {
		if m.code == "icc" && code != "retest" {
			continue
		}
		name := w.words.Code("quality.measure", m.code)
		p.Sheet.Rows = append(p.Sheet.Rows, row(name, interval(m.estimate), a.N))
		rows = append(rows, w.drawn(name, m.estimate))
	}
	switch {
	case a.N == nil:
	case *a.N < quality.Least:
		p.Notes = append(p.Notes, w.words.Text("quality.few_pairs", map[string]any{"n": *a.N, "least": quality.Least}))
	case a.Same != nil:
		p.Notes = append(p.Notes, w.words.Text("quality.same", map[string]any{"same": *a.Same, "n": *a.N}))
	}
	p.Figure = w.draw(code, a.N, -0.2, 1, 0.2, []float64{0}, rows)
	return p
}

func (w panels) retest() Panel {
	p := w.agreement("retest", w.Retest.Agreement, w.Retest.ICC)
	if w.Retest.Difference != nil {
		p.Notes = append(p.Notes, w.words.Text("quality.retest.difference", map[string]any{"points": w.words.Number(*w.Retest.Difference, 1)}))
	}
	return p
}

// InstrumentCSV writes all panels as one table in which each number has a line:
// the part of the report, the row's name, the column and the number.
func InstrumentCSV(w io.Writer, list []Panel, dialect Dialect) error {
	out := NewCSV(w, dialect)
	if err := out.Row("part", "row", "column", "value"); err != nil {
		return err
	}
	for _, p := range list {
		for _, cells := range p.Sheet.Rows {
			names := names(cells)
			for i, cell := range cells[len(names):] {
				if err := out.Row(p.Sheet.Code, joined(", ", names...), p.Sheet.Head[len(names)+i], cell); err != nil {
					return err
				}
			}
		}
	}
	return out.Flush()
}

// names are the cells that a row begins with that are no numbers.
func names(cells []any) (list []string) {
	for _, c := range cells {
		text, is := c.(string)
		if !is {
			break
		}
		list = append(list, text)
	}
	return list
}
