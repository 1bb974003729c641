package document

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// confirmedAt is when every agreed sample was talked through.
var confirmedAt = time.Date(2023, 11, 12, 8, 42, 0, 0, time.UTC)

func resultPapers() (all []paper) {
	for _, s := range samples {
		all = append(all, paper{name: "result-" + s.name, pages: 2, image: s.name == "yhteistyo", set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			r := s.result(t)
			r.Plain = plain
			return resultPaper(t, r, tag)
		}})
	}
	return all
}

func resultPaper(t testing.TB, r Result, tag lang.Tag) typeset.Document {
	t.Helper()
	if r.Agreed.Valid() {
		r.ConfirmedAt = confirmedAt
	}
	doc, err := ResultPaper(r, tag)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

var (
	markup = regexp.MustCompile(`<[^>]*>`)
	unseen = regexp.MustCompile(`(?s)<svg.*?</svg>|<style>.*?</style>|<title>.*?</title>|<p class="brand">.*?</p>`)
)

// The paper and the page are the same result: all that one says the other says,
// in the same order.
func TestPaperSaysWhatThePageSays(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for _, form := range forms {
			r := s.result(t)
			r.Plain = form.plain
			paper := flat(resultPaper(t, r, form.tag))
			_, page, _ := strings.Cut(unseen.ReplaceAllString(rendered(t, r, form.tag), ""), "<h1>")
			for _, text := range strings.Split(markup.ReplaceAllString(page, "\n"), "\n") {
				text = strings.Trim(html.UnescapeString(text), ": \u00a0")
				_, value, _ := strings.Cut(text, ": ") // who and by when are columns on paper
				if value = strings.Trim(value, "\u00a0"); value == "" {
					_, value, _ = strings.Cut(text, ":\u00a0")
				}
				at := strings.Index(paper, text)
				if at < 0 && value != "" {
					at = strings.Index(paper, value)
				}
				if at < 0 {
					t.Errorf("%s %s: the paper does not say %q there", s.name, form.name, text)
					continue
				}
				paper = paper[at:]
			}
		}
	}
}

func TestPaperOfADemonstrationSaysSo(t *testing.T) {
	t.Parallel()
	const said = "Esittelyaineisto"
	if text := flat(resultPaper(t, named(t, "borderline"), lang.Finnish)); !strings.Contains(text, said) {
		t.Errorf("not said: %s", text)
	}
	if strings.Contains(flat(resultPaper(t, named(t, "omatoimi"), lang.Finnish)), said) {
		t.Error("said of a real client")
	}
}

func TestPaperKeepsTheProfessionalsNotesToTheRecord(t *testing.T) {
	t.Parallel()
	if strings.Contains(flat(resultPaper(t, named(t, "yhteistyo"), lang.Finnish)), "Lääkelista vanhentunut") {
		t.Error("the professional's comment is on the client's paper")
	}
}

func TestPaperIsDatedByWhatItTells(t *testing.T) {
	t.Parallel()
	if at := resultPaper(t, named(t, "yhteistyo"), lang.Finnish).Created; !at.Equal(confirmedAt) {
		t.Errorf("the agreed result is dated %v", at)
	}
	if at := resultPaper(t, named(t, "omatoimi"), lang.Finnish).Created; !at.Equal(time.Date(2023, 11, 12, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the calculated result is dated %v", at)
	}
}

func TestPaperRefusesAnIncompleteResult(t *testing.T) {
	t.Parallel()
	if _, err := ResultPaper(Result{}, lang.Finnish); err == nil {
		t.Error("a result without anything was set")
	}
}

// Columns of the agreed actions that nobody filled are left out.
func TestActionsShowOnlyWhatWasAgreed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		action Action
		want   int
	}{
		{Action{Text: "Soitetaan."}, 1},
		{Action{Text: "Soitetaan.", Responsible: "sinä"}, 2},
		{Action{Text: "Soitetaan.", Responsible: "sinä", Due: calendar.MustParse("2023-12-01")}, 3},
	} {
		r := named(t, "yhteistyo")
		r.Actions = []Action{test.action}
		for _, block := range resultPaper(t, r, lang.Finnish).Blocks {
			if table, ok := block.(typeset.Table); ok && (len(table.Head) != test.want || len(table.Rows[0]) != test.want) {
				t.Errorf("%v has %d columns, want %d", test.action, len(table.Head), test.want)
			}
		}
	}
}

// What people typed flows on to further pages, whole; what no font has is shown
// as a box and counted, never dropped.
func TestLongAndForeignWordsFlow(t *testing.T) {
	t.Parallel()
	needTool(t, "pdftotext")
	needTool(t, "qpdf")
	r := named(t, "yhteistyo")
	r.Client[0].Comment = strings.TrimSpace(strings.Repeat("Haluaisin tavata perhettäni useammin. ", 52)) + " Loppu." // about 2,000 characters
	r.Client[1].Comment = "王小明 and محمد say 👋🏽"
	r.Unit = "健康 Ω Терапия 🏥"
	r.Actions[0].Responsible = "Ἀθηνᾶ ja Łukasz"
	r.Actions[0].Text = strings.Repeat("pitkäsananilmanyhtäänväliä", 12)
	made := printed(t, resultPaper(t, r, lang.Finnish))
	if made.Pages < 3 || made.Replaced < 8 {
		t.Errorf("%d pages, %d characters replaced", made.Pages, made.Replaced)
	}
	file := saved(t, made)
	run(t, "qpdf", "--check", file)
	text := strings.Join(strings.Fields(strings.ReplaceAll(string(run(t, "pdftotext", file, "-")), "\u00ad", "")), " ")
	if got := strings.Count(text, "Haluaisin"); got != 52 {
		t.Errorf("the sentence is there %d times, want 52", got)
	}
	for _, want := range []string{"Loppu.", "王小明", "Łukasz"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q can't be found in the file", want)
		}
	}
}

func FuzzResultPaper(f *testing.F) {
	for _, seed := range []string{"", "Hyvää huomenta", attack, "王小明 محمد 👋🏽\u200d", "\x00\x01\xff\u2028\u2029\t\r\n", strings.Repeat("a", 3000), strings.Repeat("\u0301", 50), "\u202e\u00ad\ufffd\ufeff\U000e0041"} {
		f.Add(seed, seed, seed, seed)
	}
	sample := named(f, "borderline")
	f.Fuzz(func(t *testing.T, comment, action, reason, unit string) {
		r := sample
		r.Client = slices.Clone(sample.Client)
		r.Client[0].Comment, r.Actions, r.Reason, r.Unit = comment, []Action{{Text: action, Responsible: unit}}, reason, unit
		doc := resultPaper(t, r, lang.Finnish)
		file, err := doc.PDF()
		if err != nil || file.Pages == 0 || !strings.HasPrefix(string(file.Bytes), "%PDF-") {
			t.Fatalf("%d pages: %v", file.Pages, err)
		}
	})
}
