package audit

import "iter"

// Report is what was found sound.
type Report struct {
	Rows, Batches  int64  // sealed
	Unsealed       int64  // rows that are not sealed yet
	OldestUnsealed string // the earliest time of those, in TimeForm, "" when there are none
	Checkpoints    int64
	Covered        int64 // the last batch that a checkpoint vouches for, 0 for none
}

// Verify walks through an audit and, beside it, through logs of checkpoints in
// the order in which they were written. The error is a *Finding when something
// was tampered with, and then the first thing; the report counts what was sound
// before it. Memory does not grow with the audit.
func Verify(records iter.Seq2[Record, error], logs ...iter.Seq2[Checkpoint, error]) (Report, error) {
	v := &verifier{}
	for _, log := range logs {
		next, stop := iter.Pull2(log)
		defer stop()
		v.logs = append(v.logs, &pulled{next: next})
	}
	if err := v.walk(records); err != nil {
		return v.report, err
	}
	return v.report, nil
}

type verifier struct {
	report Report
	head   Batch // the batch that is open, or the last one that was sound
	open   bool
	place  int64 // the position that must come next
	rows   []int64
	told   []Hash // the leaves as they are kept
	found  []Hash // the leaves as the rows give them
	odd    int    // the first of them that differs, -1 for none
	logs   []*pulled
}

func (v *verifier) walk(records iter.Seq2[Record, error]) error {
	v.place, v.odd = 1, -1
	for record, err := range records {
		if err != nil {
			return err
		}
		if err := v.take(record); err != nil {
			return err
		}
	}
	if err := v.close(); err != nil {
		return err
	}
	return v.end()
}

func (v *verifier) take(r Record) error {
	switch {
	case r.Batch != nil:
		if err := v.close(); err != nil {
			return err
		}
		return v.begin(*r.Batch)
	case r.Member != nil:
		return v.member(r.Member, r.Row)
	case r.Row != nil:
		v.report.Unsealed++
		if v.report.OldestUnsealed == "" || r.Row.At < v.report.OldestUnsealed {
			v.report.OldestUnsealed = r.Row.At
		}
	}
	return nil
}

// begin opens a batch that must follow the one before.
func (v *verifier) begin(b Batch) error {
	expected := v.head.Number + 1
	switch {
	case b.Number != expected && b.Link() != b.Chain:
		return &Finding{Flaw: BatchChanged, Batch: b.Number, Note: "its number is not the next one either"}
	case b.Number > expected:
		return &Finding{Flaw: BatchMissing, Batch: expected}
	case b.Number < expected:
		return &Finding{Flaw: BatchForged, Batch: b.Number, Note: "it comes twice or out of order"}
	case b.Link() != b.Chain:
		return &Finding{Flaw: BatchChanged, Batch: b.Number}
	case b.Prev != v.head.Chain:
		return &Finding{Flaw: BatchDetached, Batch: b.Number}
	case b.First != v.place || b.Count < 1 || b.Count > MaxBatch || b.Last != b.First+b.Count-1:
		return &Finding{Flaw: BatchForged, Batch: b.Number, Note: "its numbers do not fit each other"}
	}
	v.head, v.open = b, true
	v.rows, v.told, v.found, v.odd = v.rows[:0], v.told[:0], v.found[:0], -1
	return nil
}

// member takes the next row of the open batch.
func (v *verifier) member(m *Member, row *Row) error {
	switch {
	case !v.open || m.Position > v.head.Last:
		if err := v.close(); err != nil {
			return err
		}
		return &Finding{Flaw: SealForeign, Batch: v.head.Number + 1, Position: m.Position, Row: m.RowID}
	case m.Position > v.place:
		return v.first(&Finding{Flaw: SealMissing, Batch: v.head.Number, Position: v.place})
	case m.Position < v.place:
		return v.first(&Finding{Flaw: RowMisplaced, Batch: v.head.Number, Position: m.Position, Row: m.RowID})
	case m.Batch != v.head.Number:
		return v.first(&Finding{Flaw: SealChanged, Batch: v.head.Number, Position: m.Position, Row: m.RowID, Note: "it names another batch"})
	case row == nil:
		return v.first(&Finding{Flaw: RowMissing, Batch: v.head.Number, Position: m.Position, Row: m.RowID})
	case row.ID != m.RowID:
		return v.first(&Finding{Flaw: RowMisplaced, Batch: v.head.Number, Position: m.Position, Row: m.RowID})
	}
	leaf := row.Leaf()
	if leaf != m.Leaf && v.odd < 0 {
		v.odd = len(v.found)
	}
	v.rows, v.told, v.found = append(v.rows, row.ID), append(v.told, m.Leaf), append(v.found, leaf)
	v.place++
	return nil
}

// first returns a finding, or the one before it in the same batch.
func (v *verifier) first(f *Finding) error {
	if v.odd < 0 {
		return f
	}
	return &Finding{Flaw: RowChanged, Batch: v.head.Number, Position: v.head.First + int64(v.odd), Row: v.rows[v.odd]}
}

// close ends the open batch, if there is one.
func (v *verifier) close() error {
	if !v.open {
		return nil
	}
	if v.place != v.head.Last+1 {
		return v.first(&Finding{Flaw: SealMissing, Batch: v.head.Number, Position: v.place})
	}
	if err := v.judge(); err != nil {
		return err
	}
	v.open = false
	v.report.Batches++
	v.report.Rows += v.head.Count
	return v.compare()
}

// judge holds the rows of a batch, and what is kept about them, against its root.
func (v *verifier) judge() error {
	fits := Root(v.found) == v.head.Root
	switch {
	case fits && v.odd < 0:
		return nil
	case fits:
		return &Finding{Flaw: SealChanged, Batch: v.head.Number, Position: v.head.First + int64(v.odd), Row: v.rows[v.odd]}
	case v.odd >= 0:
		return v.first(nil)
	default:
		return &Finding{Flaw: RowsReplaced, Batch: v.head.Number}
	}
}

// pulled is a log of checkpoints of which the next one is known.
type pulled struct {
	next func() (Checkpoint, error, bool)
	now  Checkpoint
	at   bool // now is one that has not been compared yet
	end  bool
}

// advance makes sure that now is the next one, unless the log is at its end.
func (p *pulled) advance() error {
	if p.at || p.end {
		return nil
	}
	one, err, more := p.next()
	if err != nil {
		return err
	}
	p.now, p.at, p.end = one, more, !more
	return nil
}

// compare holds the checkpoints of the batch that was just closed against it.
func (v *verifier) compare() error {
	for _, log := range v.logs {
		for {
			if err := log.advance(); err != nil {
				return err
			}
			if !log.at || log.now.Batch > v.head.Number {
				break
			}
			if log.now.Batch != v.head.Number || log.now.Chain != v.head.Chain || log.now.Rows != v.head.Last {
				return &Finding{Flaw: HistoryReplaced, Batch: v.head.Number, Note: "the checkpoint is of " + log.now.At}
			}
			log.at = false
			v.report.Checkpoints++
			v.report.Covered = v.head.Number
		}
	}
	return nil
}

// end is after the last batch: no checkpoint may be left.
func (v *verifier) end() error {
	for _, log := range v.logs {
		if err := log.advance(); err != nil {
			return err
		}
		if log.at {
			return &Finding{Flaw: TailCut, Batch: log.now.Batch, Note: "the checkpoint is of " + log.now.At}
		}
	}
	return nil
}
