package survey

import (
	"log/slog"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Answer is what one professional answers. It has no name, time or number.
type Answer struct {
	Unit    string            // code of the unit, one of the round's
	Choices map[string]string // the option, or the number on a scale, by the question's code
	Texts   map[string]string // words, by the question's code
}

// String keeps an answer out of error texts.
func (Answer) String() string { return "[redacted]" }

// LogValue keeps an answer out of logs.
func (Answer) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Kept is an answer with the id of the row that it is kept in, which is a new one
// whenever the round gets another answer.
type Kept struct {
	ID uuid.UUID
	Answer
}

// tidy checks an answer against the questions and returns it as it is kept: without
// what is empty. Findings are at /unit, and at a question's code.
func (q Questionnaire) tidy(f *fault.Findings, in Answer) Answer {
	out := Answer{Unit: in.Unit, Choices: map[string]string{}, Texts: map[string]string{}}
	for code, chosen := range in.Choices {
		question, known := q.Question(code)
		switch {
		case !known || question.Kind == Free:
			f.Add("/"+code, fault.UnknownField, nil)
		case chosen == "":
		case !question.Has(chosen):
			f.Add("/"+code, fault.NotInList, fault.Args{"allowed": question.codes()})
		default:
			out.Choices[code] = chosen
		}
	}
	for code, text := range in.Texts {
		if question, known := q.Question(code); !known || question.Kind != Free {
			f.Add("/"+code, fault.UnknownField, nil)
			continue
		}
		text = lang.Tidy(text)
		lang.CheckWritten(f, "/"+code, text, MaxText, false)
		if text != "" {
			out.Texts[code] = text
		}
	}
	if len(*f) == 0 && len(out.Choices)+len(out.Texts) == 0 {
		f.Add("", fault.NothingAnswered, nil)
	}
	return out
}
