package document

import (
	"errors"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// Emergency is what is put into two envelopes for a unit.
type Emergency struct {
	access.EmergencySheets
	Unit    string // its name
	Address string // where the codes are typed, as people type addresses; "" where nobody said
	Demo    bool   // invented data: the paper says so
}

// EmergencyPaper is both sheets of sealed codes, each on pages of its own. It
// fails without codes.
func EmergencyPaper(e Emergency, tag lang.Tag) (typeset.Document, error) {
	if len(e.Codes[0]) == 0 || len(e.Codes[0]) != len(e.Codes[1]) {
		return typeset.Document{}, errors.New("document: there are no sealed codes")
	}
	s := edition{p: locale.For(tag)}
	doc := typeset.Document{
		Title: s.Say("paper_emergency.title"), Language: s.p.Tag(), Created: e.Set.MadeAt, Size: 12,
		Foot: s.Say("paper_emergency.foot", map[string]any{"set": shortSet(e.Set)}), PageOf: pageOf(s.p),
	}
	for i := range e.Codes {
		if i > 0 {
			doc.Blocks = append(doc.Blocks, typeset.NewPage{})
		}
		doc.Blocks = append(doc.Blocks, s.emergencySheet(e, i)...)
	}
	return doc, nil
}

// shortSet is enough of a set's id to tell papers apart.
func shortSet(s access.EmergencySet) string { return s.ID.String()[:8] }

func (s edition) emergencySheet(e Emergency, i int) []typeset.Block {
	until := calendar.DayOf(e.Set.ExpiresAt)
	table := typeset.Table{
		Head:   []string{s.Say("paper_emergency.number"), s.Say("paper_emergency.code"), s.Say("paper_emergency.used")},
		Widths: []float64{1, 6, 4}, RowHead: true,
	}
	for n, code := range e.Codes[i] {
		table.Rows = append(table.Rows, []typeset.Cell{{Text: strconv.Itoa(n + 1)}, {Text: code, Bold: true}, {}})
	}
	blocks := []typeset.Block{
		heading(1, s.Say("paper_emergency.sheet", map[string]any{"number": i + 1})),
		typeset.Paragraph{Spans: []typeset.Span{{Text: e.Unit, Bold: true}}},
	}
	if e.Demo {
		blocks = append(blocks, typeset.Paragraph{Voice: typeset.Quiet, Spans: []typeset.Span{{Text: s.Say("paper_letter.demo"), Bold: true}}})
	}
	steps := items(s.Say("paper_emergency.step.two"), s.Say("paper_emergency.step.type"), s.Say("paper_emergency.step.write"))
	if e.Address != "" {
		steps = append(items(s.Say("paper_emergency.step.open", map[string]any{"address": e.Address})), steps...)
	} else {
		steps = append(items(s.Say("paper_emergency.step.login")), steps...)
	}
	return append(blocks,
		typeset.Text(s.Say("paper_emergency.seal")+" "+s.Say("paper_emergency.until", map[string]any{"date": until})),
		typeset.List{Marker: typeset.Numbers, Items: steps},
		table,
		typeset.Text(s.Say("paper_emergency.lost")),
	)
}
