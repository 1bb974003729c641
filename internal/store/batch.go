package store

import (
	"context"
	"database/sql"
	"slices"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
)

// batch lets submits that wait for SQLite's one writer share a transaction, and
// so one write to the disk. Whoever finds the writer free works for everybody
// who is waiting; nobody is answered before the transaction has ended.
//
// It is here because a submit alone is half as fast as two plain inserts: see
// BenchmarkSubmitSQLite.
type batch struct {
	turn    chan struct{} // holds one token: whoever takes it writes
	waiting chan *submit
	folding atomic.Int64 // the turn of folding that the last ones came with
}

// submit is one assessment to be added with its audit row.
type submit struct {
	ctx           context.Context
	values, audit []any
	statistics    *bool
	added         bool
	err           error
	done          chan struct{}
}

const (
	maxBatch     = 32
	batchTimeout = 10 * time.Second
)

func newBatch() *batch {
	return &batch{turn: make(chan struct{}, 1), waiting: make(chan *submit, 4*maxBatch)}
}

// add hands in a submit and waits for its end.
func (b *batch) add(db *gorm.DB, one *submit) (bool, error) {
	one.done = make(chan struct{})
	select {
	case b.waiting <- one:
	case <-one.ctx.Done():
		return false, one.ctx.Err()
	}
	for {
		select {
		case <-one.done:
			return one.added, one.err
		case b.turn <- struct{}{}:
			b.write(db)
			<-b.turn
		}
	}
}

// write makes one transaction of what is waiting. One that was given up while
// it waited is left out.
func (b *batch) write(db *gorm.DB) {
	var together []*submit
	for len(together) < maxBatch {
		select {
		case one := <-b.waiting:
			if one.err = one.ctx.Err(); one.err != nil {
				close(one.done)
				continue
			}
			together = append(together, one)
			continue
		default:
		}
		break
	}
	if len(together) == 0 {
		return
	}
	// The transaction belongs to all of them, so none of their contexts ends it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(together[0].ctx), batchTimeout)
	defer cancel()
	err := db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		return b.insertAll(ctx, tx, together)
	})
	for _, one := range together {
		if err != nil {
			one.added, one.err = false, err
		}
		close(one.done)
	}
}

// insertAll adds the submits of a batch. A submit that breaks a constraint fails
// alone, for SQLite undoes just its statement. Anything else, such as a full
// disk, fails all of them: SQLite may have ended the whole transaction then, and
// what came after would be written on its own.
//
// They come with a turn of folding of their own, so that they are last in the index of
// turns: within one turn ids are anywhere, and nearly each would write another page of it.
func (b *batch) insertAll(ctx context.Context, tx *gorm.DB, together []*submit) error {
	add, err := tx.Statement.ConnPool.PrepareContext(ctx, addSQLite)
	if err != nil {
		return err
	}
	defer add.Close()
	note, err := tx.Statement.ConnPool.PrepareContext(ctx, auditSQLite)
	if err != nil {
		return err
	}
	defer note.Close()
	var turn int64
	if err := tx.Statement.ConnPool.QueryRowContext(ctx, "SELECT max(closed_turn, ?) + 1 FROM summary_state", b.folding.Load()).Scan(&turn); err != nil {
		return err
	}
	b.folding.Store(turn) // nobody else writes before these are in
	for _, one := range together {
		one.added, one.err = scanAdded(add.QueryRowContext(ctx, slices.Insert(one.values, len(assessmentColumns), any(turn))...), one.statistics)
		if one.err != nil && !brokeConstraint(one.err) {
			return one.err
		}
		if !one.added {
			continue
		}
		if _, err := note.ExecContext(ctx, one.audit...); err != nil {
			return err
		}
	}
	return nil
}

// scanAdded reads the one row that a new assessment returns, or none when there
// is no valid consent.
func scanAdded(row *sql.Row, statistics *bool) (bool, error) {
	switch err := row.Scan(statistics); err {
	case nil:
		return true, nil
	case sql.ErrNoRows:
		return false, nil
	default:
		return false, err
	}
}
