package access

import "slices"

// Action is something that a role may or may not do.
type Action string

// The actions. Every use case asks for exactly one of them.
const (
	ReadContent            Action = "content.read" // batteries and consent texts
	GiveConsent            Action = "consent.give"
	ReadConsent            Action = "consent.read"
	WithdrawConsent        Action = "consent.withdraw"
	StartAssessment        Action = "assessment.start"
	ReadAssessment         Action = "assessment.read"
	ChangeAssessment       Action = "assessment.change"
	AnswerAssessment       Action = "assessment.answer" // item by item; a client the own part only
	CompleteAssessment     Action = "assessment.complete"
	AbandonAssessment      Action = "assessment.abandon"
	ConfirmAssessment      Action = "assessment.confirm"
	NoteAssessment         Action = "assessment.note" // printed, recorded, discussed
	GiveFeedback           Action = "feedback.give"
	RecordNonParticipation Action = "non_participation.record"
	ReadClientFile         Action = "client_file.read"  // all that is kept about one client, to hand it over
	EraseClient            Action = "client.erase"      // all that is kept about one client
	InviteClient           Action = "invitation.manage" // to answer beforehand
	AcceptInvitation       Action = "invitation.accept"
	ReadReport             Action = "report.read"
	PublishReport          Action = "report.publish"
	Manage                 Action = "manage"      // units, users, tokens, settings, texts
	OwnAccount             Action = "account.own" // the own password and session
)

// Actions lists every action, for tests that must cover all of them.
var Actions = []Action{
	ReadContent, GiveConsent, ReadConsent, WithdrawConsent, StartAssessment, ReadAssessment,
	ChangeAssessment, AnswerAssessment, CompleteAssessment, AbandonAssessment, ConfirmAssessment, NoteAssessment,
	GiveFeedback, RecordNonParticipation, ReadClientFile, EraseClient, InviteClient, AcceptInvitation, ReadReport, PublishReport, Manage, OwnAccount,
}

// permissions is the one table of who may do what. What is not here is denied.
// With how far each action reaches, and with the actor's own units and registers,
// it decides everything: see May.
var permissions = map[Role][]Action{
	Professional: {
		ReadContent, GiveConsent, ReadConsent, WithdrawConsent, StartAssessment, ReadAssessment,
		ChangeAssessment, AnswerAssessment, CompleteAssessment, AbandonAssessment, ConfirmAssessment, NoteAssessment,
		GiveFeedback, RecordNonParticipation, ReadClientFile, EraseClient, InviteClient, OwnAccount,
	},
	// A visit, and nothing that deletes, shares or exports: of those who come in
	// with codes from an envelope, nobody has seen an identity.
	Emergency: {
		ReadContent, GiveConsent, ReadConsent, WithdrawConsent, StartAssessment, ReadAssessment,
		ChangeAssessment, AnswerAssessment, CompleteAssessment, ConfirmAssessment, NoteAssessment,
		GiveFeedback, RecordNonParticipation,
	},
	Visitor: {ReadContent},
	Client:  {ReadContent, GiveConsent, ReadConsent, StartAssessment, ReadAssessment, AnswerAssessment, AcceptInvitation},
	Expert:  {ReadContent, ReadReport, PublishReport, OwnAccount},
	Admin:   {ReadContent, Manage, OwnAccount},
	System:  {ReadContent, ReadReport, PublishReport, Manage},
}

// Reach is how far an action goes: about which records it may be done.
type Reach int

// The reaches.
const (
	Everywhere Reach = iota // about no record of a client's
	OwnUnit                 // about what belongs to a unit and to no register, such as a consent, or begins from it
	OwnRecord               // about what belongs to a unit and to a register
)

// reaches says how far the actions go that are about records of clients. What
// is not here is about none.
var reaches = map[Action]Reach{
	GiveConsent: OwnUnit, ReadConsent: OwnUnit, WithdrawConsent: OwnUnit, RecordNonParticipation: OwnUnit,
	ReadClientFile: OwnUnit, EraseClient: OwnUnit, // from a consent; in the file is what is own, and an erasure takes all to be own
	StartAssessment: OwnRecord, ReadAssessment: OwnRecord, ChangeAssessment: OwnRecord, AnswerAssessment: OwnRecord,
	CompleteAssessment: OwnRecord, AbandonAssessment: OwnRecord, ConfirmAssessment: OwnRecord, NoteAssessment: OwnRecord,
	GiveFeedback: OwnRecord, InviteClient: OwnRecord, AcceptInvitation: OwnRecord,
}

// May decides: whether somebody may do something about a record of a unit and a
// register. The register counts where the action reaches that far only.
func (a Actor) May(action Action, unit string, register Register) bool {
	if !Allowed(a.Role, action) {
		return false
	}
	switch reaches[action] {
	case OwnRecord:
		return a.Scope().Holds(unit, register)
	case OwnUnit:
		return a.InUnit(unit)
	default:
		return true
	}
}

// Allowed looks an action up in the table of permissions.
func Allowed(role Role, action Action) bool {
	return slices.Contains(permissions[role], action)
}
