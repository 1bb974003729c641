package insight

import (
	"net/url"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// question reads what is asked for from an address.
func question(values url.Values) report.Query {
	q := report.Query{Unit: values.Get("unit"), Battery: values.Get("battery")}
	q.From = day(&q.Prior, "/from", values.Get("from"))
	q.To = day(&q.Prior, "/to", values.Get("to"))
	return q
}

// day reads a day; an empty one the report itself complains about.
func day(f *fault.Findings, pointer, text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	d, err := calendar.Parse(text)
	if err != nil {
		f.Add(pointer, fault.NotADate, nil)
	}
	return d
}

// address is a question as part of an address.
func address(q report.Query) url.Values {
	values := url.Values{"from": {q.From.String()}, "to": {q.To.String()}}
	if q.Unit != "" {
		values.Set("unit", q.Unit)
	}
	if q.Battery != "" {
		values.Set("battery", q.Battery)
	}
	return values
}

// period is one that can be chosen with one click.
type period struct {
	Name     string
	From, To calendar.Date
	Address  string
	Here     bool // it is the one that is shown
}

// periods lists what can be chosen with one click: what was agreed on, this
// year, and the last twelve whole months. All are answered whatever the smallest
// cell is.
func periods(r *page.Request, path string, settings setting.Settings, shown url.Values) []period {
	var list []period
	add := func(name string, from, to calendar.Date) {
		q := report.Query{From: from, To: to, Unit: shown.Get("unit"), Battery: shown.Get("battery")}
		list = append(list, period{
			Name: name, From: from, To: to, Address: path + "?" + address(q).Encode(),
			Here: shown.Get("from") == from.String() && shown.Get("to") == to.String(),
		})
	}
	for _, p := range settings.Periods {
		add(p.Name, p.From, p.To)
	}
	today := calendar.DayOf(r.Now())
	add(r.Text("insight.this_year"), calendar.Date{Year: today.Year, Month: 1, Day: 1}, calendar.Date{Year: today.Year, Month: 12, Day: 31})
	from, to := setting.LastTwelveMonths(today)
	add(r.Text("insight.last_months"), from, to)
	return list
}
