package store

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
)

// stampForm has a fixed width, so that SQLite's text sorts as time does.
const stampForm = "2006-01-02T15:04:05.000000Z"

// stamp is an instant: timestamptz on PostgreSQL, text on SQLite. The zero
// stamp is NULL.
type stamp struct{ time.Time }

func (s stamp) Value() (driver.Value, error) {
	if s.IsZero() {
		return nil, nil
	}
	return s.UTC().Format(stampForm), nil
}

func (s *stamp) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		s.Time = time.Time{}
	case time.Time:
		s.Time = v.UTC()
	case string:
		s.Time, err = time.Parse(stampForm, v)
	default:
		return fmt.Errorf("store: a time from %T", src)
	}
	return err
}

// day is a date: date on PostgreSQL, text on SQLite. The zero day is NULL.
type day struct{ calendar.Date }

func (d day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

func (d *day) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		d.Date = calendar.Date{}
	case time.Time:
		d.Date, err = calendar.Parse(v.Format(time.DateOnly))
	case string:
		d.Date, err = calendar.Parse(v)
	default:
		return fmt.Errorf("store: a date from %T", src)
	}
	return err
}

// optional is a text that is NULL when empty.
type optional string

func (o optional) Value() (driver.Value, error) {
	if o == "" {
		return nil, nil
	}
	return string(o), nil
}

func (o *optional) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*o = ""
	case string:
		*o = optional(v)
	case []byte:
		*o = optional(v)
	default:
		return fmt.Errorf("store: a text from %T", src)
	}
	return nil
}

// blob is bytes that are NULL when empty.
type blob []byte

func (b blob) Value() (driver.Value, error) {
	if len(b) == 0 {
		return nil, nil
	}
	return []byte(b), nil
}

func (b *blob) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*b = nil
	case []byte:
		*b = append(blob(nil), v...)
	default:
		return fmt.Errorf("store: bytes from %T", src)
	}
	return nil
}

// document is JSON text: jsonb on PostgreSQL, text on SQLite. An empty one is
// NULL.
type document []byte

func (d document) Value() (driver.Value, error) {
	if len(d) == 0 {
		return nil, nil
	}
	return string(d), nil
}

func (d *document) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = nil
	case string:
		*d = document(v)
	case []byte:
		*d = append(document(nil), v...)
	default:
		return fmt.Errorf("store: a document from %T", src)
	}
	return nil
}

// registers are codes with a space between them, in the order of access.Registers.
type registers []access.Register

func (r registers) Value() (driver.Value, error) {
	var codes []string
	for _, one := range access.Registers {
		if slices.Contains(r, one) {
			codes = append(codes, string(one))
		}
	}
	return strings.Join(codes, " "), nil
}

func (r *registers) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("store: registers from %T", src)
	}
	*r = nil
	for _, code := range strings.Fields(text) {
		*r = append(*r, access.Register(code))
	}
	return nil
}
