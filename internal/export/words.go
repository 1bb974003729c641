package export

import (
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/report"
)

// DistributionLabels names everything in a distribution in the words of a
// language. units are the names of units by code.
func DistributionLabels(d report.Distribution, words *locale.Printer, library *instrument.Library, units map[string]string) Labels {
	text := func(key string) string { return words.Text("report." + key) }
	battery := func(code string) string {
		if b, ok := library.Current(code); ok {
			return b.Name.In(words.Tag())
		}
		return ""
	}
	scope := units[d.Unit]
	if d.Battery != "" {
		if scope != "" {
			scope += " · "
		}
		scope += battery(d.Battery)
	}
	published := text("unpublished_note")
	if !d.AsOf.IsZero() {
		published = words.Text("report.published_note", map[string]any{"day": d.AsOf})
	}
	return Labels{
		Language: words.Tag(), Title: text("title"), Scope: scope,
		Period:  words.Text("report.period", map[string]any{"from": d.From, "to": d.To}),
		Segment: func(code string) string { return words.Code("segment", code) },
		Battery: battery,
		Unit:    func(code string) string { return units[code] },
		Month: func(code string) string {
			first, err := calendar.Parse(code + "-01")
			if err != nil {
				return ""
			}
			return words.Month(first)
		},
		Covered:   text,
		Register:  func(code string) string { return words.Code("register", code) },
		LanguageN: func(code string) string { return words.Code("report.language", code) },
		Mode:      func(code string) string { return words.Code("mode", code) },
		Tables: Headings{
			Summary: text("title"), Segments: text("segments"), Batteries: text("batteries"),
			Units: text("units"), Months: text("months"), Coverage: text("coverage"),
			Registers: text("registers"), Languages: text("languages"), Modes: text("modes"),
		},
		Heads: Heads{
			Code: text("code"), Name: text("name"), Segment: text("segment"), Count: text("count"),
			Percent: text("percent"), Suppressed: text("hidden"), N: text("n"),
		},
		HiddenCell:    text("suppressed"),
		HiddenNote:    words.Text("report.suppressed_note", map[string]any{"min": d.MinCell}),
		OpenNote:      text("open_note"),
		PublishedNote: published,
		DemoNote:      text("demo_note"),
	}
}
