package administration

import (
	"strings"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// batteriesPage is what the list of batteries shows.
type batteriesPage struct {
	Rows    []batteryRow
	Options []page.Option
	Done    string
}

type batteryRow struct {
	*instrument.Battery
	InUse   bool
	Unclear int // reports about all its items
}

func (p *Pages) batteries(r *page.Request) error {
	inUse, err := p.Content.InUse(r.Ctx())
	if err != nil {
		return err
	}
	var chosen []string
	for code := range inUse {
		chosen = append(chosen, code)
	}
	return p.showBatteries(r, &page.Form{}, chosen)
}

func (p *Pages) showBatteries(r *page.Request, form *page.Form, chosen []string) error {
	inUse, err := p.Content.InUse(r.Ctx())
	if err != nil {
		return err
	}
	unclear, err := p.Content.UnclearReports(r.Ctx())
	if err != nil {
		return err
	}
	data := batteriesPage{Done: done(r)}
	for _, b := range p.Library.Batteries() {
		row := batteryRow{Battery: b, InUse: b.Side == instrument.Client || inUse[b.Code]}
		for _, one := range unclear {
			if one.Battery == b.Code && one.Version == b.Version {
				row.Unclear += one.Count
			}
		}
		data.Rows = append(data.Rows, row)
		if b.Side == instrument.Professional {
			data.Options = append(data.Options, page.Option{Value: b.Code, Label: r.In(b.Name), Help: r.In(b.Description)})
		}
	}
	form.Labels = page.Labels{setting.Batteries: "administration.batteries.choose"}
	form.Values = map[string][]string{setting.Batteries: chosen}
	return p.templates.Render(r, "batteries", &page.View{
		Title: r.Text("administration.batteries"), Form: form, FormID: "batteries", Data: data,
	})
}

// useBatteries sets which batteries a new assessment can be begun with. All of
// them is kept as "whichever there are", so that one of a later release is in use
// too.
func (p *Pages) useBatteries(r *page.Request) error {
	chosen, form := r.Posted()[setting.Batteries], &page.Form{}
	if r.Setting() {
		return p.showBatteries(r, form, chosen)
	}
	if len(chosen) == 0 { // kept as nothing, it would mean all of them
		form.Findings.Add("/"+setting.Batteries, fault.Required, nil)
		return p.showBatteries(r, form, chosen)
	}
	value := strings.Join(chosen, ",")
	if len(chosen) == len(p.Library.Professional()) {
		value = ""
	}
	if err := p.Settings.ChangeAll(r.Ctx(), map[string]string{setting.Batteries: value}); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showBatteries(r, form, chosen)
	}
	return r.Redirect("/admin/batteries?done=saved")
}

// batteryPage is what the page of one battery shows.
type batteryPage struct {
	*instrument.Battery
	Anchors []anchor
	Rows    []itemRow
}

type anchor struct {
	Value int
	Text  string
}

type itemRow struct {
	instrument.Item
	Asked, Plain         string // Plain "" where it is the same
	Explained, PlainHelp string
	Unclear              int
}

func (p *Pages) battery(r *page.Request) error {
	b, ok := p.Library.Current(r.Param("code"))
	if !ok {
		return fault.New(fault.NotFound)
	}
	unclear, err := p.Content.UnclearReports(r.Ctx())
	if err != nil {
		return err
	}
	data := batteryPage{Battery: b}
	for value := b.Scale.Min; value <= b.Scale.Max; value++ {
		if text, ok := b.Scale.Anchors[value]; ok {
			data.Anchors = append(data.Anchors, anchor{value, text.In(r.Lang())})
		}
	}
	for _, item := range b.Items {
		row := itemRow{Item: item, Asked: item.Text.In(r.Lang()), Plain: item.Text.Plain(r.Lang()), Explained: item.Help.In(r.Lang()), PlainHelp: item.Help.Plain(r.Lang())}
		if row.Plain == row.Asked && row.PlainHelp == row.Explained {
			row.Plain, row.PlainHelp = "", ""
		}
		for _, one := range unclear {
			if one.Battery == b.Code && one.Version == b.Version && one.Item == item.Code {
				row.Unclear += one.Count
			}
		}
		data.Rows = append(data.Rows, row)
	}
	return p.templates.Render(r, "battery", &page.View{Title: b.Name.In(r.Lang()), Data: data})
}
