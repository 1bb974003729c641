package diary

import (
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Kind is what an entry is about.
type Kind string

// The kinds.
const (
	TakingPart Kind = "taking_part" // osallistuva yksikkö
	DroppedOut Kind = "dropped_out" // pois jäänyt yksikkö
	Training   Kind = "training"    // käyttäjäkoulutus
	Support    Kind = "support"     // tukitapaaminen
	Outage     Kind = "outage"      // käyttökatko
	Launch     Kind = "launch"      // aloitus tai muu tapahtuma
	Note       Kind = "note"        // muu merkintä
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{TakingPart, DroppedOut, Training, Support, Outage, Launch, Note}

// Session tells whether entries of a kind have a length and people who came.
func (k Kind) Session() bool { return k == Training || k == Support }

// Bounds of an entry.
const (
	MaxText    = 300  // characters
	MaxMinutes = 1440 // of a session
	MaxPeople  = 1000 // of either sort in one session
	MaxEntries = 2000 // in the whole diary
)

// Entry is one thing that is written down.
type Entry struct {
	ID   uuid.UUID
	Kind Kind
	From calendar.Date
	To   calendar.Date // the last day; the first one where it was a single day
	Text string        // the unit's name, what failed, what was decided

	Minutes     int // length of a session, 0 where nobody wrote it down
	WithClients int // people new to the sessions who work with clients, each counted once
	Others      int // other such people: managers, project experts
}

// Days is how many days the entry lasts, at least 1.
func (e Entry) Days() int { return int(e.To.Time().Sub(e.From.Time()).Hours()/24) + 1 }

// Written is an entry as somebody writes it. To may be missing.
type Written struct {
	Prior                        fault.Findings // what the edge found wrong already
	Kind                         string
	From, To                     calendar.Date
	Text                         string
	Minutes, WithClients, Others int
}

// entry checks what was written and makes an entry of it, without an id.
func (w Written) entry() (Entry, error) {
	f := w.Prior
	e := Entry{Kind: Kind(w.Kind), From: w.From, To: w.To, Text: lang.Tidy(w.Text)}
	if !slices.Contains(Kinds, e.Kind) {
		f.Add("/kind", fault.NotInList, fault.Args{"allowed": kindList()})
	}
	if e.From.IsZero() && !f.Touches("/from") {
		f.Add("/from", fault.Required, nil)
	}
	if e.To.IsZero() {
		e.To = e.From
	}
	if e.To.Before(e.From) && !f.Touches("/to") {
		f.Add("/to", fault.EndBeforeStart, nil)
	}
	// Of a session it is enough to know when it was.
	lang.CheckWritten(&f, "/text", e.Text, MaxText, !e.Kind.Session())
	if e.Kind.Session() {
		e.Minutes, e.WithClients, e.Others = w.Minutes, w.WithClients, w.Others
		within(&f, "/minutes", e.Minutes, MaxMinutes)
		within(&f, "/with_clients", e.WithClients, MaxPeople)
		within(&f, "/others", e.Others, MaxPeople)
	}
	return e, f.Err()
}

func within(f *fault.Findings, pointer string, n, most int) {
	switch {
	case n < 0:
		f.Add(pointer, fault.TooSmall, fault.Args{"min": 0})
	case n > most:
		f.Add(pointer, fault.TooGreat, fault.Args{"max": most})
	}
}

func kindList() []string {
	var list []string
	for _, k := range Kinds {
		list = append(list, string(k))
	}
	return list
}
