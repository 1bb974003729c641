package insight

import (
	"net/url"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/period"
)

// question reads what is asked for from an address.
func question(values url.Values) report.Query {
	q := report.Query{Unit: values.Get("unit"), Battery: values.Get("battery")}
	q.From = page.Day(&q.Prior, values, "from")
	q.To = page.Day(&q.Prior, values, "to")
	return q
}

// address is a question as part of an address.
func address(q report.Query) url.Values {
	return period.Values(q.From, q.To, url.Values{"unit": {q.Unit}, "battery": {q.Battery}})
}

// periods lists what can be chosen with one click: what was agreed on, this
// year, and the last twelve whole months. All are answered whatever the smallest
// cell is.
func periods(r *page.Request, path string, settings setting.Settings, shown url.Values) []period.Choice {
	today := calendar.DayOf(r.Now())
	from, to := setting.LastTwelveMonths(today)
	return append(period.Agreed(path, settings, shown),
		period.New(r.Text("insight.this_year"), path, calendar.Date{Year: today.Year, Month: 1, Day: 1}, calendar.Date{Year: today.Year, Month: 12, Day: 31}, shown),
		period.New(r.Text("insight.last_months"), path, from, to, shown))
}
