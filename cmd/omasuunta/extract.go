package main

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/store"
)

// extracting starts making the files of rows that experts ask for, and returns what
// ends it and waits until what is under way has been left to be begun anew.
func (p *program) extracting(ctx context.Context, db *store.Store) (stop func(), err error) {
	built, err := loadContent()
	if err != nil {
		return nil, err
	}
	worker := extract.NewWorker(db, built.library, export.Rows{}, systemClock{}, p.logger())
	ctx, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		worker.Run(ctx)
	}()
	return func() { end(); <-ended }, nil
}
