package extract_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// Words and names that must be in no file.
var planted = []string{"Salaisuus", "Testi tutkija", "Testi ammattilainen", "HENKILO-77", "Kanervan"}

// house has a professional, an expert, and whoever makes the files.
type house struct {
	*housetest.House
	professional context.Context
	expert       access.Actor
	worker       *extract.Worker
}

func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, in *housetest.House) { test(t, furnish(in)) })
}

func newHouse(t *testing.T) *house { return furnish(housetest.New(t)) }

func furnish(in *housetest.House) *house {
	h := &house{House: in}
	h.professional = h.As(h.Hire("ammattilainen", access.Professional, housetest.Unit, housetest.OtherUnit))
	h.expert = h.Hire("tutkija", access.Expert)
	h.worker = h.newWorker(h.Store)
	return h
}

func (h *house) newWorker(queue extract.Queue) *extract.Worker {
	return extract.NewWorker(queue, h.Library, export.Rows{}, h.Clock, slog.New(slog.DiscardHandler))
}

// visit is one completed assessment, full of words that must not come out.
func (h *house) visit(ref string, change func(*assessment.Begin)) *assessment.Assessment {
	h.Helper()
	a := h.Begun(h.professional, func(b *assessment.Begin) {
		b.Start.ClientRef = ref
		if change != nil {
			change(b)
		}
	})
	h.Fill(h.professional, a, instrument.Client, 8)
	h.Fill(h.professional, a, instrument.Professional, 2)
	value := 8
	items := h.Items(a, instrument.Client)
	_, err := h.Assessments.Answer(h.professional, assessment.SaveAnswers{ID: a.ID, Side: instrument.Client, Answers: []assessment.SeenAnswer{
		{Answer: assessment.Answer{Item: items[0], Value: &value, Comment: "Salaisuus, \"Kanervan\" kuja"}, Overwrite: true},
		{Answer: assessment.Answer{Item: items[1], Skip: "discuss", Comment: "Salaisuus"}, Overwrite: true},
	}})
	h.Must(err)
	h.Must(h.Assessments.Spend(h.professional, a.ID, assessment.PhaseClient, 330))
	return h.Completed(h.professional, a)
}

// grant gives the expert a permit for the house's first unit.
func (h *house) grant(change func(*extract.Grant)) extract.Permit {
	h.Helper()
	g := extract.Grant{
		User: h.expert.ID, Reference: "HEL 2023-001234", Purposes: []string{"research"}, Units: []string{housetest.Unit}, Registers: []string{"health"},
		From: "2023-01-01", To: "2023-12-31", Items: true, ValidFrom: "2023-09-01", ValidUntil: "2023-12-31",
	}
	if change != nil {
		change(&g)
	}
	p, err := h.Extracts.Grant(h.System(), g)
	h.Must(err)
	return p
}

func (h *house) asExpert() context.Context { return h.As(h.expert) }

func (h *house) ask(p extract.Permit, f extract.Format) extract.Job {
	h.Helper()
	j, err := h.Extracts.Ask(h.asExpert(), p.ID, string(f))
	h.Must(err)
	return j
}

// work lets the worker do all there is.
func (h *house) work() {
	h.Helper()
	for {
		found, err := h.worker.Next(h.Context())
		h.Must(err)
		if !found {
			return
		}
	}
}

// state is how far a file is.
func (h *house) state(id uuid.UUID) extract.Listed {
	h.Helper()
	one, err := h.Extracts.File(h.asExpert(), id)
	h.Must(err)
	return one
}

// fetch reads a file whole.
func (h *house) fetch(id uuid.UUID) []byte {
	h.Helper()
	content, err := h.Extracts.Fetch(h.asExpert(), id)
	h.Must(err)
	var b bytes.Buffer
	h.Must(content.Copy(h.asExpert(), &b))
	if int64(b.Len()) != content.Bytes {
		h.Errorf("%d bytes, and %d are announced", b.Len(), content.Bytes)
	}
	return b.Bytes()
}

// made asks for a file, has it made and reads it.
func (h *house) made(p extract.Permit, f extract.Format) []byte {
	h.Helper()
	j := h.ask(p, f)
	h.work()
	return h.fetch(j.ID)
}

// rows are the rows of a CSV file, by heading.
func (h *house) rows(file []byte) []map[string]string {
	h.Helper()
	lines, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	h.Must(err)
	var list []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, heading := range lines[0] {
			row[heading] = line[i]
		}
		list = append(list, row)
	}
	return list
}

// column are the values of a column, sorted.
func column(rows []map[string]string, heading string) (values []string) {
	for _, row := range rows {
		values = append(values, row[heading])
	}
	slices.Sort(values)
	return values
}

// tellsNothing looks for what was planted, and for every identifier.
func (h *house) tellsNothing(what string, file []byte, ids ...uuid.UUID) {
	h.Helper()
	text := strings.ToLower(string(file))
	for _, word := range planted {
		if strings.Contains(text, strings.ToLower(word)) {
			h.Errorf("%s holds %q", what, word)
		}
	}
	for _, id := range ids {
		for _, form := range []string{id.String(), strings.ReplaceAll(id.String(), "-", ""), string(id[:])} {
			if strings.Contains(text, strings.ToLower(form)) {
				h.Errorf("%s holds an identifier", what)
			}
		}
	}
}

const minute = time.Minute

// noon is the middle of a day.
func noon(day string) time.Time { return calendar.MustParse(day).Time().Add(10 * time.Hour) }
