package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// slowQuery is what is worth a line in the log.
const slowQuery = time.Second

// gormLogger hands GORM's errors and slow statements to slog, without values.
type gormLogger struct{ log *slog.Logger }

func newLogger(log *slog.Logger) logger.Interface { return gormLogger{log} }

// ParamsFilter keeps every value out of the statements that GORM explains:
// they are personal data.
func (gormLogger) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

func (l gormLogger) LogMode(logger.LogLevel) logger.Interface { return l }

func (l gormLogger) Info(context.Context, string, ...any) {}

func (l gormLogger) Warn(ctx context.Context, text string, _ ...any) {
	l.log.WarnContext(ctx, "database", "note", text)
}

func (l gormLogger) Error(ctx context.Context, text string, _ ...any) {
	l.log.ErrorContext(ctx, "database", "note", text)
}

func (l gormLogger) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	took := time.Since(begin)
	failed := err != nil && !errors.Is(err, gorm.ErrRecordNotFound) && !errors.Is(err, context.Canceled)
	if !failed && took < slowQuery {
		return
	}
	sql, rows := statement()
	if failed {
		l.log.ErrorContext(ctx, "database statement failed", "sql", sql, "error", classify(err), "duration", took)
		return
	}
	l.log.WarnContext(ctx, "slow database statement", "sql", sql, "rows", rows, "duration", took)
}
