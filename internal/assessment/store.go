package assessment

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Store is what the use cases need of the database. A record that is not there
// is a fault of kind NotFound. Methods called inside InTx take part in its
// transaction.
type Store interface {
	// InTx runs f in one transaction and rolls back when f fails. A call
	// inside another joins it.
	InTx(ctx context.Context, f func(ctx context.Context) error) error

	InsertConsent(ctx context.Context, r consent.Record) error
	// Consent and ConsentForUpdate read the consent of an assessment that is the
	// actor's own. ForUpdate keeps everybody else from using or withdrawing it until
	// the transaction ends. Whoever needs both locks takes the consent's before the
	// assessment's.
	Consent(ctx context.Context, id uuid.UUID) (consent.Record, error)
	ConsentForUpdate(ctx context.Context, id uuid.UUID) (consent.Record, error)
	// OwnConsent and OwnConsentForUpdate read one that somebody names: of these
	// units only, whatever the registers. Any other is neither read nor locked.
	OwnConsent(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error)
	OwnConsentForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error)
	// BindClient writes down whose consent it is. The caller holds its lock and
	// knows that it is nobody's yet.
	BindClient(ctx context.Context, id uuid.UUID, clientRef string) error
	// WithdrawConsent ends a consent and all assessments under it. It returns
	// false, and changes nothing, when the consent is withdrawn already.
	WithdrawConsent(ctx context.Context, id uuid.UUID, at time.Time, reason string) (bool, error)

	// AddAssessment stores a new assessment with its row in the audit, both or
	// neither, if its consent is valid for it: given in one of these units, in
	// force, for the purpose of assessment and of no other client. Otherwise it
	// stores nothing and returns false. Whether the assessment may be counted in
	// statistics is taken from the consent.
	AddAssessment(ctx context.Context, a *Assessment, units []string, e audit.Entry) (bool, error)
	// OwnAssessment reads an assessment of these units and registers; any other is
	// neither read nor locked. ForUpdate keeps everybody else from changing it until
	// the transaction ends.
	OwnAssessment(ctx context.Context, own access.Scope, id uuid.UUID) (*Assessment, error)
	OwnAssessmentForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (*Assessment, error)
	// UpdateAssessment writes everything that can change and counts the
	// revision up, in a and in the database.
	UpdateAssessment(ctx context.Context, a *Assessment) error
	// Assessments lists at most q.Limit assessments, the newest visit first.
	Assessments(ctx context.Context, q ListQuery) ([]*Assessment, error)

	// Drafts lists at most limit drafts of these units and registers, the newest
	// first, with those that a user began before all others.
	Drafts(ctx context.Context, own access.Scope, first uuid.UUID, limit int) ([]*Assessment, error)
	// CountDone counts the assessments with a result that a user began, by the
	// day of the visit, both days included and zero for open.
	CountDone(ctx context.Context, by uuid.UUID, from, to calendar.Date) (int, error)
	// Path lists the assessments with a result of the same client as q.Of up to
	// and with it, oldest first. The same client is the same consent, or the
	// same client_ref in the same unit; the register is always the same.
	Path(ctx context.Context, q PathQuery) ([]*Assessment, error)
	// DeleteDraft deletes a draft with its phases and takes it from the
	// invitation and the sessions that point to it. One that is no draft is
	// NotFound.
	DeleteDraft(ctx context.Context, id uuid.UUID) error
	// MoveInvitation brings the invitation that led to an assessment, if there is
	// one, into the assessment's register.
	MoveInvitation(ctx context.Context, id uuid.UUID, register access.Register) error

	// AddSeconds adds to the time of a phase. An assessment that is not there
	// is a Conflict.
	AddSeconds(ctx context.Context, id uuid.UUID, phase Phase, seconds int) error
	Seconds(ctx context.Context, id uuid.UUID) (map[Phase]int, error)

	InsertEvent(ctx context.Context, e Event) error
	// Events lists what was done with a result, in that order.
	Events(ctx context.Context, id uuid.UUID) ([]Event, error)
	InsertFeedback(ctx context.Context, f Feedback) error
	InsertNonParticipation(ctx context.Context, n NonParticipation) error

	// QueueArchive queues a document for the archive. Older ones of the same kind
	// about the same subject that still wait are dropped.
	QueueArchive(ctx context.Context, j archive.Job) error
	// DropResults drops the results under a consent that wait for the archive.
	DropResults(ctx context.Context, consentID uuid.UUID) error

	// ClientFile reads all that is kept about one client but for MadeAt.
	ClientFile(ctx context.Context, q FileQuery) (File, error)
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// ListQuery selects assessments.
type ListQuery struct {
	Own      access.Scope    // only what is in it
	From, To calendar.Date   // days of the visit, both included; zero for open
	Segment  segment.Segment // the calculated one; zero for any
	Status   []Status        // one of these; none for any

	CreatedBy uuid.UUID // the nil UUID for anybody
	After     *Position // continue behind this place; nil from the start
	Limit     int
}

// PathQuery selects the assessments that belong to one client's path.
type PathQuery struct {
	Of    *Assessment  // this one and the ones before it
	Own   access.Scope // only what is in it
	Limit int          // the latest ones
}

// Position is a place in a list, newest visit first.
type Position struct {
	AssessedOn calendar.Date
	ID         uuid.UUID
}
