package visit

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

type startData struct {
	Done                 string // what was just done, from the address
	Drafts, Recent       []entry
	Count, Shown         int // Shown is Count, but never above the target
	Emergencies          []emergency
	Survey               *survey.Round // the first that waits for the reader's answer, nil for none
	Target               int           // 0 for none
	TargetFrom, TargetTo calendar.Date
}

// emergency is a login with sealed codes that names the reader.
type emergency struct {
	Begun   string
	Witness bool // as the one who stood by
}

// emergencies are those that nobody has reviewed yet.
func (p *Pages) emergencies(r *page.Request) ([]emergency, error) {
	if !r.May(access.OwnAccount) { // it is one itself
		return nil, nil
	}
	logins, err := p.Emergencies.OwnEmergencies(r.Ctx())
	var list []emergency
	for _, l := range logins {
		list = append(list, emergency{r.Words.DateTime(l.BegunAt), l.Witness == r.Session.Actor.ID})
	}
	return list, err
}

// entry is one assessment in a list.
type entry struct {
	ID         uuid.UUID
	Ref        string // "" for an unidentified client; personal data
	Began      string
	Day        calendar.Date
	Battery    string
	Mode       assessment.Mode
	Unit       string // "" where there is only one
	Status     assessment.Status
	Segment    segment.Segment // what was agreed, or else proposed; zero without a result
	Beforehand string          // when the client had answered, "" where they have not said so
	Others     bool            // somebody else began it
}

// Start is a professional's start page.
func (p *Pages) Start(r *page.Request) error {
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return err
	}
	overview, err := p.Assessments.Overview(r.Ctx(), settings.TargetFrom, settings.TargetTo)
	if err != nil {
		return err
	}
	var ready map[uuid.UUID]time.Time
	if r.May(access.InviteClient) {
		if ready, err = p.Invitations.AnsweredBeforehand(r.Ctx()); err != nil {
			return err
		}
	}
	data := startData{
		Done: r.QueryParam("done"), Count: overview.Done, Shown: min(overview.Done, settings.Target),
		Target: settings.Target, TargetFrom: settings.TargetFrom, TargetTo: settings.TargetTo,
	}
	if data.Emergencies, err = p.emergencies(r); err != nil {
		return err
	}
	if r.May(access.AnswerSurvey) {
		mine, err := p.Surveys.Mine(r.Ctx())
		if err != nil {
			return err
		}
		if len(mine) > 0 {
			data.Survey = &mine[0]
		}
	}
	if data.Drafts, err = p.entries(r, overview.Drafts, ready); err != nil {
		return err
	}
	// Whom the client's answers wait for comes first.
	slices.SortStableFunc(data.Drafts, func(a, b entry) int { return rank(a) - rank(b) })
	if data.Recent, err = p.entries(r, overview.Recent, nil); err != nil {
		return err
	}
	return p.templates.Render(r, "start", &page.View{Title: r.Text("visit.start.title"), Wide: true, Data: data})
}

func rank(e entry) int {
	if e.Beforehand != "" {
		return 0
	}
	return 1
}

// entries shows assessments in the reader's words.
func (p *Pages) entries(r *page.Request, list []*assessment.Assessment, ready map[uuid.UUID]time.Time) ([]entry, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, a := range list {
		_, battery, err := p.Assessments.Batteries(a)
		if err != nil {
			return nil, err
		}
		e := entry{
			ID: a.ID, Ref: a.ClientRef, Began: r.Words.DateTime(a.CreatedAt), Day: a.AssessedOn, Battery: battery.Name.In(r.Lang()),
			Mode: a.Mode, Status: a.Status, Others: a.CreatedBy != r.Session.Actor.ID,
		}
		if len(r.Session.Actor.Units) > 1 {
			e.Unit = names[a.Unit]
		}
		if a.Result != nil && a.Status != assessment.Withdrawn {
			e.Segment = a.Result.Segment
			if agreed := a.Agreed(); agreed.Valid() {
				e.Segment = agreed
			}
		}
		if at, ok := ready[a.ID]; ok {
			e.Beforehand = r.Words.DateTime(at)
		}
		entries = append(entries, e)
	}
	return entries, nil
}
