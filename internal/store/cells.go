package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/report"
)

// What reports count comes from summaries, from what was not folded into them yet, and
// from the days of months that are not asked for whole: in one statement, and so in one
// snapshot. On PostgreSQL functions of the migrations read it, in the units of the
// reports of whoever asks: see sight.go. On SQLite it is here.

// asked is a question as the database wants it.
type asked struct {
	from, to calendar.Date
	units    []string // nil for all
	battery  string   // "" for all
}

func ask(q report.Query, units []string) asked {
	a := asked{q.From, q.To, units, q.Battery}
	if q.Battery == instrument.ClientBattery { // every assessment has it
		a.battery = ""
	}
	if q.Unit == "" {
		return a
	}
	if units == nil {
		a.units = []string{q.Unit}
		return a
	}
	a.units = []string{}
	for _, unit := range units {
		if unit == q.Unit {
			a.units = []string{unit}
		}
	}
	return a
}

// arguments are those of PostgreSQL's functions for reports.
func (a asked) arguments() string {
	units := "NULL"
	if a.units != nil {
		units = "'" + arrayOf(a.units) + "'"
	}
	return fmt.Sprintf("'%s'::date, '%s'::date, %s::text[]", a.from, a.to, units)
}

// narrowed is the part of a WHERE that depends on the question, on SQLite.
func (a asked) narrowed() (where string, args []any) {
	var parts []string
	if a.units != nil {
		parts, args = append(parts, " AND unit IN ?"), append(args, append(a.units, "")) // "" is no unit, and IN needs something
	}
	if a.battery != "" {
		parts, args = append(parts, " AND battery = ?"), append(args, a.battery)
	}
	return strings.Join(parts, ""), args
}

// line is what is counted under a key of a view.
type line struct {
	Key, Battery, Unit, Month              string
	Omatoimi, Yhteiso, Yhteistyo, Verkosto int
	Others                                 int // without statistics, or of no segment
}

// The views that are not in report.Views.
const (
	everything       = "all"    // under the one key ""
	nonParticipation = "kind"   // of Others alone
	authors          = "author" // by professional; on SQLite alone, and for nobody to see
)

// lines reads views.
func (s *Store) lines(ctx context.Context, a asked, view string) ([]line, error) {
	statement, args := "SELECT * FROM report_cells(?, "+a.arguments()+", ?)", []any{view, a.battery}
	if s.dialect == SQLite {
		statement, args = linesSQLite(a, view)
	}
	var list []line
	rows, err := s.reader(ctx).Raw(statement, args...).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		var l line
		if err := rows.Scan(&l.Key, &l.Battery, &l.Unit, &l.Month, &l.Omatoimi, &l.Yhteiso, &l.Yhteistyo, &l.Verkosto, &l.Others); err != nil {
			return nil, classify(err)
		}
		list = append(list, l)
	}
	return list, classify(rows.Err())
}

// wholeMonths are the months that a period has whole. Without any they are none, and
// all days of the period come before them.
func (a asked) wholeMonths() (first, last calendar.Date) {
	first, last = a.from, a.to
	for !first.FirstOfMonth() {
		first = first.AddDays(1)
	}
	for !last.LastOfMonth() {
		last = last.AddDays(-1)
	}
	if last.Before(first) {
		return a.to.AddDays(1), a.to
	}
	return first, last
}

// A day with a plus is
// looked up in no index: where turns end is what finds those rows.
const lineSQLite = `SELECT key, battery, unit, month, sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others) FROM (
SELECT key, battery, unit, month, omatoimi, yhteiso, yhteistyo, verkosto, others FROM summaries
WHERE view = '%[1]s' AND month BETWEEN '%[2]s' AND '%[3]s'%[10]s
UNION ALL SELECT key, battery, unit, month, n * (statistics AND segment = 'omatoimi'), n * (statistics AND segment = 'yhteiso'),
	n * (statistics AND segment = 'yhteistyo'), n * (statistics AND segment = 'verkosto'), n * NOT statistics FROM (
	SELECT key, battery, unit, month, coalesce(segment, '') AS segment, statistics, 1 AS n FROM report_facts
	WHERE view = '%[1]s' AND turn >= (SELECT turn FROM summary_state) AND (turn, id) > (SELECT turn, id FROM summary_state) AND +day BETWEEN '%[4]s' AND '%[5]s'%[10]s%[11]s
	UNION ALL SELECT key, battery, unit, month, coalesce(segment, ''), statistics, -1 FROM summary_corrections
	WHERE view = '%[1]s' AND month BETWEEN '%[2]s' AND '%[3]s'%[10]s
	UNION ALL SELECT key, battery, unit, month, coalesce(segment, ''), statistics, 1 FROM report_facts
	WHERE view = '%[1]s' AND day BETWEEN '%[6]s' AND '%[7]s'%[10]s%[11]s
	UNION ALL SELECT key, battery, unit, month, coalesce(segment, ''), statistics, 1 FROM report_facts
	WHERE view = '%[1]s' AND day BETWEEN '%[8]s' AND '%[9]s'%[10]s%[11]s)
) GROUP BY key, battery, unit, month
HAVING (sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others)) <> (0, 0, 0, 0, 0)`

func linesSQLite(a asked, view string) (statement string, args []any) {
	first, last := a.wholeMonths()
	fromMonth, toMonth := first.MonthCode(), last.MonthCode()
	if last.Before(first) {
		fromMonth, toMonth = "9", "0"
	}
	where, once := a.narrowed()
	for range 5 {
		args = append(args, once...)
	}
	return fmt.Sprintf(lineSQLite, view, fromMonth, toMonth, first, last, a.from, first.AddDays(-1), last.AddDays(1), a.to, where, counted(view)), args
}

// counted is the condition that a row of a view counts: with statistics alone, but for
// those that count everybody.
func counted(view string) string {
	switch view {
	case everything, nonParticipation, authors:
		return ""
	default:
		return " AND statistics"
	}
}
