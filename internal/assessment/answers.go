package assessment

import (
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// Answer is an answer as it comes in: a value or a kind of skipping.
type Answer struct {
	Item    string
	Value   *int
	Skip    string
	Comment string
	Unclear bool
}

// String keeps answers out of logs and error texts.
func (a Answer) String() string { return "[redacted]" }

func index(pointer string, i int) string { return pointer + "/" + strconv.Itoa(i) }

// checkAnswers turns answers into a sheet in the order of the battery's items
// and finds everything that is wrong with them. Without a battery only what
// does not depend on it is checked.
func checkAnswers(f *fault.Findings, pointer string, answers []Answer, b *instrument.Battery) instrument.Sheet {
	if len(answers) > instrument.MaxItems {
		if !f.Touches(pointer) {
			f.Add(pointer, fault.TooMany, fault.Args{"max": instrument.MaxItems})
		}
		return nil
	}
	seen := map[string]bool{}
	var sheet instrument.Sheet
	for i, a := range answers {
		at := index(pointer, i)
		checkItem(f, at+"/item", a.Item, b, seen)
		sheet = append(sheet, checkAnswer(f, at, a, b))
	}
	return inOrder(sheet, b)
}

func checkItem(f *fault.Findings, pointer, code string, b *instrument.Battery, seen map[string]bool) {
	switch {
	case f.Touches(pointer):
	case code == "":
		f.Add(pointer, fault.Required, nil)
	case seen[code]:
		f.Add(pointer, fault.Duplicate, nil)
	case b != nil && b.Index(code) < 0:
		f.Add(pointer, fault.UnknownItem, nil)
	}
	seen[code] = true
}

func checkAnswer(f *fault.Findings, at string, a Answer, b *instrument.Battery) instrument.Answer {
	out := instrument.Answer{Item: a.Item, Comment: strings.TrimSpace(a.Comment), Unclear: a.Unclear}
	checkLength(f, at+"/comment", out.Comment, MaxComment)
	faulty := f.Touches(at+"/value") || f.Touches(at+"/skip")
	switch {
	case faulty:
	case (a.Value == nil) == (a.Skip == ""):
		f.Add(at, fault.ValueOrSkip, nil)
	case a.Value != nil:
		out.Value = *a.Value
		checkValue(f, at+"/value", *a.Value, b)
	default:
		out.Skip = oneOf(f, at+"/skip", a.Skip, instrument.Skips...)
	}
	return out
}

func checkValue(f *fault.Findings, pointer string, value int, b *instrument.Battery) {
	if b == nil {
		return
	}
	if value < b.Scale.Min {
		f.Add(pointer, fault.TooSmall, fault.Args{"min": b.Scale.Min})
	}
	if value > b.Scale.Max {
		f.Add(pointer, fault.TooGreat, fault.Args{"max": b.Scale.Max})
	}
}

// inOrder sorts a sheet by the battery's items.
func inOrder(sheet instrument.Sheet, b *instrument.Battery) instrument.Sheet {
	if b == nil {
		return sheet
	}
	ordered := make(instrument.Sheet, 0, len(sheet))
	for i := range b.Items {
		if a, ok := sheet.Find(b.Items[i].Code); ok {
			ordered = append(ordered, a)
		}
	}
	return ordered
}

// merge lays new answers over old ones, item by item.
func merge(old, new instrument.Sheet, b *instrument.Battery) instrument.Sheet {
	merged := append(instrument.Sheet(nil), new...)
	for _, a := range old {
		if _, replaced := new.Find(a.Item); !replaced {
			merged = append(merged, a)
		}
	}
	return inOrder(merged, b)
}
