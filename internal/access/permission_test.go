package access_test

import (
	"context"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Nobody may do anything that the table does not say; an expert never comes near
// a client, and neither does an administrator.
func TestWhatIsNotInTheTableIsDenied(t *testing.T) {
	near := []access.Action{access.GiveConsent, access.ReadConsent, access.WithdrawConsent, access.StartAssessment, access.ReadAssessment,
		access.ChangeAssessment, access.CompleteAssessment, access.ConfirmAssessment, access.NoteAssessment, access.GiveFeedback,
		access.ReadClientFile, access.EraseClient}
	for _, action := range near {
		for _, role := range []access.Role{access.Expert, access.Admin, access.System, "", "root"} {
			if access.Allowed(role, action) {
				t.Errorf("%q may %s", role, action)
			}
		}
		if !access.Allowed(access.Professional, action) {
			t.Errorf("a professional may not %s", action)
		}
	}
	for _, action := range []access.Action{access.WithdrawConsent, access.ConfirmAssessment, access.ReadClientFile, access.EraseClient} {
		if access.Allowed(access.Client, action) { // a client's session may stand open on somebody else's screen
			t.Errorf("a client beforehand may %s", action)
		}
	}
	for _, action := range append(access.Actions, "something.new") {
		if access.Allowed("", action) || (action == "something.new" && access.Allowed(access.Admin, action)) {
			t.Errorf("%s is allowed to whom it is not given", action)
		}
	}
	if access.Allowed(access.Professional, access.Manage) || access.Allowed(access.Professional, access.ReadReport) || access.Allowed(access.Expert, access.Manage) {
		t.Error("a role does another's work")
	}
}

func TestNoActorNoAction(t *testing.T) {
	if _, err := access.Require(context.Background(), access.ReadContent); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("without an actor: %v", err)
	}
	ctx := access.With(context.Background(), access.Actor{Role: access.Expert})
	if _, err := access.Require(ctx, access.ReadAssessment); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an expert reads an assessment: %v", err)
	}
}
