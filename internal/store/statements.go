package store

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
)

// keptStatements is how many compiled statements a connection keeps, at most.
const keptStatements = 128

// keeping makes connections to SQLite that keep what they compiled. To compile
// a statement costs SQLite more than to run it, all the more when triggers are
// compiled with it, and database/sql would have it done for every call.
type keeping struct{ driver.Connector }

// Connect opens a connection.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c, ok := opened.(lite)
	if !ok {
		return nil, errors.Join(fmt.Errorf("store: %T lacks what a connection to SQLite needs", opened), opened.Close())
	}
	return &keeper{lite: c, byText: map[string]*list.Element{}, kept: list.New()}, nil
}

// lite is what a connection must be able to do. It is without ExecContext and
// QueryContext, so that database/sql prepares a statement for each call, and
// closes it when the call, or its last row, is done.
type lite interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeper is one connection. database/sql sees to it that one goroutine at a time
// works with it.
type keeper struct {
	lite
	byText map[string]*list.Element // of kept, what is in use is not there
	kept   *list.List               // of *statement, used last in front
}

// PrepareContext lends a statement. Whoever needs the same text meanwhile, such
// as a query in the rows of another, gets one of its own.
func (k *keeper) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if e, ok := k.byText[text]; ok {
		delete(k.byText, text)
		return k.kept.Remove(e).(driver.Stmt), nil
	}
	compiled, err := k.lite.PrepareContext(ctx, text)
	if err != nil || !worthKeeping(text) {
		return compiled, err
	}
	s, ok := compiled.(liteStatement)
	if !ok {
		return compiled, nil
	}
	return &statement{s, text, k}, nil
}

// Prepare is PrepareContext.
func (k *keeper) Prepare(text string) (driver.Stmt, error) {
	return k.PrepareContext(context.Background(), text)
}

// worthKeeping tells statements that come again from those that change the
// schema, and from PRAGMA, which in part is done when it is compiled.
func worthKeeping(text string) bool {
	verb := strings.TrimSpace(text)
	if end := strings.IndexAny(verb, " \t\r\n"); end > 0 {
		verb = verb[:end]
	}
	switch strings.ToUpper(verb) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// keep takes a statement back, and gives up the one that rested longest when
// there are too many.
func (k *keeper) keep(s *statement) error {
	if _, twice := k.byText[s.text]; twice {
		return s.liteStatement.Close()
	}
	k.byText[s.text] = k.kept.PushFront(s)
	if k.kept.Len() <= keptStatements {
		return nil
	}
	return k.giveUp(k.kept.Back())
}

func (k *keeper) giveUp(e *list.Element) error {
	s := k.kept.Remove(e).(*statement)
	delete(k.byText, s.text)
	return s.liteStatement.Close()
}

// Close closes the connection and what it keeps, without which SQLite would keep
// the file open.
func (k *keeper) Close() error {
	var errs []error
	for k.kept.Len() > 0 {
		errs = append(errs, k.giveUp(k.kept.Back()))
	}
	return errors.Join(append(errs, k.lite.Close())...)
}

// liteStatement is what a statement must be able to do.
type liteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statement is a compiled statement that goes back to its connection when it is
// closed.
type statement struct {
	liteStatement
	text string
	from *keeper
}

// Close gives the statement back.
func (s *statement) Close() error { return s.from.keep(s) }
