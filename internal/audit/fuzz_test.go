package audit_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/omasuunta/omasuunta/internal/audit"
)

// FuzzVerify reads anything as an export: it is sound, or the first flaw of it is
// named by its line or its place; and an export that was tampered with is never
// taken for the one that the checkpoints were signed for.
func FuzzVerify(f *testing.F) {
	w := newWorld(rand.New(rand.NewPCG(5, 3)), 3)
	whole := bytes.Join(w.export(f), []byte("\n"))
	f.Add(whole)
	f.Add(bytes.Replace(whole, []byte("professional"), []byte("admin"), 1))
	f.Add(whole[:bytes.LastIndexByte(whole, '\n')])
	first := whole[:bytes.IndexByte(whole, '\n')]
	for _, rest := range []string{"", `{"end":0}`, `{"end":null}`, `{"end":1}`, `{}`, `null`, `[]`, `{"row":{}}`, `{"batch":null}`, `{"batch":{"count":9223372036854775807}}`, "{\"end\":0}\n{\"end\":0}", `{"row":{"id":1},"row":{"id":2}}`} {
		f.Add(append(append(slices.Clone(first), '\n'), rest...))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lines := bytes.Split(text, []byte("\n"))
		report, err := audit.Verify(audit.ReadExport(from(lines)), w.checkpoints())
		same := bytes.Equal(text, whole)
		if err == nil {
			// What isn't sealed yet can't be vouched for, and when it was exported is
			// no part of the audit.
			if !bytes.Equal(sealedPart(text), sealedPart(whole)) {
				t.Fatalf("another audit is sound: %+v", report)
			}
			return
		}
		var finding *audit.Finding
		if !errors.As(err, &finding) {
			t.Fatalf("%v is no finding", err)
		}
		if same || finding.Flaw == "" || finding.Flaw == audit.ExportFlaw && (finding.Line < 1 || finding.Line > len(lines)+1) {
			t.Fatalf("of %d lines: %+v", len(lines), finding)
		}
		if report.Rows < 0 || report.Rows > int64(len(lines)) || report.Batches > report.Rows {
			t.Fatalf("%d lines, %+v", len(lines), report)
		}
	})
}

// sealedPart is the lines of an export that are sealed: neither its first nor its
// last one, nor a row without a seal.
func sealedPart(text []byte) []byte {
	lines := bytes.Split(text, []byte("\n"))
	return bytes.Join(slices.DeleteFunc(lines[1:], func(line []byte) bool {
		return bytes.HasPrefix(line, []byte(`{"row":`)) || bytes.HasPrefix(line, []byte(`{"end":`))
	}), []byte("\n"))
}
