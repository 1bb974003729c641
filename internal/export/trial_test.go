package export_test

import (
	"context"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// trial answers with facts that have the published tables of the trial; how
// batteries, units and months cross the segments is made up.
type trial struct {
	report.Counts // which a distribution does without
	minCell       int
}

func (t trial) DistributionCells(context.Context, report.Query, []string) ([]report.Cell, report.Coverage, error) {
	segments, batteries := deal(40, 8, 15, 23), deal(37, 3, 32, 14)
	codes := []string{"functioning", "illness-care", "social-wellbeing", "health-risk"}
	months := []string{"2023-05", "2023-06", "2023-08", "2023-09", "2023-10", "2023-11"}
	units := []string{"vuosaari-ta", "vuosaari-ta", "seniori-info", "=formula"}
	var cells []report.Cell
	for i := range segments {
		cells = append(cells, report.Cell{
			Segment: segment.All[segments[i]], Battery: codes[batteries[(i*37)%86]],
			Unit: units[i%len(units)], Month: months[i%len(months)], Count: 1,
		})
	}
	return cells, report.Coverage{Completed: 86, Declined: 20, Unsuitable: 10, Unfinished: 4}, nil
}

func deal(counts ...int) []int {
	var cards []int
	for which, c := range counts {
		for range c {
			cards = append(cards, which)
		}
	}
	return cards
}

func (t trial) ViewCells(ctx context.Context, q report.Query, view report.View, units []string) ([]report.ViewCell, error) {
	cells, _, err := t.DistributionCells(ctx, q, units)
	var found []report.ViewCell
	for i, c := range cells {
		key := map[report.View]string{report.ByRegister: "health", report.ByLanguage: "fi", report.ByMode: []string{"joint", "paper"}[i%2]}[view]
		found = append(found, report.ViewCell{Key: key, Cell: c})
	}
	return found, err
}

func (t trial) CoverageCells(context.Context, report.Query, []string) ([]report.CoverageCell, error) {
	var cells []report.CoverageCell
	for kind, count := range map[report.Kind]int{report.Declined: 20, report.Unsuitable: 10, report.Unfinished: 4} {
		cells = append(cells, report.CoverageCell{Kind: kind, Unit: "vuosaari-ta", Month: "2023-05", Count: count})
	}
	return cells, nil
}

func (t trial) UnitNames(context.Context) (map[string]string, error) {
	return map[string]string{"vuosaari-ta": "", "seniori-info": "", "=formula": ""}, nil
}

func (t trial) BatteryCodes(context.Context) ([]string, error) {
	return []string{"functioning", "health-risk", "illness-care", "social-wellbeing"}, nil
}

func (t trial) ReportSettings(context.Context) (setting.Settings, error) {
	from, to := calendar.MustParse("2023-05-05"), calendar.MustParse("2023-11-12")
	return setting.Settings{MinCell: t.minCell, Demo: t.minCell == 1, Periods: []setting.Period{{From: from, To: to}}}, nil
}

// published is the trial's distribution, with small cells shown or hidden.
func published(minCell int) report.Distribution {
	d, err := report.NewService(trial{minCell: minCell}).Distribution(access.With(context.Background(), access.Actor{Role: access.Expert}),
		report.Query{From: calendar.MustParse("2023-05-05"), To: calendar.MustParse("2023-11-12")})
	if err != nil {
		panic(err)
	}
	return d
}

func finnish() export.Labels {
	of := func(names map[string]string) func(string) string {
		return func(code string) string { return names[code] }
	}
	return export.Labels{
		Language: lang.Finnish,
		Title:    "Asiakkuuksien jakauma", Period: "5.5.2023–12.11.2023",
		Segment: of(map[string]string{"omatoimi": "Omatoimiasiakkuus", "yhteiso": "Yhteisöasiakkuus", "yhteistyo": "Yhteistyöasiakkuus", "verkosto": "Verkostoasiakkuus"}),
		Battery: of(map[string]string{
			"individual-client": "Yksilöasiakkaan kysymykset", "functioning": "Kuntoutuminen ja toimintakyky", "illness-care": "Sairauden hoito",
			"social-wellbeing": "Sosiaalinen hyvinvointi ja arki", "health-risk": "Terveys- ja hyvinvointiriski",
		}),
		Unit:      of(map[string]string{"vuosaari-ta": "Vuosaaren terveysasema", "seniori-info": "Seniori-info", "=formula": "=HYPERLINK(\"http://a.example\")"}),
		Month:     of(map[string]string{"2023-05": "toukokuu 2023"}),
		Register:  of(map[string]string{"health": "Terveydenhuollon rekisteri", "social": "Sosiaalihuollon rekisteri"}),
		LanguageN: of(map[string]string{"fi": "suomi", "sv": "ruotsi", "en": "englanti"}),
		Mode:      of(map[string]string{"joint": "Yhdessä", "self": "Ennakkoon", "phone": "Puhelimessa", "paper": "Paperilla"}),
		Covered:   of(map[string]string{"offered": "Tarjottu", "completed": "Tehty loppuun", "declined": "Kieltäytynyt", "unsuitable": "Ei soveltunut", "unfinished": "Jäänyt kesken", "without_statistics": "Ei lupaa tilastoon"}),
		Tables:    export.Headings{Summary: "Yhteenveto", Segments: "Asiakkuudet", Batteries: "Kysymyspatteristot", Units: "Yksiköt", Months: "Kuukaudet", Coverage: "Kattavuus", Registers: "Rekisterit", Languages: "Kielet", Modes: "Vastaustavat"},
		Heads:     export.Heads{Code: "Koodi", Name: "Nimi", Segment: "Asiakkuus", Count: "Määrä", Percent: "Osuus", Suppressed: "Piilotettu", N: "n"},

		HiddenCell: "piilossa",
		HiddenNote: "Pienet luvut ja niiden rinnalta osa muista on piilotettu, jotta ketään ei voi tunnistaa.",
		OpenNote:   "Kaikki luvut näkyvät, pienetkin.",
		DemoNote:   "Luvut ovat keksittyjä.",
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (t trial) PublishedReports(context.Context, calendar.Date, calendar.Date) ([]report.Published, error) {
	return nil, nil
}
func (t trial) InsertPublished(context.Context, report.Published) error       { return nil }
func (t trial) InTx(ctx context.Context, f func(context.Context) error) error { return f(ctx) }
func (t trial) AppendAudit(context.Context, ...audit.Entry) error             { return nil }
