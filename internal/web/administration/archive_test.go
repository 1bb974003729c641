package administration_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

// shelf is an archive that has a problem until it has none.
type shelf struct{ problem archive.Problem }

func (s *shelf) Deliver(_ context.Context, item archive.Item) (string, error) {
	if s.problem != "" {
		return "", archive.Fail(s.problem, context.DeadlineExceeded)
	}
	return item.SHA256(), nil
}

func (*shelf) Render(_ context.Context, j archive.Job) (archive.Item, error) {
	return archive.Item{ID: j.ID}, nil
}

// An administrator sees what waits and why, hurries it on, and sees nothing of
// anybody.
func TestTheArchiveIsSeenAndHurried(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter(access.Admin, "pilvi")
	h.Get("/admin/archive").Is(http.StatusOK, "Arkistoitavaa ei ole vielä ollut", "ei ole annettu arkistoa")

	professional := h.As(h.Hire("ulla", access.Professional, housetest.Unit))
	h.Begun(professional, func(in *assessment.Begin) {
		in.Start.ClientRef, in.Consent.SignedName = "viite-salainen", "S. Salainen"
	})
	waits := h.Get("/admin/archive")
	waits.Is(http.StatusOK, "Suostumus", "Vuosaaren terveysasema", "Odottaa: arkistoa ei ole annettu", "14.9.2023", "Yritä heti uudelleen")
	jobs, err := h.Store.ArchiveJobs(t.Context(), 10)
	h.Must(err)
	if len(jobs) != 1 || !strings.Contains(waits.Source, jobs[0].ID.String()) || strings.Contains(waits.Source, jobs[0].Subject.String()) {
		t.Error("the page shows the consent's id, or not the document's")
	}

	target := &shelf{problem: archive.Full}
	worker := archive.NewWorker(h.Store, target, target, h.Clock, slog.New(slog.DiscardHandler))
	work := func() bool { found, err := worker.Next(t.Context()); h.Must(err); return found }
	work()
	h.Get("/admin/archive").Is(http.StatusOK, "Arkisto on täynnä", "1 asiakirja")
	target.problem = ""
	if work() {
		t.Error("it was tried again at once, without anybody asking for it")
	}
	h.Send("/admin/archive", nil).Leads("/admin/archive?done=retried")
	h.Get("/admin/archive?done=retried").Is(http.StatusOK, "yritetään siirtää nyt")
	if !work() {
		t.Error("it was not hurried")
	}
	after := h.Get("/admin/archive")
	after.Is(http.StatusOK, "Arkistossa", "Viimeksi asiakirja on siirtynyt 14.9.2023")
	for _, page := range []string{waits.Source, after.Source} {
		if strings.Contains(page, "alainen") {
			t.Error("the page tells about a client")
		}
	}
	if strings.Contains(after.Source, "Yritä heti uudelleen") {
		t.Error("there is nothing left to try")
	}
}
