package store

import (
	"context"
	"database/sql"
	"iter"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
)

// walkStep is how many batches, and how many rows, are read at once. No
// transaction is open between two steps: what is sealed stays.
const walkStep = 2000

const unsealed = "SELECT " + eventColumns + ` FROM audit_events e
WHERE e.id > ? AND NOT EXISTS (SELECT 1 FROM audit_members m WHERE m.row_id = e.id) ORDER BY e.id LIMIT ?`

// Audit walks through the audit: the batches with their rows in the order in
// which they were sealed, then the rows that are not sealed yet.
func (s *Store) Audit(ctx context.Context) iter.Seq2[audit.Record, error] {
	ctx = access.WholeHouse(ctx)
	return func(yield func(audit.Record, error) bool) {
		for record, err := range s.sealed(ctx) {
			if !yield(record, err) || err != nil {
				return
			}
		}
		var last int64
		for {
			rows, err := readRows(s.reader(ctx), unsealed, last, walkStep)
			if err != nil {
				yield(audit.Record{}, err)
				return
			}
			for i := range rows {
				if !yield(audit.Record{Row: &rows[i]}, nil) {
					return
				}
			}
			if len(rows) < walkStep {
				return
			}
			last = rows[len(rows)-1].ID
		}
	}
}

// sealed is the sealed part. A batch that is sealed while the walk is under way is
// either in it with all its rows, or not at all.
func (s *Store) sealed(ctx context.Context) iter.Seq2[audit.Record, error] {
	return func(yield func(audit.Record, error) bool) {
		head, err := s.Seals().Head(ctx)
		if err != nil {
			yield(audit.Record{}, err)
			return
		}
		for record, err := range audit.Interleave(s.batchesUpTo(ctx, head.Number), s.members(ctx, head)) {
			if !yield(record, err) {
				return
			}
		}
	}
}

func (s *Store) batchesUpTo(ctx context.Context, highest int64) iter.Seq2[audit.Batch, error] {
	return func(yield func(audit.Batch, error) bool) {
		var last int64
		for {
			list, err := s.batches(ctx, "SELECT "+batchColumns+" FROM audit_batches WHERE number > ? AND number <= ? ORDER BY number LIMIT ?", last, highest, walkStep)
			if err != nil {
				yield(audit.Batch{}, err)
				return
			}
			for _, b := range list {
				if !yield(b, nil) {
					return
				}
				last = b.Number
			}
			if len(list) < walkStep {
				return
			}
		}
	}
}

// members are the members up to the last batch, and those that were added behind
// it without one: a batch that was sealed since has a number above the head's.
func (s *Store) members(ctx context.Context, head audit.Batch) iter.Seq2[audit.Record, error] {
	return func(yield func(audit.Record, error) bool) {
		last := int64(-1 << 63)
		for {
			list, err := s.memberStep(ctx, last, head)
			if err != nil {
				yield(audit.Record{}, err)
				return
			}
			for _, record := range list {
				if !yield(record, nil) {
					return
				}
				last = record.Member.Position
			}
			if len(list) < walkStep {
				return
			}
		}
	}
}

const memberStep = `SELECT m.position, m.batch, m.row_id, m.leaf, e.id, e.at, e.actor_id, e.role, e.action, e.subject, e.subject_id, e.unit, e.request_id
FROM audit_members m LEFT JOIN audit_events e ON e.id = m.row_id
WHERE m.position > ? AND (m.position <= ? OR NOT EXISTS (SELECT 1 FROM audit_batches b WHERE b.number = m.batch AND b.number > ?))
ORDER BY m.position LIMIT ?`

func (s *Store) memberStep(ctx context.Context, after int64, head audit.Batch) ([]audit.Record, error) {
	found, err := s.reader(ctx).Raw(memberStep, after, head.Last, head.Number, walkStep).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer found.Close()
	list := make([]audit.Record, 0, walkStep)
	var leaf sql.RawBytes
	var id sql.NullInt64
	var at timeText
	var texts [7]sql.NullString
	for found.Next() {
		m := &audit.Member{}
		if err := found.Scan(&m.Position, &m.Batch, &m.RowID, &leaf, &id, &at,
			&texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &texts[5], &texts[6]); err != nil {
			return nil, classify(err)
		}
		m.Leaf = hashOf(leaf)
		record := audit.Record{Member: m}
		if id.Valid {
			record.Row = &audit.Row{ID: id.Int64, At: string(at), Actor: texts[0].String, Role: texts[1].String, Action: texts[2].String,
				Subject: texts[3].String, SubjectID: texts[4].String, Unit: texts[5].String, RequestID: texts[6].String}
		}
		list = append(list, record)
	}
	return list, classify(found.Err())
}
