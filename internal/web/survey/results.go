package survey

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/web/chart"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// told is the page of a round that is closed.
type told struct {
	Results          survey.Results
	Answered, Period string
	Open             bool // small numbers are shown too
	Units            []page.Option
	Charts           []chart.View
	Workbook         string // the address of all tables in one file
}

// results shows what was answered.
func (p *Pages) results(r *page.Request, round survey.Round) error {
	results, charts, err := p.charts(r, round)
	if err != nil {
		return err
	}
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data := told{
		Results: results, Answered: answered(r, results), Period: period(r, round), Open: results.MinCell == 1,
		Units: []page.Option{{Label: r.Text("survey.all_units")}},
	}
	for _, code := range round.Units {
		data.Units = append(data.Units, page.Option{Value: code, Label: names[code]})
	}
	slices.SortStableFunc(data.Units[1:], func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	address := "/report/survey/" + round.ID.String()
	values := url.Values{}
	if results.Unit != "" {
		values.Set("unit", results.Unit)
	}
	for _, c := range charts {
		data.Charts = append(data.Charts, c.Show(r, address+"/download", values))
	}
	all := url.Values{"chart": {everything}, "format": {"xlsx"}}
	if results.Unit != "" {
		all.Set("unit", results.Unit)
	}
	data.Workbook = address + "/download?" + all.Encode()
	form := &page.Form{Values: values, Labels: page.Labels{"unit": "survey.unit"}}
	return p.templates.Render(r, "results", &page.View{Title: round.Name, Wide: true, Form: form, FormID: "choose", Data: data})
}

// charts are the figures of a round, of the unit in the address.
func (p *Pages) charts(r *page.Request, round survey.Round) (survey.Results, []chart.Chart, error) {
	results, err := p.Surveys.Results(r.Ctx(), round.ID, r.QueryParam("unit"))
	if err != nil {
		return survey.Results{}, nil, err
	}
	questions, err := survey.Questions(round.Version)
	if err != nil {
		return survey.Results{}, nil, err
	}
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return survey.Results{}, nil, err
	}
	d := drawer{r, results, names}
	var list []chart.Chart
	for _, q := range results.Questions {
		asked, _ := questions.Question(q.Code)
		list = append(list, d.chart(asked, q))
	}
	return results, list, nil
}

// drawer makes charts in the reader's words.
type drawer struct {
	*page.Request
	results survey.Results
	units   map[string]string
}

// code is that of a chart, in addresses and file names.
func code(question string) string { return "survey-" + strings.ReplaceAll(question, "_", "-") }

func (d drawer) chart(asked survey.Question, q survey.QuestionResult) chart.Chart {
	title := asked.Text.In(d.Lang())
	if q.Code == survey.UnitQuestion {
		title = d.Text("survey.by_unit")
	}
	c := chart.Chart{Sheet: export.Sheet{Code: code(q.Code), Title: title}}
	if !q.Suppressed {
		c.N = &q.N
	}
	if q.Kind == survey.Free {
		c.Sheet.Head = []string{d.Text("survey.unit"), d.Text("survey.said")}
		for _, t := range q.Texts {
			c.Sheet.Rows = append(c.Sheet.Rows, []any{d.unit(t.Unit), t.Text})
		}
		return c
	}
	c.Sheet.Head = []string{d.Text("survey.option"), d.Text("report.count"), d.Text("survey.percent")}
	hidden := false
	var bars []figure.Bar
	for _, o := range q.Options {
		name := d.option(asked, o.Code)
		c.Sheet.Rows = append(c.Sheet.Rows, []any{name, o.Count, percent(o)})
		bars = append(bars, figure.Bar{Label: name, Value: d.value(o), Percent: o.Percent})
		hidden = hidden || o.Suppressed
	}
	if q.Mean != nil {
		c.Lead = d.Text("survey.mean", map[string]any{"mean": d.Words.Number(*q.Mean, 2)})
		c.Sheet.Notes = append(c.Sheet.Notes, c.Lead)
	}
	if hidden {
		c.Sheet.Notes = append(c.Sheet.Notes, d.Text("survey.note.hidden"))
	}
	if q.N > 0 || hidden {
		f := figure.Bars(figure.BarsSpec{
			ID: c.Sheet.Code, Title: title, Subtitle: d.subtitle(c.N), Desc: c.Lead, Groups: []figure.BarGroup{{Bars: bars}}, Palette: figure.Light(),
		})
		c.Figure = &f
	}
	return c
}

// percent is a cell of a table: a nil *int says that it is hidden, nil that there is
// none.
func percent(o survey.OptionCount) any {
	if o.Percent == nil && !o.Suppressed {
		return nil
	}
	return o.Percent
}

func (d drawer) subtitle(n *int) string {
	words := d.Text("chart.hidden")
	if n != nil {
		words = d.Words.Integer(*n)
	}
	parts := []string{d.results.Round.Name}
	if d.results.Unit != "" {
		parts = append(parts, d.units[d.results.Unit])
	}
	return strings.Join(append(parts, d.Text("chart.n", map[string]any{"n": words})), ", ")
}

// value is a count as it stands beside its bar.
func (d drawer) value(o survey.OptionCount) string {
	switch {
	case o.Count == nil:
		return d.Text("chart.hidden")
	case o.Percent == nil:
		return d.Words.Integer(*o.Count)
	default:
		return d.Words.Integer(*o.Count) + " (" + d.Words.Percent(*o.Percent) + ")"
	}
}

// option names an option; a number of a scale is its own name.
func (d drawer) option(asked survey.Question, code string) string {
	i := slices.IndexFunc(asked.Options, func(o survey.Option) bool { return o.Code == code })
	if i < 0 {
		return d.unit(code)
	}
	if text := asked.Options[i].Text.In(d.Lang()); text != "" {
		return text
	}
	return code
}

func (d drawer) unit(code string) string {
	if code == "" {
		return d.Text("survey.some_unit")
	}
	return d.units[code]
}

// download sends one chart as a file. What is said above all of them on the page
// goes with each.
func (p *Pages) download(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	round, err := p.Surveys.Round(r.Ctx(), id)
	if err != nil {
		return err
	}
	if !round.Closed() {
		return fault.New(fault.NotFound)
	}
	results, charts, err := p.charts(r, round)
	if err != nil {
		return err
	}
	days := round.From.String() + "-" + round.To.String()
	if r.QueryParam("chart") == everything && r.QueryParam("format") == "xlsx" && !results.Hidden {
		return p.workbook(r, results, charts, days)
	}
	c, err := chart.Find(charts, r.QueryParam("chart"))
	if err != nil {
		return err
	}
	if results.DemoNote {
		c.Notes = append(c.Notes, r.Text("survey.note.demo"))
	}
	return c.Send(r, r.QueryParam("format"), days)
}

// everything is the code of all charts together.
const everything = "survey"

// workbook sends all tables in one file.
func (p *Pages) workbook(r *page.Request, results survey.Results, charts []chart.Chart, days string) error {
	lines := []string{answered(r, results), period(r, results.Round)}
	if results.DemoNote {
		lines = append(lines, r.Text("survey.note.demo"))
	}
	var sheets []export.Sheet
	for _, c := range charts {
		sheets = append(sheets, c.Sheet)
	}
	var body bytes.Buffer
	if err := export.SheetsXLSX(&body, results.Round.Name, lines, sheets); err != nil {
		return err
	}
	r.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+everything+"-"+days+`.xlsx"`)
	r.Response().Header().Set("Content-Language", string(r.Lang()))
	return r.Blob(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body.Bytes())
}

// answered says how many have.
func answered(r *page.Request, results survey.Results) string {
	switch {
	case results.Hidden:
		return r.Text("survey.results.few", map[string]any{"least": results.MinCell})
	case results.Unit == "":
		return r.Text("survey.results.of", map[string]any{"answers": results.Answers, "asked": results.Asked})
	default:
		return r.Text("survey.results.n", map[string]any{"count": results.Answers})
	}
}

// period says what a round asked about, and when it ended.
func period(r *page.Request, round survey.Round) string {
	return r.Text("survey.results.period", map[string]any{"from": round.From, "to": round.To, "day": round.ClosedOn})
}
