package export

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// TrialXLSX writes the report as a workbook: a sheet for each table, and one for
// what people wrote.
func TrialXLSX(w io.Writer, told TrialTold) error {
	var sheets []Sheet
	for _, s := range told.Sections {
		for _, c := range s.Charts {
			sheets = append(sheets, c.Sheet)
		}
		for _, w := range s.Words {
			words := Sheet{Code: w.Code, Title: w.Title, Head: []string{w.Title}}
			for _, text := range w.Texts {
				words.Rows = append(words.Rows, []any{text})
			}
			sheets = append(sheets, words)
		}
	}
	return SheetsXLSX(w, told.Title, append([]string{told.Subtitle}, told.Notes...), sheets)
}

// TrialTable writes the report for a terminal.
func TrialTable(w io.Writer, told TrialTold, l TrialLabels) error {
	out := bufio.NewWriter(w) // keeps the first error until Flush
	say := func(lines ...string) {
		for _, line := range lines {
			_, _ = out.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	say(plain(told.Title), plain(told.Subtitle))
	for _, note := range told.Notes {
		say("", plain(note))
	}
	for _, s := range told.Sections {
		say("", "", strings.ToUpper(plain(s.Title)))
		for _, text := range s.Text {
			say("", plain(text))
		}
		for _, c := range s.Charts {
			say("", plain(c.Sheet.Title)+" (n = "+l.distribution.count(c.N)+")")
			if c.Lead != "" {
				say(plain(c.Lead))
			}
			say(alignedAs(l.written(c.Sheet), c.Sheet.worded)...)
			for _, note := range c.Sheet.Notes {
				say("", plain(note))
			}
		}
		for _, words := range s.Words {
			say("", plain(words.Title), "")
			for _, text := range words.Texts {
				say("– " + plain(text))
			}
		}
	}
	return out.Flush()
}

// worded tells whether a column names things rather than counts them.
func (s Sheet) worded(column int) bool {
	if column == 0 {
		return true
	}
	for _, row := range s.Rows {
		if _, words := row[column].(string); words {
			return true
		}
	}
	return false
}

// written is a sheet as a reader reads it.
func (l TrialLabels) written(s Sheet) [][]string {
	rows := [][]string{append([]string{}, s.Head...)}
	for _, cells := range s.Rows {
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = l.Cell(c)
		}
		rows = append(rows, row)
	}
	return rows
}

// Cell is a cell of a sheet as a reader reads it; a hidden number is a word, and
// what isn't there a dash.
func (l TrialLabels) Cell(c any) string {
	switch v := c.(type) {
	case string:
		return v
	case int:
		return l.words.Integer(v)
	case *int:
		return l.distribution.count(v)
	case Decimal:
		return l.words.Number(v.Value, v.Decimals)
	case calendar.Date:
		return l.words.Date(v)
	default:
		return "–"
	}
}

type jsonTrial struct {
	From       string           `json:"from"`
	To         string           `json:"to"`
	Unit       string           `json:"unit,omitempty"`
	N          *int             `json:"n"`
	MinCell    int              `json:"min_cell"`
	Withheld   bool             `json:"withheld,omitempty"`
	Segments   []jsonShare      `json:"segments"`
	Batteries  []jsonShare      `json:"batteries"`
	Units      []jsonGroup      `json:"units"`
	Months     []jsonTrialMonth `json:"months"`
	Coverage   map[string]*int  `json:"coverage"`
	Missing    []jsonMissing    `json:"missing"`
	Feedback   *jsonFeedback    `json:"feedback,omitempty"`
	Target     *jsonTarget      `json:"target,omitempty"`
	Phases     []jsonPhase      `json:"phases"`
	TakingPart []jsonEntry      `json:"taking_part"`
	DroppedOut []jsonEntry      `json:"dropped_out"`
	Training   jsonSessions     `json:"training"`
	Support    jsonSessions     `json:"support"`
	Outages    []jsonEntry      `json:"outages"`
	Events     []jsonEntry      `json:"events"`
	Survey     *jsonSurvey      `json:"survey,omitempty"`
	Notes      []string         `json:"notes,omitempty"`
}

type jsonTrialMonth struct {
	Code       string   `json:"code"`
	Count      *int     `json:"count"`
	OutageDays int      `json:"outage_days"`
	PerWeek    *float64 `json:"per_week"`
}

type jsonMissing struct {
	Kind    string      `json:"kind"`
	Label   string      `json:"label"`
	Count   *int        `json:"count"`
	Reasons []jsonShare `json:"reasons"`
}

type jsonPart struct {
	Count   *int `json:"count"`
	Percent *int `json:"percent"`
}

type jsonFeedback struct {
	N          *int        `json:"n"`
	Usefulness []jsonShare `json:"usefulness"`
	Useful     jsonPart    `json:"useful"`
	Agreement  []jsonShare `json:"agreement"`
	Agreeing   jsonPart    `json:"agreeing"`
	Comments   *int        `json:"comments"`
	Texts      []string    `json:"texts"`
}

type jsonTarget struct {
	Goal          int  `json:"goal"`
	Professionals *int `json:"professionals"`
	Reached       *int `json:"reached"`
}

type jsonPhase struct {
	Code    string  `json:"code"`
	Label   string  `json:"label"`
	N       int     `json:"n"`
	Minutes float64 `json:"minutes"`
}

type jsonSessions struct {
	Sessions    int         `json:"sessions"`
	Minutes     int         `json:"minutes"`
	WithClients int         `json:"with_clients"`
	Others      int         `json:"others"`
	People      int         `json:"people"`
	Entries     []jsonEntry `json:"entries"`
}

type jsonEntry struct {
	Kind        string `json:"kind"`
	From        string `json:"from"`
	To          string `json:"to"`
	Days        int    `json:"days"`
	Text        string `json:"text"`
	Minutes     int    `json:"minutes,omitempty"`
	WithClients int    `json:"with_clients,omitempty"`
	Others      int    `json:"others,omitempty"`
}

// TrialJSON writes the report with the field names of the REST interface.
func TrialJSON(w io.Writer, r trial.Report, l TrialLabels) error {
	d := r.Distribution
	out := jsonTrial{
		From: r.From.String(), To: r.To.String(), Unit: r.Unit, N: d.N, MinCell: r.MinCell, Withheld: r.Withheld,
		Segments: jsonShares(d.Segments, l.distribution.Segment), Batteries: jsonShares(d.Batteries, l.distribution.Battery),
		Units: jsonGroups(d.Units, l.distribution.Unit, l.distribution.Segment), Coverage: map[string]*int{},
		Months: []jsonTrialMonth{}, Missing: []jsonMissing{}, Phases: []jsonPhase{},
		TakingPart: jsonEntries(r.Diary.TakingPart), DroppedOut: jsonEntries(r.Diary.DroppedOut),
		Training: jsonSessionsOf(r.Diary.Training), Support: jsonSessionsOf(r.Diary.Support),
		Outages: jsonEntries(r.Diary.Outages), Events: jsonEntries(r.Diary.Events), Survey: l.surveyJSON(r.Survey), Notes: l.notes(r),
	}
	for _, line := range d.Coverage.Lines() {
		out.Coverage[line.Code] = line.Count
	}
	for _, m := range r.Months {
		out.Months = append(out.Months, jsonTrialMonth{m.Code, m.Count, m.OutageDays, m.PerWeek})
	}
	if !r.Withheld {
		l.counted(r, &out)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

// counted adds what is withheld from some questions.
func (l TrialLabels) counted(r trial.Report, out *jsonTrial) {
	named := func(family string) func(string) string {
		return func(code string) string { return l.words.Code(family, code) }
	}
	for _, m := range r.Missing {
		out.Missing = append(out.Missing, jsonMissing{
			string(m.Kind), l.words.Code("non_participation", string(m.Kind)), m.N, jsonShares(m.Reasons, named("reason")),
		})
	}
	f := r.Feedback
	out.Feedback = &jsonFeedback{
		N: f.N, Usefulness: jsonShares(f.Usefulness, named("usefulness")), Useful: jsonPart(f.Useful),
		Agreement: jsonShares(f.Agreement, named("agreement")), Agreeing: jsonPart(f.Agreeing), Comments: f.Comments,
		Texts: append([]string{}, f.Texts...),
	}
	if r.Target.Goal > 0 {
		target := jsonTarget(r.Target)
		out.Target = &target
	}
	for _, p := range r.Phases {
		out.Phases = append(out.Phases, jsonPhase{string(p.Phase), l.words.Code("trial.phase", string(p.Phase)), p.N, p.Minutes})
	}
}

func jsonSessionsOf(s trial.Sessions) jsonSessions {
	return jsonSessions{len(s.Entries), s.Minutes, s.WithClients, s.Others, s.People(), jsonEntries(s.Entries)}
}

func jsonEntries(entries []diary.Entry) []jsonEntry {
	list := make([]jsonEntry, 0, len(entries))
	for _, e := range entries {
		list = append(list, jsonEntry{string(e.Kind), e.From.String(), e.To.String(), e.Days(), e.Text, e.Minutes, e.WithClients, e.Others})
	}
	return list
}
