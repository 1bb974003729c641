package survey

import (
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Bounds of a round.
const (
	MaxName = 100  // characters
	MaxDays = 366  // from the opening to the last day
	MaxAsks = 2000 // how many are asked, and may answer
)

// Round is one time that the survey is made.
type Round struct {
	ID       uuid.UUID
	Name     string
	From, To calendar.Date // what it asks about
	LastDay  calendar.Date // on which it can be answered
	Units    []string      // codes of those whose professionals are asked, in their order
	Version  int           // of the questions
	Digest   string        // of the questions as they were when it was opened
	OpenedOn calendar.Date
	ClosedOn calendar.Date // zero while it is open; results are there from then on

	Asked   int // how many are asked: as things stand, or as they stood when it was closed
	Answers int // how many have answered, 0 also where they are too few to be told
}

// Closed tells whether a round is over and its results can be seen.
func (r Round) Closed() bool { return !r.ClosedOn.IsZero() }

// Answerable tells whether a round can be answered on a day.
func (r Round) Answerable(today calendar.Date) bool { return !r.Closed() && !today.After(r.LastDay) }

// Opening is a round to be opened.
type Opening struct {
	Name              string
	From, To, LastDay calendar.Date
	Units             []string
	// Asked is how many are asked in all, where they are more than the users of the
	// units: a trial that is told of afterwards. 0 counts the users.
	Asked int
	// Prior is what was wrong with it already when it was read.
	Prior fault.Findings
}

// check collects everything that is wrong, with pointers /name, /from, /to,
// /last_day and /units. known are the codes of the units that may be asked.
func (o Opening) check(today calendar.Date, known []string) error {
	f := o.Prior
	lang.CheckWritten(&f, "/name", o.Name, MaxName, true)
	for _, day := range []struct {
		pointer string
		date    calendar.Date
	}{{"/from", o.From}, {"/to", o.To}, {"/last_day", o.LastDay}} {
		if day.date.IsZero() && !f.Touches(day.pointer) {
			f.Add(day.pointer, fault.Required, nil)
		}
	}
	if !o.From.IsZero() && !o.To.IsZero() && o.To.Before(o.From) {
		f.Add("/to", fault.EndBeforeStart, nil)
	}
	if last := today.AddDays(MaxDays); !o.LastDay.IsZero() {
		switch {
		case o.LastDay.Before(today):
			f.Add("/last_day", fault.EndBeforeStart, nil)
		case o.LastDay.After(last):
			f.Add("/last_day", fault.TooGreat, fault.Args{"max": last.String()})
		}
	}
	if len(o.Units) == 0 {
		f.Add("/units", fault.Required, nil)
	}
	for _, code := range o.Units {
		if !slices.Contains(known, code) {
			f.Add("/units", fault.UnknownUnit, nil)
		}
	}
	return f.Err()
}
