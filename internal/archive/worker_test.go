package archive_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/store"
)

// press makes a document of anything.
type press func(j archive.Job) (archive.Item, error)

func (p press) Render(_ context.Context, j archive.Job) (archive.Item, error) { return p(j) }

var plain = press(func(j archive.Job) (archive.Item, error) {
	return archive.Item{ID: j.ID, Kind: j.Kind, Content: []byte("Salaisuus " + j.Subject.String())}, nil
})

// shelf is an archive in memory. It keeps what comes first under an id.
type shelf struct {
	mu    sync.Mutex
	has   map[uuid.UUID]archive.Item
	calls int
	fail  func(call int) error // nil never does
}

func (s *shelf) Deliver(_ context.Context, item archive.Item) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.fail != nil {
		if err := s.fail(s.calls); err != nil {
			return "", err
		}
	}
	if s.has == nil {
		s.has = map[uuid.UUID]archive.Item{}
	}
	if _, there := s.has[item.ID]; !there {
		s.has[item.ID] = item
	}
	return s.has[item.ID].SHA256(), nil
}

// count is how many documents it has.
func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.has)
}

// worker works in the house with everything that it writes into the log.
func (h *house) worker(renderer archive.Renderer, target archive.Target) (*archive.Worker, *strings.Builder) {
	var log strings.Builder
	return archive.NewWorker(h.Store, renderer, target, h.Clock, slog.New(slog.NewTextHandler(&log, nil))), &log
}

// next is one try.
func (h *house) next(w *archive.Worker) bool {
	h.Helper()
	found, err := w.Next(h.Context())
	h.Must(err)
	return found
}

func TestDeliveredWithItsRowInTheAudit(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a := h.confirmed(everything...)
		target := &shelf{}
		w, _ := h.worker(plain, target)
		for range 2 {
			if !h.next(w) {
				t.Fatal("nothing to do")
			}
		}
		_, err := h.Assessments.WithdrawConsent(h.ctx, assessment.WithdrawConsent{ID: a.ConsentID})
		h.Must(err)
		h.next(w)
		if h.next(w) {
			t.Error("there is more than what was queued")
		}
		file, err := h.Assessments.File(h.ctx, a.ConsentID) // who did what with what is kept
		h.Must(err)
		want := map[audit.Action]uuid.UUID{audit.ConsentArchived: a.ConsentID, audit.WithdrawalArchived: a.ConsentID, audit.ResultArchived: a.ID}
		for _, row := range file.Trail {
			if of, known := want[row.Action]; known {
				if row.Of != of || row.Actor != uuid.Nil || row.Role != string(access.System) {
					t.Errorf("%s: %+v", row.Action, row)
				}
				delete(want, row.Action)
			}
		}
		if len(want) > 0 {
			t.Errorf("not in the audit: %v", want)
		}
		for _, j := range h.jobs() {
			if j.State != archive.Delivered || j.SHA256 != target.has[j.ID].SHA256() || j.DeliveredAt.IsZero() {
				t.Errorf("%+v", j)
			}
		}
	})
}

func TestDelays(t *testing.T) {
	for n, want := range map[int]time.Duration{1: 5 * time.Second, 2: 10 * time.Second, 3: 20 * time.Second, 10: 2560 * time.Second, 11: time.Hour, 1_000_000: time.Hour} {
		if got := archive.Delay(n); got != want {
			t.Errorf("after try %d: %s, want %s", n, got, want)
		}
	}
}

// An archive that fails is tried again, later and later, until it takes it; why it
// failed is kept as a code and nothing of the document is.
func TestItNeverGivesUp(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		h.Must(h.Store.QueueArchive(h.System(), archive.NewJob(uuid.New(), archive.Consent, uuid.New(), 1, housetest.Unit, h.Clock.Now())))
		const failures = 14
		target := &shelf{fail: func(call int) error {
			if call > failures {
				return nil
			}
			return archive.Fail(archive.Full, errors.New("no room"))
		}}
		w, log := h.worker(plain, target)
		for n := 1; n <= failures; n++ {
			if !h.next(w) || h.next(w) {
				t.Fatalf("try %d: not one job is due", n)
			}
			j := h.jobs()[0]
			if j.Problem != archive.Full || j.Attempts != n || !j.NextAt.Equal(h.Clock.Now().Add(archive.Delay(n))) || j.State != archive.Waiting {
				t.Fatalf("after try %d: %+v", n, j)
			}
			h.Clock.Advance(archive.Delay(n) - time.Microsecond)
			if h.next(w) {
				t.Fatalf("after try %d it did not rest", n)
			}
			h.Clock.Advance(time.Microsecond)
		}
		h.next(w)
		if j := h.jobs()[0]; j.State != archive.Delivered || j.Problem != "" {
			t.Errorf("at last: %+v", j)
		}
		if strings.Contains(log.String(), "Salaisuus") || strings.Count(log.String(), "problem=full") != failures {
			t.Errorf("the log: %s", log)
		}
	})
}

// A document that cannot be made keeps no other from the archive.
func TestOneThatCannotBeMadeHoldsUpNoOther(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		h.confirmed(everything...)
		w, log := h.worker(press(func(j archive.Job) (archive.Item, error) {
			if j.Kind == archive.Consent {
				panic("an index out of range")
			}
			return plain(j)
		}), &shelf{})
		for h.next(w) {
		}
		h.want(archive.Result, archive.Delivered, 1)
		h.want(archive.Consent, archive.Waiting, 1)
		for _, j := range h.jobs() {
			if j.Kind == archive.Consent && j.Problem != archive.NotRendered {
				t.Errorf("%+v", j)
			}
		}
		if !strings.Contains(log.String(), "panic") {
			t.Error("nobody is told of the panic")
		}
	})
}

// Two workers on one database: every document is handed over, and written down,
// once.
func TestTwoAtOnceDeliverOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		const jobs = 30
		for range jobs {
			h.Must(h.Store.QueueArchive(h.System(), archive.NewJob(uuid.New(), archive.Consent, uuid.New(), 1, housetest.Unit, h.Clock.Now())))
		}
		target := &shelf{}
		var group sync.WaitGroup
		for range 2 {
			w, _ := h.worker(plain, target)
			group.Go(func() {
				for found := true; found; {
					var err error
					if found, err = w.Next(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		h.want(archive.Consent, archive.Delivered, jobs)
		if target.calls != jobs || len(target.has) != jobs {
			t.Errorf("%d calls for %d documents, want %d", target.calls, len(target.has), jobs)
		}
	})
}

// A worker is slower than its lease, and another takes the job over: the archive
// has it once, and the audit tells of it once.
func TestASlowOneIsOvertaken(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a := h.confirmed(everything...)
		_, err := h.Store.HurryArchive(h.System(), h.Clock.Now())
		h.Must(err)
		target := &shelf{}
		quick, _ := h.worker(plain, target)
		overtaken := false
		slow, _ := h.worker(press(func(j archive.Job) (archive.Item, error) {
			if !overtaken {
				overtaken = true
				h.Clock.Advance(archive.Lease)
				for h.next(quick) {
				}
			}
			return archive.Item{ID: j.ID, Content: []byte("made anew")}, nil
		}), target)
		h.next(slow)
		if len(target.has) != 2 || target.calls != 3 {
			t.Errorf("%d documents after %d calls", len(target.has), target.calls)
		}
		for _, j := range h.jobs() {
			if j.State != archive.Delivered || j.SHA256 != target.has[j.ID].SHA256() {
				t.Errorf("what is written down is not what the archive has: %+v", j)
			}
		}
		file, err := h.Assessments.File(h.ctx, a.ConsentID)
		h.Must(err)
		n := 0
		for _, row := range file.Trail {
			if row.Action == audit.ConsentArchived || row.Action == audit.ResultArchived {
				n++
			}
		}
		if n != 2 {
			t.Errorf("the audit tells %d times of 2 documents", n)
		}
	})
}

// away is a database that is sometimes away.
type away struct {
	*store.Store
	now   atomic.Bool
	looks atomic.Int64
}

func (a *away) TakeArchiveJob(ctx context.Context, now, until time.Time) (archive.Job, bool, error) {
	a.looks.Add(1)
	if a.now.Load() {
		return archive.Job{}, false, errors.New("no database")
	}
	return a.Store.TakeArchiveJob(ctx, now, until)
}

type bubbleClock struct{}

func (bubbleClock) Now() time.Time { return time.Now() }

// The worker empties the queue at once, looks again every other second, bears with
// a database that is away, and ends with its context. Time passes in a bubble.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := housetest.New(t)
		db, target := &away{Store: h.Store}, &shelf{}
		queue := func(n int) {
			for range n {
				h.Must(h.Store.QueueArchive(h.System(), archive.NewJob(uuid.New(), archive.Consent, uuid.New(), 1, housetest.Unit, time.Now())))
			}
		}
		pass := func(d time.Duration) { <-time.After(d) }
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			archive.NewWorker(db, plain, target, bubbleClock{}, slog.New(slog.DiscardHandler)).Run(ctx)
			close(ended)
		}()
		queue(5)
		pass(3 * time.Second)
		if n := target.count(); n != 5 {
			t.Errorf("%d of 5 handed over after three seconds", n)
		}
		db.now.Store(true)
		pass(10 * time.Second)
		before := db.looks.Load()
		pass(time.Minute)
		if n := db.looks.Load() - before; n != 6 {
			t.Errorf("%d looks in a minute without a database", n)
		}
		db.now.Store(false)
		queue(1)
		pass(11 * time.Second)
		if target.count() != 6 {
			t.Error("it did not go on after the database came back")
		}
		end()
		<-ended // or the bubble tells of a deadlock
	})
}

// An item shows nothing of its content wherever it is printed.
func TestAnItemIsRedacted(t *testing.T) {
	item := archive.Item{Content: []byte("Salaisuus"), MediaType: "text/plain"}
	for _, text := range []string{fmt.Sprint(item), fmt.Sprintf("%v %+v %s", item, item, item), item.LogValue().String()} {
		if strings.Contains(text, "Salaisuus") || strings.Contains(text, "83 97") {
			t.Errorf("printed: %s", text)
		}
	}
}
