package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Whom a report leaves out, by month and unit, adds up to its coverage.
func TestCoverageByMonthAndUnit(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		c := h.consent()
		h.assessment(c, completed(segment.Network))
		silent := c
		silent.ID, silent.Purposes = uuid.New(), []consent.Purpose{consent.Assessment}
		h.must(h.InsertConsent(ctx, silent))
		h.assessment(silent, completed(segment.Community))
		for i, kind := range []assessment.NonParticipationKind{assessment.DeclinedToTakePart, assessment.DeclinedToTakePart, assessment.Unsuitable} {
			h.must(h.InsertNonParticipation(ctx, assessment.NonParticipation{
				ID: uuid.New(), Unit: c.Unit, Kind: kind, Reason: "no_time", On: calendar.MustParse("2023-05-31").AddDays(i), By: userID, At: start,
			}))
		}
		q := report.Query{From: calendar.MustParse("2023-05-01"), To: calendar.MustParse("2023-06-30")}
		cells, err := h.CoverageCells(ctx, q, nil)
		h.must(err)
		got := map[string]int{}
		for _, cell := range cells {
			got[string(cell.Kind)+" "+cell.Unit+" "+cell.Month] += cell.Count
		}
		want := map[string]int{
			"without_statistics vuosaari-ta 2023-05": 1, "declined vuosaari-ta 2023-05": 1,
			"declined vuosaari-ta 2023-06": 1, "unsuitable vuosaari-ta 2023-06": 1,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		q.Unit = "seniori-info"
		if cells, err := h.CoverageCells(ctx, q, nil); err != nil || len(cells) > 0 {
			t.Errorf("another unit has %v, %v", cells, err)
		}
	})
}

func TestPublishedReportsAreKeptOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, day := h.Context(), calendar.MustParse
		one := report.Published{From: day("2023-05-05"), To: day("2023-11-12"), On: day("2024-01-02"), Document: []byte(`{"days": []}`)}
		h.must(h.InsertPublished(ctx, one))
		if err := h.InsertPublished(ctx, one); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the second time: %v", err)
		}
		for _, asked := range []struct {
			from, to string
			found    int
		}{{"2023-01-01", "2023-05-04", 0}, {"2023-01-01", "2023-05-05", 1}, {"2023-11-12", "2023-11-30", 1}, {"2023-11-13", "2023-11-30", 0}} {
			list, err := h.PublishedReports(ctx, day(asked.from), day(asked.to))
			h.must(err)
			if len(list) != asked.found {
				t.Errorf("%s–%s: %d", asked.from, asked.to, len(list))
			}
			for _, p := range list {
				if p.From != one.From || p.To != one.To || p.On != one.On || string(p.Document) != string(one.Document) {
					t.Errorf("kept %v", p)
				}
			}
		}
	})
}
