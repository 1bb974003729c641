package transcribe_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
	"github.com/omasuunta/omasuunta/internal/web/transcribe"
)

// house is the pages under test, for browsers, and what was written.
type house struct {
	*pagetest.Site
	db *housetest.Watched
}

// newHouse is a house with these batteries beside the built-in ones.
func newHouse(t *testing.T, more ...*instrument.Battery) *house {
	t.Helper()
	h := housetest.New(t)
	db := &housetest.Watched{Store: h.Store}
	if len(more) > 0 {
		h.Must(h.Store.RegisterContent(t.Context(), more, nil))
		h.Library = instrument.NewLibrary(append(h.Library.Versions(), more...)...)
		h.Content = content.New(h.Store, h.Library, h.Texts, h.Settings, h.Clock, housetest.IDs{})
	}
	h.Assessments = assessment.NewService(db, h.Library, h.Content, h.Clock, housetest.IDs{})
	return &house{pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(transcribe.New(kit, transcribe.Deps{
			Assessments: h.Assessments, Content: h.Content, Library: h.Library, Names: h.Store,
		}))
	}), db}
}

// code is that of the form of a battery in a version.
func (h *house) code(battery string, version int) string {
	h.Helper()
	client, _ := h.Library.Version(instrument.ClientBattery, 1)
	professional, ok := h.Library.Version(battery, version)
	if !ok {
		h.Fatalf("there is no %s@%d", battery, version)
	}
	return instrument.FormCode(client, professional)
}

// The marks of a form that is filled in: two are left out, in words of the paper.
const (
	clientMarks       = "7 8 10 5 9 0 1 J 6 7 8 –"
	professionalMarks = "3 2 4 T X 1 0 2 3"
)

// write fills a column of boxes.
func write(f *pagetest.Form, column, client, professional string) {
	for side, marks := range map[string]string{"client": client, "professional": professional} {
		for i, mark := range strings.Fields(marks) {
			f.Set(side+"."+strconv.Itoa(i)+"."+column, mark)
		}
	}
}

// filled is a form with everything that was on the paper.
func filled(b *pagetest.Browser, code string) *pagetest.Form {
	f := b.Get("/paper/" + code).Follow().Form("paper")
	f.Fill("register", "health", "assessed_on", "2023-09-12", "language", "sv", "client_ref", "viite-17")
	f.Values["purposes"] = []string{"assessment", "statistics"}
	f.Set("present", "interpreter")
	write(f, "mark", clientMarks, professionalMarks)
	return f
}

// stored is the assessment that a redirect leads to.
func (h *house) stored(ctx context.Context, p *pagetest.Page) *assessment.Assessment {
	h.Helper()
	id, _ := strings.CutSuffix(strings.TrimPrefix(p.To, "/assessments/"), "/result")
	if p.Status != http.StatusSeeOther || len(id) != 36 {
		h.Fatalf("%d to %q: %s", p.Status, p.To, p.Text)
	}
	a, err := h.Assessments.Assessment(ctx, uuid.MustParse(id))
	h.Must(err)
	return a
}

// unstored fails when there is a consent or an assessment.
func (h *house) unstored() {
	h.Helper()
	if n := h.db.Noted(audit.ConsentGiven) + h.db.Noted(audit.AssessmentSubmitted) + h.db.Noted(audit.AssessmentStarted); n > 0 {
		h.Errorf("%d rows were written", n)
	}
}

// keeps fails for every value that a form no longer has.
func (h *house) keeps(f *pagetest.Form, typed url.Values) {
	h.Helper()
	for name, values := range typed {
		if strings.Join(f.Values[name], "|") != strings.Join(values, "|") {
			h.Errorf("%s: %q became %q", name, values, f.Values[name])
		}
	}
}
