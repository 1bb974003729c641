package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// aftermath is what happens once the result is there.
type aftermath struct {
	confirmed bool
	agreed    segment.Segment // zero for the calculated one
	reason    string
	actions   []assessment.PlannedAction
	reviewOn  string
	printed   bool
	recorded  bool
	opinion   *opinion // nil when the client gave no feedback

	pace pace
}

// pace is how long the parts of a visit take.
type pace struct {
	ahead                          time.Duration // how long before the visit the client answers, in mode self
	consent, begin, client         time.Duration
	professional, score, discuss   time.Duration
	confirm, print, ask, writeDown time.Duration
}

// story draws what people say, agree and do.
type story struct {
	*rand.Rand
	*script
	spoken map[string]bool // what was said already; nobody repeats it
}

// tell adds to every visit what is said in it and what comes after.
func tell(s *script, d *diary, visits []*visit) error {
	t := story{stream(storyStream), s, map[string]bool{}}
	t.some(visits, s.trial.Expected, func(*visit) bool { return true }, func(v *visit, chosen bool) {
		if !chosen {
			v.expected = 0
		}
	})
	atScreen := func(v *visit) bool { return v.mode == assessment.Joint && v.before == nil }
	t.some(visits, s.trial.PaperConsents, atScreen, func(v *visit, chosen bool) {
		v.onPaper = chosen || v.mode == assessment.Paper
	})
	t.drafts(visits)
	t.representatives(visits)
	t.confirmed(visits)
	near := func(v *visit) bool { return v.after.confirmed && len(v.placed.Borderline()) > 0 }
	t.some(visits, s.trial.OtherSegment, near, func(v *visit, chosen bool) {
		if chosen {
			t.disagree(v)
		}
	})
	for _, v := range visits {
		t.remarks(v, instrument.Client, v.client, s.words.Client, v.language)
		t.remarks(v, instrument.Professional, v.professional, s.words.Professional, v.unit.Language)
		t.outcome(v)
		v.after.pace = d.pace()
	}
	return t.opinions(visits)
}

// some chooses n of the visits that fit and tells every visit whether it was.
func (t story) some(visits []*visit, n int, fits func(*visit) bool, tell func(v *visit, chosen bool)) {
	chosen := map[*visit]bool{}
	for _, i := range t.Perm(len(visits)) {
		if len(chosen) < n && fits(visits[i]) {
			chosen[visits[i]] = true
		}
	}
	for _, v := range visits {
		tell(v, chosen[v])
	}
}

// confirmed chooses whose result is talked through. Whoever comes again agreed on
// that the first time.
func (t story) confirmed(visits []*visit) {
	left := t.trial.Confirmed
	for _, v := range visits {
		if v.again != nil {
			left--
		}
	}
	once := func(v *visit) bool { return v.again == nil }
	t.some(visits, left, once, func(v *visit, chosen bool) { v.after.confirmed = chosen || v.again != nil })
}

// drafts chooses who enters in steps. A client who answers beforehand leaves a
// draft by nature; paper is typed in at one go.
func (t story) drafts(visits []*visit) {
	left := t.trial.Drafts
	for _, v := range visits {
		if v.mode == assessment.Self {
			v.draft = true
			left--
		}
	}
	open := func(v *visit) bool { return v.mode != assessment.Self && v.mode != assessment.Paper }
	t.some(visits, left, open, func(v *visit, chosen bool) { v.draft = v.draft || chosen })
}

// representatives lets somebody else consent for a few clients.
func (t story) representatives(visits []*visit) {
	for i := range t.trial.Units {
		u := &t.trial.Units[i]
		here := func(v *visit) bool { return v.unit == u && v.before == nil }
		t.some(visits, u.Representatives, here, func(v *visit, chosen bool) {
			if chosen {
				v.ground = t.words.Grounds[t.IntN(len(t.words.Grounds))].In(u.Language)
			}
		})
	}
}

// disagree agrees on a neighbouring segment instead of the calculated one.
func (t story) disagree(v *visit) {
	near := v.placed.Borderline()
	v.after.agreed = near[t.IntN(len(near))]
	v.after.reason = t.words.Reasons[v.after.agreed.Code()].In(v.unit.Language)
}

// remarks puts words beside one or two answers of some sheets.
func (t story) remarks(v *visit, side instrument.Side, sheet instrument.Sheet, from []remark, tag lang.Tag) {
	talkative := t.Float64()*100 < t.people.Comments[side]
	most := 1 + t.IntN(2)
	order := t.Perm(len(from))
	if !talkative {
		return
	}
	for _, i := range order {
		text := from[i].In(tag)
		at := slices.IndexFunc(sheet, from[i].fits)
		if most == 0 || at < 0 || sheet[at].Comment != "" || t.spoken[text] {
			continue
		}
		sheet[at].Comment = text
		t.spoken[text] = true
		most--
	}
}

// fits tells whether the words can stand beside an answer.
func (r remark) fits(a instrument.Answer) bool {
	switch {
	case r.Item != "" && r.Item != a.Item:
		return false
	case r.When == "discuss":
		return a.Skip == instrument.Discuss
	case r.When == "unclear":
		return a.Unclear && a.Scored()
	default:
		return a.Scored() && a.Value >= r.From && a.Value <= r.To
	}
}

// outcome draws the next steps, the day of review, and what is done with the
// result.
func (t story) outcome(v *visit) {
	printing, recording, review := t.Float64(), t.Float64(), t.IntN(10)
	steps := t.steps(v)
	if !v.after.confirmed {
		v.after.printed = printing < 0.4
		return
	}
	v.after.actions = steps
	v.after.printed, v.after.recorded = printing < 0.85, recording < 0.9
	// The more there is to coordinate, the more often one meets again.
	often := 4
	if v.placed.Segment.ChallengeHigh() {
		often = 9
	}
	switch {
	case v.again != nil:
		v.after.reviewOn = v.review.String()
	case review < often:
		v.after.reviewOn = reviewDay(v.day, v.placed.Segment, review).String()
	}
}

// reviewDay is when one looks at things again: the more there is to coordinate,
// the sooner. draw is any whole number.
func reviewDay(day calendar.Date, of segment.Segment, draw int) calendar.Date {
	weeks := 12
	if of.ChallengeHigh() {
		weeks = 4
	}
	return weekday(day.AddDays(7 * (weeks + draw%3)))
}

// steps are one to three agreed steps that fit the segment.
func (t story) steps(v *visit) []assessment.PlannedAction {
	seg := v.placed.Segment
	if v.after.agreed.Valid() {
		seg = v.after.agreed
	}
	known := t.words.Actions[seg.Code()]
	order, n := t.Perm(len(known)), 1+t.IntN(len(known))
	var planned []assessment.PlannedAction
	for _, i := range order[:n] {
		a := known[i]
		p := assessment.PlannedAction{Text: a.In(v.language), Responsible: t.words.Who[a.Who].In(v.language)}
		if a.Days > 0 {
			p.Due = weekday(v.day.AddDays(a.Days)).String()
		}
		planned = append(planned, p)
	}
	return planned
}

// weekday moves a day out of the weekend.
func weekday(day calendar.Date) calendar.Date {
	switch day.Time().Weekday() {
	case time.Saturday:
		return day.AddDays(2)
	case time.Sunday:
		return day.AddDays(1)
	}
	return day
}

// opinions shares out the feedback. Words go to a client of their language;
// nobody is asked twice, nor about a form that was typed in afterwards.
func (t story) opinions(visits []*visit) error {
	order := t.Perm(len(visits))
	for i := range t.words.Feedback {
		o := &t.words.Feedback[i]
		for range max(o.Times, 1) {
			at := slices.IndexFunc(order, func(j int) bool {
				v := visits[j]
				return v.after.opinion == nil && v.after.confirmed && v.mode != assessment.Paper && v.before == nil &&
					(o.Language == "" || o.Language == v.language)
			})
			if at < 0 {
				return fmt.Errorf("demo: there is no client left to give feedback %d", i+1)
			}
			visits[order[at]].after.opinion = o
		}
	}
	return nil
}

// pace draws how long everything takes.
func (d *diary) pace() pace {
	return pace{
		ahead:        d.later(70, 100),
		consent:      d.later(2, 5),
		begin:        d.later(0.5, 1),
		client:       d.later(8, 13),
		professional: d.later(3, 6),
		score:        d.later(0.1, 0.5),
		discuss:      d.later(3, 8),
		confirm:      d.later(1, 3),
		print:        d.later(0.3, 1),
		ask:          d.later(0.5, 1.5),
		writeDown:    d.later(1, 4),
	}
}
