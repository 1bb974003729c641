package scoring

import (
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Version is the version of the rules in this package. An assessment keeps it
// with its result.
const Version = 1

// Pair is what an assessment is scored from: the two batteries, in the versions
// that the assessment pins, and the answers to them.
type Pair struct {
	ClientBattery, ProfessionalBattery *instrument.Battery
	Client, Professional               instrument.Sheet
}

// Placement is the part of a result that decides: the segment and the two
// scores that it follows from.
type Placement struct {
	Segment              segment.Segment
	Resources, Challenge Score // the client's side and the professional's
}

// Borderline lists, in the order of the tables, the segments that are across a
// borderline cut-off: none, one neighbour, or with both sides borderline the
// two neighbours and the diagonal one.
func (p Placement) Borderline() []segment.Segment {
	resources, challenge := p.Resources.Borderline(), p.Challenge.Borderline()
	var near []segment.Segment
	for _, s := range segment.All {
		within := (resources || s.ResourcesHigh() == p.Segment.ResourcesHigh()) &&
			(challenge || s.ChallengeHigh() == p.Segment.ChallengeHigh())
		if within && s != p.Segment {
			near = append(near, s)
		}
	}
	return near
}

// Contribution is how far one scored item pulls its side's score above (or,
// negative, below) the cut-off. A side's pulls add up to Value − Cutoff.
type Contribution struct {
	Side  instrument.Side
	Item  string
	Value int     // 0..10 as given, before reversing
	Pull  float64 // points: w(10v − cut)/Σw with v after reversing
}

// Change is one answer of the smallest change that leads to another segment.
type Change struct {
	Side     instrument.Side
	Item     string
	From, To int // 0..10 as given, before reversing
}

// Result is everything that scoring says about a pair of sheets.
type Result struct {
	Segment              segment.Segment
	Resources, Challenge Score
	Borderline           []segment.Segment // in the order of the tables
	Stability            float64           // probability 0..1, see Evaluate
	Contributions        []Contribution    // the client's items in order, then the professional's; scored items only
	SmallestChange       []Change          // in the items' order; never empty
	Client, Professional string            // the batteries, for example "functioning@1"
	Version              int               // of the rules
}

// Tally scores one side. With less than 80 % of the battery's items scored the
// error is a fault of kind Invalid with the code insufficient_answers. Answers
// that do not fit the battery (another's item, an item twice, a value outside
// 0..10) are a mistake of the caller's and give an unclassified error.
func Tally(b *instrument.Battery, s instrument.Sheet) (Score, error) {
	var room [instrument.MaxItems]rated
	one, err := read(b, s, room[:0])
	if err != nil {
		return Score{}, err
	}
	if err := insufficient(one); err != nil {
		return Score{}, err
	}
	return one.score, nil
}

// Classify places a client and nothing more: the cheap part of Evaluate, with
// the same errors.
func Classify(p Pair) (Placement, error) {
	var clientRoom, professionalRoom [instrument.MaxItems]rated
	client, professional, err := readPair(p, clientRoom[:0], professionalRoom[:0])
	if err != nil {
		return Placement{}, err
	}
	return place(client, professional), nil
}

// Evaluate gives the whole result.
//
// Stability is the exact probability that the segment stays the same when every
// scored answer, independently of the others, moves one step down with ¼, stays
// with ½ and moves one step up with ¼, kept within 0..10.
//
// The smallest change has the fewest steps in all, then the fewest items, then
// the client's side before the professional's and the most steps on the items
// that come first.
//
// The errors are those of Tally; when both sides have too few answers, both are
// reported.
func Evaluate(p Pair) (Result, error) {
	var clientRoom, professionalRoom [instrument.MaxItems]rated
	client, professional, err := readPair(p, clientRoom[:0], professionalRoom[:0])
	if err != nil {
		return Result{}, err
	}
	placed := place(client, professional)
	contributions := make([]Contribution, 0, len(client.rated)+len(professional.rated))
	contributions = client.contribute(contributions)
	contributions = professional.contribute(contributions)
	return Result{
		Segment:        placed.Segment,
		Resources:      placed.Resources,
		Challenge:      placed.Challenge,
		Borderline:     placed.Borderline(),
		Stability:      client.stability() * professional.stability(),
		Contributions:  contributions,
		SmallestChange: smallestChange(client, professional),
		Client:         p.ClientBattery.Ref(),
		Professional:   p.ProfessionalBattery.Ref(),
		Version:        Version,
	}, nil
}

func place(client, professional side) Placement {
	return Placement{
		Segment:   segment.Of(client.score.High(), professional.score.High()),
		Resources: client.score,
		Challenge: professional.score,
	}
}
