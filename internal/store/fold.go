package store

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/access"
)

// How many rows one batch puts into the summaries at most. Nobody else writes on SQLite
// while what was counted of them is put down.
const (
	foldBatchPostgres = 10_000
	foldBatchSQLite   = 5_000
)

// Fold puts the rows that reports count, and are not in the summaries yet, into them,
// one batch; and takes off what is there and has changed. It tells whether there is
// more to do. Any number may be at work on one database: all but one do nothing.
// Reports are the same before, after and meanwhile.
func (s *Store) Fold(ctx context.Context) (more bool, err error) {
	ctx = access.With(ctx, access.SystemActor)
	if more, err = s.foldSummaries(ctx); err != nil {
		return false, err
	}
	behind, err := s.foldReassessments(ctx)
	if err != nil {
		return false, err
	}
	return more || behind, s.foldFeedback(ctx)
}

func (s *Store) foldSummaries(ctx context.Context) (more bool, err error) {
	if s.dialect == PostgreSQL {
		err = s.writer(ctx).Raw("SELECT fold_summaries(?)", s.foldBatch).Scan(&more).Error
		return more, classify(err)
	}
	return s.foldSQLite(ctx)
}
