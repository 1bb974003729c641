package assessment

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Limits of a client's own file. What is over them is counted and left out, the
// oldest first.
const (
	MaxFileVisits = 200 // also of the consents and of the invitations
	MaxFileTrail  = 5000
)

// File is a client's own file: all that is kept about one client, and who has
// read or changed it. Everything in it is personal data.
type File struct {
	MadeAt      time.Time
	ConsentID   uuid.UUID // the consent that it was made from
	ClientRef   string    // by which the rest was found, "" where that consent stands alone
	Consents    []consent.Record
	Visits      []FileVisit
	Invitations []FileInvitation
	Archived    []FileArchived
	Trail       []FileTrail
	Names       map[uuid.UUID]string // of the users whose ids are in the file
	Registers   []access.Register    // of which it is: nothing of another one is in it
	LeftOut     FileLeftOut
}

// The lists of a File are in the order of time, the newest last.

// FileVisit is an assessment with what is kept beside it.
type FileVisit struct {
	*Assessment
	Events  []Event
	Seconds map[Phase]int
}

// FileInvitation is an invitation to answer beforehand, without its secrets.
type FileInvitation struct {
	ID          uuid.UUID
	Unit        string
	Register    access.Register
	Battery     string // the professional's, code
	Language    lang.Tag
	Plain       bool
	ClientRef   string
	CreatedBy   uuid.UUID
	CreatedAt   time.Time
	ExpiresAt   time.Time
	LinkUsedAt  time.Time // zero until then
	Failures    int       // wrong codes since the last right one
	CancelledAt time.Time // zero until then
	Assessment  uuid.UUID // nil until consent was given
	AnsweredAt  time.Time // zero until the client said that it is ready
}

// FileArchived is a document that was handed, or is to be handed, to the archive.
type FileArchived struct {
	Kind        string    // consent, withdrawal or result
	Of          uuid.UUID // the consent or the assessment
	State       string    // waiting, delivered or dropped
	QueuedAt    time.Time
	DeliveredAt time.Time // zero until then
}

// FileTrail is one row of the audit about something in the file.
type FileTrail struct {
	At     time.Time
	Actor  uuid.UUID // the nil UUID for the service itself
	Role   string    // what the actor was then; "" for the service itself
	Action audit.Action
	Of     uuid.UUID // the consent, the assessment or the invitation
}

// FileLeftOut counts what the limits left out of a file.
type FileLeftOut struct{ Consents, Visits, Invitations, Trail int }

// String keeps the file out of error texts.
func (f File) String() string { return "[redacted]" }

// LogValue keeps the file out of logs.
func (f File) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// FileQuery selects what belongs into a client's own file. The same client is
// the same consent, or the same client_ref in the same unit, as for a Path: in
// another unit the same client_ref may be somebody else.
type FileQuery struct {
	Consent   consent.Record
	Own       access.Scope // nothing else; of consents its units alone
	MaxVisits int          // also of the consents and the invitations
	MaxTrail  int
}

// File gathers a client's own file, beginning from one consent of the actor's
// units: that consent and, when it bears a client_ref, the others of the same
// client. Everything that is in the file leaves a row in the audit, which the
// next file of the same client shows.
func (s *Service) File(ctx context.Context, consentID uuid.UUID) (f File, err error) {
	actor, err := access.Require(ctx, access.ReadClientFile)
	if err != nil {
		return File{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.ownConsent(ctx, actor, access.ReadClientFile, consentID)
		if err != nil {
			return err
		}
		q := FileQuery{Consent: c, Own: actor.Scope(), MaxVisits: MaxFileVisits, MaxTrail: MaxFileTrail}
		if f, err = s.store.ClientFile(ctx, q); err != nil {
			return err
		}
		f.MadeAt, f.Registers = s.now(), actor.Registers
		return s.store.AppendAudit(ctx, s.fileEntries(ctx, actor, &f)...)
	})
	if err != nil {
		return File{}, err
	}
	return f, nil
}

// fileEntries are the rows of the audit about a file that was read, one for each
// thing in it: a later file may hold only some of them.
func (s *Service) fileEntries(ctx context.Context, actor access.Actor, f *File) []audit.Entry {
	var entries []audit.Entry
	note := func(subject audit.Subject, id uuid.UUID, unit string) {
		e := s.entry(ctx, actor, audit.ClientFileRead, subject, id, unit)
		e.At = f.MadeAt
		entries = append(entries, e)
	}
	for _, c := range f.Consents {
		note(audit.Consent, c.ID, c.Unit)
	}
	for _, v := range f.Visits {
		note(audit.Assessment, v.ID, v.Unit)
	}
	for _, i := range f.Invitations {
		note(audit.Invitation, i.ID, i.Unit)
	}
	return entries
}
