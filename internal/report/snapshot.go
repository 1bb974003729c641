package report

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// Published is a stretch of time whose figures were published: once, with what is
// hidden left out, and never changed afterwards. So no two of its figures differ by
// single people.
type Published struct {
	From, To calendar.Date // its first and last day; a year may have a gap where a period was published by itself
	On       calendar.Date // when it was published
	Document []byte        // JSON: days, tables, what is hidden
}

// Rules of publishing.
const (
	// settling is how many days a stretch must be over before it is published, so
	// that what is typed in late is in it.
	settling = 28
	// enough is how many times the smallest cell the assessments of a part of the
	// year must be to be published before the year is over.
	enough = 20
)

// document is what is kept of a published stretch.
type document struct {
	Days     [][2]string `json:"days"`
	Counted  frozen      `json:"counted"`
	Coverage frozen      `json:"coverage"`
}

// frozen is a node with what is hidden taken out.
type frozen struct {
	Few     bool          `json:"few,omitempty"`
	Units   []string      `json:"units"`
	Total   counts        `json:"total"`
	Columns []bool        `json:"hidden"`
	Tables  []frozenTable `json:"tables"`
}

// frozenTable is one table: rows without what is hidden, and, under units where
// they are shown, the same by key.
type frozenTable struct {
	View   View               `json:"view"`
	Keys   []string           `json:"keys"`
	Rows   []counts           `json:"rows"`
	Totals []bool             `json:"hidden_totals"`
	Cells  [][4]bool          `json:"hidden_cells"`
	Under  map[string]*counts `json:"under"` // "unit key", both by their place
}

// Publish publishes every stretch of time that is due: configured
// periods, calendar years, and of the running year the quarters so far when there
// are enough assessments. It returns what it published, nothing when nothing is
// due. Who publishes must report on all units. Two that publish at once: one gets
// fault.Conflict and nothing is published twice.
func (s *Service) Publish(ctx context.Context, now time.Time) ([]Published, error) {
	today := calendar.DayOf(now)
	actor, err := access.Require(ctx, access.PublishReport)
	if err != nil {
		return nil, err
	}
	if actor.ReportUnits() != nil {
		return nil, fault.New(fault.Forbidden)
	}
	var done []Published
	err = s.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		settings, err := s.store.ReportSettings(ctx)
		if err != nil {
			return err
		}
		in, err := s.scope(ctx, nil)
		if err != nil {
			return err
		}
		all := days{calendar.Date{Year: today.Year - MaxYears, Month: 1, Day: 1}, today}
		before, err := s.store.PublishedReports(ctx, all.from, all.to)
		if err != nil {
			return err
		}
		a := &answer{scope: in, settings: settings, source: live{s.store}}
		for _, part := range due(all, before, settings.Periods) {
			p, some, err := a.publish(ctx, part, today)
			if err != nil {
				return err
			}
			if !some {
				continue
			}
			if err := s.store.InsertPublished(ctx, p); err != nil {
				return err
			}
			done = append(done, p)
			if err := s.store.AppendAudit(ctx, audit.Entry{
				At: now, Actor: actor.ID, Role: string(actor.Role), Action: audit.ReportPublished, Subject: audit.PublishedReport,
				SubjectID: p.From.String(), RequestID: audit.RequestID(ctx),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

// dueStretch is a stretch that may be published: part of a running year only with
// enough in it.
type dueStretch struct {
	stretch
	part bool
}

// due lists the stretches that could be published: of the days that are over and
// settled and were not published before, each configured period, each year, and
// of a running year the quarters that are over. A period of which something was
// published before is no stretch of its own any more.
func due(all days, before []Published, periods []setting.Period) []dueStretch {
	settled := all.to.AddDays(-settling)
	quarter := settled.AddDays(1) // of which nothing is published yet
	quarter = calendar.Date{Year: quarter.Year, Month: (quarter.Month-1)/3*3 + 1, Day: 1}
	var taken []days
	for _, p := range before {
		taken = append(taken, thawed(p).stretch...)
	}
	var list []dueStretch
	own := slices.DeleteFunc(slices.Clone(periods), func(p setting.Period) bool {
		return slices.ContainsFunc(taken, days{p.From, p.To}.meets)
	})
	for _, s := range stretchesOf(all, own) {
		if end := s[len(s)-1].to; end.After(settled) {
			if slices.ContainsFunc(own, func(p setting.Period) bool { return s[0] == days{p.From, p.To} }) {
				continue // a period is published when it is over
			}
			s = s.without(days{quarter, end})
			list = append(list, dueStretch{s, true})
		} else {
			list = append(list, dueStretch{s, false})
		}
	}
	for i := range list {
		for _, t := range taken {
			list[i].stretch = list[i].without(t)
		}
	}
	return slices.DeleteFunc(list, func(d dueStretch) bool { return len(d.stretch) == 0 })
}

func (s stretch) without(other days) stretch {
	var left stretch
	for _, d := range s {
		left = append(left, d.without(other)...)
	}
	return left
}

// publish makes what is kept of a stretch, if there is anything to publish.
func (a *answer) publish(ctx context.Context, d dueStretch, today calendar.Date) (Published, bool, error) {
	s := d.stretch
	cells, not, err := a.source.base(ctx, s)
	if err != nil {
		return Published{}, false, err
	}
	p := &piece{stretch: s, node: a.newNode(cells, s, true), coverage: a.newNode(coverageAsCells(not), s, false)}
	n := p.node.total.total()
	if n+p.coverage.total.total() == 0 || d.part && n < enough*a.settings.MinCell {
		return Published{}, false, nil
	}
	a.pieces = []*piece{p}
	for _, view := range append(slices.Clone(Views), Derived()...) {
		var keys []string
		for _, v := range always {
			if v.view == view {
				keys = v.keys
			}
		}
		if err := a.load(ctx, view, keys); err != nil {
			return Published{}, false, err
		}
	}
	doc := document{Counted: p.node.freeze(), Coverage: p.coverage.freeze()}
	for _, d := range p.stretch {
		doc.Days = append(doc.Days, [2]string{d.from.String(), d.to.String()})
	}
	text, err := json.Marshal(doc)
	return Published{From: s[0].from, To: s[len(s)-1].to, On: today, Document: text}, true, err
}

// freeze takes out of a node what is hidden.
func (n *node) freeze() frozen {
	f := frozen{Few: n.few, Units: n.units, Columns: n.columns}
	if !n.few {
		f.Total = masked(n.total.cells, false, [4]bool(n.columns))
	}
	for _, view := range n.order {
		s := n.tables[view]
		n.pair(s)
		t := frozenTable{View: view, Keys: s.keys, Totals: s.mask.totals, Cells: s.mask.cells, Under: map[string]*counts{}}
		for i, r := range s.rows {
			t.Rows = append(t.Rows, masked(r.cells, s.mask.totals[i], s.mask.cells[i]))
		}
		for u := range s.pairs {
			for x := range s.keys {
				if !s.pairs[u][x] {
					under := s.cells[u][x]
					t.Under[place(u, x)] = &under
				}
			}
		}
		f.Tables = append(f.Tables, t)
	}
	return f
}

func place(unit, key int) string {
	text, _ := json.Marshal([2]int{unit, key})
	return string(text)
}

// masked puts all that is hidden of a row into its first hidden cell, so that the
// row still adds up to its total, or takes it out where that is hidden, too.
func masked(cells counts, total bool, hidden [4]bool) counts {
	var shown counts
	first, left := -1, 0
	for j, v := range cells {
		switch {
		case !hidden[j]:
			shown[j] = v
		default:
			left += v
			if first < 0 {
				first = j
			}
		}
	}
	if first >= 0 && !total {
		shown[first] = left
	}
	return shown
}

// thawed is a published stretch, ready to be read from.
func thawed(p Published) *piece {
	var doc document
	if err := json.Unmarshal(p.Document, &doc); err != nil {
		return &piece{}
	}
	made := &piece{node: doc.Counted.thaw(), coverage: doc.Coverage.thaw()}
	for _, d := range doc.Days {
		from, err := calendar.Parse(d[0])
		to, err2 := calendar.Parse(d[1])
		if err != nil || err2 != nil {
			return &piece{}
		}
		made.stretch = append(made.stretch, days{from, to})
	}
	return made
}

// thaw makes a node that only answers: everything about it is decided.
func (f frozen) thaw() *node {
	n := &node{few: f.Few, units: f.Units, total: row{cells: f.Total}, columns: f.Columns, tables: map[View]*shield{}, k: 2}
	for _, t := range f.Tables {
		s := &shield{view: t.View, keys: t.Keys, mask: gridMask{t.Totals, t.Cells}}
		for i, cells := range t.Rows {
			s.rows = append(s.rows, row{code: t.Keys[i], cells: cells})
		}
		s.cells, s.pairs = make([][]counts, len(n.units)), make([][]bool, len(n.units))
		for u := range n.units {
			s.cells[u], s.pairs[u] = make([]counts, len(s.keys)), repeat(true, len(s.keys))
			for x := range s.keys {
				if under := t.Under[place(u, x)]; under != nil {
					s.cells[u][x], s.pairs[u][x] = *under, false
				}
			}
		}
		n.tables[t.View] = s
		n.order = append(n.order, t.View)
		if t.View == byUnit {
			n.unit = s
		}
	}
	return n
}

// gatherPublished takes what was published of the days that are asked for.
func (a *answer) gatherPublished(ctx context.Context, store Store) error {
	list, err := store.PublishedReports(ctx, a.From, a.To)
	if err != nil {
		return err
	}
	a.published, a.cut = true, true
	for _, one := range list {
		p := thawed(one)
		if p.node == nil || !slices.ContainsFunc(p.stretch, (days{a.From, a.To}).meets) {
			continue
		}
		p.choose(days{a.From, a.To})
		a.cut = len(a.pieces) > 0 && a.cut || p.cuts()
		a.pieces = append(a.pieces, p)
		last := one.To
		if last.After(a.To) {
			last = a.To
		}
		if a.asOf.Before(last) {
			a.asOf = last
		}
	}
	return nil
}
