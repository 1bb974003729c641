package export

import (
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// surveyOption is one option of a question; false where nobody was asked or
// nothing is shown.
func surveyOption(r trial.Report, question, option string) (survey.OptionCount, bool) {
	if r.Survey == nil {
		return survey.OptionCount{}, false
	}
	q, found := r.Survey.Question(question)
	if !found {
		return survey.OptionCount{}, false
	}
	return q.Option(option)
}

// briefSurvey adds what a reader asks of the survey first.
func (l TrialLabels) briefSurvey(r trial.Report, sheet *Sheet) {
	if r.Survey == nil || r.Survey.Hidden {
		return
	}
	sheet.Rows = append(sheet.Rows, []any{l.say("key.answers"), r.Survey.Answers, nil})
	if q, found := r.Survey.Question("recommend"); found && q.Mean != nil {
		sheet.Rows = append(sheet.Rows, []any{l.say("key.recommend"), Decimal{*q.Mean, 2}, nil})
	}
}

// survey is what the professionals answered, part by part of the questions.
func (l TrialLabels) survey(r trial.Report) []TrialSection {
	if r.Survey == nil {
		return nil
	}
	s := TrialSection{Code: "survey", Title: l.say("survey")}
	if r.Survey.Hidden {
		s.Text = []string{l.say("survey.hidden")}
		return []TrialSection{s}
	}
	questions, err := survey.Questions(r.Survey.Round.Version)
	if err != nil {
		return nil // package survey gives no results of questions that it doesn't know
	}
	lead := "survey.lead"
	if r.Unit != "" {
		lead = "survey.lead.unit"
	}
	s.Text = []string{l.say(lead, map[string]any{"answers": r.Survey.Answers, "asked": r.Survey.Asked})}
	if q, found := r.Survey.Question(survey.UnitQuestion); found {
		s.Charts = []TrialChart{l.answers(q, l.say("survey.units"), l.distribution.Unit)}
	}
	all := []TrialSection{s}
	for _, part := range questions.Sections {
		all = append(all, l.surveyPart(*r.Survey, part))
	}
	return all
}

// surveyPart is one part of the questions: its statements as one table, every
// other choice and scale by itself, and the words.
func (l TrialLabels) surveyPart(found survey.Results, part survey.Section) TrialSection {
	name := part.Text.In(l.words.Tag())
	s := TrialSection{Code: "survey-" + part.Code, Title: l.say("survey.of", map[string]any{"section": name})}
	var statements []survey.Question
	for _, q := range part.Questions {
		result, there := found.Question(q.Code)
		switch {
		case !there:
		case q.Kind == survey.Free:
			if texts := l.texts(result); len(texts) > 0 {
				s.Words = append(s.Words, TrialWords{"survey-" + q.Code, q.Text.In(l.words.Tag()), texts})
			}
		case statement(q):
			statements = append(statements, q)
		default:
			s.Charts = append(s.Charts, l.choice(q, result))
		}
	}
	if len(statements) > 0 {
		s.Charts = append(s.Charts, l.statements(found, part.Code, name, statements))
	}
	return s
}

// statement tells whether a question is one that people agree with or don't.
func statement(q survey.Question) bool {
	return q.Kind == survey.Choice && slices.ContainsFunc(q.Options, func(o survey.Option) bool { return o.Code == trial.Agreed[0] })
}

// choice is one question with its options, or a scale with its mean.
func (l TrialLabels) choice(q survey.Question, result survey.QuestionResult) TrialChart {
	name := func(code string) string { return code }
	if q.Kind == survey.Choice {
		name = func(code string) string { return l.option(q, code) }
	}
	c := l.answers(result, q.Text.In(l.words.Tag()), name)
	if part, has := trial.Together(result, trial.Useful); has {
		options := l.say("survey.and", map[string]any{"one": l.option(q, trial.Useful[0]), "other": l.option(q, trial.Useful[1])})
		c.Lead = l.together(options, part)
	}
	if result.Mean != nil {
		c.Lead = l.say("survey.mean", map[string]any{
			"mean": l.words.Number(*result.Mean, 2), "max": len(q.Options), "low": lower(q.Low.In(l.words.Tag())), "high": lower(q.High.In(l.words.Tag())),
		})
	}
	return c
}

func lower(text string) string { return strings.ToLower(text) }

func (l TrialLabels) option(q survey.Question, code string) string {
	i := slices.IndexFunc(q.Options, func(o survey.Option) bool { return o.Code == code })
	if i < 0 {
		return code
	}
	return q.Options[i].Text.In(l.words.Tag())
}

// together tells a sum of options, "" where it is hidden.
func (l TrialLabels) together(options string, p trial.Part) string {
	if p.Count == nil || p.Percent == nil {
		return ""
	}
	return l.say("survey.sum", map[string]any{"options": options, "count": l.words.Integer(*p.Count), "percent": l.words.Percent(*p.Percent)})
}

// answers is a question's options as a chart with bars.
func (l TrialLabels) answers(q survey.QuestionResult, title string, name func(string) string) TrialChart {
	line := make([]report.Share, len(q.Options))
	for i, o := range q.Options {
		line[i] = report.Share(o)
	}
	return l.line("survey-"+q.Code, title, l.say("answer"), answered(q), line, name)
}

// answered is how many answered a question, nil where it is hidden.
func answered(q survey.QuestionResult) *int {
	if q.Suppressed {
		return nil
	}
	return &q.N
}

// statements are what people agree with or don't, in one table.
func (l TrialLabels) statements(found survey.Results, code, name string, questions []survey.Question) TrialChart {
	sheet := Sheet{Code: "survey-" + code + "-statements", Title: l.say("survey.statements", map[string]any{"section": name})}
	sheet.Head = []string{l.say("survey.statement")}
	for _, o := range questions[0].Options {
		sheet.Head = append(sheet.Head, o.Text.In(l.words.Tag()))
	}
	sheet.Head = append(sheet.Head, l.say("survey.agree"), l.say("survey.agree.percent"))
	n := &found.Answers
	var groups []figure.BarGroup
	for _, q := range questions {
		result, _ := found.Question(q.Code)
		text := q.Text.In(l.words.Tag())
		row := []any{text}
		for _, o := range result.Options {
			row = append(row, o.Count)
		}
		agreed, _ := trial.Together(result, trial.Agreed)
		sheet.Rows = append(sheet.Rows, append(row, agreed.Count, partPercent(agreed)))
		if result.Suppressed {
			n = nil
		}
		disagreed, _ := trial.Together(result, trial.Disagreed)
		neither, _ := trial.Together(result, []string{"no_opinion"})
		groups = append(groups, figure.BarGroup{Heading: text, Bars: []figure.Bar{
			l.partBar(l.say("survey.agree"), agreed), l.partBar(l.say("survey.neither"), neither), l.partBar(l.say("survey.disagree"), disagreed),
		}})
	}
	return TrialChart{Sheet: sheet, N: n, Figure: l.bars(sheet.Code, sheet.Title, n, groups)}
}

func (l TrialLabels) partBar(label string, p trial.Part) figure.Bar {
	return figure.Bar{Label: label, Value: l.distribution.share(report.Share{Count: p.Count, Percent: p.Percent}), Percent: p.Percent}
}

// texts are what people wrote, each with its unit where it may be told.
func (l TrialLabels) texts(q survey.QuestionResult) []string {
	var list []string
	for _, t := range q.Texts {
		text := t.Text
		if t.Unit != "" {
			text = named(l.distribution.Unit, t.Unit) + ": " + text
		}
		list = append(list, text)
	}
	return list
}

type jsonSurvey struct {
	Name      string         `json:"name"`
	Asked     int            `json:"asked,omitempty"`
	Answers   *int           `json:"answers"`
	MinCell   int            `json:"min_cell"`
	Questions []jsonQuestion `json:"questions"`
}

type jsonQuestion struct {
	Code     string      `json:"code"`
	Kind     string      `json:"kind"`
	Label    string      `json:"label"`
	N        *int        `json:"n"`
	Options  []jsonShare `json:"options,omitempty"`
	Together *jsonPart   `json:"together,omitempty"`
	Mean     *float64    `json:"mean,omitempty"`
	Texts    []jsonText  `json:"texts,omitempty"`
}

type jsonText struct {
	Unit string `json:"unit,omitempty"`
	Text string `json:"text"`
}

// surveyJSON is the survey's results, nil without any.
func (l TrialLabels) surveyJSON(found *survey.Results) *jsonSurvey {
	if found == nil {
		return nil
	}
	out := &jsonSurvey{Name: found.Round.Name, Asked: found.Asked, MinCell: found.MinCell, Questions: []jsonQuestion{}}
	if found.Hidden {
		return out
	}
	out.Answers = &found.Answers
	questions, err := survey.Questions(found.Round.Version)
	if err != nil {
		return out
	}
	for _, result := range found.Questions {
		q, known := questions.Question(result.Code)
		one := jsonQuestion{Code: result.Code, Kind: string(result.Kind), Label: q.Text.In(l.words.Tag()), N: answered(result), Mean: result.Mean}
		name := func(code string) string { return l.option(q, code) }
		if !known {
			one.Label, name = l.say("survey.units"), l.distribution.Unit
		}
		var line []report.Share
		for _, o := range result.Options {
			line = append(line, report.Share(o))
		}
		one.Options = jsonShares(line, name)
		for _, options := range [][]string{trial.Useful, trial.Agreed} {
			if part, has := trial.Together(result, options); has {
				told := jsonPart(part)
				one.Together = &told
			}
		}
		for _, t := range result.Texts {
			one.Texts = append(one.Texts, jsonText{t.Unit, t.Text})
		}
		out.Questions = append(out.Questions, one)
	}
	return out
}
