package report

import (
	"context"
	"log/slog"
	"time"
)

// Folds puts what reports count into summaries, one batch at a time, and tells whether
// there is more to do. Reports never wait for it: they count what is not in there yet.
type Folds interface {
	Fold(ctx context.Context) (more bool, err error)
}

const (
	foldEvery    = 2 * time.Second       // how long the rows get that each report counts by itself
	foldRespite  = 50 * time.Millisecond // between batches, so that visits go before a long way
	foldMistrust = 30 * time.Second      // after a failure
)

// Folder folds beside the visits. Any number may be at work on one database.
type Folder struct {
	folds  Folds
	logger *slog.Logger
}

// NewFolder makes a folder.
func NewFolder(folds Folds, logger *slog.Logger) *Folder { return &Folder{folds, logger} }

// Run folds until the context ends. What is left then is folded by whoever comes next.
func (f *Folder) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		more, err := f.folds.Fold(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			f.logger.Error("report: folding failed", "error", err.Error())
			timer.Reset(foldMistrust)
		case more:
			timer.Reset(foldRespite)
		default:
			timer.Reset(foldEvery)
		}
	}
}
