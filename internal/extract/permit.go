package extract

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Purpose is what rows may be used for: one of the purposes of the Finnish act on
// the secondary use of health and social data (552/2019), section 2.
type Purpose string

// The purposes, in the order of the act.
const (
	Statistics  Purpose = "statistics"  // tilastointi
	Research    Purpose = "research"    // tieteellinen tutkimus
	Development Purpose = "development" // kehittämis- ja innovaatiotoiminta
	Education   Purpose = "education"   // opetus
	Management  Purpose = "management"  // tietojohtaminen
	Supervision Purpose = "supervision" // viranomaisohjaus ja -valvonta
	Planning    Purpose = "planning"    // viranomaisten suunnittelu- ja selvitystehtävä
)

// Purposes lists the purposes.
var Purposes = []Purpose{Statistics, Research, Development, Education, Management, Supervision, Planning}

// MaxReference bounds the reference of a permit, in characters.
const MaxReference = 60

// Permit allows one expert to have rows. It is never changed, only revoked: another
// one has other pseudonyms.
type Permit struct {
	ID        uuid.UUID
	User      uuid.UUID // the expert
	Reference string    // number of the decision that it stands on
	Purposes  []Purpose // in the order of Purposes
	Units     []string  // codes
	Registers []access.Register

	From, To calendar.Date // of the visits, both included
	Items    bool          // the answers item by item
	Days     bool          // the day of a visit; without, the month

	ValidFrom, ValidUntil calendar.Date // days in Helsinki, both included

	GrantedBy uuid.UUID // the nil UUID for the command line
	GrantedAt time.Time
	RevokedBy uuid.UUID
	RevokedAt time.Time // zero while it is not revoked
}

// PermitState is whether a permit counts.
type PermitState string

// The states of a permit.
const (
	Coming  PermitState = "coming"
	Valid   PermitState = "valid"
	Ended   PermitState = "ended"
	Revoked PermitState = "revoked"
)

// StateOn is the state on a day in Helsinki.
func (p Permit) StateOn(day calendar.Date) PermitState {
	switch {
	case !p.RevokedAt.IsZero():
		return Revoked
	case day.Before(p.ValidFrom):
		return Coming
	case day.After(p.ValidUntil):
		return Ended
	default:
		return Valid
	}
}

// Scope is the rows that a permit opens.
func (p Permit) Scope() Scope {
	return Scope{Units: p.Units, Registers: p.Registers, From: p.From, To: p.To, Items: p.Items}
}

// Scope is some rows: completed and confirmed assessments whose consent covers
// statistics and is not withdrawn.
type Scope struct {
	Units     []string
	Registers []access.Register
	From, To  calendar.Date // both included
	Items     bool          // read the answers too
}

// Grant is a permit as an administrator writes it down. Days are as typed, to be
// parsed as 2023-05-05.
type Grant struct {
	User                  uuid.UUID
	Reference             string
	Purposes, Units       []string
	Registers             []string
	From, To              string
	Items, Days           bool
	ValidFrom, ValidUntil string
}

// referenceForm is what a number of a decision looks like: it is printed in files and
// lists and holds no more than that.
var referenceForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ./:_()-]*$`)

// check turns what was typed into a permit, with everything that is wrong with it.
func (g Grant) check(known []access.Unit) (Permit, error) {
	var f fault.Findings
	p := Permit{User: g.User, Reference: strings.Join(strings.Fields(g.Reference), " "), Items: g.Items, Days: g.Days}
	switch n := len([]rune(p.Reference)); {
	case n == 0:
		f.Add("/reference", fault.Required, nil)
	case n > MaxReference:
		f.Add("/reference", fault.TooLong, fault.Args{"max": MaxReference})
	case !referenceForm.MatchString(p.Reference):
		f.Add("/reference", fault.BadCharacter, nil)
	}
	var codes []string
	for _, unit := range known {
		codes = append(codes, unit.Code)
	}
	p.Purposes = chosen(&f, "/purpose", g.Purposes, Purposes, fault.NotInList)
	p.Units = chosen(&f, "/unit", g.Units, codes, fault.UnknownUnit)
	p.Registers = chosen(&f, "/register", g.Registers, access.Registers, fault.NotInList)
	p.From, p.To = period(&f, "/from", g.From, "/to", g.To)
	p.ValidFrom, p.ValidUntil = period(&f, "/valid_from", g.ValidFrom, "/valid_until", g.ValidUntil)
	return p, f.Err()
}

// chosen are codes of a list, in its order, at least one.
func chosen[T ~string](f *fault.Findings, pointer string, codes []string, list []T, unknown string) []T {
	var found []T
	for _, one := range list {
		if slices.Contains(codes, string(one)) {
			found = append(found, one)
		}
	}
	switch {
	case slices.ContainsFunc(codes, func(code string) bool { return !slices.Contains(list, T(code)) }):
		f.Add(pointer, unknown, fault.Args{"allowed": join(list)})
	case len(found) == 0:
		f.Add(pointer, fault.Required, nil)
	}
	return found
}

func period(f *fault.Findings, fromAt, from, toAt, to string) (begin, end calendar.Date) {
	begin, end = dayOf(f, fromAt, from), dayOf(f, toAt, to)
	if !begin.IsZero() && !end.IsZero() && end.Before(begin) {
		f.Add(toAt, fault.EndBeforeStart, nil)
	}
	return begin, end
}

func dayOf(f *fault.Findings, pointer, text string) calendar.Date {
	if text == "" {
		f.Add(pointer, fault.Required, nil)
		return calendar.Date{}
	}
	d, err := calendar.Parse(text)
	if err != nil {
		f.Add(pointer, fault.NotADate, nil)
	}
	return d
}
