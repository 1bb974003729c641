package access_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
)

// An expert is shown no record, whatever was widened, and the next actor begins anew.
func TestSightOfAnExpert(t *testing.T) {
	expert := access.Actor{ID: uuid.New(), Role: access.Expert, Units: []string{"vuosaari-ta"}}
	ctx := access.With(t.Context(), expert)
	if s := access.SightOf(access.WholeHouse(ctx)); s.All || s.Units != nil || !s.AllReports {
		t.Errorf("the whole house: %+v", s)
	}
	narrow := access.OfUnits(access.WholeHouse(ctx), []string{"seniori-info"})
	if s := access.SightOf(narrow); s.All || s.AllReports || !slices.Equal(s.Units, []string{"seniori-info"}) {
		t.Errorf("of one unit: %+v", s)
	}
	if s := access.SightOf(access.With(narrow, expert)); s.All || s.AllReports || s.Units != nil || !slices.Equal(s.Reports, expert.Units) {
		t.Errorf("after the next actor: %+v", s)
	}
}
