package document

import (
	"strings"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Told is a result in the client's words and in one language: what the page to
// take home and the page to talk over both say. Its texts are plain, not markup.
type Told struct {
	Agreed, Differs   bool            // it has been talked through; with another segment than calculated
	Shown, Calculated segment.Segment // the one that counts, and what the answers say
	Unit, Day, Reason string
	Headline          string
	Status            string // agreed or only proposed, "" where it differs
	Strengths, Heavy  string
	Together, Caution string
	Review            string // "" where none was agreed
	Near              string // which other segments the scores are close to, "" when none
	ToDiscuss         []string
	Strongest         []Pull // the client's own, at most 3
	Heaviest          []Pull // the client's own, at most 3
	Hardest           []Pull // the professional's, at most 3
	Remarks           []Remark
	Actions           []ToldAction
	Steps             []ToldStep
	SmallestChange    []ToldChange
	ChangesTo         segment.Segment // where the smallest change leads
	Demo              bool            // the data is invented
	p                 *locale.Printer
	result            Result
}

// Pull is a topic and how far its answer pulls the side's score above, or
// negative below, the cut-off, in points.
type Pull struct {
	Topic string
	Pull  float64
	Value int // 0..10 as given
}

// Remark is what somebody wrote beside an answer.
type Remark struct{ Topic, Comment string }

// ToldAction is an agreed step; Responsible and Due may be "".
type ToldAction struct{ Text, Responsible, Due string }

// ToldStep is a service and the first thing to do towards it.
type ToldStep struct{ Service, FirstStep string }

// ToldChange is one answer of the smallest change to another segment.
type ToldChange struct {
	Side     instrument.Side
	Topic    string
	From, To int // 0..10 as given
}

// Tell puts a result into words. It fails when the result is incomplete.
func Tell(r Result, tag lang.Tag) (*Told, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := r.checkGuidance(); err != nil {
		return nil, err
	}
	return tell(r, locale.For(tag)), nil
}

func tell(r Result, p *locale.Printer) *Told {
	v := &Told{p: p, result: r}
	guidance := r.Guidance[r.Shown()]
	v.Agreed, v.Differs = r.Agreed.Valid(), r.differs()
	v.Shown, v.Calculated = r.Shown(), r.Scoring.Segment
	v.Unit, v.Day, v.Reason = r.Unit, p.Date(r.AssessedOn), r.Reason
	v.Demo, v.Status = r.Demo, v.status()
	v.Headline, v.Strengths, v.Heavy = v.in(guidance.Headline), v.in(guidance.Strengths), v.in(guidance.Heavy)
	if v.Differs { // the guidance's headline speaks of what the answers say
		v.Headline = v.Say("document.other.headline", map[string]any{"segment": v.Name(v.Shown)})
	}
	v.Together, v.Caution = v.in(guidance.Together), v.in(r.Library.Caution())
	v.Strongest, v.Heaviest = r.strongest(v.in), r.heaviest(v.in)
	v.Hardest, v.ToDiscuss = r.hardest(v.in), r.toDiscuss(v.in)
	v.Remarks = r.remarks(instrument.Client, v.in)
	v.Near = v.near()
	v.Steps = v.StepsOf(v.Shown)
	for _, action := range r.Actions {
		v.Actions = append(v.Actions, ToldAction{action.Text, action.Responsible, p.Date(action.Due)})
	}
	if !r.ReviewOn.IsZero() {
		v.Review = v.Say("document.review", map[string]any{"date": r.ReviewOn})
	}
	v.smallestChange()
	return v
}

// Title names what the client takes home, and so the file that somebody saves it
// as: it doesn't tell the result.
func (v *Told) Title() string { return v.Say("document.title") }

func (v *Told) status() string {
	switch {
	case v.Differs: // the section about it says so
		return ""
	case v.Agreed:
		return v.Say("document.agreed")
	default:
		return v.Say("document.proposal")
	}
}

// Discuss names what the client wanted to talk about, "" for nothing.
func (v *Told) Discuss() string { return strings.Join(v.ToDiscuss, ", ") }

// PlaceLines tell about the place in the picture, and how sure it is.
func (v *Told) PlaceLines() []string {
	lines := []string{v.PlaceText(), v.Say("document.place.dot")}
	if v.Near != "" {
		lines = append(lines, v.Near)
	}
	return append(lines, v.Stability())
}

// Say returns a message, in plain language when the result is told in it.
func (v *Told) Say(key string, args ...map[string]any) string {
	if v.result.Plain {
		return v.p.Plain(key, args...)
	}
	return v.p.Text(key, args...)
}

func (v *Told) in(text lang.Text) string {
	if v.result.Plain {
		return text.Plain(v.p.Tag())
	}
	return text.In(v.p.Tag())
}

// Name is what a segment is called.
func (v *Told) Name(s segment.Segment) string { return v.p.Segment(s) }

// PlaceText says in words what the picture shows.
func (v *Told) PlaceText() string {
	scores := v.result.Scoring
	return v.Say("document.place.text", map[string]any{
		"resources": scores.Resources.Shown(), "resources_cutoff": scores.Resources.Cutoff,
		"challenge": scores.Challenge.Shown(), "challenge_cutoff": scores.Challenge.Cutoff,
	})
}

// near says which other segments the scores are close to, "" when none.
func (v *Told) near() string {
	var names []string
	var only segment.Segment
	for _, s := range v.result.Scoring.Borderline {
		if s != v.Shown {
			names, only = append(names, v.Name(s)), s
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return v.in(v.result.Guidance[only].Neighbour)
	default:
		return v.Say("document.near", map[string]any{"segments": names})
	}
}

// Stability says in words how sure the place is.
func (v *Told) Stability() string {
	return v.Say("document.stability." + string(steadinessOf(v.result.Scoring.Stability)))
}

// Basis names the batteries and the version of the rules.
func (v *Told) Basis() string { return v.Say("document.basis", basis(v.result, v.in)) }

// StepsOf are the services that the guidance of a segment names, in its order.
func (v *Told) StepsOf(s segment.Segment) []ToldStep {
	var steps []ToldStep
	for _, step := range v.result.Guidance[s].Steps {
		steps = append(steps, ToldStep{v.in(step.Service), v.in(step.FirstStep)})
	}
	return steps
}

// Pulls are all scored answers of a side, in the battery's order.
func (v *Told) Pulls(side instrument.Side) []Pull {
	var all []Pull
	for _, one := range v.result.Scoring.Contributions {
		if one.Side == side {
			all = append(all, v.result.pull(one, v.in))
		}
	}
	return all
}

// Notes are the professional's own remarks. They are for the professional and
// the record, never for the page that the client takes home.
func (v *Told) Notes() []Remark { return v.result.remarks(instrument.Professional, v.in) }

// Advice is what the guidance says to the professional.
func (v *Told) Advice() string { return v.in(v.result.Guidance[v.Shown].Professional) }

// smallestChange is always of one side, so it crosses one cut-off.
func (v *Told) smallestChange() {
	scores := v.result.Scoring
	for _, one := range scores.SmallestChange {
		v.SmallestChange = append(v.SmallestChange, ToldChange{one.Side, v.result.topic(one.Side, one.Item, v.in), one.From, one.To})
		v.ChangesTo = segment.Of(scores.Segment.ResourcesHigh(), !scores.Segment.ChallengeHigh())
		if one.Side == instrument.Client {
			v.ChangesTo = segment.Of(!scores.Segment.ResourcesHigh(), scores.Segment.ChallengeHigh())
		}
	}
}
