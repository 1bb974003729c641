package answering

import (
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// Question is one item as the templates show it.
type Question struct {
	Item              string
	Number            int // from 1
	Topic, Text, Help string
	Terms             []Explained
	Steps             []Step // the numbers
	Low, Middle, High string // the words under them
	Skips             []Skip
	Comment           string
	Unclear           bool
	Seen              string // the fingerprint of the stored answer that the page is based on
	Errors            []string
	CommentErrors     []string
	Clash             string // what another device has stored, in words; "" without a clash
	Reminder          bool   // better asked when nobody else is there
}

// Explained is a word of the glossary.
type Explained struct{ Term, Meaning string }

// Step is one of the numbers.
type Step struct {
	Value   int
	Anchor  string // its words, "" for most
	Checked bool
}

// Skip is one way not to give a number.
type Skip struct {
	Code, Label string
	Checked     bool
}

// Field is the name of one of the question's fields, for example "comment.money".
func (q Question) Field(name string) string { return name + "." + q.Item }

// ID is the id of one of the question's fields.
func (q Question) ID(name string) string { return page.FieldID(q.Field(name)) }

// Spoken tells whether there is something in the client's own words.
func (q Question) Spoken() bool { return q.Comment != "" || len(q.CommentErrors) > 0 }

// sheet is one side of an assessment as it is shown.
type sheet struct {
	side    instrument.Side
	battery *instrument.Battery
	answers instrument.Sheet
	present []string
	typed   map[string]assessment.SeenAnswer // shown in the place of what is stored
	clashes map[string]instrument.Answer     // what is stored there
	form    *page.Form
}

func (p *Pages) sheetOf(a *assessment.Assessment, side instrument.Side) (*sheet, error) {
	client, professional, err := p.Assessments.Batteries(a)
	if err != nil {
		return nil, err
	}
	if side == instrument.Professional {
		return &sheet{side: side, battery: professional, answers: a.Professional, present: a.Present}, nil
	}
	return &sheet{side: side, battery: client, answers: a.Client}, nil
}

// question shows item i: what was typed where that isn't saved, otherwise what
// is stored.
func (p *Pages) question(r *page.Request, s *sheet, i int) Question {
	item := s.battery.Items[i]
	stored, _ := s.answers.Find(item.Code)
	shown, seen := stored, assessment.Fingerprint(stored)
	if typed, ok := s.typed[item.Code]; ok {
		shown, seen = asAnswer(typed), typed.Seen
	}
	anchors := s.battery.Scale.Anchors
	low, high := s.battery.Scale.Min, s.battery.Scale.Max
	q := Question{
		Item: item.Code, Number: i + 1, Topic: r.In(item.Topic), Text: r.In(item.Text), Help: r.In(item.Help),
		Low: r.In(anchors[low]), Middle: r.In(anchors[(low+high)/2]), High: r.In(anchors[high]),
		Comment: shown.Comment, Unclear: shown.Unclear, Seen: seen,
		Reminder: s.side == instrument.Professional && delicate(item.Code) && othersPresent(s.present),
	}
	for _, code := range item.Terms {
		if term, ok := p.Glossary.Term(code); ok {
			q.Terms = append(q.Terms, Explained{r.In(term.Term), r.In(term.Meaning)})
		}
	}
	answered := shown.Item != ""
	for value := low; value <= high; value++ {
		q.Steps = append(q.Steps, Step{value, r.In(anchors[value]), answered && shown.Scored() && shown.Value == value})
	}
	for _, code := range instrument.Skips {
		q.Skips = append(q.Skips, Skip{string(code), skipWords(r, s.side, code), shown.Skip == code})
	}
	if theirs, ok := s.clashes[item.Code]; ok {
		q.Clash = clashWords(r, s.side, theirs, shown)
	}
	if s.form.Invalid() {
		for _, one := range s.form.Findings {
			switch one.Pointer {
			case "/answer/" + item.Code:
				q.Errors = append(q.Errors, r.Words.Finding(one))
			case "/comment/" + item.Code:
				q.CommentErrors = append(q.CommentErrors, r.Words.Finding(one))
			}
		}
	}
	return q
}

// delicateItems are not asked while a close person listens.
var delicateItems = []string{"tensions", "feeling-unsafe"}

func delicate(item string) bool { return slices.Contains(delicateItems, item) }

// othersPresent tells whether somebody else than an interpreter listens.
func othersPresent(present []string) bool {
	return slices.ContainsFunc(present, func(who string) bool { return who != assessment.PresentInterpreter })
}

// professionalSkips are the skips as a professional means them; a client's have
// their names in the catalogue.
var professionalSkips = map[instrument.Skip]string{
	instrument.Discuss:       "answering.professional.discuss",
	instrument.Declined:      "answering.professional.declined",
	instrument.NotApplicable: "answering.professional.not_applicable",
}

func skipWords(r *page.Request, side instrument.Side, code instrument.Skip) string {
	if side == instrument.Professional {
		return r.Text(professionalSkips[code])
	}
	return r.Code("skip", code)
}

// numberWords is an answer without its comment, "" for none.
func numberWords(r *page.Request, side instrument.Side, a instrument.Answer) string {
	switch {
	case a.Item == "" || a.Skip == instrument.Unanswered:
		return ""
	case a.Scored():
		return strconv.Itoa(a.Value)
	default:
		return skipWords(r, side, a.Skip)
	}
}

// words is an answer with everything in it.
func words(r *page.Request, side instrument.Side, a instrument.Answer) string {
	var parts []string
	if number := numberWords(r, side, a); number != "" {
		parts = append(parts, number)
	}
	if a.Unclear {
		parts = append(parts, r.Text("answering.said.unclear"))
	}
	if a.Comment != "" {
		parts = append(parts, r.Text("answering.said.comment", map[string]any{"text": a.Comment}))
	}
	if len(parts) == 0 {
		return r.Text("answering.said.nothing")
	}
	return strings.Join(parts, ", ")
}

func clashWords(r *page.Request, side instrument.Side, theirs, mine instrument.Answer) string {
	return r.Text("answering.clash", map[string]any{"theirs": words(r, side, theirs), "mine": words(r, side, mine)})
}

// missing tells whether an item has neither a number nor a kind of skipping.
func missing(sheet instrument.Sheet, item string) bool {
	a, ok := sheet.Find(item)
	return !ok || a.Skip == instrument.Unanswered
}
