package demo

import (
	"math"
	"math/rand/v2"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// middle is the middle of the answer scale, which is 0..10.
const middle = 5

// person is a fictional client.
type person struct {
	resources, challenge float64   // see livable
	traits               []float64 // in the order of the model's, around 0
	lean, stretch        float64
	habit                habit
}

// habit is how somebody uses eleven numbers.
type habit int

const (
	plain habit = iota
	even
	ends
	moderate
)

// population draws people and their answers.
type population struct {
	model
	*rand.Rand
}

func (p population) normal(spread float64) float64 { return p.NormFloat64() * spread }

// chance is true in so many per cent of cases.
func (p population) chance(percent float64) bool { return p.Float64()*100 < percent }

// person draws somebody who comes to a unit.
func (p population) person(u *unit) person {
	apart := p.normal(p.Spread.Resources)
	one := person{
		resources: livable(u.People.Resources + apart),
		challenge: livable(u.People.Challenge - p.Spread.Link*apart + p.normal(p.Spread.Challenge)),
		lean:      p.normal(p.Spread.Lean),
		stretch:   math.Exp(p.normal(p.Spread.Stretch)),
		traits:    make([]float64, len(p.Traits)),
	}
	for i := range one.traits {
		one.traits[i] = p.normal(p.Spread.Trait)
	}
	switch draw := p.Float64() * 100; {
	case draw < p.Habits.Even:
		one.habit = even
	case draw < p.Habits.Even+p.Habits.Ends:
		one.habit = ends
	case draw < p.Habits.Even+p.Habits.Ends+p.Habits.Middle:
		one.habit = moderate
	}
	return one
}

// later is the same person some time after, when things have got easier or harder.
func (p population) later(one person) person {
	moved := p.normal(p.Spread.Change)
	one.resources = livable(one.resources + moved)
	one.challenge = livable(one.challenge - p.Spread.Link*moved + p.normal(p.Spread.Change))
	return one
}

// livable keeps somebody from having nothing at all, or everything: 10..90.
func livable(score float64) float64 { return min(max(score, 10), 90) }

// guess is the segment that a professional expects of somebody beforehand.
func (p population) guess(one person) segment.Segment {
	resources := one.resources + p.normal(p.Spread.Guess)
	challenge := one.challenge + p.normal(p.Spread.Guess)
	return segment.Of(resources >= 50, challenge >= 50)
}

// clientSheet is what the person answers about the own resources.
func (p population) clientSheet(b *instrument.Battery, one person) instrument.Sheet {
	return p.sheet(b, func(item string) int {
		felt := one.resources/10 + p.shown(b, item, one, 1)
		return one.habit.use(middle + one.stretch*(felt-middle) + one.lean)
	})
}

// professionalSheet is how a professional with a lean of their own answers
// about the person.
func (p population) professionalSheet(b *instrument.Battery, one person, lean float64) instrument.Sheet {
	return p.sheet(b, func(item string) int {
		return whole(one.challenge/10 + p.shown(b, item, one, -1) + lean)
	})
}

// shown is how far an answer lies from the person's axis: the item's own
// level, the traits that show in it, and chance. Strong traits raise a
// client's answer (direction 1) and lower a professional's (-1).
func (p population) shown(b *instrument.Battery, item string, one person, direction float64) float64 {
	l := p.Items[b.Code][item]
	moved := l.Ease + p.normal(p.Spread.Item)
	for i, trait := range p.Traits { // not over the map, whose order changes
		moved += direction * l.Loads[trait] * one.traits[i]
	}
	return moved
}

// sheet answers a battery; value gives an item's answer after reversing. At
// least four items in five are scored, as in any sheet that can be completed.
func (p population) sheet(b *instrument.Battery, value func(item string) int) instrument.Sheet {
	mayskip := len(b.Items) / 5
	var sheet instrument.Sheet
	for i := range b.Items {
		item := &b.Items[i]
		l := p.Items[b.Code][item.Code]
		// Both are drawn for every item, used or not, so that one change in the
		// model does not shuffle everything after it.
		v, skip, unclear := value(item.Code), p.skip(l), p.chance(or(l.Unclear, p.Unclear))
		a := instrument.Answer{Item: item.Code, Unclear: unclear}
		switch {
		case skip != "" && mayskip > 0:
			a.Skip = skip
			mayskip--
		case item.Reverse:
			a.Value = 10 - v
		default:
			a.Value = v
		}
		sheet = append(sheet, a)
	}
	return sheet
}

func (p population) skip(l loaded) instrument.Skip {
	draw := p.Float64() * 100
	for _, s := range []struct {
		kind    instrument.Skip
		percent float64
	}{
		{instrument.Discuss, or(l.Discuss, p.Skips.Discuss)},
		{instrument.Declined, or(l.Declined, p.Skips.Declined)},
		{instrument.NotApplicable, l.NotApplicable},
	} {
		if draw < s.percent {
			return s.kind
		}
		draw -= s.percent
	}
	return ""
}

func or(own *float64, usual float64) float64 {
	if own != nil {
		return *own
	}
	return usual
}

// whole rounds to the scale.
func whole(v float64) int { return min(max(int(math.Round(v)), 0), 10) }

// use turns what is felt into a number on the scale.
func (h habit) use(felt float64) int {
	v := whole(felt)
	switch {
	case h == even:
		return whole(2 * math.Round(felt/2))
	case h == ends && v >= 9:
		return 10
	case h == ends && v <= 1:
		return 0
	case h == moderate:
		return min(max(v, middle-3), middle+3)
	}
	return v
}
