package access_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Who may do what at all, and about which records: "everywhere", of the own
// "unit", or of the own unit and "register". It says once more, and in another
// form, what the table of permissions says: whoever changes one has to mean it.
var expected = map[access.Action]struct {
	about string
	roles []access.Role
}{
	access.ReadContent:            {"everywhere", []access.Role{access.Professional, access.Emergency, access.Visitor, access.Client, access.Expert, access.Admin, access.System}},
	access.GiveConsent:            {"unit", []access.Role{access.Professional, access.Emergency, access.Client}},
	access.ReadConsent:            {"unit", []access.Role{access.Professional, access.Emergency, access.Client}},
	access.WithdrawConsent:        {"unit", []access.Role{access.Professional, access.Emergency}}, // a client's session may stand open on somebody else's screen
	access.RecordNonParticipation: {"unit", []access.Role{access.Professional, access.Emergency}},
	access.ReadClientFile:         {"unit", []access.Role{access.Professional}},
	access.EraseClient:            {"unit", []access.Role{access.Professional}},
	access.StartAssessment:        {"register", []access.Role{access.Professional, access.Emergency, access.Client}},
	access.ReadAssessment:         {"register", []access.Role{access.Professional, access.Emergency, access.Client}},
	access.ChangeAssessment:       {"register", []access.Role{access.Professional, access.Emergency}},
	access.AnswerAssessment:       {"register", []access.Role{access.Professional, access.Emergency, access.Client}},
	access.CompleteAssessment:     {"register", []access.Role{access.Professional, access.Emergency}},
	access.AbandonAssessment:      {"register", []access.Role{access.Professional}},
	access.ConfirmAssessment:      {"register", []access.Role{access.Professional, access.Emergency}},
	access.NoteAssessment:         {"register", []access.Role{access.Professional, access.Emergency}},
	access.GiveFeedback:           {"register", []access.Role{access.Professional, access.Emergency}},
	access.InviteClient:           {"register", []access.Role{access.Professional}},
	access.AcceptInvitation:       {"register", []access.Role{access.Client}},
	access.ReadReport:             {"everywhere", []access.Role{access.Expert, access.System}},
	access.PublishReport:          {"everywhere", []access.Role{access.Expert, access.System}},
	access.Manage:                 {"everywhere", []access.Role{access.Admin, access.System}},
	access.OwnAccount:             {"everywhere", []access.Role{access.Professional, access.Expert, access.Admin}},
}

// Every role and some that there aren't, in the own, a foreign and no unit, with
// the own, the foreign, no and both registers, for every action and one that there
// isn't: nobody may do anything that the table does not say.
func TestWhatIsNotInTheTableIsDenied(t *testing.T) {
	units := map[string][]string{"own": {"vuosaari-ta"}, "foreign": {"seniori-info"}, "no": nil, "both": {"seniori-info", "vuosaari-ta"}}
	registers := map[string][]access.Register{"own": {access.Health}, "foreign": {access.Social}, "no": nil, "both": access.Registers}
	mine := func(place string) bool { return place == "own" || place == "both" }
	for _, action := range append(slices.Clone(access.Actions), "something.new") {
		want, listed := expected[action]
		if !listed && action != "something.new" {
			t.Errorf("%s is in no line of this test", action)
		}
		for _, role := range []access.Role{access.Professional, access.Expert, access.Admin, access.Emergency, access.Visitor, access.Client, access.System, "", "root"} {
			allowed := slices.Contains(want.roles, role)
			if access.Allowed(role, action) != allowed {
				t.Errorf("%q may %s: %v", role, action, !allowed)
			}
			for unit, codes := range units {
				for register, own := range registers {
					actor := access.Actor{Role: role, Units: codes, Registers: own}
					may := allowed && (want.about == "everywhere" || mine(unit) && (want.about == "unit" || mine(register)))
					if got := actor.May(action, "vuosaari-ta", access.Health); got != may {
						t.Errorf("%q of the %s unit and %s register may %s: %v", role, unit, register, action, got)
					}
				}
			}
		}
	}
}

// A register that is none, or none at all, is nobody's.
func TestARecordWithoutAPlaceIsNobodys(t *testing.T) {
	everything := access.Actor{Role: access.Professional, Units: []string{"vuosaari-ta"}, Registers: access.Registers}
	for _, at := range []struct {
		unit     string
		register access.Register
	}{{"vuosaari-ta", ""}, {"vuosaari-ta", "other"}, {"", access.Health}, {"", ""}} {
		if everything.May(access.ReadAssessment, at.unit, at.register) {
			t.Errorf("%+v can be read", at)
		}
	}
	if (access.Scope{}).Holds("", "") {
		t.Error("the scope of nothing holds something")
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

// A professional has at least one register, and everybody else both.
func TestRegistersOfUsers(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		add := func(role access.Role, registers ...string) (access.User, error) {
			in := access.NewUser{Username: fmt.Sprintf("%s-%v", role, len(registers)), Name: "x", Role: string(role), Units: []string{"vuosaari-ta"}, Registers: registers}
			u, _, err := h.AddUser(h.System(), in)
			if err != nil {
				return u, err
			}
			return h.UserByID(h.System(), u.ID)
		}
		u, err := add(access.Professional)
		h.Must(err)
		if !slices.Equal(u.Registers, access.Registers) {
			t.Errorf("without a choice: %v", u.Registers)
		}
		for _, change := range []struct {
			to   []string
			want []access.Register
		}{{[]string{"social"}, []access.Register{access.Social}}, {[]string{"social", "health", "social"}, access.Registers}} {
			h.Must(h.ChangeUser(h.System(), u.ID, "x", u.Units, change.to))
			if u, err = h.UserByID(h.System(), u.ID); err != nil || !slices.Equal(u.Registers, change.want) {
				t.Errorf("changed to %v: %v, %v", change.to, u.Registers, err)
			}
		}
		h.wantFound("none at all", h.ChangeUser(h.System(), u.ID, "x", u.Units, []string{}), "/register required")
		h.wantFound("one that isn't", h.ChangeUser(h.System(), u.ID, "x", u.Units, []string{"health", "secret"}), "/register not_in_list")
		h.wantFound("an expert of one", second(add(access.Expert, "health")), "/register needs_both_registers")
		e, err := add(access.Expert, "social", "health")
		h.Must(err)
		if !slices.Equal(e.Registers, access.Registers) {
			t.Errorf("an expert's: %v", e.Registers)
		}
	})
}
