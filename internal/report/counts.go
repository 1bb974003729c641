package report

import "context"

// Counts are further facts for reports, as they are: protecting small numbers is for
// whoever shows them. The battery of a question narrows the targets alone.
type Counts interface {
	// FeedbackCells counts the clients' feedback of a period.
	FeedbackCells(ctx context.Context, q Query, units []string) ([]FeedbackCell, error)
	// Targets counts the professionals by how many assessments they have completed
	// in a period, those that were confirmed included.
	Targets(ctx context.Context, q Query, units []string) ([]Target, error)
}

// FeedbackCell is a group of clients' feedback.
type FeedbackCell struct {
	Usefulness int    // 1 to 5
	Agreement  string // agree, partly, disagree, no_opinion
	Unit       string
	Month      string // of the day it was given, as 2023-05
	Count      int    // above 0
	Comments   int    // of those, how many came with a comment
}

// Target is how many professionals have completed so many assessments in a unit.
// Under the unit "" are all units of the question together: who works in two of them
// is there once.
type Target struct {
	Unit          string
	Assessments   int // 0 counts those who belong to the unit, are not disabled and have none
	Professionals int // above 0
}
