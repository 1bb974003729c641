package store_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/retention"
)

// named are the use cases that somebody names a record to, by what the record
// is. Every other one is in unnamed: a use case that is in neither fails the test.
func named(h *housetest.House, keeper *retention.Service) map[string]map[string]func(ctx context.Context, id uuid.UUID) error {
	s, yes, text := h.Assessments, true, "paper"
	given := assessment.Precondition{Given: true, Any: true}
	start := func(ctx context.Context, id uuid.UUID, ref string, complete bool) error {
		_, err := s.Start(ctx, assessment.Start{ConsentID: id.String(), Unit: housetest.Unit, Register: "health", Language: "fi",
			Battery: "functioning", ClientRef: ref, Complete: complete})
		return err
	}
	return map[string]map[string]func(ctx context.Context, id uuid.UUID) error{
		"assessment": {
			"Assessment":      func(ctx context.Context, id uuid.UUID) error { return second(s.Assessment(ctx, id)) },
			"Result":          func(ctx context.Context, id uuid.UUID) error { return second(s.Result(ctx, id)) },
			"ResultForRecord": func(ctx context.Context, id uuid.UUID) error { return second(s.ResultForRecord(ctx, id)) },
			"Answer": func(ctx context.Context, id uuid.UUID) error {
				return second(s.Answer(ctx, assessment.SaveAnswers{ID: id, Side: instrument.Client}))
			},
			"Abandon": func(ctx context.Context, id uuid.UUID) error {
				return second(s.Abandon(ctx, assessment.Abandon{ID: id, Reason: "no_time"}))
			},
			"Change": func(ctx context.Context, id uuid.UUID) error {
				return second(s.Change(ctx, assessment.Change{ID: id, Precondition: given, Mode: &text, ClientRef: &text}))
			},
			"Complete": func(ctx context.Context, id uuid.UUID) error {
				return second(s.Complete(ctx, assessment.Complete{ID: id}))
			},
			"Confirm": func(ctx context.Context, id uuid.UUID) error {
				return second(s.Confirm(ctx, assessment.Confirm{ID: id}))
			},
			"Note": func(ctx context.Context, id uuid.UUID) error {
				return second(s.Note(ctx, assessment.Note{ID: id, Kind: "printed"}))
			},
			"GiveFeedback": func(ctx context.Context, id uuid.UUID) error {
				return s.GiveFeedback(ctx, assessment.GiveFeedback{ID: id, Usefulness: 3, Agreement: "agree"})
			},
			"Speak":  func(ctx context.Context, id uuid.UUID) error { return s.Speak(ctx, id, "sv", &yes) },
			"Spend":  func(ctx context.Context, id uuid.UUID) error { return s.Spend(ctx, id, assessment.PhaseClient, 9) },
			"Phases": func(ctx context.Context, id uuid.UUID) error { return second(s.Phases(ctx, id)) },
			"Events": func(ctx context.Context, id uuid.UUID) error { return second(s.Events(ctx, id)) },
			"Path":   func(ctx context.Context, id uuid.UUID) error { return second(s.Path(ctx, id)) },
		},
		"consent": {
			"Consent": func(ctx context.Context, id uuid.UUID) error { return second(s.Consent(ctx, id)) },
			"WithdrawConsent": func(ctx context.Context, id uuid.UUID) error {
				return second(s.WithdrawConsent(ctx, assessment.WithdrawConsent{ID: id}))
			},
			"File":              func(ctx context.Context, id uuid.UUID) error { return second(s.File(ctx, id)) },
			"Start":             func(ctx context.Context, id uuid.UUID) error { return start(ctx, id, "", false) },
			"Start with a name": func(ctx context.Context, id uuid.UUID) error { return start(ctx, id, "viite-1", false) },
			"Start and end":     func(ctx context.Context, id uuid.UUID) error { return start(ctx, id, "viite-1", true) },
			"Erasure":           func(ctx context.Context, id uuid.UUID) error { return second(keeper.Erasure(ctx, id)) },
			"Erase":             func(ctx context.Context, id uuid.UUID) error { return second(keeper.Erase(ctx, id)) },
			"Held": func(ctx context.Context, id uuid.UUID) error {
				_, _, err := keeper.Held(ctx, id)
				return err
			},
		},
		"invitation": {
			"Invitation": func(ctx context.Context, id uuid.UUID) error { return second(h.Invitations.Invitation(ctx, id)) },
			"Cancel":     h.Invitations.Cancel,
			"Renew":      func(ctx context.Context, id uuid.UUID) error { return second(h.Invitations.Renew(ctx, id)) },
		},
	}
}

// unnamed are the use cases to which nobody names a record of a client's: they
// list, make, count or manage, or their record is the client's own.
var unnamed = []string{
	"Batteries", "Begin", "CurrentText", "GiveConsent", "RecordNonParticipation", "List", "Overview", // assessment
	"Mine", "Accept", "Decline", "Ready", "Invite", "Invitations", "AnsweredBeforehand", "FollowLink", "EnterCode", // invitation
	"Rules", "ChangeRules", "Hold", "Release", "Plan", "Run", // retention; the command line's and the administrator's
}

// statement is one of those that a use case took.
type statement struct {
	SQL  string
	Rows int64
}

// To somebody else, a record of another unit or of another register is one that
// does not exist: the same error, after the same statements with as many rows. So
// it takes the same time, too, and nobody waits for a lock on what is not theirs.
func TestWhatIsForeignCostsWhatDoesNotExist(t *testing.T) {
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		everywhere := h.As(h.Hire("molemmat", access.Professional, housetest.Unit, housetest.OtherUnit))
		reader := access.Actor{ID: uuid.New(), Name: "Testi Lukija", Role: access.Professional,
			Units: []string{housetest.Unit}, Registers: []access.Register{access.Health}}
		h.Employ("lukija", reader)
		keeper := retention.NewService(h.Store, h.Clock)
		foreign := map[string]map[string]uuid.UUID{}
		for name, place := range map[string][2]string{
			"another unit": {housetest.OtherUnit, "health"}, "another register": {housetest.Unit, "social"}, "both": {housetest.OtherUnit, "social"},
		} {
			a := h.Begun(everywhere, func(in *assessment.Begin) { in.Start.Unit, in.Start.Register = place[0], place[1] })
			h.Fill(everywhere, a, instrument.Client, 8)
			h.Fill(everywhere, a, instrument.Professional, 2)
			h.Completed(everywhere, a)
			i, _, err := h.Invitations.Invite(everywhere, invitation.NewInvitation{Unit: place[0], Register: place[1], Battery: "functioning", Language: "fi"})
			h.Must(err)
			foreign[name] = map[string]uuid.UUID{"assessment": a.ID, "consent": a.ConsentID, "invitation": i.ID}
		}
		// A consent has no register: in the own unit it can be read.
		delete(foreign["another register"], "consent")

		var took []statement
		h.Store.Watch(func(sql string, rows int64) { took = append(took, statement{sql, rows}) })
		cases := named(h, keeper)
		for kind, all := range cases {
			for name, do := range all {
				took = nil
				absent := do(h.As(reader), uuid.New())
				want := took
				if len(want) == 0 || absent == nil {
					t.Errorf("%s of what does not exist: %d statements, %v", name, len(want), absent)
				}
				for whose, ids := range foreign {
					id, there := ids[kind]
					if !there {
						continue
					}
					took = nil
					err := do(h.As(reader), id)
					if fmt.Sprint(err) != fmt.Sprint(absent) || fault.KindOf(err) != fault.KindOf(absent) {
						t.Errorf("%s of %s: %v, of what does not exist: %v", name, whose, err, absent)
					}
					if diff := cmp.Diff(want, took); diff != "" {
						t.Errorf("%s of %s takes other work than of what does not exist:\n%s", name, whose, diff)
					}
				}
			}
		}
		for _, service := range []any{h.Assessments, h.Invitations, keeper} {
			for method := range reflect.TypeOf(service).Methods() {
				listed := slices.Contains(unnamed, method.Name)
				for _, all := range cases {
					_, there := all[method.Name]
					listed = listed || there
				}
				if !listed {
					t.Errorf("%s is in none of the lists of this test", method.Name)
				}
			}
		}
	})
}

// Only both the unit and the register make a record somebody's own, in the query
// as in the decision.
func TestAScopeIsOfUnitsAndRegisters(t *testing.T) {
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		everywhere := h.As(h.Hire("molemmat", access.Professional, housetest.Unit, housetest.OtherUnit))
		var all []*assessment.Assessment
		for _, unit := range []string{housetest.Unit, housetest.OtherUnit} {
			for _, register := range access.Registers {
				all = append(all, h.Begun(everywhere, func(in *assessment.Begin) { in.Start.Unit, in.Start.Register = unit, string(register) }))
			}
		}
		scopes := []access.Scope{{}, {Units: []string{housetest.Unit}}, {Registers: access.Registers}}
		for _, units := range [][]string{{housetest.Unit}, {housetest.OtherUnit}, {housetest.Unit, housetest.OtherUnit}} {
			for _, registers := range [][]access.Register{{access.Health}, {access.Social}, access.Registers} {
				scopes = append(scopes, access.Scope{Units: units, Registers: registers})
			}
		}
		for _, own := range scopes {
			list, err := h.Store.Assessments(h.System(), assessment.ListQuery{Own: own, Limit: 10})
			h.Must(err)
			drafts, err := h.Store.Drafts(h.System(), own, uuid.Nil, 10)
			h.Must(err)
			for _, a := range all {
				same := func(b *assessment.Assessment) bool { return a.ID == b.ID }
				_, read := h.Store.OwnAssessment(h.System(), own, a.ID)
				want := own.Holds(a.Unit, a.Register)
				if got := read == nil; got != want || slices.ContainsFunc(list, same) != want || slices.ContainsFunc(drafts, same) != want {
					t.Errorf("%v: %s %s: read %v", own, a.Unit, a.Register, read)
				}
			}
		}
	})
}

// A client's own file and a client's erasure, seen by somebody of one register.
func TestOneRegisterOfAClient(t *testing.T) {
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		both := h.As(h.Hire("molemmat", access.Professional, housetest.Unit))
		health := access.Actor{ID: uuid.New(), Name: "Testi Terveys", Role: access.Professional,
			Units: []string{housetest.Unit}, Registers: []access.Register{access.Health}}
		h.Employ("terveys", health)
		keeper := retention.NewService(h.Store, h.Clock)
		begin := func(register string) *assessment.Assessment {
			return h.Begun(both, func(in *assessment.Begin) { in.Start.Register, in.Start.ClientRef = register, "viite-1" })
		}
		own, other := begin("health"), begin("social")
		_, _, err := h.Invitations.Invite(both, invitation.NewInvitation{Unit: housetest.Unit, Register: "social", Battery: "functioning", Language: "fi", ClientRef: "viite-1"})
		h.Must(err)
		f, err := h.Assessments.File(h.As(health), own.ConsentID)
		h.Must(err)
		if ids := visitsIn(f); len(ids) != 1 || ids[0] != own.ID || len(f.Invitations) != 0 || f.LeftOut.Visits != 0 {
			t.Errorf("visits %v, %d invitations, %+v", ids, len(f.Invitations), f.LeftOut)
		}
		for _, row := range f.Trail {
			if row.Of == other.ID {
				t.Error("the trail tells of the other register")
			}
		}
		if !slices.Equal(f.Registers, health.Registers) {
			t.Errorf("of %v", f.Registers)
		}

		e, err := keeper.Erasure(h.As(health), own.ConsentID)
		h.Must(err)
		if !e.Foreign || len(e.Assessments)+len(e.Consents)+len(e.Invitations) != 0 {
			t.Errorf("an erasure that cannot be done is planned as %+v", e)
		}
		if _, err := keeper.Erase(h.As(health), own.ConsentID); fault.KindOf(err) != fault.Forbidden || fault.CodeOf(err) != fault.CodeOtherRegister {
			t.Errorf("erasing with one register: %v", err)
		}
		nothing := health
		nothing.Registers = nil
		if _, err := keeper.Erase(h.As(nothing), own.ConsentID); fault.CodeOf(err) != fault.CodeOtherRegister {
			t.Errorf("erasing without a register: %v", err)
		}
		if _, err := h.Assessments.Assessment(both, own.ID); err != nil {
			t.Errorf("something was erased: %v", err)
		}
		done, err := keeper.Erase(both, own.ConsentID)
		h.Must(err)
		if len(done.Assessments) != 2 || len(done.Invitations) != 1 || done.Foreign {
			t.Errorf("erased %+v", done)
		}
	})
}

// When a draft comes into the other register, the invitation that led to it goes
// along: the client answers on, and who doesn't see the one doesn't see the other.
func TestTheInvitationFollowsItsAssessment(t *testing.T) {
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		both := h.As(h.Hire("molemmat", access.Professional, housetest.Unit))
		i, secrets, err := h.Invitations.Invite(both, invitation.NewInvitation{Unit: housetest.Unit, Register: "health", Battery: "functioning", Language: "fi"})
		h.Must(err)
		token, err := h.Invitations.FollowLink(h.Context(), secrets.Link)
		h.Must(err)
		a, err := h.Invitations.Accept(h.Acting(token), invitation.Accept{Purposes: []string{"assessment"}, GivenBy: "client", SignedName: "Testi"})
		h.Must(err)
		social := "social"
		_, err = h.Assessments.Change(both, assessment.Change{ID: a.ID, Precondition: assessment.Precondition{Given: true, Any: true}, Register: &social})
		h.Must(err)
		h.Give(h.Acting(token), a, instrument.Client, 5, "money")
		h.Must(h.Invitations.Ready(h.Acting(token)))
		if i, err = h.Invitations.Invitation(both, i.ID); err != nil || i.Register != access.Social {
			t.Errorf("the invitation is of the %s register: %v", i.Register, err)
		}
	})
}
