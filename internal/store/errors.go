package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// classify turns an error of GORM or of a driver into a fault. This is the only
// place that knows the drivers' codes. What it does not know stays Internal,
// and its text never leaves the log.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fault.New(fault.NotFound)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrTxDone):
		// A transaction that is done before its end was given up by its context.
		return fault.Wrap(fault.Unavailable, err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return classifyPostgres(pg)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return classifySQLite(lite)
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return fault.Wrap(fault.Unavailable, redact(err))
	}
	return fault.Wrap(fault.Internal, err)
}

// PostgreSQL's SQLSTATE codes, from its manual, appendix A.
const (
	pgUniqueViolation      = "23505"
	pgForeignKeyViolation  = "23503"
	pgSerializationFailure = "40001"
	pgDeadlock             = "40P01"
	pgConnectionClass      = "08"
	pgResourcesClass       = "53"
	pgInterventionClass    = "57"
)

// classifyPostgres keeps the code and the constraint's name only: message and
// detail of a PostgreSQL error quote the values of the row.
func classifyPostgres(e *pgconn.PgError) error {
	cause := errors.New("postgres " + e.Code + " " + e.ConstraintName)
	switch {
	case e.Code == pgUniqueViolation, e.Code == pgForeignKeyViolation:
		return fault.Wrap(fault.Conflict, cause)
	case e.Code == pgSerializationFailure, e.Code == pgDeadlock,
		strings.HasPrefix(e.Code, pgConnectionClass), strings.HasPrefix(e.Code, pgResourcesClass), strings.HasPrefix(e.Code, pgInterventionClass):
		return fault.Wrap(fault.Unavailable, cause)
	default:
		return fault.Wrap(fault.Internal, errors.New(cause.Error()+": "+e.Routine))
	}
}

// SQLite's result codes, from sqlite.org/rescode.html.
const (
	sqliteBusy                 = 5
	sqliteLocked               = 6
	sqliteFull                 = 13
	sqliteConstraint           = 19
	sqliteConstraintForeignKey = 787
	sqliteConstraintPrimaryKey = 1555
	sqliteConstraintUnique     = 2067
)

func classifySQLite(e *sqlite.Error) error {
	switch code := e.Code(); {
	case code == sqliteConstraintUnique, code == sqliteConstraintPrimaryKey, code == sqliteConstraintForeignKey:
		return fault.Wrap(fault.Conflict, e)
	case code&0xff == sqliteBusy, code&0xff == sqliteLocked, code&0xff == sqliteFull:
		return fault.Wrap(fault.Unavailable, e)
	default:
		return fault.Wrap(fault.Internal, e)
	}
}

// brokeConstraint tells whether SQLite refused one row, so that it undid that
// statement alone.
func brokeConstraint(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqliteConstraint
}

// redact keeps a database URL, and the password in it, out of an error.
func redact(err error) error {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return errors.New("cannot connect to the database: " + connect.Unwrap().Error())
	}
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return errors.New("the database URL cannot be read")
	}
	return err
}
