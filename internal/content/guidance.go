package content

import (
	"context"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// AllGuidance returns the guidance of every segment: the house's own, or the
// embedded one. It is at most a second old.
func (s *Service) AllGuidance(ctx context.Context) (map[segment.Segment]instrument.Guidance, error) {
	own, err := s.guidance.Value(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[segment.Segment]instrument.Guidance, len(segment.All))
	for _, of := range segment.All {
		all[of] = s.library.Guidance(of)
		if mine, ok := own[of]; ok {
			all[of] = mine.Guidance
		}
	}
	return all, nil
}

// Guidance returns the guidance of one segment. A segment that is none is
// NotFound.
func (s *Service) Guidance(ctx context.Context, of segment.Segment) (instrument.Guidance, error) {
	if !of.Valid() {
		return instrument.Guidance{}, fault.New(fault.NotFound)
	}
	all, err := s.AllGuidance(ctx)
	return all[of], err
}

// GuidanceVersion tells how often the house has written the guidance of a
// segment and when it did last: 0 and the zero time for the embedded one.
func (s *Service) GuidanceVersion(ctx context.Context, of segment.Segment) (version int, changedAt time.Time, err error) {
	own, err := s.guidance.Value(ctx)
	return own[of].Version, own[of].ChangedAt, err
}

// PutGuidance replaces the guidance of a segment by a new version; the ones
// before it are kept. Everything that is wrong with it comes back as one
// Invalid, with pointers such as /headline/fi. Of two who replace it at the same
// time one may get a Conflict.
func (s *Service) PutGuidance(ctx context.Context, of segment.Segment, g instrument.Guidance) error {
	actor, err := author(ctx)
	if err != nil {
		return err
	}
	if !of.Valid() {
		return fault.New(fault.NotFound)
	}
	g = g.Tidy()
	if err := g.Findings().Err(); err != nil {
		return err
	}
	at := s.now()
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		own, err := s.store.OwnGuidance(ctx)
		if err != nil {
			return err
		}
		next := OwnGuidance{Guidance: g, Version: own[of].Version + 1, ChangedAt: at}
		if err := s.store.InsertGuidance(ctx, of, next, actor.ID); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, at, audit.GuidanceChanged, audit.Guidance, of.Code()))
	})
	s.guidance.Forget()
	return err
}

// Unclear is how often an item of a battery version was marked as unclear.
type Unclear struct {
	Battery string
	Version int
	Item    string
	Count   int // above 0
}

// UnclearReports counts the answers that were marked as unclear, the client's
// and the professional's, in every assessment that is not withdrawn. It is for
// whoever looks after the texts, so it counts all units.
func (s *Service) UnclearReports(ctx context.Context) ([]Unclear, error) {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		if _, err := access.Require(ctx, access.ReadReport); err != nil {
			return nil, err
		}
	}
	return s.store.UnclearItems(access.WholeHouse(ctx))
}
