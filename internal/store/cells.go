package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
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

// narrowed is the part of a WHERE that depends on the question.
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
	daily            = "day"    // the same, of each day for itself
	nonParticipation = "kind"   // of Others alone
	authors          = "author" // by professional; on SQLite alone, and for nobody to see
)

// offered reads who took part, under the key "", and who did not, under the kind: in one
// snapshot.
func (s *Store) offered(ctx context.Context, a asked) ([]line, error) {
	if s.dialect == PostgreSQL {
		return s.scanLines(ctx, "SELECT * FROM report_offered("+a.arguments()+", ?)", a.battery)
	}
	return s.linesSQLite(ctx, a, everything, nonParticipation)
}

// lines reads a view.
func (s *Store) lines(ctx context.Context, a asked, view string) ([]line, error) {
	if s.dialect == PostgreSQL {
		return s.scanLines(ctx, "SELECT * FROM report_cells(?, "+a.arguments()+", ?)", view, a.battery)
	}
	return s.linesSQLite(ctx, a, view)
}

func (s *Store) linesSQLite(ctx context.Context, a asked, views ...string) (list []line, err error) {
	err = s.unmoved(ctx, func(at foldedTo) (err error) {
		var statements []string
		var args []any
		for _, view := range views {
			statement, more := linesOnSQLite(at, a, view)
			statements, args = append(statements, statement), append(args, more...)
		}
		list, err = s.scanLines(ctx, strings.Join(statements, "\nUNION ALL\n"), args...)
		return err
	})
	return list, err
}

// usualLines is how many a year of four batteries in eleven units has at most.
const usualLines = 12 * 4 * 11

func (s *Store) scanLines(ctx context.Context, statement string, args ...any) ([]line, error) {
	rows, err := s.reader(ctx).Raw(statement, args...).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	list := make([]line, 0, usualLines)
	for rows.Next() {
		var l line
		if err := rows.Scan(&l.Key, &l.Battery, &l.Unit, &l.Month, (*integer)(&l.Omatoimi), (*integer)(&l.Yhteiso), (*integer)(&l.Yhteistyo), (*integer)(&l.Verkosto), (*integer)(&l.Others)); err != nil {
			return nil, classify(err)
		}
		list = append(list, l)
	}
	return list, classify(rows.Err())
}

// integer takes what the drivers give for one as it is. Scanning into an int has it made
// text and read again, which is much of what a distribution costs.
type integer int

// Scan implements sql.Scanner.
func (i *integer) Scan(from any) error {
	n, ok := from.(int64)
	if !ok {
		return fmt.Errorf("store: %T is no integer", from)
	}
	*i = integer(n)
	return nil
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

// The parts of a view on SQLite: the summaries, of days too where there are such; what
// has to be taken back of them; rows.
const (
	linesSQLite = `SELECT key, battery, unit, month, sum(omatoimi) AS a, sum(yhteiso) AS b, sum(yhteistyo) AS c, sum(verkosto) AS d, sum(others) AS e FROM (%s
) GROUP BY key, battery, unit, month
HAVING (sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others)) <> (0, 0, 0, 0, 0)`

	// Most rows of the summaries of whole months are as they are: sorting them, to put
	// together what nothing has to be put to, would take longer than reading them. %[1]s
	// is all but those rows, %[2]s which they are.
	mostlyFoldedSQLite = `SELECT * FROM (WITH changed AS MATERIALIZED (%[1]s)
SELECT key, battery, unit, month, omatoimi, yhteiso, yhteistyo, verkosto, others FROM summaries
WHERE %[2]s AND (key, battery, unit, month) NOT IN (SELECT key, battery, unit, month FROM changed)
UNION ALL SELECT key, battery, unit, month, sum(a), sum(b), sum(c), sum(d), sum(e) FROM (
	SELECT key, battery, unit, month, a, b, c, d, e FROM changed
	UNION ALL SELECT key, battery, unit, month, omatoimi, yhteiso, yhteistyo, verkosto, others FROM summaries
		WHERE %[2]s AND (key, battery, unit, month) IN (SELECT key, battery, unit, month FROM changed)
) GROUP BY key, battery, unit, month HAVING (sum(a), sum(b), sum(c), sum(d), sum(e)) <> (0, 0, 0, 0, 0))`

	foldedSQLite = `
SELECT key, battery, unit, substr(month, 1, 7) AS month, omatoimi, yhteiso, yhteistyo, verkosto, others FROM summaries WHERE `

	rowsSQLite = `
SELECT key, battery, unit, substr(month, 1, 7) AS month, %[1]s * (statistics AND coalesce(segment, '') = 'omatoimi') AS omatoimi,
	%[1]s * (statistics AND coalesce(segment, '') = 'yhteiso') AS yhteiso, %[1]s * (statistics AND coalesce(segment, '') = 'yhteistyo') AS yhteistyo,
	%[1]s * (statistics AND coalesce(segment, '') = 'verkosto') AS verkosto, %[1]s * NOT statistics AS others FROM %[2]s WHERE `
)

// foldedTo is how far the summaries go. On SQLite it is written into statements: what
// is compared with a query is looked up in no index there.
type foldedTo struct {
	Turn int64
	ID   string
}

// behind is the condition that a row is not in the summaries.
func (f foldedTo) behind() string { return fmt.Sprintf("(turn, id) > (%d, '%s')", f.Turn, f.ID) }

// reached is the condition that a row is there, or was.
func (f foldedTo) reached() string { return fmt.Sprintf("(turn, id) <= (%d, '%s')", f.Turn, f.ID) }

func (s *Store) foldedTo(ctx context.Context) (f foldedTo, err error) {
	err = s.reader(ctx).Raw("SELECT turn, id FROM summary_state").Scan(&f).Error
	return f, classify(err)
}

// mostFolds is how many folds may come in the way of one look.
const mostFolds = 20

// unmoved lets f ask one statement on SQLite while the summaries do not get further,
// which they do in one direction alone. Otherwise it asks again.
func (s *Store) unmoved(ctx context.Context, f func(at foldedTo) error) error {
	for range mostFolds {
		before, err := s.foldedTo(ctx)
		if err != nil {
			return err
		}
		if err := f(before); err != nil {
			return err
		}
		if after, err := s.foldedTo(ctx); err != nil || after == before {
			return err
		}
	}
	return fault.New(fault.Unavailable)
}

// linesOnSQLite is the statement for a view and its parameters.
func linesOnSQLite(at foldedTo, a asked, view string) (statement string, args []any) {
	var parts []string
	where, once := a.narrowed()
	add := func(of, view, condition string) {
		parts, args = append(parts, of+"view = '"+view+"' AND "+condition+where), append(args, once...)
	}
	facts, who := factsOf(view), ""
	if view != everything && view != nonParticipation && view != authors {
		who = " AND statistics"
	}
	rows := fmt.Sprintf(rowsSQLite, "1", facts)
	between := func(column string, from, to fmt.Stringer) string {
		return fmt.Sprintf("%s BETWEEN '%s' AND '%s'", column, from, to)
	}
	whole := "" // the rows of whole months in the summaries
	folded := func(of, period string) {
		if of == view {
			whole = "view = '" + view + "' AND " + period + where
		} else {
			add(foldedSQLite, of, period)
		}
		add(fmt.Sprintf(rowsSQLite, "-1", "summary_corrections"), of, period+" AND "+at.reached())
	}
	first, last := a.wholeMonths()
	from, to := first, last // of the rows that are not folded
	if !last.Before(first) {
		folded(view, between("month", month(first), month(last)))
	}
	for _, days := range [][2]calendar.Date{{a.from, first.AddDays(-1)}, {last.AddDays(1), a.to}} {
		switch {
		case days[1].Before(days[0]):
		case view == everything:
			folded(daily, between("month", days[0], days[1]))
			from, to = a.from, a.to
		default:
			add(rows, view, between("day", days[0], days[1])+who)
		}
	}
	// A day with a plus is looked up in no index: where turns end is what finds these.
	add(rows, view, at.behind()+" AND "+between("+day", from, to)+who)
	statement = fmt.Sprintf(linesSQLite, strings.Join(parts, "\nUNION ALL"))
	if whole != "" {
		statement, args = fmt.Sprintf(mostlyFoldedSQLite, statement, whole), append(append(args, once...), once...)
	}
	return statement, args
}

// month is a date's month.
type month calendar.Date

func (m month) String() string { return calendar.Date(m).MonthCode() }

// factsOf is where the rows of a view are. The distribution is asked for most, and
// taking the view of all others apart would take longer than answering it.
func factsOf(view string) string {
	switch view {
	case everything:
		return "(SELECT 'all' AS view, '' AS key, turn, id, assessed_on AS day, assessed_month AS month, unit, battery, segment, statistics FROM assessments WHERE status IN ('completed', 'confirmed'))"
	case nonParticipation:
		return "(SELECT 'kind' AS view, kind AS key, turn, id, happened_on AS day, substr(happened_on, 1, 7) AS month, unit, coalesce(battery, '') AS battery, '' AS segment, 0 AS statistics FROM non_participations)"
	default:
		return "report_facts"
	}
}
