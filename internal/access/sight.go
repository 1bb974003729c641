package access

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Sight is whose records a database that guards its rows may show and change in a
// context. The zero Sight is nobody's: nothing is shown. It stands behind the [Scope]
// that the use cases ask with, for the day one of them is forgotten, and is never
// wider than the actor's units unless a use case or a method of the store says so.
type Sight struct {
	All   bool      // the records of every unit and user
	Units []string  // codes of the units whose records are shown
	User  uuid.UUID // whose answers to repeated calls are shown; the nil UUID for nobody's

	// What reports count in: an expert's, who is shown no record at all.
	Reports    []string // codes of units
	AllReports bool
}

type wholeKey struct{}

// WholeHouse returns a context in which the records of every unit are shown,
// whoever acts; for an expert, what is counted in every unit. It is for what has no
// actor yet, or where what is done reaches beyond the actor's units by its nature. The
// next [With] ends it.
func WholeHouse(ctx context.Context) context.Context {
	return context.WithValue(ctx, wholeKey{}, true)
}

type unitsKey struct{}

// OfUnits returns a context in which the records of some units are shown, whoever
// acts: for what the program itself does for somebody who sees none of them. The next
// [With] ends it.
func OfUnits(ctx context.Context, units []string) context.Context {
	return context.WithValue(ctx, unitsKey{}, units)
}

// SightOf returns the sight of a context: that of its actor, unless it was widened
// by [WholeHouse] or [OfUnits]. An expert's shows no record but with [OfUnits]: what reports need
// comes from functions of the database that give counts. The command line and what runs
// beside the visits act as [System], which sees all; nobody else does by what they are.
func SightOf(ctx context.Context) Sight {
	a, ok := From(ctx)
	whole, _ := ctx.Value(wholeKey{}).(bool)
	units, _ := ctx.Value(unitsKey{}).([]string)
	switch {
	case units != nil:
		return Sight{Units: slices.Clone(units)}
	case ok && a.Role == Expert:
		units := a.ReportUnits()
		return Sight{User: a.ID, Reports: slices.Clone(units), AllReports: whole || units == nil}
	case whole:
		return Sight{All: true}
	case !ok:
		return Sight{}
	case a.Role == System:
		return Sight{All: true}
	default:
		return Sight{Units: slices.Clone(a.Units), User: a.ID}
	}
}
