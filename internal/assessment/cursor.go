package assessment

import (
	"encoding/base64"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// cursor is a position in a form that callers hand back and don't look into.
func (p Position) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.AssessedOn.String() + "/" + p.ID.String()))
}

// parseCursor takes back what cursor wrote, and nothing that is merely like it.
func parseCursor(text string) (Position, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Position{}, false
	}
	day, id, ok := strings.Cut(string(raw), "/")
	if !ok {
		return Position{}, false
	}
	d, err := calendar.Parse(day)
	if err != nil {
		return Position{}, false
	}
	u, err := uuid.Parse(id)
	p := Position{AssessedOn: d, ID: u}
	return p, err == nil && p.cursor() == text
}
