package document

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// FilePaper sets a client's own file, the professional's words included: the
// client has the right to all of it. It fails on a file that was not gathered.
func FilePaper(f File, tag lang.Tag) (typeset.Document, error) {
	if f.MadeAt.IsZero() || f.Units == nil {
		return typeset.Document{}, errors.New("document: the file is not whole")
	}
	w := &filePaper{File: f, p: locale.For(tag)}
	doc := typeset.Document{
		Title: w.say("paper_file.title"), Language: w.p.Tag(), Created: f.MadeAt,
		Foot: w.say("paper_file.foot"), PageOf: pageOf(w.p),
	}
	for _, part := range [][]typeset.Block{w.lead(), w.rights(), w.consents(), w.visits(), w.invitations(), w.trail(), w.elsewhere()} {
		doc.Blocks = append(doc.Blocks, part...)
	}
	return doc, nil
}

// filePaper puts a file into words.
type filePaper struct {
	File
	p *locale.Printer
}

func (w *filePaper) say(key string, args ...map[string]any) string { return w.p.Text(key, args...) }

// facts leaves out those without a value.
func (w *filePaper) facts(list ...fact) typeset.Block {
	table := typeset.Table{
		Head: []string{w.say("paper_file.fact"), w.say("paper_file.kept")}, Widths: []float64{2, 3}, RowHead: true,
	}
	for _, one := range list {
		if one.value != "" {
			table.Rows = append(table.Rows, []typeset.Cell{{Text: one.name}, {Text: one.value}})
		}
	}
	return table
}

// at writes an instant, "" for none.
func (w *filePaper) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.p.DateTime(t)
}

// when is a fact about an instant.
func (w *filePaper) when(key string, t time.Time) fact { return fact{w.say(key), w.at(t)} }

// unit is the name of a unit, or its code.
func (w *filePaper) unit(code string) string {
	if name := w.Units[code]; name != "" {
		return name
	}
	return code
}

// allUnits are the names of the units that the file holds something of.
func (w *filePaper) allUnits() []string {
	var names []string
	add := func(code string) {
		if name := w.unit(code); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, c := range w.Consents {
		add(c.Unit)
	}
	for _, v := range w.Visits {
		add(v.Unit)
	}
	for _, i := range w.Invitations {
		add(i.Unit)
	}
	return names
}

// language names a client's language.
func (w *filePaper) language(tag lang.Tag, plain bool) string {
	name := w.p.Code("paper_file.language", string(tag))
	if plain {
		name += ", " + w.say("paper_file.easy")
	}
	return name
}

// user is somebody by name and by what they did it as.
func (w *filePaper) user(id uuid.UUID, role string) string {
	name := w.Names[id]
	switch access.Role(role) {
	case access.Client:
		return w.say("paper_file.who.client")
	case access.System, "":
		return w.say("paper_file.who.service")
	}
	if name == "" {
		name = w.say("paper_file.who.unknown")
	}
	return name + ", " + strings.ToLower(w.p.Code("role", role))
}

func (w *filePaper) lead() []typeset.Block {
	blocks := []typeset.Block{
		heading(1, w.say("paper_file.title")),
		typeset.Paragraph{Voice: typeset.Lead, Spans: []typeset.Span{{Text: w.say("paper_file.lead")}}},
		labelled(w.say("paper_file.made"), w.at(w.MadeAt)),
		labelled(w.say("paper_file.units"), strings.Join(w.allUnits(), ", ")),
	}
	if w.Demo {
		blocks = append(blocks, demoNote(w.say("document.demo")))
	}
	if w.ClientRef != "" {
		blocks = append(blocks, typeset.Text(w.say("paper_file.by_ref", map[string]any{"ref": w.ClientRef})))
	} else {
		blocks = append(blocks, typeset.Text(w.say("paper_file.by_consent")))
	}
	if len(w.Registers) < len(access.Registers) {
		blocks = append(blocks, typeset.Paragraph{Spans: []typeset.Span{{Text: w.ofRegisters(), Bold: true}}})
	}
	return append(blocks, w.leftOut()...)
}

// ofRegisters says that the file is of one register alone. Whether there is
// anything in the other one it doesn't say: whoever made it may not know that.
func (w *filePaper) ofRegisters() string {
	var names []string
	for _, register := range w.Registers {
		names = append(names, w.p.Code("register", string(register)))
	}
	return w.say("paper_file.of_register", map[string]any{"register": strings.Join(names, ", ")})
}

// leftOut says what the limits of a file left out of it.
func (w *filePaper) leftOut() []typeset.Block {
	var blocks []typeset.Block
	for _, one := range []struct {
		key   string
		count int
	}{
		{"paper_file.left_out.consents", w.LeftOut.Consents}, {"paper_file.left_out.visits", w.LeftOut.Visits},
		{"paper_file.left_out.invitations", w.LeftOut.Invitations}, {"paper_file.left_out.trail", w.LeftOut.Trail},
	} {
		if one.count > 0 {
			text := w.say(one.key, map[string]any{"count": one.count})
			blocks = append(blocks, typeset.Paragraph{Spans: []typeset.Span{{Text: text, Bold: true}}})
		}
	}
	return blocks
}

// rights is what the reader can do with the paper.
func (w *filePaper) rights() []typeset.Block {
	list := typeset.List{}
	for _, key := range []string{"paper_file.rights.ask", "paper_file.rights.correct", "paper_file.rights.why", "paper_file.rights.withdraw"} {
		list.Items = append(list.Items, []typeset.Block{typeset.Text(w.say(key))})
	}
	address := w.say("paper_file.rights.address")
	list.Items = append(list.Items, []typeset.Block{typeset.Paragraph{Spans: []typeset.Span{
		{Text: w.say("paper_file.rights.ombudsman") + " "}, {Text: address, Link: "https://" + address}, {Text: "."},
	}}})
	return []typeset.Block{heading(2, w.say("paper_file.rights")), list}
}

func (w *filePaper) consents() []typeset.Block {
	blocks := []typeset.Block{heading(2, w.say("paper_file.consents"))}
	for i, c := range w.Consents {
		title := w.say("paper_file.consent", map[string]any{"number": i + 1, "date": w.at(c.GivenAt)})
		blocks = append(blocks, heading(3, title), w.consent(c))
	}
	return blocks
}

func (w *filePaper) consent(c consent.Record) typeset.Block {
	var purposes []string
	for _, purpose := range c.Purposes {
		purposes = append(purposes, w.p.Code("purpose", string(purpose)))
	}
	return w.facts(append([]fact{
		{w.say("paper_file.status"), w.p.Code("status", string(c.Status()))},
		{w.say("paper_file.purposes"), strings.Join(purposes, "\n")},
		{w.say("paper_file.form"), w.p.Code("form", string(c.Form))},
		{w.say("paper_file.given_by"), w.p.Code("given_by", string(c.GivenBy))},
		{w.say("paper_file.ground"), c.Ground},
		{w.say("paper_file.signed"), c.SignedName},
		{w.say("paper_file.before"), c.Before},
		{w.say("paper_file.unit"), w.unit(c.Unit)},
		{w.say("paper_file.language"), w.language(c.Language, false)},
		{w.say("paper_file.ref"), c.ClientRef},
		{w.say("paper_file.text"), w.say("paper_file.text.version", map[string]any{"version": c.TextVersion})},
		{w.say("paper_file.hash"), c.TextSHA256},
		w.when("paper_file.withdrawn", c.WithdrawnAt),
		{w.say("paper_file.withdrawn.reason"), c.WithdrawalReason},
	}, w.archived(c.ID)...)...)
}

// archived tells what of a consent or an assessment went to the archive.
func (w *filePaper) archived(of uuid.UUID) []fact {
	var list []fact
	for _, one := range w.Archived {
		if one.Of == of {
			at := one.DeliveredAt
			if at.IsZero() {
				at = one.QueuedAt
			}
			list = append(list, fact{w.p.Code("paper_file.archive", one.Kind), w.p.Code("paper_file.archive", one.State) + " " + w.at(at)})
		}
	}
	return list
}

func (w *filePaper) invitations() []typeset.Block {
	if len(w.Invitations) == 0 {
		return nil
	}
	blocks := []typeset.Block{heading(2, w.say("paper_file.invitations"))}
	for i, one := range w.Invitations {
		blocks = append(blocks, heading(3, w.say("paper_file.invitation", map[string]any{"number": i + 1, "date": w.at(one.CreatedAt)})), w.invitation(one))
	}
	return blocks
}

func (w *filePaper) invitation(i assessment.FileInvitation) typeset.Block {
	battery := i.Battery
	if b := w.Current[i.Battery]; b != nil {
		battery = b.Name.In(w.p.Tag())
	}
	visit := ""
	if number := w.visitNumber(i.Assessment); number > 0 {
		visit = w.say("paper_file.visit.number", map[string]any{"number": number})
	}
	failures := ""
	if i.Failures > 0 {
		failures = strconv.Itoa(i.Failures)
	}
	return w.facts(
		fact{w.say("paper_file.unit"), w.unit(i.Unit)},
		fact{w.say("paper_file.register"), w.p.Code("register", string(i.Register))},
		fact{w.say("paper_file.by"), w.user(i.CreatedBy, string(access.Professional))},
		fact{w.say("paper_file.battery"), battery},
		fact{w.say("paper_file.language"), w.language(i.Language, i.Plain)},
		fact{w.say("paper_file.ref"), i.ClientRef},
		w.when("paper_file.expires", i.ExpiresAt),
		w.when("paper_file.link_used", i.LinkUsedAt),
		fact{w.say("paper_file.failures"), failures},
		w.when("paper_file.answered", i.AnsweredAt),
		w.when("paper_file.cancelled", i.CancelledAt),
		fact{w.say("paper_file.led_to"), visit},
	)
}

// elsewhere says what is about the reader and yet not here.
func (w *filePaper) elsewhere() []typeset.Block {
	list := typeset.List{}
	for _, key := range []string{
		"paper_file.elsewhere.feedback", "paper_file.elsewhere.declined", "paper_file.elsewhere.record", "paper_file.elsewhere.units",
		"paper_file.elsewhere.secrets", "paper_file.elsewhere.moment",
	} {
		list.Items = append(list.Items, []typeset.Block{typeset.Text(w.say(key))})
	}
	return []typeset.Block{heading(2, w.say("paper_file.elsewhere")), list}
}
