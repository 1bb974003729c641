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
	CompleteAssessment     Action = "assessment.complete"
	ConfirmAssessment      Action = "assessment.confirm"
	NoteAssessment         Action = "assessment.note" // printed, recorded, discussed
	GiveFeedback           Action = "feedback.give"
	RecordNonParticipation Action = "non_participation.record"
	ReadReport             Action = "report.read"
	Manage                 Action = "manage" // units, users, tokens, settings
)

// Actions lists every action, for tests that must cover all of them.
var Actions = []Action{
	ReadContent, GiveConsent, ReadConsent, WithdrawConsent, StartAssessment, ReadAssessment,
	ChangeAssessment, CompleteAssessment, ConfirmAssessment, NoteAssessment, GiveFeedback,
	RecordNonParticipation, ReadReport, Manage,
}

// permissions is the one table of who may do what. What is not here is denied.
// Whether the record at hand is one of the own unit's is asked separately.
var permissions = map[Role][]Action{
	Professional: {
		ReadContent, GiveConsent, ReadConsent, WithdrawConsent, StartAssessment, ReadAssessment,
		ChangeAssessment, CompleteAssessment, ConfirmAssessment, NoteAssessment, GiveFeedback,
		RecordNonParticipation,
	},
	Expert: {ReadContent, ReadReport},
	Admin:  {ReadContent, Manage},
	System: {ReadContent, ReadReport, Manage},
}

// Allowed looks an action up in the table of permissions.
func Allowed(role Role, action Action) bool {
	return slices.Contains(permissions[role], action)
}
