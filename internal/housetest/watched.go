package housetest

import (
	"context"
	"slices"
	"sync"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/store"
)

// Watched is the real database, and remembers what a use case wrote into the
// audit and about those who did not take part, whether it was committed or not.
// It is safe for concurrent use.
type Watched struct {
	*store.Store
	mu       sync.Mutex
	entries  []audit.Entry
	declined []assessment.NonParticipation
}

// AppendAudit implements the stores of the use cases.
func (w *Watched) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	w.remember(entries...)
	return w.Store.AppendAudit(ctx, entries...)
}

// AddAssessment implements the store of assessments.
func (w *Watched) AddAssessment(ctx context.Context, a *assessment.Assessment, units []string, e audit.Entry) (bool, error) {
	w.remember(e)
	return w.Store.AddAssessment(ctx, a, units, e)
}

// InsertNonParticipation implements the store of assessments.
func (w *Watched) InsertNonParticipation(ctx context.Context, n assessment.NonParticipation) error {
	w.mu.Lock()
	w.declined = append(w.declined, n)
	w.mu.Unlock()
	return w.Store.InsertNonParticipation(ctx, n)
}

func (w *Watched) remember(entries ...audit.Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.entries = append(w.entries, entries...)
}

// Audit is what was written so far, oldest first.
func (w *Watched) Audit() []audit.Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.entries)
}

// Forget forgets what was written into the audit so far.
func (w *Watched) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.entries = nil
}

// Last is the newest entry of the audit, or an empty one.
func (w *Watched) Last() audit.Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.entries) == 0 {
		return audit.Entry{}
	}
	return w.entries[len(w.entries)-1]
}

// Noted counts the entries of an action.
func (w *Watched) Noted(action audit.Action) (n int) {
	for _, e := range w.Audit() {
		if e.Action == action {
			n++
		}
	}
	return n
}

// Declined is what was written about those who did not take part.
func (w *Watched) Declined() []assessment.NonParticipation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.declined)
}
