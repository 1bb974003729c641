package report

import (
	"context"
	"slices"

	"github.com/omasuunta/omasuunta/internal/access"
)

// TargetEach is how many assessments each professional was asked to do in the trial.
const TargetEach = 10

// TargetBins are how the professionals are grouped by their completed
// assessments: none, one to four, five to nine, ten and more.
var TargetBins = []string{"0", "1-4", "5-9", "10-"}

// binsFrom are the least assessments of each of TargetBins.
var binsFrom = []int{0, 1, 5, TargetEach}

// Professionals is how many professionals have completed how many assessments; nil
// numbers are hidden.
type Professionals struct {
	All      *int
	Bins     []Line // see TargetBins
	Started  *int   // who have at least one
	Reached  *int   // who have as many as a goal
	Withheld bool   // everything is left out: see Service.Professionals
}

// Professionals counts those who work in the units of a distribution, which has been
// asked for by the same actor, and how many of them reached a goal of at least 1.
//
// How many did how many says to some extent how many were done. With a smallest cell
// it is told only where Alone says so, over all batteries, and where that number is
// shown itself.
func (s *Service) Professionals(ctx context.Context, of Distribution, goal int) (Professionals, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return Professionals{}, err
	}
	q := Query{From: of.From, To: of.To, Unit: of.Unit, Battery: of.Battery}
	told := of.MinCell <= 1
	if !told {
		alone, err := s.Alone(ctx, q)
		if err != nil {
			return Professionals{}, err
		}
		told = alone && of.Battery == "" && of.Coverage.Completed != nil
	}
	p := Professionals{Withheld: !told}
	if !told {
		for _, code := range TargetBins {
			p.Bins = append(p.Bins, Line{Code: code})
		}
		return p, nil
	}
	list, err := s.store.Targets(ctx, q, actor.ReportUnits())
	if err != nil {
		return Professionals{}, err
	}
	p.count(slices.DeleteFunc(slices.Clone(list), func(t Target) bool { return t.Unit != "" }), goal, of.MinCell) // who works in two units is counted once
	return p, nil
}

func (p *Professionals) count(list []Target, goal, k int) {
	counts := make([]int, len(TargetBins))
	below, above := 0, 0 // the goal, in its own bin
	for _, t := range list {
		at := targetBin(t.Assessments)
		counts[at] += t.Professionals
		switch {
		case at != targetBin(goal):
		case t.Assessments < goal:
			below += t.Professionals
		default:
			above += t.Professionals
		}
	}
	few := small(k)(sum(counts))
	p.All = visible(sum(counts), few)
	shown := make([]*int, len(counts))
	for i, hidden := range ProtectLine(counts, k, false) {
		shown[i] = visible(counts[i], hidden || few)
		p.Bins = append(p.Bins, Line{TargetBins[i], shown[i]})
	}
	p.Started = plus(shown[1:]...)
	at := targetBin(goal)
	inside := visible(above, shown[at] == nil || ProtectLine([]int{below, above}, k, false)[1])
	p.Reached = plus(append(shown[at+1:], inside)...)
}

func targetBin(assessments int) int {
	at, found := slices.BinarySearch(binsFrom, assessments)
	if !found {
		at--
	}
	return at
}
