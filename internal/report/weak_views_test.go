package report

import (
	"context"
	"math/rand/v2"
	"testing"
)

// Ways of telling more than is told, each of which has been in use: beside what the
// report says they give something away, and the solver finds each out.
func TestTheSolverFindsViewsThatTellTooMuch(t *testing.T) {
	weak := []struct {
		name  string
		trait string
		tell  func(c *crowd, q Query) (counted, workers []said)
	}{
		{"feedback line by line, for an expert of any unit", "feedback", func(c *crowd, q Query) (list, _ []said) {
			for _, q.Unit = range append(c.units, "") {
				in := thoseOf(c.people, q, nil)
				of := func(opinion string) those { return in.who(func(p person) bool { return p.traits.opinion == opinion }) }
				var counts []int
				for _, opinion := range Agreements {
					counts = append(counts, sumOfPeople(c.people, of(opinion).in))
				}
				_, shares := ShareLine(Agreements, counts, c.settings.MinCell)
				for i, opinion := range Agreements {
					of(opinion).say(&list, opinion, shares[i].Count)
				}
			}
			return list, nil
		}},
		{"minutes beside how many were measured", "time", func(c *crowd, q Query) (list, _ []said) {
			return append(c.line(q, Fives(Minutes), binKeys()), c.line(q, Measured(Minutes), []string{"yes"})...), nil
		}},
		{"a line once more, the largest first", "language", func(c *crowd, q Query) (list, _ []said) {
			return append(c.line(q, ByLanguage, []string{"sv", "fi", "en"}), c.line(q, ByLanguage, []string{"en", "sv", "fi"})...), nil
		}},
		{"a view of one battery", "expected", func(c *crowd, q Query) (list, _ []said) {
			for _, battery := range crowdBatteries {
				q.Battery = battery
				list = append(list, c.line(q, Expected, []string{"omatoimi", "verkosto", unagreed})...)
			}
			return list, nil
		}},
		{"professionals of every question", "register", func(c *crowd, q Query) (_, list []said) {
			p := c.professionals(q)
			return nil, c.sayWorkers(q, nil, Uptake{Reporting: p.All, Professionals: p.Bins}, p)
		}},
		{"a goal as a line of its own", "register", func(c *crowd, q Query) (_, list []said) {
			all, _ := c.Targets(context.Background(), q, nil)
			started, reached := 0, 0
			for _, one := range all {
				if one.Assessments > 0 {
					started += one.Professionals
				}
				if one.Assessments >= c.goal {
					reached += one.Professionals
				}
			}
			n, parts := ShareLine([]string{"reached", "not"}, []int{reached, started - reached}, c.settings.MinCell)
			p := c.professionals(q)
			return nil, c.sayWorkers(q, nil, Uptake{Reporting: p.All, Professionals: p.Bins}, Professionals{Started: n, Reached: parts[0].Count})
		}},
	}
	const houses = 300
	for _, one := range weak {
		found := 0
		for ; found < houses; found++ {
			r := rand.New(rand.NewPCG(uint64(found), 47))
			c, _ := newVaried(r, one.trait)
			year := Query{From: monthAfter(0), To: monthAfter(12).AddDays(-1)}
			counted, workers := c.everything(t, r, 1)
			before, others := counted, workers
			for range 3 {
				q, _ := c.question(r, 0)
				q.Battery = ""
				more, who := one.tell(c, q)
				counted, workers = append(counted, more...), append(workers, who...)
			}
			more, who := one.tell(c, year)
			counted, workers = append(counted, more...), append(workers, who...)
			if solved(c.people, counted, c.settings.MinCell)+solved(c.staff(), workers, c.settings.MinCell) != "" {
				if known := solved(c.people, before, c.settings.MinCell) + solved(c.staff(), others, c.settings.MinCell); known != "" {
					t.Errorf("%s: known without it: %s", one.name, known)
				}
				break
			}
		}
		if found == houses {
			t.Errorf("%s: nothing was found in %d houses", one.name, houses)
		}
		t.Logf("%s: found in house %d", one.name, found)
	}
}

// line tells of the people of a question how many are under each key, protected as a
// line.
func (c *crowd) line(q Query, view View, keys []string) (list []said) {
	in := thoseOf(c.people, q, nil)
	of := func(key string) those {
		return in.who(func(p person) bool { return len(p.keys(view)) > 0 && p.keys(view)[0] == key })
	}
	n := sumOfPeople(c.people, in.in)
	counts, left := []int{}, n
	for _, key := range keys {
		counts = append(counts, sumOfPeople(c.people, of(key).in))
		left -= counts[len(counts)-1]
	}
	if small(c.settings.MinCell)(n) {
		return nil
	}
	hidden := ProtectLine(append(counts, left), c.settings.MinCell, false)
	for i, key := range keys {
		of(key).say(&list, string(view)+" "+key, visible(counts[i], hidden[i]))
	}
	return list
}

func (c *crowd) professionals(q Query) (p Professionals) {
	all, _ := c.Targets(context.Background(), q, nil)
	p.count(all, c.goal, c.settings.MinCell)
	return p
}
