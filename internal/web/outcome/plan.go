package outcome

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// planLabels are the fields of what is agreed.
var planLabels = page.Labels{
	"segment": "outcome.segment", "reason": "outcome.reason", "suggestion": "outcome.suggestion", "actions": "outcome.actions",
	"actions.text": "outcome.action.text", "actions.responsible": "outcome.action.who", "actions.due": "outcome.action.due",
	"review": "outcome.review", "review_on": "outcome.review.on",
}

const (
	leastRows = 3
	moreRows  = 3
)

// reviews are the quick choices for the day of review, in months.
var reviews = []int{1, 3, 6}

// plan is the form for what is agreed, as it is shown.
type plan struct {
	Suggestions []page.Option
	Rows        []int
	More        bool // there is room for more rows
	Reviews     []page.Option
	Toggled     bool // another segment is being agreed
}

func (d *shown) planned(r *page.Request, form *page.Form, rows int) plan {
	agreed, ok := segment.Parse(form.Values.Get("segment"))
	if !ok {
		agreed = d.A.Result.Segment
	}
	s := plan{
		Suggestions: suggestions(d.Told, agreed, form.Values["suggestion"]),
		More:        rows < assessment.MaxActions, Toggled: agreed != d.A.Result.Segment || form.Values.Get("reason") != "",
	}
	for i := range rows {
		s.Rows = append(s.Rows, i)
	}
	today := calendar.DayOf(r.Now())
	for _, months := range reviews {
		s.Reviews = append(s.Reviews, page.Option{
			Value: strconv.Itoa(months), Label: r.Text("outcome.review.months", map[string]any{"count": months}), Help: r.Date(after(today, months)),
		})
	}
	return s
}

// after is the same day some months later, or the last of that month.
func after(day calendar.Date, months int) calendar.Date {
	first := time.Date(day.Year, day.Month+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return calendar.Date{Year: first.Year(), Month: first.Month(), Day: min(day.Day, last)}
}

// suggestions are the steps of the guidance of a segment, and what is ticked
// already of another's.
func suggestions(told *document.Told, of segment.Segment, ticked []string) []page.Option {
	var list []page.Option
	for _, s := range segment.All {
		for i, step := range told.StepsOf(s) {
			code := fmt.Sprintf("%s.%d", s.Code(), i)
			if s == of || slices.Contains(ticked, code) {
				list = append(list, page.Option{Value: code, Label: step.Service, Help: step.FirstStep})
			}
		}
	}
	return list
}

// suggested are the actions that ticked suggestions become.
func suggested(told *document.Told, ticked []string) []assessment.PlannedAction {
	var actions []assessment.PlannedAction
	for _, one := range suggestions(told, 0, ticked) {
		actions = append(actions, assessment.PlannedAction{Text: one.Label + ": " + one.Help})
	}
	return actions
}

// written are the actions in the form's rows. Empty rows are left out; rows tells
// for each action in which row it stood.
func written(form url.Values) (actions []assessment.PlannedAction, rows []int) {
	for i := range rowsOf(form) {
		value := func(name string) string { return strings.TrimSpace(form.Get(fmt.Sprintf("actions.%d.%s", i, name))) }
		one := assessment.PlannedAction{Text: value("text"), Responsible: value("responsible"), Due: value("due")}
		if one != (assessment.PlannedAction{}) {
			actions, rows = append(actions, one), append(rows, i)
		}
	}
	return actions, rows
}

// rowsOf counts the rows that the form had, within bounds.
func rowsOf(form url.Values) int {
	rows := leastRows
	for rows < assessment.MaxActions && form.Has(fmt.Sprintf("actions.%d.text", rows)) {
		rows++
	}
	return rows
}

// reviewOn is the day of review. A day that was written goes before a quick
// choice.
func reviewOn(form url.Values, today calendar.Date) string {
	if day := strings.TrimSpace(form.Get("review_on")); day != "" {
		return day
	}
	for _, months := range reviews {
		if form.Get("review") == strconv.Itoa(months) {
			return after(today, months).String()
		}
	}
	return ""
}

// mended points the findings of actions to the rows in which they were written.
// The first so many actions are suggestions.
func mended(err error, suggested int, rows []int) error {
	var known *fault.Error
	if !errors.As(err, &known) {
		return err
	}
	out := *known
	out.Findings = nil
	for _, one := range known.Findings {
		if rest, ok := strings.CutPrefix(one.Pointer, "/actions/"); ok {
			number, field, _ := strings.Cut(rest, "/")
			if n, err := strconv.Atoi(number); err == nil && n < suggested {
				one.Pointer = "/suggestion"
			} else if err == nil && n-suggested < len(rows) {
				one.Pointer = fmt.Sprintf("/actions/%d/%s", rows[n-suggested], field)
			}
		}
		out.Findings = append(out.Findings, one)
	}
	return &out
}
