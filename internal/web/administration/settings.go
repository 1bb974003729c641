package administration

import (
	"net/url"

	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// settingKinds tells how a setting is typed where it is not a line of text.
var settingKinds = map[string]string{
	setting.MinCell: "number", setting.Target: "number", setting.SessionIdle: "number", setting.SessionMax: "number", setting.EmergencyMax: "number", setting.FirstPassword: "number",
	setting.TargetFrom: "date", setting.TargetTo: "date", setting.Periods: "lines", setting.Demo: "switch",
	setting.SecondFactor: "circle", setting.Figures: "figures",
}

// settingsPage is what the page of settings shows.
type settingsPage struct {
	Settings  []settingRow
	Switch    []page.Option
	Circles   []page.Option
	Figures   []page.Option
	Batteries []string // the names of those in use
	Done      string
}

type settingRow struct{ Name, Kind, Help string }

func (p *Pages) settings(r *page.Request) error {
	stored, err := p.Settings.Values(r.Ctx())
	if err != nil {
		return err
	}
	values := url.Values{}
	for name, value := range stored {
		values.Set(name, value)
	}
	return p.showSettings(r, &page.Form{Values: values})
}

func (p *Pages) showSettings(r *page.Request, form *page.Form) error {
	inUse, err := p.Content.Batteries(r.Ctx())
	if err != nil {
		return err
	}
	data := settingsPage{
		Done:   done(r),
		Switch: []page.Option{{Value: "false", Label: r.Text("administration.settings.no")}, {Value: "true", Label: r.Text("administration.settings.yes")}},
	}
	for _, kind := range []setting.FigureKind{setting.LiveFigures, setting.PublishedFigures} {
		data.Figures = append(data.Figures, page.Option{Value: string(kind), Label: r.Code("setting.figures", kind)})
	}
	for _, circle := range setting.Circles {
		data.Circles = append(data.Circles, page.Option{Value: string(circle), Label: r.Code("setting.circle", circle)})
	}
	for _, b := range inUse {
		data.Batteries = append(data.Batteries, r.In(b.Name))
	}
	form.Labels = page.Labels{}
	for _, name := range changedHere() {
		form.Labels[name] = "setting." + name + ".label"
		data.Settings = append(data.Settings, settingRow{name, settingKinds[name], "help:setting." + name + ".help"})
	}
	return p.templates.Render(r, "settings", &page.View{Title: r.Text("administration.settings"), Form: form, FormID: "settings", Data: data})
}

// changedHere lists the settings but for the batteries, which have a page of
// their own.
func changedHere() []string {
	var names []string
	for _, name := range setting.Names() {
		if name != setting.Batteries {
			names = append(names, name)
		}
	}
	return names
}

func (p *Pages) changeSettings(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showSettings(r, form)
	}
	values := map[string]string{}
	for _, name := range changedHere() {
		if posted, ok := r.Posted()[name]; ok {
			values[name] = posted[0]
		}
	}
	if err := p.Settings.ChangeAll(r.Ctx(), values); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showSettings(r, form)
	}
	return r.Redirect("/admin/settings?done=saved")
}
