package insight

import (
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// publish publishes the figures that are due. Somebody else who does the same at
// the same moment has done it for both.
func (p *Pages) publish(r *page.Request) error {
	done, err := p.Reports.Publish(r.Ctx(), r.Now())
	switch {
	case fault.KindOf(err) == fault.Conflict || len(done) > 0 && err == nil:
		return r.Redirect("/report?published=some")
	case err != nil:
		return err
	}
	return r.Redirect("/report?published=none")
}
