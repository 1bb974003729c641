package answering

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// postedAnswer reads the fields of an item from a form: answer.ITEM (a number
// or a kind of skipping), comment.ITEM, unclear.ITEM and seen.ITEM. An item
// without the last one is not in the form.
func postedAnswer(form url.Values, item string) (assessment.SeenAnswer, bool) {
	if !form.Has("seen." + item) {
		return assessment.SeenAnswer{}, false
	}
	a := assessment.SeenAnswer{Seen: form.Get("seen." + item)}
	a.Item, a.Comment, a.Unclear = item, strings.TrimSpace(form.Get("comment."+item)), form.Get("unclear."+item) != ""
	choice := form.Get("answer." + item)
	if value, err := strconv.Atoi(choice); err == nil {
		a.Value = &value
	} else {
		a.Skip = choice
	}
	return a, true
}

// asAnswer is a typed answer in the form in which it would be stored.
func asAnswer(in assessment.SeenAnswer) instrument.Answer {
	a := instrument.Answer{Item: in.Item, Skip: instrument.Skip(in.Skip), Comment: in.Comment, Unclear: in.Unclear}
	switch {
	case in.Value != nil:
		a.Value = *in.Value
	case in.Skip == "":
		a.Skip = instrument.Unanswered
	}
	return a
}

// resolution is what somebody chose who has seen a clash: to overwrite an item,
// or to leave what the other device stored.
func resolution(r *page.Request) (overwrite, leave string) {
	choice, item, _ := strings.Cut(r.Form("resolve"), ":")
	switch choice {
	case "mine":
		return item, ""
	case "theirs":
		return "", item
	}
	return "", ""
}

// changed lists the posted answers of a battery that differ from what the page
// showed: one that nobody touched must not undo what another device has stored.
func changed(r *page.Request, battery *instrument.Battery) []assessment.SeenAnswer {
	overwrite, leave := resolution(r)
	var list []assessment.SeenAnswer
	for i := range battery.Items {
		a, ok := postedAnswer(r.Posted(), battery.Items[i].Code)
		if !ok || a.Item == leave {
			continue
		}
		a.Overwrite = a.Item == overwrite
		if a.Overwrite || assessment.Fingerprint(asAnswer(a)) != a.Seen {
			list = append(list, a)
		}
	}
	return list
}

// save saves the posted answers of a side. The sheet that comes back is what is
// to be shown: with what was typed where something is to be mended or clashes.
func (p *Pages) save(r *page.Request, a *assessment.Assessment, side instrument.Side) (*sheet, error) {
	s, err := p.sheetOf(a, side)
	if err != nil {
		return nil, err
	}
	answers := changed(r, s.battery)
	if len(answers) == 0 {
		return s, nil
	}
	saved, err := p.Assessments.Answer(r.Ctx(), assessment.SaveAnswers{ID: a.ID, Side: side, Answers: answers})
	if err != nil {
		return s, s.take(err, answers)
	}
	if s, err = p.sheetOf(saved.Assessment, side); err != nil {
		return nil, err
	}
	if len(saved.Clashes) == 0 {
		return s, nil
	}
	s.typed, s.clashes = map[string]assessment.SeenAnswer{}, map[string]instrument.Answer{}
	for _, clash := range saved.Clashes {
		s.clashes[clash.Item] = clash.Stored
		for _, one := range answers {
			if one.Item == clash.Item {
				s.typed[one.Item] = one
			}
		}
	}
	return s, nil
}

// wrong tells whether the form has to be shown again.
func (s *sheet) wrong() bool { return s.form.Invalid() || len(s.clashes) > 0 }

// take keeps findings beside the fields they are about. Any other error comes
// back.
func (s *sheet) take(err error, answers []assessment.SeenAnswer) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Findings) == 0 {
		return err
	}
	s.form = &page.Form{Labels: page.Labels{}}
	s.typed = map[string]assessment.SeenAnswer{}
	for _, one := range answers {
		s.typed[one.Item] = one
		s.form.Labels["answer."+one.Item] = "answering.answer"
		s.form.Labels["comment."+one.Item] = "answering.comment"
	}
	for _, one := range f.Findings {
		one.Pointer = fieldPointer(one.Pointer, answers)
		s.form.Findings = append(s.form.Findings, one)
	}
	return nil
}

// fieldPointer leads from /answers/N/… to the field of the form.
func fieldPointer(pointer string, answers []assessment.SeenAnswer) string {
	parts := strings.Split(pointer, "/")
	if len(parts) < 3 || parts[1] != "answers" {
		return pointer
	}
	i, err := strconv.Atoi(parts[2])
	if err != nil || i < 0 || i >= len(answers) {
		return pointer
	}
	if len(parts) > 3 && parts[3] == "comment" {
		return "/comment/" + answers[i].Item
	}
	return "/answer/" + answers[i].Item
}

// read reads the assessment of the path.
func (p *Pages) read(r *page.Request) (*assessment.Assessment, error) {
	id, err := r.ID()
	if err != nil {
		return nil, err
	}
	return p.Assessments.Assessment(r.Ctx(), id)
}
