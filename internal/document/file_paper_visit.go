package document

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// visitNumber is by which number the paper calls an assessment, 0 for one that
// is not in the file.
func (w *filePaper) visitNumber(id uuid.UUID) int {
	return 1 + slices.IndexFunc(w.Visits, func(v assessment.FileVisit) bool { return v.ID == id })
}

func (w *filePaper) consentNumber(id uuid.UUID) int {
	return 1 + slices.IndexFunc(w.Consents, func(c consent.Record) bool { return c.ID == id })
}

func (w *filePaper) visits() []typeset.Block {
	blocks := []typeset.Block{heading(2, w.say("paper_file.visits"))}
	if len(w.Visits) == 0 {
		return append(blocks, typeset.Text(w.say("paper_file.visits.none")))
	}
	for i, v := range w.Visits {
		blocks = append(blocks, heading(3, w.say("paper_file.visit", map[string]any{"number": i + 1, "date": v.AssessedOn})), w.visit(v))
		blocks = append(blocks, w.answers("paper_file.answers.client", v, instrument.Client)...)
		blocks = append(blocks, w.answers("paper_file.answers.professional", v, instrument.Professional)...)
		blocks = append(blocks, w.result(v)...)
		blocks = append(blocks, w.agreed(v)...)
	}
	return blocks
}

// visit is what is kept of a visit besides the answers and what came of them.
func (w *filePaper) visit(v assessment.FileVisit) typeset.Block {
	given := w.say("paper_file.visit.other_unit")
	if number := w.consentNumber(v.ConsentID); number > 0 {
		given = w.say("paper_file.consent.number", map[string]any{"number": number})
	}
	var present []string
	for _, code := range v.Present {
		present = append(present, w.p.Code("visit.present", code))
	}
	list := []fact{
		{w.say("paper_file.status"), w.p.Code("status", string(v.Status))},
		{w.say("paper_file.unit"), w.unit(v.Unit)},
		{w.say("paper_file.register"), w.p.Code("register", string(v.Register))},
		{w.say("paper_file.on_consent"), given},
		{w.say("paper_file.statistics"), w.yes(v.Statistics)},
		{w.say("paper_file.ref"), v.ClientRef},
		{w.say("paper_file.mode"), w.p.Code("mode", string(v.Mode))},
		{w.say("paper_file.present"), strings.Join(present, ", ")},
		{w.say("paper_file.language"), w.language(v.Language, v.Plain)},
		{w.say("paper_file.begun"), w.at(v.CreatedAt) + ", " + w.user(v.CreatedBy, string(access.Professional))},
		w.when("paper_file.completed", v.CompletedAt),
		{w.say("paper_file.revision"), w.p.Integer(v.Revision)},
		{w.say("paper_file.expected"), w.p.Segment(v.Expected)},
		{w.say("paper_file.time"), w.spent(v.Seconds)},
		{w.say("paper_file.feedback"), w.yes(v.FeedbackGiven)},
	}
	for _, e := range v.Events {
		list = append(list, fact{w.p.Code("paper_file.event", string(e.Kind)), w.at(e.At) + ", " + w.user(e.By, string(access.Professional))})
	}
	return w.facts(append(list, w.archived(v.ID)...)...)
}

func (w *filePaper) yes(yes bool) string {
	if yes {
		return w.say("paper_file.yes")
	}
	return w.say("paper_file.no")
}

// spent is how long each phase took, in the order of a visit.
func (w *filePaper) spent(seconds map[assessment.Phase]int) string {
	var parts []string
	for _, phase := range assessment.Phases {
		if n, ok := seconds[phase]; ok {
			parts = append(parts, w.say("paper_file.phase", map[string]any{
				"phase": w.p.Code("paper_file.phase", string(phase)), "minutes": n / 60, "seconds": n % 60,
			}))
		}
	}
	return strings.Join(parts, "\n")
}

// battery is the one that a side of a visit was asked, nil for one that the
// program does not know.
func (w *filePaper) battery(v assessment.FileVisit, side instrument.Side) (*instrument.Battery, assessment.Version) {
	version := v.ClientBattery
	if side == instrument.Professional {
		version = v.ProfessionalBattery
	}
	return w.Batteries[version], version
}

// in is a text as the client of a visit reads it.
func (w *filePaper) in(v assessment.FileVisit, text lang.Text) string {
	if v.Plain {
		return text.Plain(w.p.Tag())
	}
	return text.In(w.p.Tag())
}

// answers are the answers of a side in a table, with a column for own words and
// for the pull on the score where there is any.
func (w *filePaper) answers(key string, v assessment.FileVisit, side instrument.Side) []typeset.Block {
	sheet := v.Client
	if side == instrument.Professional {
		sheet = v.Professional
	}
	blocks := []typeset.Block{heading(4, w.say(key)), typeset.Text(w.questions(v, side))}
	if len(sheet) == 0 {
		return append(blocks, typeset.Text(w.say("paper_file.answers.none")))
	}
	said := slices.ContainsFunc(sheet, func(a instrument.Answer) bool { return a.Comment != "" })
	table := typeset.Table{
		RowHead: true, Widths: []float64{5, 2.4},
		Head: []string{w.say("paper_file.question"), w.say("paper_file.answer")},
	}
	if said {
		table.Head, table.Widths = append(table.Head, w.say("paper_file.words")), append(table.Widths, 3)
	}
	if v.Result != nil {
		table.Head, table.Widths = append(table.Head, w.say("paper_file.pull")), append(table.Widths, 1.8)
	}
	for _, a := range sheet {
		row := []typeset.Cell{{Text: w.question(v, side, a.Item)}, {Text: w.answer(a)}}
		if said {
			row = append(row, typeset.Cell{Text: a.Comment})
		}
		if v.Result != nil {
			row = append(row, typeset.Cell{Text: w.pull(v.Result, side, a.Item), Right: true})
		}
		table.Rows = append(table.Rows, row)
	}
	return append(blocks, table)
}

// questions names the battery and says what its numbers mean.
func (w *filePaper) questions(v assessment.FileVisit, side instrument.Side) string {
	b, version := w.battery(v, side)
	ref := version.Code + "@" + strconv.Itoa(version.Version)
	if b == nil {
		return ref
	}
	var anchors []string
	for value := b.Scale.Min; value <= b.Scale.Max; value++ {
		if text, ok := b.Scale.Anchors[value]; ok {
			anchors = append(anchors, strconv.Itoa(value)+"\u00a0=\u00a0"+w.in(v, text))
		}
	}
	return w.in(v, b.Name) + " (" + ref + "). " + strings.Join(anchors, ", ") + "."
}

// question is what was asked, after its topic.
func (w *filePaper) question(v assessment.FileVisit, side instrument.Side, item string) string {
	b, _ := w.battery(v, side)
	if b == nil || b.Index(item) < 0 {
		return item
	}
	asked := b.Items[b.Index(item)]
	return w.in(v, asked.Topic) + ": " + w.in(v, asked.Text)
}

func (w *filePaper) topic(v assessment.FileVisit, side instrument.Side, item string) string {
	b, _ := w.battery(v, side)
	if b == nil || b.Index(item) < 0 {
		return item
	}
	return w.in(v, b.Items[b.Index(item)].Topic)
}

func (w *filePaper) answer(a instrument.Answer) string {
	text := strconv.Itoa(a.Value)
	switch {
	case a.Skip == instrument.Unanswered:
		text = w.say("paper_file.unanswered")
	case a.Skip != "":
		text = w.p.Code("skip", string(a.Skip))
	}
	if a.Unclear {
		text += "\n" + w.say("paper_file.unclear")
	}
	return text
}

// pull is how far an answer moved the score, "" for one that was not scored.
func (w *filePaper) pull(r *scoring.Result, side instrument.Side, item string) string {
	for _, one := range r.Contributions {
		if one.Side == side && one.Item == item {
			sign := ""
			if one.Pull > 0 {
				sign = "+"
			}
			return sign + w.p.Number(one.Pull, 1)
		}
	}
	return ""
}

func (w *filePaper) result(v assessment.FileVisit) []typeset.Block {
	r := v.Result
	if r == nil {
		return nil
	}
	var near, changes []string
	for _, s := range r.Borderline {
		near = append(near, w.p.Segment(s))
	}
	for _, one := range r.SmallestChange {
		changes = append(changes, w.say("outcome.change.one", map[string]any{
			"topic": w.topic(v, one.Side, one.Item), "from": one.From, "to": one.To,
		}))
	}
	return []typeset.Block{heading(4, w.say("paper_file.result")), w.facts(
		fact{w.say("paper_file.calculated"), w.p.Segment(r.Segment)},
		fact{w.say("axis.resources"), w.score(r.Resources)},
		fact{w.say("axis.challenge"), w.score(r.Challenge)},
		fact{w.say("paper_file.near"), strings.Join(near, ", ")},
		fact{w.say("paper_file.stability"), w.say("paper_file.percent", map[string]any{"number": 100 * r.Stability})},
		fact{w.say("paper_file.change"), strings.Join(changes, "\n")},
		fact{w.say("paper_file.method"), w.say("paper_file.method.text", map[string]any{
			"client": r.Client, "professional": r.Professional, "version": r.Version,
		})},
	)}
}

func (w *filePaper) score(s scoring.Score) string {
	return w.say("paper_file.score", map[string]any{"score": s.Shown(), "cutoff": s.Cutoff})
}

// agreed is what was agreed when the result was talked through.
func (w *filePaper) agreed(v assessment.FileVisit) []typeset.Block {
	c := v.Confirmation
	if c == nil {
		return nil
	}
	blocks := []typeset.Block{heading(4, w.say("paper_file.agreed")), w.facts(
		fact{w.say("document.segment"), w.p.Segment(c.Segment)},
		fact{w.say("paper_file.reason"), c.Reason},
		w.when("paper_file.agreed.at", c.At),
		fact{w.say("paper_file.review"), w.p.Date(c.ReviewOn)},
	)}
	if len(c.Actions) == 0 {
		return blocks
	}
	table := typeset.Table{
		Caption: w.say("document.actions"), Widths: []float64{3, 1.8, 2},
		Head: []string{w.say("outcome.action.text"), w.say("document.who"), w.say("document.due")},
	}
	for _, one := range c.Actions {
		table.Rows = append(table.Rows, []typeset.Cell{{Text: one.Text}, {Text: one.Responsible}, {Text: w.p.Date(one.Due)}})
	}
	return append(blocks, table)
}
