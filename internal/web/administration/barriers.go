package administration

import "github.com/omasuunta/omasuunta/internal/web/page"

// barriers lists what readers have reported.
func (p *Pages) barriers(r *page.Request) error {
	list, err := p.Content.Barriers(r.Ctx())
	if err != nil {
		return err
	}
	return p.templates.Render(r, "barriers", &page.View{Title: r.Text("administration.barriers"), Data: list})
}
