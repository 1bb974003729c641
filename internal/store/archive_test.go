package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// queued is a job in the queue, due at once.
func (h *house) queued(kind archive.Kind, subject uuid.UUID, revision int, at time.Time) archive.Job {
	h.Helper()
	j := archive.NewJob(uuid.New(), kind, subject, revision, "vuosaari-ta", at)
	h.must(h.QueueArchive(h.Context(), j))
	return j
}

// job reads one from the list.
func (h *house) job(id uuid.UUID) archive.Job {
	h.Helper()
	all, err := h.ArchiveJobs(h.Context(), 100)
	h.must(err)
	for _, j := range all {
		if j.ID == id {
			return j
		}
	}
	h.Fatal("the job is not there")
	return archive.Job{}
}

func (h *house) take(now time.Time) (archive.Job, bool) {
	h.Helper()
	j, found, err := h.TakeArchiveJob(h.Context(), now, now.Add(archive.Lease))
	h.must(err)
	return j, found
}

func TestAnArchiveJobIsReadBackAsItWasQueued(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		want := h.queued(archive.Consent, uuid.New(), 1, start)
		if diff := cmp.Diff(want, h.job(want.ID)); diff != "" {
			t.Error(diff)
		}
		again := want
		again.ID = uuid.New()
		if err := h.QueueArchive(h.Context(), again); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the same document twice: %v", err)
		}
	})
}

// A later result takes the place of the one that waits, and of nothing else.
func TestALaterResultDropsTheEarlier(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		subject := uuid.New()
		older, other := h.queued(archive.Result, subject, 3, start), h.queued(archive.Result, uuid.New(), 3, start.Add(time.Second))
		newer := h.queued(archive.Result, subject, 5, start.Add(time.Minute))
		for _, c := range []struct {
			job  archive.Job
			want archive.State
		}{{older, archive.Dropped}, {other, archive.Waiting}, {newer, archive.Waiting}} {
			if got := h.job(c.job.ID).State; got != c.want {
				t.Errorf("revision %d is %s, want %s", c.job.Revision, got, c.want)
			}
		}
		if got, _ := h.take(start.Add(time.Hour)); got.ID != other.ID {
			t.Error("a dropped one was taken, or not the one that waits longest")
		}
	})
}

func TestAWithdrawalDropsTheWaitingResultsOfItsConsent(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c, d := h.consent(), h.consent()
		mine, others := h.assessment(c, completed(segment.Network)), h.assessment(d, completed(segment.Network))
		waiting, kept := h.queued(archive.Result, mine.ID, 2, start), h.queued(archive.Result, others.ID, 2, start)
		given := h.queued(archive.Consent, c.ID, 1, start)
		there := h.queued(archive.Result, h.assessment(c, completed(segment.Network)).ID, 2, start)
		if _, err := h.ArchiveDelivered(h.Context(), there.ID, start, "aa"); err != nil {
			t.Fatal(err)
		}
		h.must(h.DropResults(h.Context(), c.ID))
		for _, one := range []struct {
			job  archive.Job
			want archive.State
		}{{waiting, archive.Dropped}, {kept, archive.Waiting}, {given, archive.Waiting}, {there, archive.Delivered}} {
			if got := h.job(one.job.ID).State; got != one.want {
				t.Errorf("%s is %s, want %s", one.job.Kind, got, one.want)
			}
		}
	})
}

func TestAJobIsTakenWhenDueAndKeptForTheLease(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		second := h.queued(archive.Consent, uuid.New(), 1, start.Add(time.Second))
		first := h.queued(archive.Consent, uuid.New(), 1, start)
		if _, found := h.take(start.Add(-time.Microsecond)); found {
			t.Error("taken before it was due")
		}
		now := start.Add(time.Second)
		got, _ := h.take(now)
		first.Attempts, first.NextAt = 1, now.Add(archive.Lease)
		if diff := cmp.Diff(first, got); diff != "" {
			t.Error(diff)
		}
		if got, _ := h.take(now); got.ID != second.ID {
			t.Error("the second is not the second")
		}
		if got, found := h.take(now.Add(archive.Lease - time.Microsecond)); found {
			t.Errorf("taken while it is somebody's: %v", got.ID)
		}
		if got, _ := h.take(now.Add(archive.Lease)); got.ID != first.ID && got.ID != second.ID || got.Attempts != 2 {
			t.Errorf("after the lease: %v, attempt %d", got.ID, got.Attempts)
		}
	})
}

// Many take at once: nobody gets what another has, and nothing is left over.
func TestEveryJobIsTakenOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		const jobs = 40
		for range jobs {
			h.queued(archive.Consent, uuid.New(), 1, start)
		}
		taken := make([]map[uuid.UUID]bool, 6)
		var group sync.WaitGroup
		for w := range taken {
			taken[w] = map[uuid.UUID]bool{}
			group.Go(func() {
				for idle := 0; idle < 3; { // on PostgreSQL nothing may be free for a moment
					j, found, err := h.TakeArchiveJob(h.Context(), start, start.Add(archive.Lease))
					switch {
					case err != nil:
						t.Error(err)
						return
					case !found:
						idle++
					case taken[w][j.ID]:
						t.Error("taken twice by one")
					}
					if found {
						taken[w][j.ID] = true
					}
				}
			})
		}
		group.Wait()
		all, total, left := map[uuid.UUID]bool{}, 0, 0
		for _, mine := range taken {
			total += len(mine)
			for id := range mine {
				all[id] = true
			}
		}
		for _, found := h.take(start); found; _, found = h.take(start) {
			left++ // skipped by all while another held it
		}
		if len(all) != total || total+left != jobs {
			t.Errorf("%d taken, %d different ones, %d left, of %d", total, len(all), left, jobs)
		}
	})
}

func TestHowATryEnded(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		h.queued(archive.Consent, uuid.New(), 1, start)
		first, _ := h.take(start)
		second, _ := h.take(start.Add(archive.Lease)) // the first was slow
		h.must(h.ArchiveFailed(ctx, first, start.Add(time.Hour), archive.Full))
		if got := h.job(first.ID); got.Problem != "" || !got.NextAt.Equal(second.NextAt) {
			t.Errorf("a try that is over changed the one under way: %+v", got)
		}
		h.must(h.ArchiveFailed(ctx, second, start.Add(time.Hour), archive.Full))
		if got := h.job(first.ID); got.Problem != archive.Full || !got.NextAt.Equal(start.Add(time.Hour)) || got.State != archive.Waiting {
			t.Errorf("after a failure: %+v", got)
		}
		for i, want := range []bool{true, false} {
			if got, err := h.ArchiveDelivered(ctx, first.ID, start.Add(time.Duration(i)*time.Minute), "ab"+string(rune('c'+i))); err != nil || got != want {
				t.Errorf("delivered %d: %v, %v", i, got, err)
			}
		}
		got := h.job(first.ID)
		if got.State != archive.Delivered || got.SHA256 != "abc" || !got.DeliveredAt.Equal(start) || got.Problem != "" {
			t.Errorf("delivered: %+v", got)
		}
		h.must(h.ArchiveFailed(ctx, second, start, archive.Full))
		if h.job(first.ID).State != archive.Delivered {
			t.Error("a late failure took back what was delivered")
		}
	})
}

// What the archive has is told as delivered, also where the job was dropped while
// it was under way.
func TestDroppedTooLateIsDelivered(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		subject := uuid.New()
		j := h.queued(archive.Result, subject, 2, start)
		h.take(start)
		h.queued(archive.Result, subject, 3, start.Add(time.Second))
		if changed, err := h.ArchiveDelivered(h.Context(), j.ID, start, "aa"); err != nil || !changed || h.job(j.ID).State != archive.Delivered {
			t.Errorf("%v, %v, %s", changed, err, h.job(j.ID).State)
		}
	})
}

func TestTheStatusOfTheArchive(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		empty, err := h.ArchiveStatus(ctx)
		h.must(err)
		if empty.N(archive.Waiting) != 0 || len(empty.Counts) != 9 || !empty.OldestWaiting.IsZero() || !empty.LastDelivered.IsZero() || empty.Problems != nil {
			t.Errorf("an empty queue: %+v", empty)
		}
		subject := uuid.New()
		h.queued(archive.Consent, uuid.New(), 1, start)
		h.queued(archive.Result, subject, 2, start.Add(time.Second))
		h.queued(archive.Result, subject, 3, start.Add(time.Minute)) // drops the one before
		h.queued(archive.Withdrawal, uuid.New(), 1, start.Add(time.Hour))
		done, _ := h.take(start)
		_, err = h.ArchiveDelivered(ctx, done.ID, start.Add(time.Hour), "aa")
		h.must(err)
		failed, _ := h.take(start.Add(time.Minute))
		h.must(h.ArchiveFailed(ctx, failed, start.Add(2*time.Hour), archive.ReadOnly))

		got, err := h.ArchiveStatus(ctx)
		h.must(err)
		want := archive.Status{
			Counts: []archive.Count{
				{Kind: archive.Consent, State: archive.Waiting}, {Kind: archive.Consent, State: archive.Delivered, N: 1}, {Kind: archive.Consent, State: archive.Dropped},
				{Kind: archive.Withdrawal, State: archive.Waiting, N: 1}, {Kind: archive.Withdrawal, State: archive.Delivered}, {Kind: archive.Withdrawal, State: archive.Dropped},
				{Kind: archive.Result, State: archive.Waiting, N: 1}, {Kind: archive.Result, State: archive.Delivered}, {Kind: archive.Result, State: archive.Dropped, N: 1},
			},
			Problems:   []archive.ProblemCount{{Problem: archive.ReadOnly, N: 1}},
			NeverTried: 1, OldestWaiting: start.Add(time.Minute), LastDelivered: start.Add(time.Hour),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		latest, err := h.ArchiveJobs(ctx, 2)
		h.must(err)
		if len(latest) != 2 || latest[0].Kind != archive.Withdrawal || latest[1].Revision != 3 {
			t.Errorf("the latest: %+v", latest)
		}
	})
}

func TestHurryMakesEverythingDue(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		h.queued(archive.Consent, uuid.New(), 1, start)
		h.queued(archive.Consent, uuid.New(), 1, start)
		rested, _ := h.take(start)
		h.must(h.ArchiveFailed(ctx, rested, start.Add(time.Hour), archive.Full))
		n, err := h.HurryArchive(ctx, start.Add(time.Minute))
		if err != nil || n != 2 {
			t.Fatalf("%d, %v", n, err)
		}
		for range 2 {
			if _, found := h.take(start.Add(time.Minute)); !found {
				t.Error("something is not due")
			}
		}
	})
}
