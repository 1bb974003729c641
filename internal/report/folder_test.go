package report_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/report"
)

// foldsOf has so many batches to fold, and then ends the context.
type foldsOf struct {
	left int
	err  error
	end  context.CancelFunc
}

func (f *foldsOf) Fold(context.Context) (bool, error) {
	f.left--
	if f.left == 0 {
		f.end()
	}
	return f.left > 0, f.err
}

func TestTheFolderFoldsBatchAfterBatchUntilItIsEnded(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	folds := &foldsOf{left: 3, end: end}
	report.NewFolder(folds, slog.New(slog.DiscardHandler)).Run(ctx)
	if folds.left != 0 {
		t.Errorf("%d batches are left", folds.left)
	}
}

func TestAFailureToFoldIsLoggedAndNotItsEnd(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(writer(func(b []byte) (int, error) { defer end(); return log.Write(b) }), nil))
	report.NewFolder(&foldsOf{left: -1, err: errors.New("no room")}, logger).Run(ctx) // it ends with its context, not before
	if !strings.Contains(log.String(), "folding failed") || ctx.Err() == nil {
		t.Errorf("the log: %q", log.String())
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
