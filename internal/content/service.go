package content

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/memo"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// keep is how long an instance may go on with texts that another one has
// replaced.
const keep = time.Second

// Store is what the content needs of the database.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error

	// OwnTexts lists the house's own consent texts, oldest first.
	OwnTexts(ctx context.Context) ([]consent.Text, error)
	// LastTextVersion is the highest version of a consent text that this database
	// has ever known, embedded or own; 0 for none.
	LastTextVersion(ctx context.Context) (int, error)
	// InsertOwnText stores a text and registers it for good, so that consents can
	// name it. A version that is taken is a Conflict.
	InsertOwnText(ctx context.Context, t consent.Text, at time.Time, by uuid.UUID) error

	// OwnGuidance returns the newest own guidance of each segment that has one.
	OwnGuidance(ctx context.Context) (map[segment.Segment]OwnGuidance, error)
	// InsertGuidance stores a version. One that is taken is a Conflict.
	InsertGuidance(ctx context.Context, of segment.Segment, g OwnGuidance, by uuid.UUID) error

	// UnclearItems counts the answers marked as unclear, most often marked first.
	UnclearItems(ctx context.Context) ([]Unclear, error)

	InsertBarrier(ctx context.Context, id uuid.UUID, b Barrier) error
	// Barriers lists the newest reports.
	Barriers(ctx context.Context, limit int) ([]Barrier, error)

	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// OwnGuidance is one version of a segment's guidance that the house wrote.
type OwnGuidance struct {
	Guidance  instrument.Guidance
	Version   int // from 1
	ChangedAt time.Time
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// Service holds what is read and what may be changed.
type Service struct {
	store    Store
	library  *instrument.Library
	embedded []consent.Text
	settings *setting.Service
	clock    Clock
	ids      IDs

	texts    *memo.Memo[[]consent.Text]
	guidance *memo.Memo[map[segment.Segment]OwnGuidance]
}

// New wires the content. texts are the embedded consent texts in the order of
// their versions, at least one; the store has registered them.
func New(store Store, library *instrument.Library, texts []consent.Text, settings *setting.Service, clock Clock, ids IDs) *Service {
	s := &Service{store: store, library: library, embedded: texts, settings: settings, clock: clock, ids: ids}
	s.texts = memo.New(keep, clock.Now, s.readTexts)
	s.guidance = memo.New(keep, clock.Now, store.OwnGuidance)
	return s
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// author is the administrator who writes a text. The command line is nobody
// whose name could stand beside it.
func author(ctx context.Context) (access.Actor, error) {
	actor, err := access.Require(ctx, access.Manage)
	if err == nil && actor.Role == access.System {
		err = fault.New(fault.Forbidden)
	}
	return actor, err
}

func (s *Service) entry(ctx context.Context, actor access.Actor, at time.Time, action audit.Action, subject audit.Subject, id string) audit.Entry {
	return audit.Entry{
		At: at, Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: subject, SubjectID: id, RequestID: audit.RequestID(ctx),
	}
}

// Batteries returns the professional batteries that are in use, in the order of
// every table.
func (s *Service) Batteries(ctx context.Context) ([]*instrument.Battery, error) {
	settings, err := s.settings.Current(ctx)
	if err != nil {
		return nil, err
	}
	all := s.library.Professional()
	if len(settings.Batteries) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(b *instrument.Battery) bool { return !slices.Contains(settings.Batteries, b.Code) }), nil
}

// InUse returns the codes of the professional batteries that are in use.
func (s *Service) InUse(ctx context.Context) (map[string]bool, error) {
	batteries, err := s.Batteries(ctx)
	if err != nil {
		return nil, err
	}
	codes := make(map[string]bool, len(batteries))
	for _, b := range batteries {
		codes[b.Code] = true
	}
	return codes, nil
}
