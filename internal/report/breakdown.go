package report

import (
	"context"
	"sort"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// View names what assessments are counted by besides segment, battery, unit and
// month. An assessment is counted under one key of a view, in Steps and
// the minutes under each that it has.
type View string

// The views and their keys.
const (
	ByRegister View = "register" // health, social
	ByLanguage View = "language" // fi, sv, en
	ByMode     View = "mode"     // joint, self, phone, paper
	Places     View = "place"    // "4-7": resources of 40 to below 50, challenge of 70 to below 80; 100 is in the last, 9
	Agreed     View = "agreed"   // the agreed segment's code, "none" where nothing is confirmed
	Expected   View = "expected" // the segment that the professional guessed beforehand, "none" without a guess
	Steps      View = "step"     // confirmed, discussed, printed, recorded, feedback

	Borderline View = "borderline" // yes, no: whether the result, as it was given, named a neighbouring segment too

	// Previous has the segment of the same client's assessment before, whenever
	// that was, of the same unit's register: by the consent or the reference of the
	// client. Who was not assessed before is under no key. It is counted from the
	// rows when it is asked for, for it hangs on other rows than the counted one.
	Previous View = "previous"

	// The time that a visit took, in whole minutes, rounded, 120 for all from there
	// on; a visit is under no key where nothing was measured. First the phases
	// together, then each.
	Minutes             View = "minutes"
	MinutesBegin        View = "minutes-begin"
	MinutesConsent      View = "minutes-consent"
	MinutesClient       View = "minutes-client"
	MinutesProfessional View = "minutes-professional"
	MinutesResult       View = "minutes-result"
	MinutesFeedback     View = "minutes-feedback"
)

// MostMinutes is the last key of the views of minutes: it stands for all from there
// on.
const MostMinutes = 120

// Views lists every view.
var Views = []View{
	ByRegister, ByLanguage, ByMode, Places, Agreed, Expected, Steps, Borderline, Previous,
	Minutes, MinutesBegin, MinutesConsent, MinutesClient, MinutesProfessional, MinutesResult, MinutesFeedback,
}

// ViewCell is a group of the facts behind a distribution, by the key of a view.
type ViewCell struct {
	Key string
	Cell
}

// Breakdown is a table of a view's keys by segment, hidden numbers left out. Keys
// without assessments are in it where they were asked for.
type Breakdown struct {
	View       View
	N          *int // of the whole distribution, not of the keys together; nil when hidden
	Suppressed bool // N is hidden, and with it everything else
	MinCell    int
	DemoNote   bool
	Segments   []Share
	Groups     []Group // by key, in the order asked for, others after them
}

// Breakdown counts the clients of a distribution by the keys of a view. keys are
// those that are listed even when nobody is counted under them. Errors are those
// of Distribution.
func (s *Service) Breakdown(ctx context.Context, q Query, view View, keys ...string) (Breakdown, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return Breakdown{}, err
	}
	if q.Battery == instrument.ClientBattery {
		q.Battery = ""
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return Breakdown{}, err
	}
	k := max(settings.MinCell, 1)
	limit := actor.ReportUnits()
	in, err := s.scope(ctx, limit)
	if err != nil {
		return Breakdown{}, err
	}
	if err := check(q, in, settings); err != nil {
		return Breakdown{}, err
	}
	f, m, err := s.view(ctx, q, in, k)
	if err != nil {
		return Breakdown{}, err
	}
	cells, err := s.store.ViewCells(ctx, q, view, in.limit)
	if err != nil {
		return Breakdown{}, err
	}
	rows := byKey(cells, keys)
	mask := newGridMask(len(rows), m.n)
	if !m.n {
		totals := make([]int, len(rows))
		for i, r := range rows {
			totals[i] = r.total()
		}
		hidden := protectLine(totals, k, false)
		mask = protectGrid(rows, hidden, m.segments, k)
		for i, h := range hidden { // also of a single row, which need not be all there are
			if h {
				mask.totals[i], mask.cells[i] = true, [4]bool{true, true, true, true}
			}
		}
	}
	d := show(f, m, Distribution{})
	codes := make([]string, len(d.Segments))
	for i, share := range d.Segments {
		codes[i] = share.Code
	}
	return Breakdown{
		View: view, N: d.N, Suppressed: d.Suppressed, MinCell: k, DemoNote: settings.Demo,
		Segments: d.Segments, Groups: groups(rows, mask, codes),
	}, nil
}

// byKey sorts cells into rows: the wanted keys in their order, others after them.
func byKey(cells []ViewCell, wanted []string) []row {
	t := newTally(wanted)
	for _, c := range cells {
		if c.Segment.Valid() {
			t.add(c.Key, int(c.Segment-segment.SelfActing), c.Count)
		}
	}
	rest := t.rows[len(wanted):]
	sort.Slice(rest, func(i, j int) bool { return rest[i].code < rest[j].code })
	return t.rows
}
