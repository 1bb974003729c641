package main

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/store"
)

// folding starts folding what reports count into summaries, and returns what ends it.
func (p *program) folding(ctx context.Context, db *store.Store) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		report.NewFolder(db, p.logger()).Run(ctx)
	}()
	return func() { end(); <-ended }
}
