package transcribe

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
)

// mark is what stands in one box of a form: "0" to "10", a letter of skips, or
// "" for nothing.
type mark string

// skips are the letters with which an item is left out.
var skips = map[mark]instrument.Skip{"J": instrument.Discuss, "E": instrument.Declined, "X": instrument.NotApplicable}

// ten is how else 10 is typed, with one key.
var ten = map[string]bool{"T": true, "+": true}

// nothing is how it is typed that there is no answer.
var nothing = map[string]bool{"": true, "-": true, "–": true, "—": true, "−": true}

// readMark reads a box as it was typed.
func readMark(text string, scale instrument.Scale) (m mark, ok bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	switch {
	case nothing[text]:
		return "", true
	case ten[text]:
		text = "10"
	case skips[mark(text)] != "":
		return mark(text), true
	}
	value, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(value) != text || value < scale.Min || value > scale.Max {
		return "", false
	}
	return mark(text), true
}

// shown is a mark as it is typed, so that nothing is told from not yet typed.
func (m mark) shown() string {
	if m == "" {
		return "–"
	}
	return string(m)
}

// The columns of boxes that a form can have: typed once, typed a second time,
// and what was decided where the two differ.
const (
	first   = "mark"
	second  = "again"
	settled = "settled"
)

// words is what was written beside a box.
const words = "words"

// name is the name of a field of an item, for example "client.3.mark".
func name(side instrument.Side, item int, column string) string {
	return string(side) + "." + strconv.Itoa(item) + "." + column
}

// sides are the two halves of a form.
func (f paper) sides() []*instrument.Battery { return []*instrument.Battery{f.Client, f.Professional} }

// box is a place on a form.
type box struct {
	side instrument.Side
	item int // from 0
}

// boxes lists every place on a form in the order of the paper.
func (f paper) boxes() []box {
	var all []box
	for _, b := range f.sides() {
		for i := range b.Items {
			all = append(all, box{b.Side, i})
		}
	}
	return all
}

// battery is the half of the form that a side answers.
func (f paper) battery(side instrument.Side) *instrument.Battery {
	if side == instrument.Client {
		return f.Client
	}
	return f.Professional
}

// read reads a column of boxes and finds those that hold no mark.
func (f paper) read(values url.Values, column string) (marks map[box]mark, wrong fault.Findings) {
	marks = map[box]mark{}
	for _, at := range f.boxes() {
		field := name(at.side, at.item, column)
		m, ok := readMark(values.Get(field), f.battery(at.side).Scale)
		if !ok {
			wrong.Add(pointerOf(field), fault.NotAMark, nil)
		}
		marks[at] = m
	}
	return marks, wrong
}

// written is marks in a line, to tell whether they are the same as others.
func (f paper) written(marks map[box]mark) string {
	var all []string
	for _, at := range f.boxes() {
		all = append(all, marks[at].shown())
	}
	return strings.Join(all, " ")
}

// answers are the marks of a side as they are to be stored, and the item of each.
// What was answered in words alone is to be talked about.
func (f paper) answers(side instrument.Side, marks map[box]mark, values url.Values) (answers []assessment.Answer, items []int) {
	for i, item := range f.battery(side).Items {
		m := marks[box{side, i}]
		a := assessment.Answer{Item: item.Code, Comment: strings.TrimSpace(values.Get(name(side, i, words)))}
		switch value, err := strconv.Atoi(string(m)); {
		case err == nil:
			a.Value = &value
		case m != "":
			a.Skip = string(skips[m])
		case a.Comment != "":
			a.Skip = string(instrument.Discuss)
		default:
			continue
		}
		answers, items = append(answers, a), append(items, i)
	}
	return answers, items
}

// few lists the sides with too few numbers for a result, which is a finding each.
func (f paper) few(marks map[box]mark) (short fault.Findings, err error) {
	for _, b := range f.sides() {
		var sheet instrument.Sheet
		for i, item := range b.Items {
			if value, err := strconv.Atoi(string(marks[box{b.Side, i}])); err == nil {
				sheet = append(sheet, instrument.Answer{Item: item.Code, Value: value})
			}
		}
		_, err := scoring.Tally(b, sheet)
		if fault.CodeOf(err) == fault.CodeInsufficientAnswers {
			short = append(short, findingsOf(err)...)
		} else if err != nil {
			return nil, err
		}
	}
	return short, nil
}
