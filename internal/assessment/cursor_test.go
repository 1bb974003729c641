package assessment

import (
	"encoding/base64"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// FuzzCursor: a cursor that is taken is one that was given out, to the letter.
func FuzzCursor(f *testing.F) {
	sound := Position{AssessedOn: calendar.MustParse("2023-05-05"), ID: uuid.MustParse("0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978")}
	f.Add(sound.cursor())
	for _, inside := range []string{
		"", "/", "2023-05-05/", "2023-02-30/0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978", "2023-05-05/0B6F6C0E-3F1A-4B5E-8F0E-2D3C4B5A6978",
		"2023-05-05/urn:uuid:0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978", "2023-05-05/{0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978}",
		"2023-05-05/x0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978x", "2023-05-05/0b6f6c0e3f1a4b5e8f0e2d3c4b5a6978",
	} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(inside)))
	}
	f.Add(sound.cursor() + "\n")
	f.Add(sound.cursor()[:len(sound.cursor())-1] + "5") // other bits behind the last byte
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := parseCursor(text)
		if ok && p.cursor() != text {
			t.Fatalf("%q is taken for %q", text, p.cursor())
		}
		if ok && (p.AssessedOn.IsZero() || p.AssessedOn.Time().Year() < 1900) {
			t.Fatalf("%q leads to %v", text, p.AssessedOn)
		}
	})
}
