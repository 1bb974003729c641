package papers

import (
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

type fileData struct {
	ID        uuid.UUID // of the assessment
	Language  lang.Tag  // the client's
	Languages []lang.Tag
}

// file tells what the client's own file is before it is made: making it is
// written down as a reading of everything in it.
func (p *Pages) file(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	a, err := p.Papers.Assessments.Assessment(r.Ctx(), id)
	if err != nil {
		return err
	}
	return p.templates.Render(r, "file", &page.View{Title: r.Text("papers.file.title"), Data: fileData{a.ID, a.Language, lang.All}})
}

// filePaper is everything that is kept about the client of an assessment.
func (p *Pages) filePaper(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	a, err := p.Papers.Assessments.Assessment(r.Ctx(), id)
	if err != nil {
		return err
	}
	tag, ok := lang.Parse(r.QueryParam("language"))
	if !ok {
		tag = a.Language
	}
	return r.Paper(p.Papers.File(r.Ctx(), a.ConsentID, tag))
}
