package store_test

import (
	"context"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func draft(c consent.Record) *assessment.Assessment {
	return &assessment.Assessment{ID: uuid.New(), Revision: 1, Status: assessment.Draft, ConsentID: c.ID, Unit: c.Unit,
		Register: access.Health, Language: lang.Finnish, Mode: assessment.Joint, AssessedOn: calendar.MustParse("2023-05-31"),
		ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
		CreatedBy: userID, CreatedAt: start}
}

// large is a draft that needs several pages of its own.
func large(c consent.Record) *assessment.Assessment {
	a := draft(c)
	a.Client = instrument.Sheet{{Item: "everyday-life", Value: 7, Comment: strings.Repeat("ö", 20_000)}}
	return a
}

func (h *house) submit(ctx context.Context, a *assessment.Assessment) (bool, error) {
	return h.AddAssessment(ctx, a, []string{a.Unit}, audit.Entry{At: start, Actor: userID, Action: audit.AssessmentStarted, Subject: audit.Assessment, SubjectID: a.ID.String()})
}

// together submits drafts so that they share one transaction, in this order,
// and returns what each was answered.
func (h *house) together(drafts ...*assessment.Assessment) []error {
	h.Helper()
	release := h.HoldBatches()
	errs := make([]error, len(drafts))
	var group sync.WaitGroup
	for i, a := range drafts {
		group.Go(func() {
			added, err := h.submit(h.Context(), a)
			if errs[i] = err; added == (err != nil) {
				h.Errorf("submit %d: added %v and error %v", i, added, err)
			}
		})
		for h.Waiting() <= i && h.Context().Err() == nil {
			runtime.Gosched()
		}
	}
	release()
	group.Wait()
	return errs
}

// stored counts the assessments and the audit rows that tell about them.
func (h *house) stored() (assessments, noted int) {
	h.Helper()
	pool, err := h.Pool()
	h.must(err)
	h.must(pool.QueryRowContext(h.Context(), "SELECT count(*) FROM assessments").Scan(&assessments))
	h.must(pool.QueryRowContext(h.Context(), "SELECT count(*) FROM audit_events WHERE action = '"+string(audit.AssessmentStarted)+"'").Scan(&noted))
	return assessments, noted
}

func (h *house) wantStored(want int) {
	h.Helper()
	if assessments, noted := h.stored(); assessments != want || noted != want {
		h.Errorf("%d assessments and %d audit rows are stored, want %d of each", assessments, noted, want)
	}
}

func onSQLite(t *testing.T) *house {
	t.Helper()
	url := testkit.SQLiteFrom(t, "house", prepare)
	return &house{T: t, Store: open(t, url), url: url}
}

// fillDisk lets the database grow no further, and returns what undoes that.
func (h *house) fillDisk() (free func()) {
	h.Helper()
	pool, err := h.Pool() // one connection, so that the limit is the writer's
	h.must(err)
	number := func(pragma string) (n int) {
		h.must(pool.QueryRowContext(h.Context(), "PRAGMA "+pragma).Scan(&n))
		return n
	}
	if n := number("freelist_count"); n != 0 {
		h.Fatalf("%d pages of the template are free: it is not full yet", n)
	}
	number("max_page_count = " + strconv.Itoa(number("page_count")))
	return func() { number("max_page_count = 1000000") }
}

// A submit that breaks a constraint fails alone; those that share its
// transaction are stored.
func TestOneBadSubmitOfABatchFailsAlone(t *testing.T) {
	h := onSQLite(t)
	c := h.consent()
	first, other := draft(c), draft(c)
	again := draft(c)
	again.ID = first.ID

	errs := h.together(first, again, other)
	if errs[0] != nil || errs[2] != nil {
		t.Errorf("a bad submit took others with it: %v", errs)
	}
	if fault.KindOf(errs[1]) != fault.Conflict {
		t.Errorf("the same id twice: %v", errs[1])
	}
	h.wantStored(2)
}

func TestTheSameIDTwiceAtOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := h.consent()
		drafts := make([]*assessment.Assessment, 9)
		for i := range drafts {
			drafts[i] = draft(c)
		}
		drafts[8].ID = drafts[0].ID
		errs := make([]error, len(drafts))
		var group sync.WaitGroup
		for i, a := range drafts {
			group.Go(func() { _, errs[i] = h.submit(h.Context(), a) })
		}
		group.Wait()
		for i, err := range errs[1:8] {
			if err != nil {
				t.Errorf("submit %d: %v", i+1, err)
			}
		}
		failed := errs[0]
		if failed == nil {
			failed = errs[8]
		}
		if fault.KindOf(failed) != fault.Conflict || errs[0] != nil && errs[8] != nil {
			t.Errorf("the same id twice: %v and %v, want one conflict", errs[0], errs[8])
		}
		h.wantStored(8)
	})
}

// When the disk is full, everybody who waits is told so, and nothing of the
// transaction is kept, also not what was written before the disk was full.
func TestAFullDiskFailsTheWholeBatch(t *testing.T) {
	h := onSQLite(t)
	c := h.consent()
	h.must(h.together(draft(c))[0])
	free := h.fillDisk()
	for name, drafts := range map[string][]*assessment.Assessment{
		"first": {large(c), draft(c), draft(c)}, "in the middle": {draft(c), large(c), draft(c)}, "last": {draft(c), draft(c), large(c)},
	} {
		for i, err := range h.together(drafts...) {
			if fault.KindOf(err) != fault.Unavailable {
				t.Errorf("full %s: submit %d was answered with %v", name, i, err)
			}
		}
		h.wantStored(1)
	}
	free()
	for _, err := range h.together(large(c), draft(c)) {
		h.must(err)
	}
	h.wantStored(3)
}

func TestAFullDiskUndoesTheTransaction(t *testing.T) {
	h := onSQLite(t)
	c := h.consent()
	free := h.fillDisk()
	err := h.InTx(h.Context(), func(ctx context.Context) error {
		if err := h.InsertUnit(ctx, access.Unit{Code: "half", Name: "Puolikas"}); err != nil {
			return err
		}
		_, err := h.submit(ctx, large(c))
		return err
	})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a full disk is %v", err)
	}
	h.wantNoUnit("half")
	h.wantStored(0)
	free()
	h.must(h.InTx(h.Context(), func(ctx context.Context) error { _, err := h.submit(ctx, large(c)); return err }))
	h.wantStored(1)
}

func (h *house) wantNoUnit(code string) {
	h.Helper()
	names, err := h.UnitNames(h.Context())
	h.must(err)
	if _, there := names[code]; there {
		h.Errorf("%s of the failed transaction is there", code)
	}
}

// The reader gives up in the middle: nothing stays, whether the work after that
// notices or not.
func TestAGivenUpTransactionLeavesNothing(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := h.consent()
		for name, after := range map[string]func(ctx context.Context) error{
			"noticed by the next statement": func(ctx context.Context) error {
				return h.InsertUnit(ctx, access.Unit{Code: "after", Name: "Jälkeen"})
			},
			"noticed by a submit": func(ctx context.Context) error { _, err := h.submit(ctx, draft(c)); return err },
			"noticed at the end":  func(context.Context) error { return nil },
		} {
			ctx, giveUp := context.WithCancel(h.Context())
			err := h.InTx(ctx, func(ctx context.Context) error {
				if err := h.InsertUnit(ctx, access.Unit{Code: "before", Name: "Ennen"}); err != nil {
					return err
				}
				if _, err := h.submit(ctx, draft(c)); err != nil {
					return err
				}
				giveUp()
				return after(ctx)
			})
			if fault.KindOf(err) != fault.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
			h.wantNoUnit("before")
			h.wantNoUnit("after")
			h.wantStored(0)
		}
		// The connection is fit for the next one.
		_, err := h.submit(h.Context(), draft(c))
		h.must(err)
		h.wantStored(1)
	})
}

// A submit that was given up while it waited is not stored; its neighbours are.
func TestAGivenUpSubmitIsLeftOut(t *testing.T) {
	h := onSQLite(t)
	c := h.consent()
	ctx, giveUp := context.WithCancel(h.Context())
	release := h.HoldBatches()
	errs := make([]error, 2)
	var group sync.WaitGroup
	group.Go(func() { _, errs[0] = h.submit(ctx, draft(c)) })
	group.Go(func() { _, errs[1] = h.submit(h.Context(), draft(c)) })
	for h.Waiting() < 2 && h.Context().Err() == nil {
		runtime.Gosched()
	}
	giveUp()
	release()
	group.Wait()
	if fault.KindOf(errs[0]) != fault.Unavailable || errs[1] != nil {
		t.Errorf("given up: %v; its neighbour: %v", errs[0], errs[1])
	}
	h.wantStored(1)
}
