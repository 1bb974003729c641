package document

import (
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// trail is who has read or changed what, a line for each time.
func (w *filePaper) trail() []typeset.Block {
	table := typeset.Table{
		Widths: []float64{2.3, 3, 2.2},
		Head:   []string{w.say("paper_file.trail.when"), w.say("paper_file.trail.what"), w.say("paper_file.trail.who")},
	}
	for rest := w.Trail; len(rest) > 0; {
		n := w.alike(rest)
		table.Rows = append(table.Rows, w.trailRow(rest[:n]))
		rest = rest[n:]
	}
	blocks := []typeset.Block{heading(2, w.say("paper_file.trail")), typeset.Text(w.say("paper_file.trail.lead"))}
	if len(table.Rows) == 0 {
		return append(blocks, typeset.Text(w.say("paper_file.trail.none")))
	}
	return append(blocks, table)
}

// alike counts the rows at the beginning that read the same: the same deed of
// the same person within a minute. An answer is saved at a time, and a list
// leaves a row for everything in it; a line for each would hide the others.
func (w *filePaper) alike(rows []assessment.FileTrail) int {
	n := 1
	for n < len(rows) && rows[n].Action == rows[0].Action && rows[n].Actor == rows[0].Actor && rows[n].Role == rows[0].Role &&
		w.at(rows[n].At) == w.at(rows[0].At) {
		n++
	}
	return n
}

// trailRow is one line about rows that are alike: what they are about, where the
// file has more than one, and how many times it was each.
func (w *filePaper) trailRow(rows []assessment.FileTrail) []typeset.Cell {
	times, most := map[uuid.UUID]int{}, 0
	var visits, consents, invitations []string
	for _, row := range rows {
		times[row.Of]++
		most = max(most, times[row.Of])
		if times[row.Of] > 1 {
			continue
		}
		if n := w.visitNumber(row.Of); n > 0 {
			visits = append(visits, w.p.Integer(n))
		} else if n := w.consentNumber(row.Of); n > 0 {
			consents = append(consents, w.p.Integer(n))
		} else if n := w.invitationNumber(row.Of); n > 0 {
			invitations = append(invitations, w.p.Integer(n))
		}
	}
	var about []string
	name := func(key string, numbers []string, of int) {
		if of > 1 && len(numbers) > 0 {
			about = append(about, w.say(key, map[string]any{"numbers": numbers}))
		}
	}
	name("paper_file.trail.visits", visits, len(w.Visits))
	name("paper_file.trail.consents", consents, len(w.Consents))
	name("paper_file.trail.invitations", invitations, len(w.Invitations))
	if most > 1 {
		about = append(about, w.say("paper_file.trail.times", map[string]any{"count": most}))
	}
	what := w.p.Code("paper_file.action", string(rows[0].Action))
	if len(about) > 0 {
		what += " (" + joined("; ", about...) + ")"
	}
	at := w.p.Date(calendar.DayOf(rows[0].At)) + "\n" + w.p.Clock(rows[0].At)
	return []typeset.Cell{{Text: at}, {Text: what}, {Text: w.user(rows[0].Actor, rows[0].Role)}}
}

func (w *filePaper) invitationNumber(id uuid.UUID) int {
	return 1 + slices.IndexFunc(w.Invitations, func(i assessment.FileInvitation) bool { return i.ID == id })
}
