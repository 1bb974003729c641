package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/omasuunta/omasuunta/internal/access"
)

// On PostgreSQL every row about a client is shown and changed for the units of a
// transaction alone: see migrations 00011 and 00016, docs/adr/0035 and 0039. It is the sight of the
// context. A transaction begins with it in one round trip, and a statement on
// its own is sent behind it, in one round trip too. It is always local to the
// transaction, so that no connection carries one to its next user.

// sight is access.Sight as the settings of a transaction. The zero sight shows
// nothing.
type sight struct{ units, user, reports string }

const (
	everyUnit = "{*}" // * is no unit's code
	setSight  = "SELECT set_config('omasuunta.units', $1, true), set_config('omasuunta.user', $2, true), set_config('omasuunta.reports', $3, true)"
)

func sightOf(ctx context.Context) (s sight) {
	wanted := access.SightOf(ctx)
	if wanted.All {
		return sight{units: everyUnit, reports: everyUnit}
	}
	if wanted.User != uuid.Nil {
		s.user = wanted.User.String()
	}
	if len(wanted.Units) > 0 {
		s.units = arrayOf(wanted.Units)
	}
	switch {
	case wanted.AllReports:
		s.reports = everyUnit
	case len(wanted.Reports) > 0:
		s.reports = arrayOf(wanted.Reports)
	}
	return s
}

// arrayOf is the literal of a text array. A code that no unit can have is left
// out, so that nothing in it has to be escaped.
func arrayOf(units []string) string {
	var quoted []string
	for _, unit := range units {
		if unit != "" && !strings.ContainsAny(unit, `"'\*`) {
			quoted = append(quoted, `"`+unit+`"`)
		}
	}
	return "{" + strings.Join(quoted, ",") + "}"
}

// connector makes connections that know about sights.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	plain, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: plain.(*stdlib.Conn)}, nil
}

// conn is a connection of pgx. It is for one goroutine at a time, as database/sql
// promises.
type conn struct{ *stdlib.Conn }

// BeginTx implements driver.ConnBeginTx.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	s := sightOf(ctx)
	if s == (sight{}) || opts != (driver.TxOptions{}) {
		return c.Conn.BeginTx(ctx, opts)
	}
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	// Neither holds anything that would have to be escaped: see arrayOf.
	begin := "begin; SELECT set_config('omasuunta.units', '" + s.units + "', true), set_config('omasuunta.user', '" + s.user +
		"', true), set_config('omasuunta.reports', '" + s.reports + "', true)"
	begun, err := c.Conn.Conn().BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return nil, err
	}
	return transaction{ctx, begun}, nil
}

type transaction struct {
	ctx context.Context
	tx  pgx.Tx
}

func (t transaction) Commit() error   { return t.tx.Commit(t.ctx) }
func (t transaction) Rollback() error { return t.tx.Rollback(t.ctx) }

// alone is the sight that a statement has to bring along: the zero sight in a
// transaction, which has its own.
func (c *conn) alone(ctx context.Context) sight {
	if c.Conn.Conn().PgConn().TxStatus() != 'I' {
		return sight{}
	}
	return sightOf(ctx)
}

// send sends a statement behind its sight. Without a transaction around them,
// PostgreSQL makes one of what comes in one batch.
func (c *conn) send(ctx context.Context, s sight, query string, values []driver.NamedValue) (pgx.BatchResults, error) {
	arguments := make([]any, len(values))
	for i, v := range values {
		arguments[i] = v.Value
	}
	both := &pgx.Batch{}
	both.Queue(setSight, s.units, s.user, s.reports)
	both.Queue(query, arguments...)
	results := c.Conn.Conn().SendBatch(ctx, both)
	if _, err := results.Exec(); err != nil {
		return nil, errors.Join(retryable(err), results.Close())
	}
	return results, nil
}

// retryable tells database/sql when nothing was sent yet.
func retryable(err error) error {
	if pgconn.SafeToRetry(err) {
		return driver.ErrBadConn
	}
	return err
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, values []driver.NamedValue) (driver.Result, error) {
	s := c.alone(ctx)
	if s == (sight{}) {
		return c.Conn.ExecContext(ctx, query, values)
	}
	results, err := c.send(ctx, s, query, values)
	if err != nil {
		return nil, err
	}
	done, err := results.Exec()
	if closed := results.Close(); err == nil {
		err = closed // only now is it committed
	}
	if err != nil {
		return nil, err
	}
	return driver.RowsAffected(done.RowsAffected()), nil
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, values []driver.NamedValue) (driver.Rows, error) {
	s := c.alone(ctx)
	if s == (sight{}) {
		return c.Conn.QueryContext(ctx, query, values)
	}
	results, err := c.send(ctx, s, query, values)
	if err != nil {
		return nil, err
	}
	found, err := results.Query()
	if err != nil {
		return nil, errors.Join(err, results.Close())
	}
	r := &rows{conn: c.Conn.Conn(), results: results, rows: found}
	if r.more = found.Next(); !r.more { // an error comes with the first row
		if err := r.end(); err != io.EOF {
			return nil, err
		}
	}
	r.ahead = true
	return r, nil
}

// rows are the answer to a statement in a batch.
type rows struct {
	conn    *pgx.Conn
	results pgx.BatchResults
	rows    pgx.Rows
	types   []*pgtype.Type // of the columns, nil for one that pgx does not know
	ahead   bool           // the next row is read already
	more    bool           // and there was one
}

// Columns implements driver.Rows.
func (r *rows) Columns() []string {
	fields := r.rows.FieldDescriptions()
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return names
}

// Next implements driver.Rows. At the end it waits for the commit.
func (r *rows) Next(into []driver.Value) error {
	if r.ahead {
		r.ahead = false
	} else {
		r.more = r.rows.Next()
	}
	if !r.more {
		return r.end()
	}
	fields := r.rows.FieldDescriptions()
	if r.types == nil {
		r.types = typesOf(r.conn.TypeMap(), fields)
	}
	for i, raw := range r.rows.RawValues() {
		switch {
		case raw == nil:
			into[i] = nil
		case r.types[i] == nil:
			into[i] = string(raw)
		default:
			var err error
			if into[i], err = r.types[i].Codec.DecodeDatabaseSQLValue(r.conn.TypeMap(), fields[i].DataTypeOID, fields[i].Format, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

func typesOf(known *pgtype.Map, fields []pgconn.FieldDescription) []*pgtype.Type {
	types := make([]*pgtype.Type, len(fields))
	for i, field := range fields {
		types[i], _ = known.TypeForOID(field.DataTypeOID)
	}
	return types
}

// end is io.EOF after all rows, once they are committed.
func (r *rows) end() error {
	r.rows.Close()
	if err := errors.Join(r.rows.Err(), r.results.Close()); err != nil {
		return err
	}
	return io.EOF
}

// Close implements driver.Rows.
func (r *rows) Close() error {
	r.rows.Close()
	return r.results.Close()
}

// openSighted opens a pool of connections that know about sights.
func openSighted(url string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if _, said := config.RuntimeParams["jit"]; !said {
		config.RuntimeParams["jit"] = "off" // of no use here: compiling a fold takes longer than the fold
	}
	return sql.OpenDB(connector{stdlib.GetConnector(*config)}), nil
}
