package scoring

import (
	"fmt"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// maxValue is the top of the scale that scoring version 1 is defined on.
const maxValue = 10

// rated is one scored answer beside its item.
type rated struct {
	item  *instrument.Item
	value int // after reversing, 0..maxValue
}

// given turns a value after reversing back into the value as given; it is its
// own inverse.
func (r rated) given(value int) int {
	if r.item.Reverse {
		return maxValue - value
	}
	return value
}

// side is one side of a pair, read against its battery.
type side struct {
	battery *instrument.Battery
	rated   []rated // the scored answers in the order of the battery's items
	score   Score
}

// read puts a sheet beside its battery. It appends to room, which lets a caller
// keep the answers on its stack.
func read(b *instrument.Battery, s instrument.Sheet, room []rated) (side, error) {
	if err := check(b); err != nil {
		return side{}, err
	}
	one := side{battery: b, rated: room, score: Score{Cutoff: b.Cutoff}}
	found := 0
	for i := range b.Items {
		item := &b.Items[i]
		answer, ok := s.Find(item.Code)
		if !ok {
			continue
		}
		found++
		if !answer.Scored() {
			continue
		}
		if answer.Value < 0 || answer.Value > maxValue {
			return side{}, fmt.Errorf("scoring: the value of item %q of %s is off the scale", item.Code, b.Ref())
		}
		r := rated{item: item}
		r.value = r.given(answer.Value)
		one.rated = append(one.rated, r)
		one.score.Sum += item.Weight * r.value
		one.score.Weight += item.Weight
	}
	// Leftovers would mean that somebody's answers silently do not count.
	if found != len(s) {
		return side{}, fmt.Errorf("scoring: the sheet has items that are not in %s, or one twice", b.Ref())
	}
	return one, nil
}

// check refuses a battery that the rules are not defined for. Authors hear about
// it in better words from package instrument; here it keeps a slip in the code
// from becoming somebody's segment.
func check(b *instrument.Battery) error {
	switch {
	case b == nil:
		return fmt.Errorf("scoring: a battery is missing")
	case len(b.Items) == 0 || len(b.Items) > instrument.MaxItems:
		return fmt.Errorf("scoring: %s has %d items, not 1 to %d", b.Ref(), len(b.Items), instrument.MaxItems)
	case b.Cutoff < instrument.MinCutoff || b.Cutoff > instrument.MaxCutoff:
		return fmt.Errorf("scoring: %s has the cut-off %d", b.Ref(), b.Cutoff)
	}
	for i := range b.Items {
		if w := b.Items[i].Weight; w < instrument.MinWeight || w > instrument.MaxWeight {
			return fmt.Errorf("scoring: item %q of %s has the weight %d", b.Items[i].Code, b.Ref(), w)
		}
	}
	return nil
}

func readPair(p Pair, clientRoom, professionalRoom []rated) (client, professional side, err error) {
	if client, err = read(p.ClientBattery, p.Client, clientRoom); err != nil {
		return side{}, side{}, err
	}
	if professional, err = read(p.ProfessionalBattery, p.Professional, professionalRoom); err != nil {
		return side{}, side{}, err
	}
	// Swapped batteries would turn resources into challenge without a trace.
	if client.battery.Side != instrument.Client || professional.battery.Side != instrument.Professional {
		return side{}, side{}, fmt.Errorf("scoring: %s and %s are not a client's and a professional's battery",
			client.battery.Ref(), professional.battery.Ref())
	}
	if err = insufficient(client, professional); err != nil {
		return side{}, side{}, err
	}
	return client, professional, nil
}

// insufficient reports every side with less than 80 % of its items scored.
func insufficient(sides ...side) error {
	var findings fault.Findings
	for _, one := range sides {
		scored, items := len(one.rated), len(one.battery.Items)
		if scored*5 >= items*4 {
			continue
		}
		pointer := "/client_answers"
		if one.battery.Side == instrument.Professional {
			pointer = "/professional_answers"
		}
		needed := (items*4 + 4) / 5
		findings.Add(pointer, fault.TooFewAnswers, fault.Args{"side": string(one.battery.Side), "scored": scored, "needed": needed})
	}
	if len(findings) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: fault.CodeInsufficientAnswers, Findings: findings}
}

// contribute appends what each answer of the side contributes to its score.
func (s side) contribute(list []Contribution) []Contribution {
	for _, r := range s.rated {
		list = append(list, Contribution{
			Side:  s.battery.Side,
			Item:  r.item.Code,
			Value: r.given(r.value),
			Pull:  float64(r.item.Weight*(10*r.value-s.score.Cutoff)) / float64(s.score.Weight),
		})
	}
	return list
}
