package outcome

import (
	"strconv"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// place is one result on the client's path.
type place struct {
	Number               int
	Here                 bool // the result of this page
	Day, Segment         string
	Resources, Challenge string
	Mode, Battery        string
	Address              string
}

// path reads the earlier results of the same client into d and returns their
// places for the picture. One that had other cut-offs is in the table alone: in
// the picture it could lie in the wrong field.
func (p *Pages) path(r *page.Request, d *shown) ([]figure.Waypoint, error) {
	all, err := p.assessments.Path(r.Ctx(), d.A.ID)
	if err != nil || len(all) < 2 {
		return nil, err
	}
	var way []figure.Waypoint
	for i, a := range all {
		_, battery, err := p.assessments.Batteries(a)
		if err != nil {
			return nil, err
		}
		resources, challenge := a.Result.Resources, a.Result.Challenge
		one := place{
			Number: i + 1, Here: a.ID == d.A.ID, Day: r.Date(a.AssessedOn), Segment: r.Words.Segment(a.Result.Segment),
			Resources: r.Words.Number(resources.Shown(), 1), Challenge: r.Words.Number(challenge.Shown(), 1),
			Mode: r.Code("mode", a.Mode), Battery: r.In(battery.Name), Address: address(a.ID, "result", d.Language),
		}
		if agreed := a.Agreed(); agreed.Valid() {
			one.Segment = r.Words.Segment(agreed)
		}
		d.Path = append(d.Path, one)
		d.Mixed = d.Mixed || !alike(a, d.A)
		if !one.Here && resources.Cutoff == d.A.Result.Resources.Cutoff && challenge.Cutoff == d.A.Result.Challenge.Cutoff {
			way = append(way, figure.Waypoint{
				Point: figure.Point{Resources: resources.Shown(), Challenge: challenge.Shown()}, Label: strconv.Itoa(one.Number),
			})
		}
	}
	return way, nil
}

// alike tells whether two results were made with the same questions, in the same
// way: others must not be compared unchecked.
func alike(a, b *assessment.Assessment) bool {
	return a.Mode == b.Mode && a.ClientBattery == b.ClientBattery && a.ProfessionalBattery == b.ProfessionalBattery
}
