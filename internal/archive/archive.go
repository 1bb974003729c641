package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// Kind is what a document is.
type Kind string

// The kinds, in the order of every table.
const (
	Consent    Kind = "consent"    // a consent as it was given; the subject is the consent
	Withdrawal Kind = "withdrawal" // the notice that it was withdrawn; the subject is the consent
	Result     Kind = "result"     // a confirmed result; the subject is the assessment
)

// Kinds lists the kinds.
var Kinds = []Kind{Consent, Withdrawal, Result}

// State is how far a job has come.
type State string

// The states, in the order of every table.
const (
	Waiting   State = "waiting"   // to be handed over, perhaps tried already
	Delivered State = "delivered" // the archive has it
	Dropped   State = "dropped"   // not to be handed over any more
)

// States lists the states.
var States = []State{Waiting, Delivered, Dropped}

// Job is one document that is to be handed to the archive. Nothing in it is
// personal data.
type Job struct {
	ID          uuid.UUID // random, of the document too, and the same at every try
	Kind        Kind
	Subject     uuid.UUID // the consent or the assessment
	Revision    int       // of the subject, from 1; a consent is given once and withdrawn once
	Unit        string    // code
	QueuedAt    time.Time // UTC, to the microsecond, as all times here
	State       State
	Attempts    int       // tries so far
	NextAt      time.Time // not tried before
	Problem     Problem   // of the last try, "" without one
	DeliveredAt time.Time // zero until then
	SHA256      string    // hex, of the document that the archive has; "" until then
}

// NewJob is a job that is due at once.
func NewJob(id uuid.UUID, kind Kind, subject uuid.UUID, revision int, unit string, at time.Time) Job {
	return Job{ID: id, Kind: kind, Subject: subject, Revision: revision, Unit: unit, QueuedAt: at, State: Waiting, NextAt: at}
}

// Item is a document with what an archive needs to know about it: codes, ids and
// times. Only Content tells about a person.
type Item struct {
	ID      uuid.UUID // the job's
	Kind    Kind
	Subject uuid.UUID // the consent or the assessment
	Consent uuid.UUID // the consent itself, or that of the assessment: a withdrawal names it too

	Unit        string    // code
	Register    string    // code, "" where the document belongs to none
	Language    lang.Tag  // of the document
	At          time.Time // UTC, when the consent was given or withdrawn, or the result confirmed
	TextVersion int       // of the consent's text; 0 for a result
	TextSHA256  string    // hex, of that text in Language; "" for a result

	MediaType string
	Content   []byte
}

// SHA256 is the hash of the content, in hex.
func (i Item) SHA256() string {
	sum := sha256.Sum256(i.Content)
	return hex.EncodeToString(sum[:])
}

// String keeps the content out of error texts.
func (Item) String() string { return "[redacted]" }

// LogValue keeps the content out of logs.
func (Item) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Renderer makes the document of a job.
type Renderer interface {
	Render(ctx context.Context, job Job) (Item, error)
}

// Target is an archive.
//
// Deliver hands a document over and returns the SHA-256, in hex, of the document
// that the archive has under the item's id. It is called again with the same id
// whenever it is not certain that it succeeded, also by another process and
// perhaps by two at once; what comes again may differ in its bytes. A target
// keeps the first and answers with its hash. When Deliver returns without an
// error the document must be there for good: a worker forgets it then. An error
// made by [Fail] says what is wrong; any other is [Failed].
//
// # A target for IHE MHD
//
// The fields are enough for a Provide Document Bundle request (ITI-65), which is
// the target that is to follow the directory. It is a transaction Bundle of a
// List (the submission set), a DocumentReference and a Binary:
//
//   - ID: DocumentReference.masterIdentifier as urn:uuid:…, which is XDS's
//     DocumentEntry.uniqueId and must stay the same at every try, and the
//     uniqueId of the submission set derived from it. The entryUUID, which is
//     DocumentReference.identifier with the use "official", is derived from it
//     too (a UUID of version 5). Where the recipient knows conditional creates,
//     If-None-Exist with the masterIdentifier makes it once; one that answers
//     that the id is taken has the document already, and is asked for its hash.
//   - Kind: DocumentReference.type (typeCode) and category (classCode), by a table
//     that the archive's affinity domain sets.
//   - Subject: DocumentReference.identifier besides the entryUUID, so that what
//     was archived is found from here. Consent joins a withdrawal and the results
//     to the consent: context.related.
//   - Unit and Register: context.facilityType and practiceSetting, and the
//     author's organisation; the two registers are two sources or two domains.
//   - Language: content.attachment.language. MediaType: its contentType. Content
//     is the Binary. At: context.period.start; the attachment's creation is the
//     same, because a document is as old as what it tells about.
//   - Content's hash: XDS and FHIR R4's attachment.hash want SHA-1, which the
//     target computes; SHA-256 is what is kept here.
//   - The patient is not in an Item. A target that needs an identifier resolves
//     it by Subject, through an interface of its own: the directory must never
//     come to see one.
type Target interface {
	Deliver(ctx context.Context, item Item) (sha256 string, err error)
}

// Problem is why a document was not handed over, as a code: an error's text might
// tell about a person.
type Problem string

// The problems.
const (
	NotRendered Problem = "not_rendered" // the document could not be made
	Missing     Problem = "missing"      // the archive is not where it should be
	Denied      Problem = "denied"       // it does not let the program in
	ReadOnly    Problem = "read_only"    // it takes nothing
	Full        Problem = "full"         // it has no room left
	Damaged     Problem = "damaged"      // what it has under the id is not whole
	TooSlow     Problem = "too_slow"     // no answer in time
	Failed      Problem = "failed"       // something else
)

// Problems lists the problems.
var Problems = []Problem{NotRendered, Missing, Denied, ReadOnly, Full, Damaged, TooSlow, Failed}

// Fail is err with the problem that it is.
func Fail(p Problem, err error) error { return &failure{p, err} }

type failure struct {
	problem Problem
	err     error
}

func (f *failure) Error() string { return "archive: " + string(f.problem) + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// ProblemOf is the problem that an error is.
func ProblemOf(err error) Problem {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f.problem
	case errors.Is(err, context.DeadlineExceeded):
		return TooSlow
	default:
		return Failed
	}
}
