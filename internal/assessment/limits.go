package assessment

import (
	"unicode/utf8"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// Limits of what can be written, in characters (code points) or entries. The
// schema of the REST API states the same.
const (
	MaxComment     = 2000
	MaxReason      = 500
	MaxGround      = 200
	MaxSignedName  = 200
	MaxClientRef   = 64
	MaxActionText  = 500
	MaxResponsible = 200
	MaxActions     = 20
	MaxListLimit   = 100
	ListLimit      = 50 // when none is asked for
)

func checkLength(f *fault.Findings, pointer, text string, limit int) {
	if utf8.RuneCountInString(text) > limit && !f.Touches(pointer) {
		f.Add(pointer, fault.TooLong, fault.Args{"max": limit})
	}
}
