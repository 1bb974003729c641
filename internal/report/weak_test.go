package report

import (
	"math/rand/v2"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// The solver is no better than what it finds. Three ways of hiding too little, each
// of which has been in use somewhere, and it finds each out.
func TestTheSolverFindsWhatIsHiddenTooLittle(t *testing.T) {
	weak := map[string]func(c *crowd, figures []said) []said{
		// only the small numbers themselves
		"no second number": func(c *crowd, figures []said) []said {
			return showing(c, figures, func(f said, really int) bool { return !small(c.settings.MinCell)(really) })
		},
		// each answer protected, one by one, and figures that are hidden in one shown in another
		"each answer for itself": func(c *crowd, figures []said) []said {
			return showing(c, figures, func(f said, really int) bool {
				return f.shown != nil || really >= 3*c.settings.MinCell
			})
		},
		// months under one battery, which nobody may have
		"one battery by month": func(c *crowd, figures []said) []said {
			for i, p := range c.people {
				if p.count == 0 {
					continue
				}
				together := said{what: "battery in a month"}
				for j, q := range c.people {
					if q.battery == p.battery && q.month == p.month {
						together.who = append(together.who, j)
					}
				}
				if n := sumOfPeople(c.people, together.who); n >= c.settings.MinCell {
					together.shown = &n
				}
				figures = append(figures, together)
				_ = i
			}
			return figures
		},
	}
	for name, hide := range weak {
		found := 0
		for seed := range 60 {
			r := rand.New(rand.NewPCG(uint64(seed), 42))
			c := newCrowd(r)
			counted, _, _, _ := c.questions(t, r, 4)
			if solved(c.people, hide(c, onlyHouse(counted)), c.settings.MinCell) != "" {
				found++
			}
		}
		if found == 0 {
			t.Errorf("%s: nothing was found", name)
		}
		t.Logf("%s: found in %d of 60 houses", name, found)
	}
}

// onlyHouse leaves out what several units of an expert's have together.
func onlyHouse(figures []said) []said { return of(figures, "") }

// showing decides anew what is shown.
func showing(c *crowd, figures []said, show func(f said, really int) bool) []said {
	for i, f := range figures {
		really := sumOfPeople(c.people, f.who)
		if show(f, really) {
			figures[i].shown = &really
		} else {
			figures[i].shown = nil
		}
	}
	return figures
}

// Lines and tables of others: the solver learns nothing of a hidden cell.
func TestTablesOfOthersTellNothing(t *testing.T) {
	for seed := range 400 {
		r := rand.New(rand.NewPCG(uint64(seed), 43))
		k := 2 + r.IntN(4)
		rows, columns := 1+r.IntN(5), 1+r.IntN(6)
		cells, total := make([][]int, rows), 0
		var people []person
		for i := range cells {
			for range columns {
				v := r.IntN(3) * r.IntN(12)
				cells[i] = append(cells[i], v)
				people = append(people, person{count: v})
				total += v
			}
		}
		if small(k)(total) {
			continue
		}
		hidden := ProtectTable(cells, k)
		var figures []said
		add := func(hide bool, who ...int) {
			f := said{what: "a number", who: who}
			if n := sumOfPeople(people, who); !hide {
				f.shown = &n
			}
			figures = append(figures, f)
		}
		var all []int
		for x := range columns {
			var column []int
			for i := range rows {
				at := i*columns + x
				column, all = append(column, at), append(all, at)
				add(hidden.Cells[i][x], at)
			}
			add(hidden.Columns[x], column...)
		}
		for i := range rows {
			var line []int
			for x := range columns {
				line = append(line, i*columns+x)
			}
			add(hidden.Rows[i], line...)
		}
		add(false, all...)
		if known := solved(people, figures, k); known != "" {
			t.Errorf("seed %d: %s %v %+v", seed, known, cells, hidden)
		}
	}
}

// Two years, eleven units and four batteries, as in a house that hides small
// numbers: what protection adds to the counting.
func BenchmarkProtection(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	c := &crowd{settings: setting.Settings{MinCell: 5}}
	for i := range 11 {
		c.units = append(c.units, string(rune('a'+i)))
	}
	for m := range 24 {
		day := calendar.Date{Year: 2023 + m/12, Month: monthAfter(m).Month, Day: 10}
		for _, unit := range c.units {
			for _, battery := range append(crowdBatteries, "health-risk") {
				for column := range 4 {
					c.people = append(c.people, person{day, unit, battery, crowdRegisters[r.IntN(2)], column, r.IntN(12), day.MonthCode(), nil})
				}
			}
		}
	}
	service := NewService(c)
	for name, q := range map[string]Query{
		"house": {From: monthAfter(0), To: monthAfter(24).AddDays(-1)},
		"unit":  {From: monthAfter(0), To: monthAfter(24).AddDays(-1), Unit: "c"},
		"part":  {From: monthAfter(3), To: monthAfter(20).AddDays(-1)},
	} {
		b.Run(name, func(b *testing.B) {
			ctx := access.With(b.Context(), access.Actor{Role: access.Expert})
			for b.Loop() {
				if _, err := service.Distribution(ctx, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
