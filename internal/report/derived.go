package report

import (
	"context"
	"slices"
	"strings"
)

// Views that are made of others, by putting keys together. They are protected as
// what they are: adding up what is shown of the other view wouldn't do, for it may
// be hidden there.
const (
	inFives  = "/fives" // minutes by fives, "0" to "60"
	measured = "/all"   // whether there is a time at all: "yes"
)

// Fives are the minutes of a view by fives: "0" is less than five of them, "60" an
// hour and more.
func Fives(v View) View { return v + inFives }

// Measured has those under "yes" who have a time in a view of minutes.
func Measured(v View) View { return v + measured }

// Derived lists the views that are made of others.
func Derived() (views []View) {
	for _, v := range MinutesViews {
		views = append(views, Fives(v), Measured(v))
	}
	return views
}

// ofPhase tells whether a view is about the minutes of one phase of the visit.
func ofPhase(view View) bool {
	of, _ := strings.CutSuffix(string(view), inFives)
	of, _ = strings.CutSuffix(of, measured)
	return slices.Contains(MinutesViews[1:], View(of))
}

// derived is a store that has the views that are made of others as well.
type derived struct{ Store }

// ViewCells implements Store.
func (d derived) ViewCells(ctx context.Context, q Query, view View, units []string) ([]ViewCell, error) {
	of, fives := strings.CutSuffix(string(view), inFives)
	of, all := strings.CutSuffix(of, measured)
	cells, err := d.Store.ViewCells(ctx, q, View(of), units)
	if err != nil || !fives && !all {
		return cells, err
	}
	others := make([]ViewCell, len(cells))
	for i, c := range cells {
		c.Key = binOf(c.Key)
		if all {
			c.Key = "yes"
		}
		others[i] = c
	}
	return others, nil
}
