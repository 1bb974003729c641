package demo

import (
	"fmt"
	"slices"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// mostDelay is how many days after the review that was agreed on somebody comes
// at the latest: ten weeks, because one that fell into the outage had to wait.
const mostDelay = 10 * 7

// reunite makes some visits the second one of a client who was there before, as
// trial.yaml says for each unit. Which ones is chance among those that fit.
func reunite(t *trial, visits []*visit) error {
	random := stream(againStream)
	for i := range t.Units {
		u := &t.Units[i]
		var here []*visit
		for _, v := range visits {
			if v.unit == u {
				here = append(here, v)
			}
		}
		for _, c := range u.Again {
			random.Shuffle(len(here), func(i, j int) { here[i], here[j] = here[j], here[i] })
			if !c.happens(here, random.IntN(3)) {
				return fmt.Errorf("demo: %s has no two visits for %s and then %s", u.Code, c.From, c.To)
			}
		}
	}
	return nil
}

// happens makes two of a unit's visits those of one client. What they were dealt
// they swap with others for what the client needs, so that the unit's sums stay.
func (c change) happens(visits []*visit, draw int) bool {
	of, known := segment.Parse(c.From)
	if !known {
		return false
	}
	for _, v := range visits {
		review := reviewDay(v.day, of, draw)
		i := slices.IndexFunc(visits, func(later *visit) bool { return v.leadsTo(later, review) })
		if i < 0 {
			continue
		}
		later := visits[i]
		if !v.swap(visits, c.From) {
			return false
		}
		v.again, v.review, later.before = later, review, v
		return later.swap(visits, c.To)
	}
	return false
}

// leadsTo tells whether a visit can be the second one after this one: with the same
// professional, in the same language, with the same questions, on or after the day
// of review, and both of nobody else so far.
func (v *visit) leadsTo(later *visit, review calendar.Date) bool {
	return v.free() && later.free() && later.by == v.by && later.battery == v.battery && later.language == v.language &&
		!later.day.Before(review) && !later.day.After(review.AddDays(mostDelay))
}

func (v *visit) free() bool { return v.before == nil && v.again == nil }

// swap gets a visit the wanted segment from one that nobody comes to twice.
func (v *visit) swap(others []*visit, wanted string) bool {
	if v.wanted == wanted {
		return true
	}
	i := slices.IndexFunc(others, func(o *visit) bool { return o.free() && o.wanted == wanted })
	if i < 0 {
		return false
	}
	v.wanted, others[i].wanted = others[i].wanted, v.wanted
	return true
}
