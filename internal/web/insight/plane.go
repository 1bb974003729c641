package insight

import (
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/web/chart"
)

// planeCharts show how many are where on the plane.
func planeCharts(a asked) ([]chart.Chart, error) {
	b, err := a.p.Reports.Breakdown(a.ctx(), a.Query, report.Places)
	if err != nil {
		return nil, err
	}
	names, _ := a.segmentNames()
	words := figure.PlaneWords{
		Segments: names, Resources: a.Text("insight.resources"), Few: a.Text("axis.resources.low"), Many: a.Text("axis.resources.high"),
		Challenge: a.Text("axis.challenge"), Small: a.Text("axis.challenge.low"), Great: a.Text("axis.challenge.high"),
	}
	title := a.Text("insight.plane")
	spec := figure.DensitySpec{Head: a.head("plane", title, b.N), Cutoffs: a.cutoffs(), Words: words, Legend: a.Text("insight.plane.legend")}
	for _, g := range b.Groups {
		if column, row, found := place(g.Code); found {
			spec.Squares = append(spec.Squares, figure.Square{Column: column, Row: row, Count: g.N})
		}
	}
	sheet := a.planeSheet(spec, b.N == nil)
	c := chart.Chart{Sheet: sheet, N: b.N, Lead: a.Text("insight.plane.lead"), Notes: []string{a.Text("insight.plane.note")}}
	if b.N != nil && *b.N > 0 {
		f := figure.Density(spec)
		c.Figure = &f
	}
	return []chart.Chart{c}, nil
}

// planeSheet has the squares as they lie: the greatest challenge above, many
// resources on the right.
func (a asked) planeSheet(spec figure.DensitySpec, hidden bool) export.Sheet {
	var counts [figure.DensitySteps][figure.DensitySteps]*int
	for row := range counts {
		for column := range counts[row] {
			if !hidden {
				counts[row][column] = new(int)
			}
		}
	}
	for _, s := range spec.Squares {
		counts[s.Row][s.Column] = s.Count
	}
	sheet := export.Sheet{Code: "plane", Title: spec.Title, Head: []string{a.Text("insight.plane.head")}}
	for row := len(counts) - 1; row >= 0; row-- {
		line := []any{figure.Tenth(row)}
		for _, count := range counts[row] {
			line = append(line, count)
		}
		sheet.Rows = append(sheet.Rows, line)
	}
	for column := range counts {
		sheet.Head = append(sheet.Head, figure.Tenth(column))
	}
	return sheet
}

// place reads a key of the view of places: "4-7".
func place(key string) (column, row int, found bool) {
	left, right, both := strings.Cut(key, "-")
	column, err := strconv.Atoi(left)
	row, err2 := strconv.Atoi(right)
	within := column >= 0 && column < figure.DensitySteps && row >= 0 && row < figure.DensitySteps
	return column, row, both && err == nil && err2 == nil && within
}

// cutoffs are where high begins: of the sets of questions in use now.
func (a asked) cutoffs() figure.Point {
	cut := func(code string) float64 {
		if b, ok := a.p.Library.Current(code); ok {
			return float64(b.Cutoff)
		}
		return 50
	}
	professional := a.Query.Battery
	if all := a.p.Library.Professional(); professional == "" && len(all) > 0 {
		professional = all[0].Code
	}
	return figure.Point{Resources: cut(instrument.ClientBattery), Challenge: cut(professional)}
}

// crossed is a chart of the calculated segment and another one.
func (a asked) crossed(code, title, other, without string, c report.Crossing) chart.Chart {
	names, short := a.segmentNames()
	spec := figure.MatrixSpec{Head: a.head(code, title, c.N), Rows: a.Text("insight.calculated"), Columns: other}
	sheet := export.Sheet{Code: code, Title: title, Head: append([]string{spec.Rows}, short...)}
	for i, s := range segment.All {
		spec.Across = append(spec.Across, figure.MatrixEnd{Label: short[i], Segment: s})
	}
	if len(c.Without) > 0 {
		spec.Across = append(spec.Across, figure.MatrixEnd{Label: without})
		sheet.Head = append(sheet.Head, without)
	}
	for i, s := range segment.All {
		counts := append([]*int{}, c.Cells[i][:]...)
		if i < len(c.Without) {
			counts = append(counts, c.Without[i])
		}
		spec.Lines = append(spec.Lines, figure.MatrixLine{MatrixEnd: figure.MatrixEnd{Label: names[s], Segment: s}, Counts: counts})
		line := []any{names[s]}
		for _, count := range counts {
			line = append(line, count)
		}
		sheet.Rows = append(sheet.Rows, line)
	}
	one := chart.Chart{Sheet: sheet, N: c.N}
	if !c.Suppressed {
		f := figure.Matrix(spec)
		one.Figure = &f
	}
	return one
}
