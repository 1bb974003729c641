package audit

import "fmt"

// Flaw is what is wrong with an audit.
type Flaw string

// The flaws.
const (
	RowChanged      Flaw = "row_changed"
	RowMissing      Flaw = "row_missing"
	RowMisplaced    Flaw = "row_misplaced"  // another row stands in its place, or it stands there twice
	SealChanged     Flaw = "seal_changed"   // of a row: the row itself is as it was sealed
	SealMissing     Flaw = "seal_missing"   // of a row
	SealForeign     Flaw = "seal_foreign"   // of a row, that belongs to no batch
	RowsReplaced    Flaw = "rows_replaced"  // some rows of a batch together with their seals
	BatchChanged    Flaw = "batch_changed"  // it does not fit its own hash
	BatchMissing    Flaw = "batch_missing"  // the next one is there
	BatchDetached   Flaw = "batch_detached" // it does not follow the one before it
	BatchForged     Flaw = "batch_forged"   // it is no batch that this program writes
	HistoryReplaced Flaw = "history_replaced"
	TailCut         Flaw = "tail_cut"
	CheckpointFlaw  Flaw = "checkpoint" // the checkpoints themselves
	ExportFlaw      Flaw = "export"     // the export itself
)

// Finding is the first thing that is wrong with an audit. It is an error, so
// that what was tampered with is never taken for sound.
type Finding struct {
	Flaw     Flaw
	Batch    int64  // 0 where none is known
	Position int64  // 0 where none is known
	Row      int64  // the id of a row, 0 where none is known
	Line     int    // of a file, from 1; 0 outside one
	Note     string // more words, "" for none
}

// Error says it in words.
func (f *Finding) Error() string {
	text := f.words()
	if f.Note != "" {
		text += ": " + f.Note
	}
	return text
}

func (f *Finding) words() string {
	place := fmt.Sprintf("position %d of batch %d", f.Position, f.Batch)
	switch f.Flaw {
	case RowChanged:
		return fmt.Sprintf("row %d was changed after it was sealed (%s)", f.Row, place)
	case RowMissing:
		return fmt.Sprintf("row %d was deleted after it was sealed (%s)", f.Row, place)
	case RowMisplaced:
		return fmt.Sprintf("row %d is not where it was sealed (%s)", f.Row, place)
	case SealChanged:
		return fmt.Sprintf("the seal of row %d was changed, the row itself was not (%s)", f.Row, place)
	case SealMissing:
		return fmt.Sprintf("the seal at %s was deleted", place)
	case SealForeign:
		return fmt.Sprintf("the seal of row %d at position %d belongs to no batch: it was added, or batch %d was deleted", f.Row, f.Position, f.Batch)
	case RowsReplaced:
		return fmt.Sprintf("rows of batch %d were changed together with their seals", f.Batch)
	case BatchChanged:
		return fmt.Sprintf("batch %d was changed", f.Batch)
	case BatchMissing:
		return fmt.Sprintf("batch %d was deleted", f.Batch)
	case BatchDetached:
		return fmt.Sprintf("batch %d does not continue batch %d: one of the two, or what came before, was replaced", f.Batch, f.Batch-1)
	case BatchForged:
		return fmt.Sprintf("batch %d is not one that this program writes", f.Batch)
	case HistoryReplaced:
		return fmt.Sprintf("batch %d is not the one that its checkpoint was signed for: this batch, or what came before, was replaced", f.Batch)
	case TailCut:
		return fmt.Sprintf("the audit was cut off: a checkpoint was signed for batch %d, which is not there", f.Batch)
	case CheckpointFlaw:
		return fmt.Sprintf("line %d of the checkpoints is not as it was written", f.Line)
	default:
		return fmt.Sprintf("line %d of the export is not as it was written", f.Line)
	}
}
