package export

import (
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// segmentOf is the segment of a code, zero for another code.
func segmentOf(code string) segment.Segment {
	s, _ := segment.Parse(code)
	return s
}

// participation is the units that took part and those that dropped out.
func (l TrialLabels) participation(r trial.Report) TrialSection {
	s := TrialSection{Code: "participation", Title: l.say("participation")}
	in, out := r.Diary.TakingPart, r.Diary.DroppedOut
	n := len(in) + len(out)
	if n == 0 {
		return s
	}
	sheet := Sheet{Code: "units", Title: l.say("units"), Head: []string{l.words.Text("report.unit"), l.say("state"), l.say("since")}}
	for _, e := range append(append([]diary.Entry{}, in...), out...) {
		sheet.Rows = append(sheet.Rows, []any{e.Text, l.kindName(e.Kind), e.From})
	}
	lead := ""
	if len(out) > 0 {
		lead = l.say("dropped.lead", map[string]any{"count": len(out), "n": n, "percent": l.words.Percent(*r.Diary.DroppedShare())})
	}
	s.Charts = []TrialChart{{Sheet: sheet, N: &n, Lead: lead}}
	return s
}

// training is who was trained, and every session.
func (l TrialLabels) training(r trial.Report) TrialSection {
	t, support := r.Diary.Training, r.Diary.Support
	s := TrialSection{Code: "training", Title: l.say("training")}
	if people := t.People(); people > 0 {
		_, shares := report.ShareLine([]string{"with_clients", "others"}, []int{t.WithClients, t.Others}, 1) // of the staff, by their number alone
		trained := l.line("trained", l.say("trained"), l.say("group"), &people, shares, func(code string) string { return l.say("trained." + code) })
		trained.Lead = l.say("trained.lead", map[string]any{"sessions": len(t.Entries), "people": people, "hours": l.words.Number(float64(t.Minutes)/60, 1)})
		s.Charts = append(s.Charts, trained)
	}
	sessions := append(append([]diary.Entry{}, t.Entries...), support.Entries...)
	if len(sessions) == 0 {
		return s
	}
	sheet := Sheet{Code: "sessions", Title: l.say("sessions"), Head: []string{l.say("day"), l.say("kind"), l.say("hours"), l.say("trained.with_clients"), l.say("trained.others"), l.say("what")}}
	for _, e := range sessions {
		var hours any
		if e.Minutes > 0 {
			hours = Decimal{float64(e.Minutes) / 60, 1}
		}
		sheet.Rows = append(sheet.Rows, []any{e.From, l.kindName(e.Kind), hours, e.WithClients, e.Others, e.Text})
	}
	n := len(sessions)
	s.Charts = append(s.Charts, TrialChart{Sheet: sheet, N: &n})
	return s
}

// events are the outages, launches and notes.
func (l TrialLabels) events(r trial.Report) TrialSection {
	s := TrialSection{Code: "events", Title: l.say("events")}
	list := append(append([]diary.Entry{}, r.Diary.Outages...), r.Diary.Events...)
	if len(list) == 0 {
		return s
	}
	sheet := Sheet{Code: "events", Title: l.say("events.title"), Head: []string{l.say("kind"), l.say("first_day"), l.say("last_day"), l.say("days"), l.say("what")}}
	for _, e := range list {
		sheet.Rows = append(sheet.Rows, []any{l.kindName(e.Kind), e.From, e.To, e.Days(), e.Text})
	}
	n := len(list)
	s.Charts = []TrialChart{{Sheet: sheet, N: &n}}
	return s
}
