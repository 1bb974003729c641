package assessment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// SaveAnswers is answers to single items of one side, as they come from a page
// that may be open on several devices. Findings point to /answers/N.
type SaveAnswers struct {
	Prior   fault.Findings
	ID      uuid.UUID
	Side    instrument.Side
	Answers []SeenAnswer
}

// SeenAnswer is an answer beside what the page showed before it. With only words
// or an unclear-mark the item stays unanswered; with nothing at all its answer
// is taken away.
type SeenAnswer struct {
	Answer
	Seen      string // the Fingerprint of what the page showed
	Overwrite bool   // the person has seen the clash and wants this answer
}

// Saved is what came of saving.
type Saved struct {
	Assessment *Assessment // as it is now
	Clashes    []Clash     // what was not saved
	At         time.Time
}

// Clash is an item that somebody else has answered since the page showed it, and
// differently from what came in now.
type Clash struct {
	Item   string
	Stored instrument.Answer // the zero Answer when it was taken away
}

// fingerprintBytes of SHA-256 are enough to tell two answers to one item apart.
const fingerprintBytes = 6

// Fingerprint tells whether two answers are the same without showing them: 12
// hexadecimal digits, "" for no answer.
func Fingerprint(a instrument.Answer) string {
	if a.Item == "" || says(a, nothing) {
		return ""
	}
	value := a.Value
	if !a.Scored() {
		value = 0 // meaningless
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s\n%t\n%s", a.Item, value, string(a.Skip), a.Unclear, a.Comment))
	return hex.EncodeToString(sum[:fingerprintBytes])
}

// nothing is an answer that says nothing at all.
var nothing = instrument.Answer{Skip: instrument.Unanswered}

// says tells whether two answers say the same about whatever item.
func says(a, b instrument.Answer) bool {
	a.Item, b.Item = "", ""
	return a == b
}

// Answer saves answers item by item: what clashes is reported and left as it is,
// everything else is saved. When nothing changes, the revision stays.
func (s *Service) Answer(ctx context.Context, in SaveAnswers) (saved Saved, err error) {
	actor, err := access.Require(ctx, access.AnswerAssessment)
	if err != nil {
		return Saved{}, err
	}
	if actor.Role == access.Client && in.Side != instrument.Client {
		return Saved{}, fault.New(fault.NotFound)
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		a, err := s.own(ctx, actor, access.AnswerAssessment, s.store.OwnAssessmentForUpdate, in.ID)
		if err != nil {
			return err
		}
		if err := open(a); err != nil {
			return err
		}
		saved = Saved{Assessment: a, At: s.now()}
		changed, err := s.lay(&saved, in)
		if err != nil || !changed {
			return err
		}
		if err := s.store.UpdateAssessment(ctx, a); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.AssessmentAnswered, audit.Assessment, a.ID, a.Unit))
	})
	if err != nil {
		return Saved{}, err
	}
	saved.Assessment = shownTo(actor, saved.Assessment)
	return saved, nil
}

// lay puts the answers that do not clash into the assessment, and the others
// among the clashes.
func (s *Service) lay(saved *Saved, in SaveAnswers) (changed bool, err error) {
	client, professional, err := s.Batteries(saved.Assessment)
	if err != nil {
		return false, err
	}
	f := in.Prior
	sheet, battery := &saved.Assessment.Client, client
	if oneOf(&f, "/side", string(in.Side), string(instrument.Client), string(instrument.Professional)) == string(instrument.Professional) {
		sheet, battery = &saved.Assessment.Professional, professional
	}
	answers := checkSeen(&f, in.Answers, battery)
	if err := f.Err(); err != nil {
		return false, err
	}
	for i, answer := range answers {
		stored, _ := sheet.Find(answer.Item)
		now := Fingerprint(stored)
		switch {
		case now == Fingerprint(answer):
		case now == in.Answers[i].Seen || in.Answers[i].Overwrite:
			*sheet, changed = replace(*sheet, answer, battery), true
		default:
			saved.Clashes = append(saved.Clashes, Clash{Item: answer.Item, Stored: stored})
		}
	}
	return changed, nil
}

// checkSeen turns answers into those of a sheet, in the order they came in.
func checkSeen(f *fault.Findings, answers []SeenAnswer, b *instrument.Battery) instrument.Sheet {
	const pointer = "/answers"
	if len(answers) > instrument.MaxItems {
		f.Add(pointer, fault.TooMany, fault.Args{"max": instrument.MaxItems})
		return nil
	}
	seen := map[string]bool{}
	sheet := make(instrument.Sheet, len(answers))
	for i, a := range answers {
		at := index(pointer, i)
		checkItem(f, at+"/item", a.Item, b, seen)
		if a.Value != nil || a.Skip != "" {
			sheet[i] = checkAnswer(f, at, a.Answer, b)
			continue
		}
		sheet[i] = instrument.Answer{Item: a.Item, Skip: instrument.Unanswered, Comment: strings.TrimSpace(a.Comment), Unclear: a.Unclear}
		checkLength(f, at+"/comment", sheet[i].Comment, MaxComment)
	}
	return sheet
}

// replace puts one answer in the place of the one before it, or takes that away
// when the new one says nothing.
func replace(sheet instrument.Sheet, answer instrument.Answer, b *instrument.Battery) instrument.Sheet {
	if !says(answer, nothing) {
		return merge(sheet, instrument.Sheet{answer}, b)
	}
	var rest instrument.Sheet
	for _, a := range sheet {
		if a.Item != answer.Item {
			rest = append(rest, a)
		}
	}
	return rest
}
