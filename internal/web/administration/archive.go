package administration

import (
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// archivePage is what the page about the archive shows. Nothing in it tells about
// a client: the ids are the documents' own.
type archivePage struct {
	Set          bool // this server has an archive
	Waiting      int
	States       []archive.State
	Counts       []archiveCount
	Problems     []archive.ProblemCount
	Oldest, Last string // "" for none
	Jobs         []archiveJob
	Done         string
}

type archiveCount struct {
	Kind archive.Kind
	N    []int // by state
}

type archiveJob struct {
	ID       uuid.UUID
	Kind     archive.Kind
	Unit     string // name
	Queued   string
	State    string // code of its words
	Attempts int
	Problem  archive.Problem
}

func (p *Pages) archive(r *page.Request) error {
	status, err := p.Archive.Status(r.Ctx())
	if err != nil {
		return err
	}
	jobs, err := p.Archive.Latest(r.Ctx())
	if err != nil {
		return err
	}
	units, err := p.unitNames(r)
	if err != nil {
		return err
	}
	data := archivePage{
		Set: p.Archive.Set(), Waiting: status.N(archive.Waiting), States: archive.States, Problems: status.Problems, Done: done(r),
	}
	for counts := range slices.Chunk(status.Counts, len(archive.States)) {
		row := archiveCount{Kind: counts[0].Kind}
		for _, c := range counts {
			row.N = append(row.N, c.N)
		}
		data.Counts = append(data.Counts, row)
	}
	if !status.OldestWaiting.IsZero() {
		data.Oldest = r.Words.DateTime(status.OldestWaiting)
	}
	if !status.LastDelivered.IsZero() {
		data.Last = r.Words.DateTime(status.LastDelivered)
	}
	for _, j := range jobs {
		row := archiveJob{ID: j.ID, Kind: j.Kind, Unit: units[j.Unit], Queued: r.Words.DateTime(j.QueuedAt), State: string(j.State), Attempts: j.Attempts}
		if j.State == archive.Waiting {
			row.Problem = j.Problem
			if !data.Set && j.Attempts == 0 {
				row.State = "unset"
			}
		}
		data.Jobs = append(data.Jobs, row)
	}
	return p.templates.Render(r, "archive", &page.View{Title: r.Text("nav.archive"), Wide: true, Data: data})
}

func (p *Pages) unitNames(r *page.Request) (map[string]string, error) {
	units, err := p.Access.Units(r.Ctx())
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(units))
	for _, u := range units {
		names[u.Code] = u.Name
	}
	return names, nil
}

// retryArchive makes everything that waits due at once.
func (p *Pages) retryArchive(r *page.Request) error {
	if _, err := p.Archive.Retry(r.Ctx()); err != nil {
		return err
	}
	return r.Redirect("/admin/archive?done=retried")
}
