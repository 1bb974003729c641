package access_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

func TestUnits(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.wantFound("a code that is taken", h.AddUnit(h.System(), access.Unit{Code: "vuosaari-ta", Name: "Toinen"}), "/code taken")
		h.Must(h.RenameUnit(h.System(), "vuosaari-ta", " Vuosaari "))
		if e := h.db.Last(); e.Action != audit.UnitRenamed || e.SubjectID != "vuosaari-ta" {
			t.Errorf("audit: %+v", e)
		}
		h.wantFound("no name", h.RenameUnit(h.System(), "vuosaari-ta", " "), "/name required")
		h.want("an unknown unit", fault.NotFound, h.RenameUnit(h.System(), "nowhere", "x"))
		units, err := h.Units(h.System())
		h.Must(err)
		if len(units) != 2 || units[1].Name != "Vuosaari" {
			t.Errorf("units: %v", units)
		}
	})
}

func TestUsers(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Must(h.AddUnit(h.System(), access.Unit{Code: "ranta", Name: "Rannan terveysasema"}))
		verna, _ := h.hire("verna", access.Professional)
		h.hire("eero", access.Expert)
		_, _, err := h.AddUser(h.System(), access.NewUser{Username: "Verna", Name: "x", Role: "expert"})
		h.wantFound("a name that is taken", err, "/username taken")

		h.Must(h.ChangeUser(h.System(), verna.ID, "Testi Uusi", []string{"vuosaari-ta", "ranta", "ranta"}, nil))
		if e := h.db.Last(); e.Action != audit.UserChanged || e.SubjectID != verna.ID.String() {
			t.Errorf("audit: %+v", e)
		}
		h.wantFound("without a unit", h.ChangeUser(h.System(), verna.ID, "", nil, nil), "/name required", "/unit required")
		h.wantFound("in an unknown one", h.ChangeUser(h.System(), verna.ID, "x", []string{"nowhere"}, nil), "/unit unknown_unit")
		h.want("nobody", fault.NotFound, h.ChangeUser(h.System(), uuid.New(), "x", nil, nil))

		users, err := h.Users(h.System())
		h.Must(err)
		if len(users) != 2 || users[0].Username != "eero" || users[1].Name != "Testi Uusi" || users[1].Role != access.Professional ||
			strings.Join(users[1].Units, " ") != "ranta vuosaari-ta" || len(users[0].Units) != 0 {
			t.Errorf("%d users, not as they should be", len(users))
		}
		one, err := h.UserByID(h.System(), verna.ID)
		h.Must(err)
		if one.Name != "Testi Uusi" || len(one.Units) != 2 || one.PasswordHash+users[0].PasswordHash != "" {
			t.Error("the user is another one, or comes with the hash")
		}
	})
}

func TestOnlyAnAdministratorManages(t *testing.T) {
	h := onSQLite(t)
	u, _ := h.hire("vuokko", access.Professional)
	ctx := access.With(t.Context(), access.Actor{ID: u.ID, Role: access.Professional, Units: u.Units, Registers: u.Registers})
	for what, err := range map[string]error{
		"units":   second(h.Units(ctx)),
		"rename":  h.RenameUnit(ctx, "vuosaari-ta", "x"),
		"users":   second(h.Users(ctx)),
		"user":    second(h.UserByID(ctx, u.ID)),
		"by name": second(h.UserByName(ctx, "vuokko")),
		"change":  h.ChangeUser(ctx, u.ID, "x", nil, nil),
		"disable": h.DisableUser(ctx, u.ID),
		"enable":  h.EnableUser(ctx, u.ID),
		"reset":   second(h.ResetPassword(ctx, u.ID)),
	} {
		h.want(what, fault.Forbidden, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestTheLastAdministratorStays(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		one, _ := h.hire("hallinta", access.Admin)
		h.wantFound("the only one", h.DisableUser(h.System(), one.ID), "/username last_admin")
		other, _ := h.hire("toinen", access.Admin)
		expert, _ := h.hire("eero", access.Expert)
		h.Must(h.DisableUser(h.System(), one.ID))
		h.wantFound("the only one left", h.DisableUser(h.System(), other.ID), "/username last_admin")
		h.Must(h.DisableUser(h.System(), expert.ID))
		h.Must(h.DisableUser(h.System(), one.ID)) // again is no error
		h.want("nobody", fault.NotFound, h.DisableUser(h.System(), uuid.New()))
		h.Must(h.EnableUser(h.System(), one.ID))
		if e := h.db.Last(); e.Action != audit.UserEnabled || e.SubjectID != one.ID.String() {
			t.Errorf("audit: %+v", e)
		}
	})
}

// Many shut one another out at the same moment: one is left.
func TestAdministratorsShutOneAnotherOut(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		errs := make([]error, 8)
		admins := make([]uuid.UUID, len(errs))
		for i := range admins {
			admins[i] = uuid.New()
			h.Must(h.db.InsertUser(h.System(), access.User{ID: admins[i], Username: fmt.Sprintf("hallinta%d", i), Name: "x", Role: access.Admin, PasswordHash: "x", CreatedAt: housetest.Start}))
		}
		var group sync.WaitGroup
		for i, id := range admins {
			group.Go(func() { errs[i] = h.DisableUser(h.System(), id) })
		}
		group.Wait()
		left := 0
		for _, err := range errs {
			if err != nil {
				h.wantFound("the last one", err, "/username last_admin")
				left++
			}
		}
		if left != 1 {
			t.Errorf("%d administrators are left", left)
		}
	})
}
