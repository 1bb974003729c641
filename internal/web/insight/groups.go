package insight

import (
	"sync"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/web/chart"
)

// mostRows is how many groups a picture has at most; with more the table stands
// alone.
const mostRows = 40

// groupCharts are the shares of the segments in the groups of a distribution: by
// unit, battery, month, register, language and way of answering. Nothing is counted
// for a chart that isn't wanted.
func groupCharts(a asked) ([]chart.Chart, error) {
	labels := a.labels()
	whole := sync.OnceValues(func() (report.Distribution, error) { return a.p.Reports.Distribution(a.ctx(), a.Query) })
	var charts []chart.Chart
	for _, one := range []struct {
		code string
		draw func() (chart.Chart, error)
	}{
		{"units", func() (chart.Chart, error) {
			d, err := whole()
			return a.grouped("units", a.Text("report.units"), a.Text("report.unit"), d.N, d.Units, labels.Unit), err
		}},
		{"batteries", func() (chart.Chart, error) {
			d, err := whole()
			if err != nil {
				return chart.Chart{}, err
			}
			batteries, err := a.p.Reports.BatteryGroups(a.ctx(), a.Query)
			return a.grouped("batteries", a.Text("insight.by_battery"), a.Text("report.battery"), d.N, batteries, labels.Battery), err
		}},
		{"months", func() (chart.Chart, error) {
			d, err := whole()
			return a.grouped("months", a.Text("report.months"), a.Text("report.month"), d.N, d.Months, a.month), err
		}},
		{"registers", func() (chart.Chart, error) {
			return a.brokenDown(report.ByRegister, "register", a.Text("insight.registers"), a.Text("visit.register"), "health", "social")
		}},
		{"languages", func() (chart.Chart, error) {
			return a.brokenDown(report.ByLanguage, "insight.language", a.Text("insight.languages"), a.Text("insight.language"), tongues()...)
		}},
		{"modes", func() (chart.Chart, error) {
			return a.brokenDown(report.ByMode, "mode", a.Text("insight.modes"), a.Text("quality.mode"), "joint", "self", "phone", "paper")
		}},
	} {
		if a.only != "" && a.only != one.code {
			continue
		}
		c, err := one.draw()
		if err != nil {
			return nil, err
		}
		charts = append(charts, c)
	}
	return charts, nil
}

// brokenDown is a chart of the groups of a view, whose names are of a family of
// messages.
func (a asked) brokenDown(view report.View, family, title, head string, keys ...string) (chart.Chart, error) {
	b, err := a.p.Reports.Breakdown(a.ctx(), a.Query, view, keys...)
	name := func(code string) string { return a.Code(family, code) }
	return a.grouped(string(view)+"s", title, head, b.N, b.Groups, name), err
}

func tongues() []string {
	var codes []string
	for _, tag := range lang.All {
		codes = append(codes, string(tag))
	}
	return codes
}

// month names a month: "toukokuu 2023" of 2023-05.
func (a asked) month(code string) string {
	first, err := calendar.Parse(code + "-01")
	if err != nil {
		return code
	}
	return a.Words.Month(first)
}

// grouped is a chart of groups by segment.
func (a asked) grouped(code, title, head string, n *int, groups []report.Group, name func(string) string) chart.Chart {
	names, short := a.segmentNames()
	spec := figure.GroupedSpec{Head: a.head(code, title, n), N: "n", None: a.Text("insight.nobody"), Names: names}
	sheet := export.Sheet{Code: code, Title: title, Head: append([]string{head, "n"}, short...)}
	for _, one := range short {
		sheet.Head = append(sheet.Head, one+" %")
	}
	for _, g := range groups {
		row := figure.GroupedRow{Label: named(name, g.Code), N: g.N}
		line := []any{row.Label, g.N}
		percents := []any{}
		for i, s := range g.Segments {
			row.Counts[i], row.Percents[i] = s.Count, s.Percent
			line = append(line, s.Count)
			percents = append(percents, percentCell(s))
		}
		spec.Rows = append(spec.Rows, row)
		sheet.Rows = append(sheet.Rows, append(line, percents...))
	}
	c := chart.Chart{Sheet: sheet, N: n}
	if len(spec.Rows) > 0 && len(spec.Rows) <= mostRows {
		f := figure.Grouped(spec)
		c.Figure = &f
	}
	return c
}

// percentCell is a share in a table: hidden with its count, and nothing where
// there is nobody.
func percentCell(s report.Share) any {
	if s.Percent == nil && !s.Suppressed {
		return nil
	}
	return s.Percent
}
