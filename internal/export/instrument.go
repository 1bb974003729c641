package export

import (
	"math"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/locale"
	ps "github.com/omasuunta/omasuunta/internal/psychometrics"
	"github.com/omasuunta/omasuunta/internal/quality"
)

// Panel is one part of the report on a battery: its numbers, how many they are
// made of, and what must be said beside them.
type Panel struct {
	Sheet  Sheet
	N      *int // nil when hidden
	Lead   string
	Notes  []string
	Figure *figure.Figure // nil when there is nothing to draw
}

// InstrumentPanels names and draws everything in a report on a battery, in the
// words of a language. Without figures there are none.
func InstrumentPanels(r quality.Report, words *locale.Printer) []Panel {
	if !r.Ready {
		return nil
	}
	w := panels{r, words}
	list := []Panel{w.reliability(), w.items(), w.spread(), w.answers(), w.certainty()}
	list = append(list, w.groups("languages", r.Languages)...)
	list = append(list, w.groups("modes", r.Modes)...)
	list = append(list, w.agreement("guess", r.Guess, nil), w.retest())
	for i := range list {
		list[i].Sheet.Title = w.say("quality." + list[i].Sheet.Code + ".title")
		if n := list[i].N; n != nil && *n >= quality.Least && *n < quality.Firm {
			list[i].Notes = append(list[i].Notes, words.Text("quality.preliminary", map[string]any{"n": *n, "firm": quality.Firm}))
		}
	}
	return list
}

type panels struct {
	quality.Report
	words *locale.Printer
}

func (w panels) say(key string) string { return w.words.Text(key) }

// heads are the columns of a table, by the ends of their keys.
func (w panels) heads(codes ...string) []string {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = w.words.Code("quality.head", code)
	}
	return list
}

// topic names an item.
func (w panels) topic(code string) string {
	if i := w.Battery.Index(code); i >= 0 {
		return w.Battery.Items[i].Topic.In(w.words.Tag())
	}
	return code
}

// number is a cell with so many decimals, empty without a value.
func number(v *float64, decimals int) any {
	if v == nil {
		return nil
	}
	return Decimal{*v, decimals}
}

// interval is three cells.
func interval(e *ps.Estimate) []any {
	if e == nil {
		return []any{nil, nil, nil}
	}
	return []any{Decimal{e.Value, 2}, Decimal{e.Low, 2}, Decimal{e.High, 2}}
}

// row puts cells and groups of cells together.
func row(parts ...any) (cells []any) {
	for _, p := range parts {
		if many, is := p.([]any); is {
			cells = append(cells, many...)
		} else {
			cells = append(cells, p)
		}
	}
	return cells
}

// drawn is a row of a figure.
func (w panels) drawn(label string, e *ps.Estimate) figure.Interval {
	if e == nil {
		return figure.Interval{Label: label, Text: w.say("quality.none")}
	}
	text := w.words.Text("quality.interval", map[string]any{
		"value": w.words.Number(e.Value, 2), "low": w.words.Number(e.Low, 2), "high": w.words.Number(e.High, 2),
	})
	return figure.Interval{Label: label, Text: text, Value: e.Value, Low: e.Low, High: e.High, Known: true}
}

// draw makes a figure of intervals on an axis from a number to another, marked at
// each step and strongly at some places. Without any interval there is none.
func (w panels) draw(code string, n *int, from, to, step float64, strong []float64, rows []figure.Interval) *figure.Figure {
	known := false
	for _, r := range rows {
		known = known || r.Known
	}
	if !known {
		return nil
	}
	spec := figure.IntervalsSpec{
		ID: "chart-" + code, Title: w.say("quality." + code + ".title"), From: from, To: to, Rows: rows,
		Desc: w.say("quality.figure.text"), Notes: []string{w.say("quality.figure.note")}, Palette: figure.Light(),
	}
	if n != nil {
		spec.Subtitle = w.words.Text("chart.n", map[string]any{"n": *n})
	}
	for i := range int(math.Round((to-from)/step)) + 1 {
		at := from + step*float64(i)
		tick := figure.Tick{At: at, Text: w.words.Number(at, 1)}
		for _, s := range strong {
			tick.Strong = tick.Strong || math.Abs(s-at) < 1e-9
		}
		spec.Ticks = append(spec.Ticks, tick)
	}
	f := figure.Intervals(spec)
	return &f
}

func (w panels) reliability() Panel {
	p := Panel{
		Sheet: Sheet{Code: "reliability", Head: w.heads("measure", "value", "low", "high", "n")},
		N:     &w.Pairs, Lead: w.say("quality.reliability.lead"),
		Notes: []string{w.say("quality.reliability.usual"), w.say("quality.reliability.method")},
	}
	var rows []figure.Interval
	for _, m := range []struct {
		code     string
		estimate *ps.Estimate
	}{{"alpha", w.Alpha}, {"omega", w.Omega}} {
		name := w.words.Code("quality.measure", m.code)
		p.Sheet.Rows = append(p.Sheet.Rows, row(name, interval(m.estimate), &w.Pairs))
		rows = append(rows, w.drawn(name, m.estimate))
	}
	if w.RMSR != nil {
		p.Notes = append(p.Notes, w.words.Text("quality.reliability.rmsr", map[string]any{"rmsr": w.words.Number(*w.RMSR, 2)}))
	}
	p.Figure = w.draw("reliability", p.N, 0, 1, 0.2, nil, rows)
	return p
}

func (w panels) items() Panel {
	p := Panel{
		Sheet: Sheet{Code: "items", Head: w.heads("item", "value", "low", "high", "without", "n")},
		N:     &w.Pairs, Lead: w.say("quality.items.lead"), Notes: []string{w.say("quality.items.usual")},
	}
	var rows []figure.Interval
	for _, i := range w.Items {
		p.Sheet.Rows = append(p.Sheet.Rows, row(w.topic(i.Code), interval(i.Rest), number(i.Without, 2), &w.Pairs))
		rows = append(rows, w.drawn(w.topic(i.Code), i.Rest))
	}
	p.Figure = w.draw("items", p.N, -0.2, 1, 0.2, []float64{0}, rows)
	return p
}

func (w panels) spread() Panel {
	p := Panel{
		Sheet: Sheet{Code: "spread", Head: w.heads("item", "mean", "sd", "quartile1", "median", "quartile3", "lowest", "highest", "n")},
		N:     w.N, Lead: w.say("quality.spread.lead"), Notes: []string{w.say("quality.spread.usual")},
	}
	line := func(name string, s quality.Spread) []any {
		quartiles := []any{nil, nil, nil}
		if s.Quartiles != nil {
			for i, q := range s.Quartiles {
				quartiles[i] = Decimal{q, 1}
			}
		}
		return row(name, number(s.Mean, 1), number(s.SD, 1), quartiles, s.Floor, s.Ceiling, s.N)
	}
	lowest := figure.BarGroup{Heading: w.say("quality.spread.lowest")}
	highest := figure.BarGroup{Heading: w.say("quality.spread.highest")}
	for _, i := range w.Items {
		p.Sheet.Rows = append(p.Sheet.Rows, line(w.topic(i.Code), i.Spread))
		lowest.Bars = append(lowest.Bars, w.bar(w.topic(i.Code), i.Spread.Floor, i.Spread.N))
		highest.Bars = append(highest.Bars, w.bar(w.topic(i.Code), i.Spread.Ceiling, i.Spread.N))
	}
	p.Sheet.Rows = append(p.Sheet.Rows, line(w.say("quality.score"), w.Score))
	p.Figure = w.bars("spread", w.N, lowest, highest)
	return p
}

// bar is a part of a whole.
func (w panels) bar(label string, part, of *int) figure.Bar {
	if part == nil || of == nil || *of == 0 {
		return figure.Bar{Label: label, Value: w.say("chart.hidden")}
	}
	share := int(math.Round(100 * float64(*part) / float64(*of)))
	return figure.Bar{Label: label, Percent: &share, Value: w.words.Text("quality.share", map[string]any{
		"part": *part, "percent": w.words.Percent(share),
	})}
}

func (w panels) bars(code string, n *int, groups ...figure.BarGroup) *figure.Figure {
	spec := figure.BarsSpec{ID: "chart-" + code, Title: w.say("quality." + code + ".title"), Groups: groups, Palette: figure.Light()}
	if n != nil {
		spec.Subtitle = w.words.Text("chart.n", map[string]any{"n": *n})
	}
	f := figure.Bars(spec)
	return &f
}

func (w panels) answers() Panel {
	p := Panel{
		Sheet: Sheet{Code: "answers", Head: w.heads("item", "answered", "discuss", "declined", "not_applicable", "blank", "unclear")},
		N:     w.N, Lead: w.say("quality.answers.lead"),
	}
	for _, i := range w.Items {
		p.Sheet.Rows = append(p.Sheet.Rows, row(w.topic(i.Code), i.Spread.N, i.Discuss, i.Declined, i.NotApplicable, i.Blank, i.Unclear))
	}
	return p
}

func (w panels) certainty() Panel {
	p := Panel{
		Sheet: Sheet{Code: "certainty", Head: w.heads("group", "count", "percent")},
		N:     w.N, Lead: w.say("quality.certainty.lead"), Notes: []string{w.say("quality.own")},
	}
	group := figure.BarGroup{Heading: w.say("quality.certainty.share")}
	for i, code := range []string{"borderline", "steady", "fair", "sensitive"} {
		count := w.Borderline.Part
		if i > 0 {
			count = w.Stability[i-1]
		}
		name := w.words.Code("quality.certainty", code)
		bar := w.bar(name, count, w.N)
		p.Sheet.Rows = append(p.Sheet.Rows, row(name, count, bar.Percent))
		group.Bars = append(group.Bars, bar)
	}
	p.Figure = w.bars("certainty", w.N, group)
	return p
}
