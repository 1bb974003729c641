package content

import (
	"context"
	"log/slog"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Bounds of a report about a barrier, in characters, and of the list of them.
const (
	MaxBarrierPage        = 200
	MaxBarrierDescription = 2000
	MaxBarrierContact     = 200
	maxBarriers           = 100
)

// Barrier is what somebody says about a barrier to using the pages.
type Barrier struct {
	Page        string // where it was, in the reader's own words or as an address; may be ""
	Description string
	Contact     string        // how to answer, "" when no answer is wanted; personal data
	ReportedOn  calendar.Date // set when it is reported
}

// String keeps the report out of error texts.
func (b Barrier) String() string { return "[redacted]" }

// LogValue keeps the report out of logs.
func (b Barrier) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// ReportBarrier stores what a reader says. Anybody may, also without logging in:
// whoever cannot use the login page must be able to say so. Nobody acts, so the
// audit has no row about it. What is wrong comes back as one Invalid with
// findings at /page, /description and /contact.
func (s *Service) ReportBarrier(ctx context.Context, b Barrier) error {
	b = Barrier{Page: lang.Tidy(b.Page), Description: lang.Tidy(b.Description), Contact: lang.Tidy(b.Contact), ReportedOn: calendar.DayOf(s.now())}
	var f fault.Findings
	lang.CheckWritten(&f, "/page", b.Page, MaxBarrierPage, false)
	lang.CheckWritten(&f, "/description", b.Description, MaxBarrierDescription, true)
	lang.CheckWritten(&f, "/contact", b.Contact, MaxBarrierContact, false)
	if err := f.Err(); err != nil {
		return err
	}
	return s.store.InsertBarrier(ctx, s.ids.New(), b)
}

// Barriers lists the newest hundred reports, newest day first.
func (s *Service) Barriers(ctx context.Context) ([]Barrier, error) {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		return nil, err
	}
	return s.store.Barriers(ctx, maxBarriers)
}
