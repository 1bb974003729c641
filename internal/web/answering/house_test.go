package answering_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/answering"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

var morning = time.Date(2023, 9, 14, 7, 42, 0, 0, time.UTC) // 10.42 in Helsinki

// visit is the pages of both parts, and the browsers of a professional and of a
// colleague of another unit.
type visit struct {
	*pagetest.Site
	own, other *pagetest.Browser
	ctx        context.Context // in which the own one acts
}

func newVisit(t testing.TB) *visit {
	t.Helper()
	h := housetest.New(t)
	h.Clock.Set(morning)
	site := pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(answering.New(kit, answering.Deps{Assessments: h.Assessments, Screens: h.Access, Invitations: h.Invitations, Glossary: h.Library}))
	})
	own, other, ctx := site.Neighbours()
	return &visit{site, own, other, ctx}
}

// begun is a draft of the professional's.
func (v *visit) begun(change func(*assessment.Start)) *assessment.Assessment {
	v.Helper()
	return v.Begun(v.ctx, func(in *assessment.Begin) {
		in.Consent.Purposes = []string{"assessment"}
		in.Start.Register, in.Start.Battery = "social", "social-wellbeing"
		if change != nil {
			change(&in.Start)
		}
	})
}

// now is an assessment as it is now.
func (v *visit) now(a *assessment.Assessment) *assessment.Assessment {
	v.Helper()
	a, err := v.Assessments.Assessment(v.ctx, a.ID)
	v.Must(err)
	return a
}

// reply is what the script gets.
type reply struct {
	Saved, Seen string
	Left        int
	Clash       *struct {
		Words, Answer, Comment, Seen string
		Unclear                      bool
	}
}

// autosave sends one answer as the script does.
func (v *visit) autosave(b *pagetest.Browser, a *assessment.Assessment, pairs ...string) *pagetest.Page {
	v.Helper()
	return b.Send(at(a, "answers"), pagetest.Values(pairs...), "Accept", "application/json")
}

// save saves one answer as the script does.
func (v *visit) save(b *pagetest.Browser, a *assessment.Assessment, pairs ...string) reply {
	v.Helper()
	got := v.autosave(b, a, pairs...).Is(http.StatusOK)
	var out reply
	v.Must(json.Unmarshal([]byte(got.Source), &out))
	return out
}

func at(a *assessment.Assessment, name string) string {
	return "/assessments/" + a.ID.String() + "/" + name
}

func number(t testing.TB, sheet instrument.Sheet, item string) int {
	t.Helper()
	a, ok := sheet.Find(item)
	if !ok || !a.Scored() {
		return -1
	}
	return a.Value
}
