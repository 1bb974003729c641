package document

import (
	"errors"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Register is the record that a text goes to. The two stay separate.
type Register string

// The registers, with the codes of the REST contract.
const (
	Health Register = "health" // terveydenhuollon rekisteri
	Social Register = "social" // sosiaalihuollon rekisteri
)

// Result is everything that is told about one assessment. It is a plain value;
// nothing in it is changed here.
type Result struct {
	Scoring             scoring.Result
	Library             *instrument.Library                     // for its caution
	Guidance            map[segment.Segment]instrument.Guidance // of every segment, for HTML: a neighbour is told about too
	ClientBattery       *instrument.Battery                     // in the version that the assessment pins
	ProfessionalBattery *instrument.Battery
	Client              instrument.Sheet // for what is to be discussed and for comments; may be empty
	Professional        instrument.Sheet // comments go to the record, never to the client's page

	Agreed   segment.Segment // zero until it has been talked through
	Reason   string          // why Agreed differs from the calculated one
	Actions  []Action
	ReviewOn calendar.Date // zero where none was agreed

	AssessedOn  calendar.Date
	ConfirmedAt time.Time // zero until it has been talked through
	Unit        string    // name, "" to leave it out
	Mode        string    // code of the REST contract, for example "joint"
	Plain       bool      // the client's page in plain language
	Demo        bool      // invented data: the page and the text say so
}

// Action is one agreed next step.
type Action struct {
	Text        string
	Responsible string        // "" where nobody was named
	Due         calendar.Date // zero where none was set
}

// String keeps a result, which is personal data, out of logs and error texts.
func (r Result) String() string { return "[redacted]" }

// Shown is the segment that counts: the agreed one, before that the calculated.
func (r Result) Shown() segment.Segment {
	if r.Agreed.Valid() {
		return r.Agreed
	}
	return r.Scoring.Segment
}

// differs tells whether another segment was agreed than calculated.
func (r Result) differs() bool { return r.Agreed.Valid() && r.Agreed != r.Scoring.Segment }

// check refuses a result that nothing sensible can be written about.
func (r Result) check() error {
	switch {
	case !r.Scoring.Segment.Valid():
		return errors.New("document: the result has no segment")
	case r.ClientBattery == nil || r.ProfessionalBattery == nil:
		return errors.New("document: the result lacks a battery")
	case r.Library == nil:
		return errors.New("document: the result lacks the library")
	}
	return nil
}

// checkGuidance refuses a result that a client's page would be half empty of.
func (r Result) checkGuidance() error {
	for _, s := range segment.All {
		if _, ok := r.Guidance[s]; !ok {
			return errors.New("document: the result lacks the guidance of " + s.Code())
		}
	}
	return nil
}

// steadiness is the stability in steps for which there are words. The steps are
// ours; a bare probability would look more exact than it is.
type steadiness string

const (
	steady    steadiness = "steady"    // stays in at least nine of ten variations
	fair      steadiness = "fair"      // in at least seven of ten
	sensitive steadiness = "sensitive" // in fewer
)

func steadinessOf(stability float64) steadiness {
	switch {
	case stability >= 0.9:
		return steady
	case stability >= 0.7:
		return fair
	default:
		return sensitive
	}
}

// maxTopics is how many topics are named in one list: more is a wall of text.
const maxTopics = 3

// strongest names the topics in which the client's answers were highest: those
// that pull the score up or, where none does, the best of the others, because
// everybody has something to start from.
func (r Result) strongest(in func(lang.Text) string) []Pull {
	up := r.pulls(instrument.Client, in, func(pull float64) float64 { return pull })
	if len(up) > 0 {
		return up
	}
	best := r.ranked(instrument.Client, func(pull float64) float64 { return pull })
	if len(best) < 2 || best[0].Pull == best[len(best)-1].Pull {
		return nil // all alike: nothing stands out
	}
	var list []Pull
	for _, one := range best {
		if one.Pull == best[0].Pull && len(list) < maxTopics {
			list = append(list, r.pull(one, in))
		}
	}
	return list
}

// heaviest names the topics that pull the client's score down most.
func (r Result) heaviest(in func(lang.Text) string) []Pull {
	return r.pulls(instrument.Client, in, func(pull float64) float64 { return -pull })
}

// hardest names the topics that pull the professional's score up most.
func (r Result) hardest(in func(lang.Text) string) []Pull {
	return r.pulls(instrument.Professional, in, func(pull float64) float64 { return pull })
}

// toDiscuss names the topics that the client wanted to talk about.
func (r Result) toDiscuss(in func(lang.Text) string) []string {
	var names []string
	for _, answer := range r.Client {
		if answer.Skip == instrument.Discuss {
			names = append(names, r.topic(instrument.Client, answer.Item, in))
		}
	}
	return names
}

func (r Result) remarks(side instrument.Side, in func(lang.Text) string) []Remark {
	sheet := r.Client
	if side == instrument.Professional {
		sheet = r.Professional
	}
	var list []Remark
	for _, answer := range sheet {
		if answer.Comment != "" {
			list = append(list, Remark{Topic: r.topic(side, answer.Item, in), Comment: answer.Comment})
		}
	}
	return list
}

// topic is the heading of an item; an item that the battery doesn't have keeps
// its code.
func (r Result) topic(side instrument.Side, item string, in func(lang.Text) string) string {
	battery := r.ClientBattery
	if side == instrument.Professional {
		battery = r.ProfessionalBattery
	}
	if i := battery.Index(item); i >= 0 {
		return in(battery.Items[i].Topic)
	}
	return item
}
