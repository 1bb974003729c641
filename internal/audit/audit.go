// Package audit owns the vocabulary of what is written down about every change
// and every reading of a client's data: who did what to which record and when,
// never a name, a text or a value. It owns the chain over it too: how rows are
// sealed in batches ([SealRows]), what a signed [Checkpoint] is, how all of it is
// verified ([Verify]), and the [Sealer] that works while the program serves.
//
// It belongs to the first floor. The rows are appended by the store, in the
// transaction of the thing they tell about. What is hashed and verified here is
// values and streams of them: where they are kept is the store's, and for
// checkpoints and exports the command's.
package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Action is what was done.
type Action string

// The actions that are written down.
const (
	ConsentGiven             Action = "consent.given"
	ConsentRead              Action = "consent.read"
	ConsentWithdrawn         Action = "consent.withdrawn"
	AssessmentStarted        Action = "assessment.started"
	AssessmentSubmitted      Action = "assessment.submitted" // started and completed in one call
	AssessmentChanged        Action = "assessment.changed"
	AssessmentAnswered       Action = "assessment.answered"  // items, one by one
	AssessmentAbandoned      Action = "assessment.abandoned" // a draft that was given up and deleted
	AssessmentCompleted      Action = "assessment.completed"
	AssessmentConfirmed      Action = "assessment.confirmed"
	AssessmentRead           Action = "assessment.read"
	AssessmentListed         Action = "assessment.listed" // shown in a list, one row per assessment
	ResultRead               Action = "result.read"
	ResultPrinted            Action = "result.printed"
	ResultRecorded           Action = "result.recorded"
	ResultDiscussed          Action = "result.discussed"
	FeedbackGiven            Action = "feedback.given"
	NonParticipationRecorded Action = "non_participation.recorded"
	ClientFileRead           Action = "client_file.read" // a row for every consent, assessment and invitation in it
	InvitationMade           Action = "invitation.made"
	InvitationCancelled      Action = "invitation.cancelled"
	InvitationLocked         Action = "invitation.locked" // after too many wrong codes
	InvitationAnswered       Action = "invitation.answered"
	LoggedIn                 Action = "session.begun"
	LoginFailed              Action = "session.refused"    // a wrong password of a user that exists
	HalfLoggedIn             Action = "session.half_begun" // a right password; the second factor is still missing
	LoggedOut                Action = "session.ended"
	HandedOver               Action = "session.handed_over"
	TakenBack                Action = "session.taken_back"
	PasswordChanged          Action = "password.changed"
	PasswordReset            Action = "password.reset"
	PasswordRemoved          Action = "password.removed"  // a one-time one that was not needed any more
	IdentityLinked           Action = "identity.linked"   // a user can come in with an outside identity
	IdentityUnlinked         Action = "identity.unlinked" // and can't any more
	IdentityRefused          Action = "identity.refused"  // the subject is provider:reason
	IdentityLate             Action = "identity.late"     // a card accepted on late news about revocation, within the grace
	FactorAdded              Action = "factor.added"
	FactorRemoved            Action = "factor.removed"
	FactorRefused            Action = "factor.refused" // a wrong or used code, a passkey that may be a copy
	FactorReset              Action = "factor.reset"   // by an administrator, all of a user's
	RecoveryUsed             Action = "recovery.used"  // one of the codes for when there is no other factor at hand
	UnitAdded                Action = "unit.added"
	UnitRenamed              Action = "unit.renamed"
	UserAdded                Action = "user.added"
	UserChanged              Action = "user.changed"
	UserDisabled             Action = "user.disabled"
	UserEnabled              Action = "user.enabled"
	GuidanceChanged          Action = "guidance.changed"
	ConsentTextAdded         Action = "consent_text.added"
	TokenCreated             Action = "token.created"
	TokenRevoked             Action = "token.revoked"
	SettingChanged           Action = "setting.changed"
	ReportPublished          Action = "report.published" // the subject is the first day
	ConsentArchived          Action = "consent.archived" // handed to the archive, by the program itself
	WithdrawalArchived       Action = "withdrawal.archived"
	ResultArchived           Action = "result.archived"
	HoldSet                  Action = "hold.set" // a consent, and all under it, is kept whatever falls due
	HoldReleased             Action = "hold.released"
	RetentionChanged         Action = "retention.changed"          // how long a kind of record is kept; the subject is the kind
	RecordDeleted            Action = "record.deleted"             // because its time was over
	RecordErased             Action = "record.erased"              // because its client was erased
	SecretsDeleted           Action = "invitation.secrets_deleted" // the hashes of its link and code, some time after it was over
	ArchiveRetried           Action = "archive.retried"            // what waits was made due at once
	EmergencyPrepared        Action = "emergency.prepared"         // sealed codes were made
	EmergencyRevoked         Action = "emergency.revoked"          // and taken back, with the sessions that they opened
	EmergencyRefused         Action = "emergency.refused"          // codes that were wrong; the subject is the reason
	EmergencyAsked           Action = "emergency.asked"            // two right codes; who comes in is still to be said
	EmergencyOpened          Action = "emergency.opened"           // somebody came in with them
	EmergencyWitnessed       Action = "emergency.witnessed"        // who stood by
	EmergencyCodeUsed        Action = "emergency.code_used"        // the subject is set/sheet/number
	EmergencyEnded           Action = "emergency.ended"            // before its time
	EmergencyReviewed        Action = "emergency.reviewed"         // the subject is login:outcome
)

// Subject is the kind of record that an entry is about.
type Subject string

// The kinds of record.
const (
	Consent          Subject = "consent"
	Assessment       Subject = "assessment"
	NonParticipation Subject = "non_participation"
	Unit             Subject = "unit"
	User             Subject = "user"
	Token            Subject = "token"
	Setting          Subject = "setting"
	Invitation       Subject = "invitation"
	Guidance         Subject = "guidance"
	ConsentText      Subject = "consent_text"
	Archive          Subject = "archive"
	Identity         Subject = "identity" // an outside one
	Retention        Subject = "retention"
	Session          Subject = "session"         // by the beginning of its hash
	SetupLink        Subject = "setup_link"      // by the beginning of its hash
	IdempotencyKey   Subject = "idempotency_key" // by the id of its claim
	Feedback         Subject = "feedback"
	Barrier          Subject = "barrier_report"
	PublishedReport  Subject = "published_report"
	EmergencySet     Subject = "emergency_set"
	EmergencyCode    Subject = "emergency_code"
	EmergencyLogin   Subject = "emergency_login"
)

// Entry is one row of the audit.
type Entry struct {
	At        time.Time // UTC
	Actor     uuid.UUID // the nil UUID for the command line
	Role      string
	Action    Action
	Subject   Subject
	SubjectID string // a random id, or the code of a unit or setting
	Unit      string // the unit whose record it is, "" where none
	RequestID string // "" outside a request
}

type requestKey struct{}

// WithRequestID returns a context that carries the id of the request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID returns the id of the request that a context belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}
