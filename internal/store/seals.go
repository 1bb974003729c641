package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
)

// Seals makes the chain over the audit. Any number may be at work on one
// database; a Seals itself is for one caller.
//
// On SQLite a row is committed before the next one gets its id, so what is not
// sealed is what lies behind the last sealed id. On PostgreSQL a row with a lower
// id may become visible later. A row is sealed there when its transaction is older
// than the oldest one that still runs: none can come in before it any more. And
// what is behind the floor is looked at again until it is sealed.
type Seals struct {
	store *Store
	after int64 // rows up to this id were looked at already in the look that is under way

	// Every row up to the floor that will ever be there is sealed. It rises by
	// the mark: when number was the newest transaction, highest was the highest
	// id. Once all transactions up to that number have ended and what they left is
	// sealed, whatever still comes is of a later one, and so has a higher id, for
	// a transaction gets its number before it gets an id.
	floor int64
	mark  struct{ number, highest int64 }
	all   int64 // all transactions below this one had ended when the look began
}

// Seals makes one. It looks at the whole audit first.
func (s *Store) Seals() *Seals { return &Seals{store: s} }

// sealLock is the key of PostgreSQL's advisory lock: whoever has it seals.
const sealLock = 0x6f6d_6173_6175_6469 // "omasaudi"

// Seal implements audit.Seals.
func (l *Seals) Seal(ctx context.Context, at time.Time) (more bool, err error) {
	if l.store.dialect == SQLite {
		return l.sealSQLite(ctx, at)
	}
	err = l.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		more, err = l.sealPostgres(ctx, at)
		return err
	})
	if err != nil { // what was sealed is not, or perhaps it is: begin anew
		l.after, l.mark.number = 0, 0
		return false, err
	}
	return more, nil
}

const (
	eventColumns = "e.id, e.at, e.actor_id, e.role, e.action, e.subject, e.subject_id, e.unit, e.request_id"

	// A number that this server has not reached yet came with a dump of another
	// one: its transaction has ended long ago. The seals are bounded as the rows
	// are, or PostgreSQL may read all of them each time.
	settledPostgres = `WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(s) AS oldest, pg_snapshot_xmax(s) AS next FROM pg_current_snapshot() s)
SELECT ` + eventColumns + ` FROM audit_events e
WHERE e.id > @after AND (e.xid < (SELECT oldest FROM now) OR e.xid >= (SELECT next FROM now))
AND NOT EXISTS (SELECT 1 FROM audit_members m WHERE m.row_id = e.id AND m.row_id > @after) ORDER BY e.id LIMIT @most`

	settledSQLite = `SELECT ` + eventColumns + ` FROM audit_events e WHERE e.id > ? ORDER BY e.id LIMIT ?`
)

// sealPostgres runs in a transaction that has no number of its own until it
// writes: otherwise it would be the oldest one itself.
func (l *Seals) sealPostgres(ctx context.Context, at time.Time) (more bool, err error) {
	tx := l.store.writer(ctx)
	var facts struct {
		Mine            bool
		Oldest, Highest int64
	}
	// The highest id is read before the rows, and before the number below.
	err = tx.Raw(`SELECT pg_try_advisory_xact_lock(?) AS mine, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
(SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM audit_events_id_seq) AS highest`, int64(sealLock)).Scan(&facts).Error
	if err != nil || !facts.Mine {
		return false, classify(err)
	}
	if l.after == 0 {
		l.after, l.all = l.floor, facts.Oldest
	}
	rows, err := readRows(tx, settledPostgres, map[string]any{"after": l.after, "most": audit.MaxBatch})
	if err != nil {
		return false, err
	}
	if len(rows) == audit.MaxBatch {
		l.after = rows[len(rows)-1].ID
		return true, l.insert(ctx, rows, at)
	}
	l.after = 0
	if l.mark.number > 0 && l.all > l.mark.number {
		l.floor, l.mark.number = l.mark.highest, 0
	}
	if len(rows) == 0 {
		return false, nil
	}
	if err := l.insert(ctx, rows, at); err != nil {
		return false, err
	}
	if l.mark.number == 0 {
		l.mark.highest = facts.Highest
		err = tx.Raw("SELECT pg_current_xact_id()::text::bigint").Scan(&l.mark.number).Error
	}
	return false, classify(err)
}

// sealSQLite reads first, so that the one writer is not kept waiting. When another
// process has sealed meanwhile, it begins anew.
func (l *Seals) sealSQLite(ctx context.Context, at time.Time) (more bool, err error) {
	last, err := l.lastSealed(ctx)
	if err != nil {
		return false, err
	}
	rows, err := readRows(l.store.reader(ctx), settledSQLite, last, audit.MaxBatch)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	err = l.store.InTx(ctx, func(ctx context.Context) error {
		now, err := l.lastSealed(ctx)
		if err != nil || now != last {
			more = true
			return err
		}
		more = len(rows) == audit.MaxBatch
		return l.insert(ctx, rows, at)
	})
	return more && err == nil, err
}

func (l *Seals) lastSealed(ctx context.Context) (id int64, err error) {
	err = l.store.reader(ctx).Raw("SELECT coalesce(max(row_id), 0) FROM audit_members").Scan(&id).Error
	return id, classify(err)
}

// insert seals rows behind the last batch.
func (l *Seals) insert(ctx context.Context, rows []audit.Row, at time.Time) error {
	head, err := l.Head(ctx)
	if err != nil {
		return err
	}
	batch, members := audit.SealRows(head, rows, at)
	tx := l.store.writer(ctx)
	err = tx.Exec(`INSERT INTO audit_batches (number, first_position, last_position, row_count, root, prev, chain, sealed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, batch.Number, batch.First, batch.Last, batch.Count, batch.Root[:], batch.Prev[:], batch.Chain[:], stamp{at}).Error
	if err != nil {
		return classify(err)
	}
	if l.store.dialect == PostgreSQL {
		return classify(insertMembersPostgres(ctx, tx, batch, members))
	}
	return classify(insertMembersSQLite(ctx, tx, members))
}

func insertMembersPostgres(ctx context.Context, tx *gorm.DB, batch audit.Batch, members []audit.Member) error {
	ids, leaves := make([]int64, len(members)), make([][]byte, len(members))
	for i := range members {
		ids[i], leaves[i] = members[i].RowID, members[i].Leaf[:]
	}
	_, err := tx.Statement.ConnPool.ExecContext(ctx, `INSERT INTO audit_members (position, batch, row_id, leaf)
SELECT $1::bigint + place - 1, $2::bigint, id, leaf FROM unnest($3::bigint[], $4::bytea[]) WITH ORDINALITY AS m (id, leaf, place)`,
		batch.First, batch.Number, ids, leaves)
	return err
}

func insertMembersSQLite(ctx context.Context, tx *gorm.DB, members []audit.Member) error {
	ctx = context.WithoutCancel(ctx) // or the driver starts a goroutine for every row; the transaction itself is still given up
	add, err := tx.Statement.ConnPool.PrepareContext(ctx, "INSERT INTO audit_members (position, batch, row_id, leaf) VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer add.Close()
	for i := range members {
		m := &members[i]
		if _, err := add.ExecContext(ctx, m.Position, m.Batch, m.RowID, m.Leaf[:]); err != nil {
			return err
		}
	}
	return nil
}

// readRows reads rows of the audit whole.
func readRows(db *gorm.DB, query string, parameters ...any) (list []audit.Row, err error) {
	found, err := db.Raw(query, parameters...).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer found.Close()
	var at timeText
	for found.Next() {
		var r audit.Row
		if err := found.Scan(&r.ID, &at, &r.Actor, &r.Role, &r.Action, &r.Subject, &r.SubjectID, &r.Unit, &r.RequestID); err != nil {
			return nil, classify(err)
		}
		r.At = string(at)
		list = append(list, r)
	}
	return list, classify(found.Err())
}

// timeText is an instant as it stands in the chain: on SQLite the very text that
// is stored.
type timeText string

func (t *timeText) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = ""
	case time.Time:
		*t = timeText(v.UTC().Format(audit.TimeForm))
	case string:
		*t = timeText(v)
	default:
		return fmt.Errorf("store: a time from %T", src)
	}
	return nil
}

const batchColumns = "number, first_position, last_position, row_count, root, prev, chain, sealed_at"

// Head implements audit.Seals.
func (l *Seals) Head(ctx context.Context) (audit.Batch, error) {
	return l.store.oneBatch(ctx, "SELECT "+batchColumns+" FROM audit_batches ORDER BY number DESC LIMIT 1")
}

// Batch implements audit.Seals.
func (l *Seals) Batch(ctx context.Context, number int64) (audit.Batch, error) {
	return l.store.oneBatch(ctx, "SELECT "+batchColumns+" FROM audit_batches WHERE number = ?", number)
}

func (s *Store) oneBatch(ctx context.Context, query string, parameters ...any) (audit.Batch, error) {
	list, err := s.batches(ctx, query, parameters...)
	if err != nil || len(list) == 0 {
		return audit.Batch{}, err
	}
	return list[0], nil
}

func (s *Store) batches(ctx context.Context, query string, parameters ...any) (list []audit.Batch, err error) {
	found, err := s.reader(ctx).Raw(query, parameters...).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer found.Close()
	var root, prev, chain sql.RawBytes
	var at timeText
	for found.Next() {
		var b audit.Batch
		if err := found.Scan(&b.Number, &b.First, &b.Last, &b.Count, &root, &prev, &chain, &at); err != nil {
			return nil, classify(err)
		}
		b.Root, b.Prev, b.Chain, b.SealedAt = hashOf(root), hashOf(prev), hashOf(chain), string(at)
		list = append(list, b)
	}
	return list, classify(found.Err())
}

// hashOf is a stored hash. One of another length is not one of ours: it becomes
// one that fits nothing.
func hashOf(stored []byte) (h audit.Hash) {
	if len(stored) == len(h) {
		copy(h[:], stored)
		return h
	}
	for i := range h {
		h[i] = 0xff
	}
	return h
}

var _ audit.Seals = (*Seals)(nil)
