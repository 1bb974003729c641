package assessment

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// Service holds the use cases.
type Service struct {
	store   Store
	library *instrument.Library
	content Content
	clock   Clock
	ids     IDs
}

// NewService wires the use cases.
func NewService(store Store, library *instrument.Library, content Content, clock Clock, ids IDs) *Service {
	return &Service{store: store, library: library, content: content, clock: clock, ids: ids}
}

// now is the time to the microsecond, which is what both databases keep.
func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

func (s *Service) today() calendar.Date { return calendar.DayOf(s.now()) }

// entry makes a row of the audit about something the actor does now.
func (s *Service) entry(ctx context.Context, actor access.Actor, action audit.Action, subject audit.Subject, id uuid.UUID, unit string) audit.Entry {
	return audit.Entry{
		At: s.now(), Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: subject, SubjectID: id.String(), Unit: unit, RequestID: audit.RequestID(ctx),
	}
}

// staff is Require for what no client may do, although the permission itself is
// one that clients have for their own assessment.
func staff(ctx context.Context, action access.Action) (access.Actor, error) {
	actor, err := access.Require(ctx, action)
	if err == nil && actor.Role == access.Client {
		err = fault.New(fault.Forbidden)
	}
	return actor, err
}

// reading is how an assessment is read: with a lock or without.
type reading func(ctx context.Context, own access.Scope, id uuid.UUID) (*Assessment, error)

// own reads an assessment of one of the actor's units and registers; a client's
// is one alone. Somebody else's is not found, the same as one that does not exist
// and with the same work.
func (s *Service) own(ctx context.Context, actor access.Actor, action access.Action, read reading, id uuid.UUID) (*Assessment, error) {
	if actor.Role == access.Client && id != actor.Assessment {
		return nil, fault.New(fault.NotFound)
	}
	a, err := read(ctx, actor.Scope(), id)
	if err != nil {
		return nil, err
	}
	if !actor.May(action, a.Unit, a.Register) {
		return nil, fault.New(fault.NotFound)
	}
	return a, nil
}

// shownTo is what an actor gets to see of an assessment: a client nothing of
// what the professional thinks.
func shownTo(actor access.Actor, a *Assessment) *Assessment {
	if actor.Role != access.Client {
		return a
	}
	seen := *a
	seen.Professional, seen.Expected, seen.Result, seen.Confirmation = nil, 0, nil, nil
	return &seen
}

// Precondition is what a caller believes an assessment's revision to be, from
// an If-Match header. The zero value believes nothing and lets everything pass.
type Precondition struct {
	Given     bool
	Any       bool // If-Match: *
	Revisions []int
}

// check refuses a change that was made without having seen the latest one.
func (p Precondition) check(revision int) error {
	if !p.Given {
		return nil
	}
	if p.Any {
		return nil
	}
	for _, r := range p.Revisions {
		if r == revision {
			return nil
		}
	}
	return fault.New(fault.PreconditionFailed)
}

// open refuses an assessment that cannot be answered any more.
func open(a *Assessment) error {
	switch a.Status {
	case Draft:
		return nil
	case Withdrawn:
		return fault.Coded(fault.Conflict, fault.CodeConsentWithdrawn)
	default:
		return fault.Coded(fault.Conflict, fault.CodeAlreadyCompleted)
	}
}

// hasResult refuses an assessment that has no result to work with.
func hasResult(a *Assessment) error {
	switch a.Status {
	case Completed, Confirmed:
		return nil
	case Withdrawn:
		return fault.Coded(fault.Conflict, fault.CodeConsentWithdrawn)
	default:
		return fault.New(fault.Conflict)
	}
}

// oneOf checks a code against a list, and that it is there at all.
func oneOf[T ~string](f *fault.Findings, pointer, code string, allowed ...T) T {
	if code == "" {
		if !f.Touches(pointer) {
			f.Add(pointer, fault.Required, nil)
		}
		return ""
	}
	for _, a := range allowed {
		if code == string(a) {
			return a
		}
	}
	if !f.Touches(pointer) {
		f.Add(pointer, fault.NotInList, fault.Args{"allowed": join(allowed)})
	}
	return ""
}

func join[T ~string](codes []T) string {
	text := ""
	for i, c := range codes {
		if i > 0 {
			text += ", "
		}
		text += string(c)
	}
	return text
}

// checkSet checks codes against a list and returns them in the list's order,
// each once.
func checkSet[T ~string](f *fault.Findings, pointer string, codes []string, allowed ...T) []T {
	if f.Touches(pointer) {
		return nil
	}
	given := map[T]bool{}
	for i, code := range codes {
		at := index(pointer, i)
		c := oneOf(f, at, code, allowed...)
		if given[c] && c != "" {
			f.Add(at, fault.Duplicate, nil)
		}
		given[c] = true
	}
	var set []T
	for _, c := range allowed {
		if given[c] {
			set = append(set, c)
		}
	}
	return set
}

func checkLanguage(f *fault.Findings, pointer, code string) lang.Tag {
	return oneOf(f, pointer, code, lang.All...)
}

// checkUnit accepts one of the actor's own units; an empty code means the
// actor's only one, if fallback allows that.
func checkUnit(f *fault.Findings, actor access.Actor, code string, fallback bool) string {
	const pointer = "/unit"
	if f.Touches(pointer) {
		return ""
	}
	switch {
	case code == "" && fallback && len(actor.Units) > 0:
		return actor.Units[0]
	case code == "":
		f.Add(pointer, fault.Required, nil)
	case !actor.InUnit(code):
		f.Add(pointer, fault.UnknownUnit, nil)
	}
	return code
}

// checkRegister accepts one of the actor's own registers. Another one is as
// little among the choices as one that does not exist.
func checkRegister(f *fault.Findings, actor access.Actor, code string) access.Register {
	return oneOf(f, "/register", code, actor.Registers...)
}

// checkDate reads a date that must not lie in the future. An empty text is the
// given default.
func (s *Service) checkDate(f *fault.Findings, pointer, text string, byDefault calendar.Date) calendar.Date {
	if f.Touches(pointer) || text == "" {
		return byDefault
	}
	d, err := calendar.Parse(text)
	if err != nil {
		f.Add(pointer, fault.NotADate, nil)
		return byDefault
	}
	if d.After(s.today()) {
		f.Add(pointer, fault.InTheFuture, nil)
	}
	return d
}
