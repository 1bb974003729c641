package httpapi

import (
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// value is what an optional field holds, its zero value where it is absent.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// optional turns an optional code into an optional string.
func optional[T ~string](p *T) *string {
	if p == nil {
		return nil
	}
	text := string(*p)
	return &text
}

// given is nil for an empty text.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func givenTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// convert turns a list of codes of one type into the same codes of another.
func convert[To, From ~string](codes []From) []To {
	out := make([]To, len(codes))
	for i, code := range codes {
		out[i] = To(code)
	}
	return out
}

func texts[T ~string](codes []T) []string { return convert[string](codes) }

// answersIn turns answers of a body into those of a command.
func answersIn(answers *Answers) []assessment.Answer {
	if answers == nil {
		return nil
	}
	out := make([]assessment.Answer, len(*answers))
	for i, a := range *answers {
		out[i] = assessment.Answer{
			Item: a.Item, Value: a.Value, Skip: string(value(a.Skip)), Comment: value(a.Comment), Unclear: value(a.Unclear),
		}
	}
	return out
}

// answersOut leaves out the items that are not answered yet: the contract knows
// a value or a skip, and the words beside neither belong to the pages.
func answersOut(sheet instrument.Sheet) Answers {
	out := make(Answers, 0, len(sheet))
	for _, a := range sheet {
		if a.Skip == instrument.Unanswered {
			continue
		}
		one := Answer{Item: a.Item, Comment: given(a.Comment)}
		if a.Scored() {
			one.Value = &a.Value
		} else {
			skip := Skip(a.Skip)
			one.Skip = &skip
		}
		if a.Unclear {
			one.Unclear = &a.Unclear
		}
		out = append(out, one)
	}
	return out
}

func assessmentOut(a *assessment.Assessment, words *locale.Printer) Assessment {
	out := Assessment{
		Id: a.ID, Status: AssessmentStatus(a.Status), ConsentId: a.ConsentID, Unit: a.Unit, Register: Register(a.Register),
		Language: LanguageCode(a.Language), Battery: a.ProfessionalBattery.Code, Mode: Mode(a.Mode),
		AssessedOn: a.AssessedOn.String(), ClientRef: given(a.ClientRef), ClientAnswers: answersOut(a.Client),
		ProfessionalAnswers: answersOut(a.Professional), FeedbackGiven: a.FeedbackGiven,
		CreatedAt: a.CreatedAt, CompletedAt: givenTime(a.CompletedAt),
	}
	if a.Expected.Valid() {
		code := SegmentCode(a.Expected.Code())
		out.ExpectedSegment = &code
	}
	if a.Result != nil {
		result := resultOut(a, words)
		out.Result = &result
	}
	if a.Confirmation != nil {
		out.Confirmation = confirmationOut(*a.Confirmation)
	}
	return out
}

func confirmationOut(c assessment.Confirmation) *Confirmation {
	out := &Confirmation{
		Segment: SegmentCode(c.Segment.Code()), Reason: given(c.Reason), ReviewOn: given(c.ReviewOn.String()),
		ConfirmedAt: c.At, Actions: make([]Action, len(c.Actions)),
	}
	for i, action := range c.Actions {
		out.Actions[i] = Action{Text: action.Text, Responsible: given(action.Responsible), Due: given(action.Due.String())}
	}
	return out
}

// resultOut needs an assessment that has a result.
func resultOut(a *assessment.Assessment, words *locale.Printer) Result {
	r := a.Result
	out := Result{
		Segment: labelled(r.Segment, words), Resources: r.Resources.Shown(), Challenge: r.Challenge.Shown(),
		Cutoffs: Cutoffs{Resources: r.Resources.Cutoff, Challenge: r.Challenge.Cutoff}, Stability: r.Stability,
		Borderline: make([]Labelled, len(r.Borderline)), Contributions: make([]Contribution, len(r.Contributions)),
		SmallestChange: steps(r.SmallestChange),
		Instruments:    InstrumentRefs{Client: r.Client, Professional: r.Professional}, Scoring: r.Version,
	}
	if agreed := a.Agreed(); agreed.Valid() {
		label := labelled(agreed, words)
		out.Agreed = &label
	}
	for i, s := range r.Borderline {
		out.Borderline[i] = labelled(s, words)
	}
	for i, c := range r.Contributions {
		out.Contributions[i] = Contribution{Side: Side(c.Side), Item: c.Item, Value: c.Value, Pull: c.Pull}
	}
	return out
}

func steps(changes []scoring.Change) []Step {
	out := make([]Step, len(changes))
	for i, c := range changes {
		out[i] = Step{Side: Side(c.Side), Item: c.Item, From: c.From, To: c.To}
	}
	return out
}

func labelled(s segment.Segment, words *locale.Printer) Labelled {
	return Labelled{Code: SegmentCode(s.Code()), Label: words.Segment(s)}
}
