package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/retention"
)

// researcher is an expert with a permit that is valid for some days from now.
type researcher struct {
	*keeper
	ctx    context.Context
	permit extract.Permit
}

func researchers(h *keeper, days int) *researcher {
	h.Helper()
	today, expert := calendar.DayOf(h.Clock.Now()), h.Hire("tutkija", access.Expert)
	p, err := h.Extracts.Grant(h.System(), extract.Grant{
		User: expert.ID, Reference: "HEL 2023-001234", Purposes: []string{"research"}, Units: []string{housetest.Unit}, Registers: []string{"health"},
		From: "2023-01-01", To: "2023-12-31", ValidFrom: today.String(), ValidUntil: today.AddDays(days).String(),
	})
	h.Must(err)
	return &researcher{h, h.As(expert), p}
}

func (r *researcher) ask() extract.Job {
	r.Helper()
	j, err := r.Extracts.Ask(r.ctx, r.permit.ID, string(extract.CSV))
	r.Must(err)
	return j
}

// failed lets the file that waits fail.
func (r *researcher) failed(j extract.Job) {
	r.Helper()
	now := r.Clock.Now()
	running, found, err := r.Store.TakeJob(r.System(), now, now.Add(time.Minute))
	if err != nil || !found || running.ID != j.ID {
		r.Fatal(found, err)
	}
	r.Must(r.Store.FailJob(r.System(), running, extract.Broken))
}

// work makes what waits and clears away what is over.
func (r *researcher) work() {
	r.Helper()
	worker := extract.NewWorker(r.Store, r.Library, export.Rows{}, r.Clock, slog.New(slog.DiscardHandler))
	for found := true; found; {
		var err error
		found, err = worker.Next(r.Context())
		r.Must(err)
	}
}

func (r *researcher) fetch(id uuid.UUID) {
	r.Helper()
	file, err := r.Extracts.Fetch(r.ctx, id)
	r.Must(err, file.Copy(r.ctx, &bytes.Buffer{}))
}

// left counts permits, notes of files, bytes and keys of both.
func (r *researcher) left() [4]int {
	r.Helper()
	keys := "record_keys WHERE id IN ('" + r.permit.ID.String() + "'"
	files, err := r.Extracts.Files(r.ctx)
	r.Must(err)
	for _, f := range files {
		keys += ", '" + f.ID.String() + "'"
	}
	return [4]int{count(r, r.Store, "research_permits"), count(r, r.Store, "extracts"), count(r, r.Store, "extract_chunks"), count(r, r.Store, keys+")")}
}

// The bytes of a file go within a week, who has fetched it is known for as long as
// the house says, and a permit as long as that and its own time.
func TestWhoHasFetchedRowsIsKnownForItsTime(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		day := func(n int) { h.Clock.Set(housetest.Start.AddDate(0, 0, n)) }
		h.forever()
		h.set(100, retention.Extract)
		h.set(30, retention.ResearchPermit)
		h.result(false, nil)
		r := researchers(h, 10)
		j := r.ask()
		r.work()
		day(5)
		r.fetch(j.ID) // from here the hundred days run
		for _, c := range []struct {
			day  int
			want [4]int // permits, notes, bytes, keys
			ran  map[retention.Kind]int
		}{
			{5, [4]int{1, 1, 1, 2}, map[retention.Kind]int{}},
			{8, [4]int{1, 1, 0, 1}, map[retention.Kind]int{}},   // a week after it was made
			{50, [4]int{1, 1, 0, 1}, map[retention.Kind]int{}},  // the permit's time is over, its file is still known
			{104, [4]int{1, 1, 0, 1}, map[retention.Kind]int{}}, // the last day
			{105, [4]int{}, map[retention.Kind]int{retention.Extract: 1, retention.ResearchPermit: 1}},
		} {
			day(c.day)
			r.work()
			planned := h.planned()
			if diff := cmp.Diff(c.ran, planned); diff != "" {
				t.Errorf("planned on day %d: %s", c.day, diff)
			}
			if diff := cmp.Diff(planned, h.ran()); diff != "" {
				t.Errorf("planned and deleted on day %d: %s", c.day, diff)
			}
			if got := r.left(); got != c.want {
				t.Errorf("on day %d there are %v permits, notes, bytes and keys, want %v", c.day, got, c.want)
			}
		}
	})
}

// A permit that was revoked ends with that, and with its last day when that was
// earlier; one whose files are known for ever stays.
func TestFromWhenTheTimeOfAPermitRuns(t *testing.T) {
	keepers(t, func(t *testing.T, h *keeper) {
		day := func(n int) { h.Clock.Set(housetest.Start.AddDate(0, 0, n)) }
		h.forever()
		h.set(30, retention.ResearchPermit)
		r := researchers(h, 40)
		permit := func(from, until int) extract.Permit {
			today := calendar.DayOf(housetest.Start)
			p, err := h.Extracts.Grant(h.System(), extract.Grant{
				User: r.permit.User, Reference: fmt.Sprint("HEL ", from, " ", until), Purposes: []string{"research"}, Units: []string{housetest.Unit}, Registers: []string{"health"},
				From: "2023-01-01", To: "2023-12-31", ValidFrom: today.AddDays(from).String(), ValidUntil: today.AddDays(until).String(),
			})
			h.Must(err)
			return p
		}
		ended, revoked, late, never := permit(0, 10), permit(0, 300), permit(0, 20), permit(200, 300)
		r.failed(r.ask()) // known for ever, and r's permit with it
		waiting := permit(0, 12)
		_, err := h.Extracts.Ask(r.ctx, waiting.ID, string(extract.CSV))
		h.Must(err)
		day(15)
		h.Must(h.Extracts.Revoke(h.System(), revoked.ID), h.Extracts.Revoke(h.System(), never.ID))
		day(35)
		h.Must(h.Extracts.Revoke(h.System(), late.ID)) // when it had ended by itself
		for _, c := range []struct{ day, ran int }{{39, 0}, {40, 1}, {44, 0}, {45, 2}, {49, 0}, {50, 1}, {400, 0}} {
			day(c.day)
			if got := h.ran()[retention.ResearchPermit]; got != c.ran {
				t.Errorf("on day %d %d permits were deleted, want %d", c.day, got, c.ran)
			}
		}
		for id, want := range map[uuid.UUID]bool{r.permit.ID: true, waiting.ID: true, ended.ID: false, revoked.ID: false, late.ID: false, never.ID: false} {
			if _, err := h.Store.Permit(h.System(), id); (err == nil) != want {
				t.Errorf("a permit: %v", err)
			}
		}
	})
}
