package trial

import (
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var entryLabels = page.Labels{
	"kind": "diary.kind", "from": "diary.from", "to": "diary.to", "text": "diary.text",
	"minutes": "diary.minutes", "with_clients": "diary.with_clients", "others": "diary.others",
}

// diaryPage is the list of entries.
type diaryPage struct {
	Kinds   []page.Option
	Entries []diary.Entry
	Done    string
}

// entryPage is one entry to be changed.
type entryPage struct {
	ID    uuid.UUID
	Kinds []page.Option
}

func (p *Pages) diary(r *page.Request) error { return p.showDiary(r, &page.Form{}) }

func (p *Pages) showDiary(r *page.Request, form *page.Form) error {
	entries, err := p.Diary.Entries(r.Ctx(), calendar.Date{}, calendar.Date{})
	if err != nil {
		return err
	}
	form.Labels = entryLabels
	return p.templates.Render(r, "diary", &page.View{
		Title: r.Text("diary.title"), Address: "/report/diary", Wide: true, Form: form, FormID: "entry",
		Data: diaryPage{page.Named(r, "diary.kind", diary.Kinds...), entries, r.QueryParam("done")},
	})
}

func (p *Pages) addEntry(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showDiary(r, form)
	}
	if _, err := p.Diary.Add(r.Ctx(), written(r)); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showDiary(r, form)
	}
	return r.Redirect("/report/diary?done=added")
}

func (p *Pages) entry(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	e, err := p.Diary.Entry(r.Ctx(), id)
	if err != nil {
		return err
	}
	values := url.Values{"kind": {string(e.Kind)}, "from": {e.From.String()}, "text": {e.Text}}
	if e.To != e.From {
		values.Set("to", e.To.String())
	}
	for name, n := range map[string]int{"minutes": e.Minutes, "with_clients": e.WithClients, "others": e.Others} {
		if n > 0 {
			values.Set(name, strconv.Itoa(n))
		}
	}
	return p.showEntry(r, id, &page.Form{Values: values})
}

func (p *Pages) showEntry(r *page.Request, id uuid.UUID, form *page.Form) error {
	form.Labels = entryLabels
	return p.templates.Render(r, "entry", &page.View{
		Title: r.Text("diary.change"), Address: "/report/diary/" + id.String(), Form: form, FormID: "entry",
		Data: entryPage{id, page.Named(r, "diary.kind", diary.Kinds...)},
	})
}

func (p *Pages) changeEntry(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	if _, err := p.Diary.Entry(r.Ctx(), id); err != nil {
		return err
	}
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showEntry(r, id, form)
	}
	if err := p.Diary.Change(r.Ctx(), id, written(r)); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showEntry(r, id, form)
	}
	return r.Redirect("/report/diary?done=changed")
}

func (p *Pages) removeEntry(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	if err := p.Diary.Remove(r.Ctx(), id); err != nil {
		return err
	}
	return r.Redirect("/report/diary?done=removed")
}

// written reads an entry from the form.
func written(r *page.Request) diary.Written {
	w := diary.Written{Kind: r.Form("kind"), Text: r.Form("text")}
	w.From = page.Day(&w.Prior, r.Posted(), "from")
	w.To = page.Day(&w.Prior, r.Posted(), "to")
	w.Minutes = number(&w.Prior, r, "minutes")
	w.WithClients = number(&w.Prior, r, "with_clients")
	w.Others = number(&w.Prior, r, "others")
	return w
}

// number reads a whole number, 0 where nothing was typed.
func number(f *fault.Findings, r *page.Request, field string) int {
	text := r.Form(field)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		f.Add("/"+field, fault.WrongType, fault.Args{"expected": "integer"})
	}
	return n
}
