// Package period is the days that an expert asks a report about: the usual ones
// where none are said, and those that can be chosen with one click.
//
// It belongs to the third floor and imports page, setting and calendar. What else
// a report is narrowed by, and whether its days will do, is the report's to say.
package period

import (
	"net/url"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// Choice is a period that can be chosen with one click, for the template "periods".
type Choice struct {
	Name     string
	From, To calendar.Date
	Address  string
	Here     bool // it is the one that is shown
}

// narrowed are the fields by which a question is narrowed beside its days.
var narrowed = []string{"unit", "battery"}

// Values is a question as part of an address: its days, and how others narrow it.
func Values(from, to calendar.Date, others url.Values) url.Values {
	values := url.Values{"from": {from.String()}, "to": {to.String()}}
	for _, field := range narrowed {
		if value := others.Get(field); value != "" {
			values.Set(field, value)
		}
	}
	return values
}

// Usual is the question of an address; where it says no days, about the usual ones.
func Usual(r *page.Request, settings setting.Settings) url.Values {
	values := r.QueryParams()
	if values.Has("from") || values.Has("to") {
		return values
	}
	from, to := settings.Usual(calendar.DayOf(r.Now()))
	return Values(from, to, values)
}

// New is a period of a page whose question is shown.
func New(name, path string, from, to calendar.Date, shown url.Values) Choice {
	return Choice{
		Name: name, From: from, To: to, Address: path + "?" + Values(from, to, shown).Encode(),
		Here: shown.Get("from") == from.String() && shown.Get("to") == to.String(),
	}
}

// Agreed are the periods that were agreed on.
func Agreed(path string, settings setting.Settings, shown url.Values) []Choice {
	var list []Choice
	for _, p := range settings.Periods {
		list = append(list, New(p.Name, path, p.From, p.To, shown))
	}
	return list
}
