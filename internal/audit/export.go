package audit

import (
	"bytes"
	"encoding/json"
	"iter"
)

// An export is JSON lines: a line that says what it is, then the records, then a
// line that says how many there were, so that a file of which the end is missing
// does not pass for a whole one.
const exportVersion = 1

// frame is the first and the last line of an export.
type frame struct {
	Version int    `json:"omasuunta_audit,omitempty"`
	At      string `json:"exported_at,omitempty"`
	End     *int64 `json:"end,omitempty"` // the number of records
}

// ExportLines is an export of records, as lines without their ends. The time, in
// TimeForm, says when it was made.
func ExportLines(records iter.Seq2[Record, error], at string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		put := func(v any) bool {
			line, err := json.Marshal(v)
			return yield(line, err) && err == nil
		}
		if !put(frame{Version: exportVersion, At: at}) {
			return
		}
		var n int64
		for record, err := range records {
			if err != nil {
				yield(nil, err)
				return
			}
			if n++; !put(record) {
				return
			}
		}
		put(frame{End: &n})
	}
}

// ReadExport reads the records of an export from its lines. What is not as it
// was written is a *Finding, which ends it.
func ReadExport(lines iter.Seq2[[]byte, error]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		line, end := 0, false
		flaw := func(note string) { yield(Record{}, &Finding{Flaw: ExportFlaw, Line: line, Note: note}) }
		for text, err := range lines {
			line++
			if err != nil {
				yield(Record{}, err)
				return
			}
			if end {
				flaw("there is more after the end")
				return
			}
			if line == 1 {
				var f frame
				if strict(text, &f) != nil || f.Version != exportVersion {
					flaw("it is not the beginning of an export of this version")
					return
				}
				continue
			}
			if bytes.HasPrefix(text, []byte(`{"end":`)) {
				var f frame
				if strict(text, &f) != nil || *f.End != int64(line-2) {
					flaw("it tells another number of records")
					return
				}
				end = true
				continue
			}
			var r Record
			if strict(text, &r) != nil || r.Batch == nil && r.Member == nil && r.Row == nil || r.Batch != nil && (r.Member != nil || r.Row != nil) {
				flaw("it cannot be read")
				return
			}
			if !yield(r, nil) {
				return
			}
		}
		if !end {
			line++
			flaw("the end is missing")
		}
	}
}

// strict decodes a line that holds one value and no unknown fields.
func strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if again, err := json.Marshal(into); err != nil || !bytes.Equal(again, line) {
		return &Finding{Flaw: ExportFlaw}
	}
	return nil
}
