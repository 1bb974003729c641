package assessment

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Assessment reads an assessment of one of the actor's units. A client reads the
// own part of a draft.
func (s *Service) Assessment(ctx context.Context, id uuid.UUID) (*Assessment, error) {
	return s.read(ctx, id, audit.AssessmentRead, nil)
}

// Result reads an assessment for its result; without one it is not found.
func (s *Service) Result(ctx context.Context, id uuid.UUID) (*Assessment, error) {
	return s.read(ctx, id, audit.ResultRead, s.resultThere)
}

// ResultForRecord reads an assessment whose result is to be written into the
// record, which the consent must cover and must not be withdrawn.
func (s *Service) ResultForRecord(ctx context.Context, id uuid.UUID) (*Assessment, error) {
	return s.read(ctx, id, audit.ResultRead, func(ctx context.Context, a *Assessment) error {
		if err := s.resultThere(ctx, a); err != nil {
			return err
		}
		if err := hasResult(a); err != nil {
			return err
		}
		return s.mayRecord(ctx, a)
	})
}

func (s *Service) resultThere(_ context.Context, a *Assessment) error {
	if a.Result == nil {
		return fault.New(fault.NotFound)
	}
	return nil
}

// read reads an assessment and writes down that it was read.
func (s *Service) read(ctx context.Context, id uuid.UUID, action audit.Action, allowed func(context.Context, *Assessment) error) (a *Assessment, err error) {
	actor, err := access.Require(ctx, access.ReadAssessment)
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if a, err = s.own(ctx, actor, access.ReadAssessment, s.store.OwnAssessment, id); err != nil {
			return err
		}
		if actor.Role == access.Client && a.Status != Draft {
			return fault.New(fault.NotFound)
		}
		if allowed != nil {
			if err := allowed(ctx, a); err != nil {
				return err
			}
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, action, audit.Assessment, a.ID, a.Unit))
	})
	if err != nil {
		return nil, err
	}
	return shownTo(actor, a), nil
}

// List selects assessments of the actor's units and registers.
type List struct {
	Prior    fault.Findings
	Unit     string // "" is all of the actor's own
	From, To string // days of the visit, "" for open
	Segment  string // the calculated one, "" for any
	Status   []Status
	Mine     bool   // only what the actor began
	Cursor   string // from the page before, "" for the first
	Limit    int    // 1..MaxListLimit; 0 is ListLimit
}

// Page is one page of a list and where the next one starts.
type Page struct {
	Assessments []*Assessment
	Next        string // "" at the end
}

// List reads a page of assessments, the newest visit first. Every one that is
// shown leaves a row in the audit, because a list shows a client's data too.
func (s *Service) List(ctx context.Context, in List) (page Page, err error) {
	actor, err := staff(ctx, access.ReadAssessment)
	if err != nil {
		return Page{}, err
	}
	q, err := listQuery(actor, in)
	if err != nil {
		return Page{}, err
	}
	limit := q.Limit
	q.Limit++ // one more tells whether there is a next page
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if page.Assessments, err = s.store.Assessments(ctx, q); err != nil {
			return err
		}
		if len(page.Assessments) > limit {
			page.Assessments = page.Assessments[:limit]
			last := page.Assessments[limit-1]
			page.Next = Position{last.AssessedOn, last.ID}.cursor()
		}
		return s.noteShown(ctx, actor, audit.AssessmentListed, page.Assessments)
	})
	return page, err
}

// noteShown writes down every assessment that was shown.
func (s *Service) noteShown(ctx context.Context, actor access.Actor, action audit.Action, shown ...[]*Assessment) error {
	var entries []audit.Entry
	for _, list := range shown {
		for _, a := range list {
			entries = append(entries, s.entry(ctx, actor, action, audit.Assessment, a.ID, a.Unit))
		}
	}
	return s.store.AppendAudit(ctx, entries...)
}

func listQuery(actor access.Actor, in List) (ListQuery, error) {
	f := in.Prior
	q := ListQuery{
		Own: actor.Scope(), From: checkDay(&f, "/from", in.From), To: checkDay(&f, "/to", in.To),
		Segment: checkSegment(&f, "/segment", in.Segment), Limit: in.Limit,
	}
	for i, status := range in.Status {
		q.Status = append(q.Status, oneOf(&f, index("/status", i), string(status), Draft, Completed, Confirmed, Withdrawn))
	}
	if in.Mine {
		q.CreatedBy = actor.ID
	}
	if in.Unit != "" {
		q.Own.Units = []string{checkUnit(&f, actor, in.Unit, false)}
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		f.Add("/to", fault.EndBeforeStart, nil)
	}
	switch {
	case in.Limit == 0:
		q.Limit = ListLimit
	case in.Limit < 1:
		f.Add("/limit", fault.TooSmall, fault.Args{"min": 1})
	case in.Limit > MaxListLimit:
		f.Add("/limit", fault.TooGreat, fault.Args{"max": MaxListLimit})
	}
	if in.Cursor != "" && !f.Touches("/cursor") {
		position, ok := parseCursor(in.Cursor)
		if !ok {
			f.Add("/cursor", fault.BadFormat, fault.Args{"format": "cursor"})
		}
		q.After = &position
	}
	return q, f.Err()
}
