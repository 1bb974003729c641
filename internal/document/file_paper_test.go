package document

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// planter fills every field of a value with something that is found again.
type planter struct {
	n     int
	p     *locale.Printer
	file  *assessment.File
	signs map[string]string // what is to be read on the paper, by the path of the field
}

// filler is what is planted for a segment: a field that can be any of four.
var filler = segment.Network

func (pl *planter) plant(v reflect.Value, path string) {
	pl.n++
	sign := fmt.Sprintf("sana%dx", pl.n)
	switch v.Interface().(type) {
	case time.Time:
		at := time.Date(2023, 5, 5, 10, 0, 0, 0, time.UTC).Add(time.Duration(pl.n) * 1501 * time.Minute)
		v.Set(reflect.ValueOf(at))
		pl.signs[path] = pl.p.DateTime(at)
		if strings.HasPrefix(path, ".Trail") {
			pl.signs[path] = pl.p.Date(calendar.DayOf(at)) + "\n" + pl.p.Clock(at)
		}
		return
	case calendar.Date:
		day := calendar.DayOf(time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, pl.n))
		v.Set(reflect.ValueOf(day))
		pl.signs[path] = pl.p.Date(day)
		return
	case uuid.UUID:
		id := uuid.New()
		v.Set(reflect.ValueOf(id))
		pl.file.Names[id] = sign
		pl.signs[path] = sign
		return
	case segment.Segment:
		v.Set(reflect.ValueOf(filler))
		pl.signs[path] = pl.p.Segment(filler)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(sign)
		pl.signs[path] = sign
	case reflect.Int:
		v.SetInt(int64(300 + pl.n))
		pl.signs[path] = strconv.Itoa(300 + pl.n)
	case reflect.Float64:
		v.SetFloat(float64(pl.n%100) / 100)
		pl.signs[path] = pl.p.Number(float64(pl.n%100), 1)
	case reflect.Bool:
		v.SetBool(true)
		pl.signs[path] = pl.p.Text("paper_file.yes")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		pl.plant(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		pl.plant(v.Index(0), path)
	case reflect.Struct:
		for i := range v.NumField() {
			pl.plant(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Map: // seconds and names, which the test writes itself
	default:
		panic("a kind of field that nobody plants: " + path)
	}
}

// notShown are the fields that are not on the paper, with the reason.
var notShown = map[string]string{
	".ConsentID":                              "the paper numbers its consents",
	".Consents.ID":                            "the paper numbers its consents",
	".Consents.BeforeID":                      "Before is the name",
	".Visits.Assessment.ID":                   "the paper numbers its visits",
	".Visits.Assessment.ConsentID":            "told as the number of the consent",
	".Visits.Events.Assessment":               "told with that assessment",
	".Visits.Assessment.Client.Value":         "of an answer that was skipped",
	".Visits.Assessment.Professional.Value":   "of an answer that was skipped",
	".Visits.Assessment.Result.Resources.Sum": "told as the score", ".Visits.Assessment.Result.Resources.Weight": "told as the score",
	".Visits.Assessment.Result.Challenge.Sum": "told as the score", ".Visits.Assessment.Result.Challenge.Weight": "told as the score",
	".Visits.Assessment.Result.Contributions.Side": "told with the answer", ".Visits.Assessment.Result.Contributions.Item": "told with the answer",
	".Visits.Assessment.Result.Contributions.Value": "told with the answer",
	".Visits.Assessment.Result.SmallestChange.Side": "told by the question",
	".Visits.Assessment.Confirmation.Segment":       "tested by name below",
	".Invitations.ID":         "the paper numbers its invitations",
	".Invitations.Assessment": "told as the number of the visit",
	".Archived.Of":            "told with that consent or visit",
	".Archived.QueuedAt":      "told until it is delivered",
	".Trail.Of":               "told as the number of what it is about",
}

// aFile is a file in which every field says something of its own.
func aFile(p *locale.Printer) (File, map[string]string) {
	f := assessment.File{Names: map[uuid.UUID]string{}, Registers: access.Registers}
	pl := &planter{p: p, file: &f, signs: map[string]string{}}
	pl.plant(reflect.ValueOf(&f).Elem(), "")
	v := &f.Visits[0]
	v.ConsentID, v.Events[0].Assessment = f.Consents[0].ID, v.ID
	// A skipped answer and one with a number, which a contribution is about.
	value := 7
	v.Client = append(v.Client, instrument.Answer{Item: "sanakohta", Value: value, Comment: "sanasanottu"})
	v.Result.Contributions[0].Side, v.Result.Contributions[0].Item, v.Result.Contributions[0].Pull = instrument.Client, "sanakohta", 12.34
	pl.signs[".Visits.Assessment.Result.Contributions.Pull"] = "+" + p.Number(12.34, 1)
	v.Result.Resources.Sum, v.Result.Resources.Weight, v.Result.Challenge.Sum, v.Result.Challenge.Weight = 63, 10, 29, 10
	pl.signs["score"], pl.signs["answer"], pl.signs["words"] = p.Number(v.Result.Resources.Shown(), 1), "7", "sanasanottu"
	v.Seconds = map[assessment.Phase]int{}
	for i, phase := range assessment.Phases {
		v.Seconds[phase] = 60*(i+1) + 51
		pl.signs["phase "+string(phase)] = p.Text("paper_file.phase", map[string]any{"phase": p.Code("paper_file.phase", string(phase)), "minutes": i + 1, "seconds": 51})
	}
	f.Archived[0].Of = v.ID
	waiting := assessment.FileArchived{Kind: "withdrawal", Of: f.Consents[0].ID, State: "waiting", QueuedAt: f.MadeAt}
	f.Archived = append(f.Archived, waiting)
	pl.signs["waiting"] = p.Code("paper_file.archive", "waiting") + " " + p.DateTime(f.MadeAt)
	f.Invitations[0].Assessment = v.ID
	pl.signs["the number of the visit"] = p.Text("paper_file.visit.number", map[string]any{"number": 1})
	return File{File: f, Units: map[string]string{}}, pl.signs
}

func TestEverythingThatIsKeptIsOnThePaper(t *testing.T) {
	t.Parallel()
	for _, tag := range lang.All {
		f, signs := aFile(locale.For(tag))
		doc, err := FilePaper(f, tag)
		if err != nil {
			t.Fatal(err)
		}
		text := flat(doc)
		for path, sign := range signs {
			_, left := notShown[path]
			if there := strings.Contains(text, sign); !there && !left {
				t.Errorf("%s: %s is not on the paper: %q", tag, path, sign)
			}
		}
		for path := range notShown {
			if _, planted := signs[path]; !planted {
				t.Errorf("%s is no field of a file any more", path)
			}
		}
	}
}

// nobodys are the actions that are never about a client.
var nobodys = map[audit.Action]bool{
	audit.NonParticipationRecorded: true, // kept without the client
	audit.LoginFailed:              true, audit.PasswordChanged: true, audit.PasswordReset: true,
	audit.UnitAdded: true, audit.UnitRenamed: true, audit.UserAdded: true, audit.UserChanged: true, audit.UserDisabled: true, audit.UserEnabled: true,
	audit.GuidanceChanged: true, audit.ConsentTextAdded: true, audit.TokenCreated: true, audit.TokenRevoked: true, audit.SettingChanged: true,
	audit.ArchiveRetried: true, audit.RetentionChanged: true,
	audit.HalfLoggedIn: true, audit.FactorAdded: true, audit.FactorRemoved: true, audit.FactorRefused: true, audit.FactorReset: true, audit.RecoveryUsed: true,
	audit.EmergencyPrepared: true, audit.EmergencyRevoked: true, audit.EmergencyRefused: true, audit.EmergencyAsked: true, audit.EmergencyOpened: true,
	audit.EmergencyWitnessed: true, audit.EmergencyCodeUsed: true, audit.EmergencyEnded: true, audit.EmergencyReviewed: true,
	audit.IdentityLinked: true, audit.IdentityUnlinked: true, audit.IdentityRefused: true, audit.IdentityLate: true, audit.PasswordRemoved: true,
	audit.DiaryAdded: true, audit.DiaryChanged: true, audit.DiaryRemoved: true,
	audit.ReportPublished: true, audit.PermitGranted: true, audit.PermitRevoked: true,
	audit.RowsAsked: true, audit.RowsMade: true, audit.RowsFetched: true, audit.RowsDeleted: true, // of many clients, under pseudonyms
	audit.SurveyOpened: true, audit.SurveyAnswered: true, audit.SurveyClosed: true,
}

// The actions are read from the source that declares them, so that a new one
// can't be forgotten here.
func TestEveryActionThatConcernsAClientHasWords(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../audit/audit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Action" {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		n++
		for _, tag := range lang.All {
			if has := locale.For(tag).Has("paper_file.action." + code); has == nobodys[audit.Action(code)] {
				t.Errorf("%s: words for %s: %v", tag, code, has)
			}
		}
		return true
	})
	if n < 40 {
		t.Errorf("only %d actions found", n)
	}
}

// aTrail is rows of the audit about the first visit of a file.
func aTrail(of uuid.UUID, rows ...assessment.FileTrail) []assessment.FileTrail {
	for i := range rows {
		if rows[i].Of == uuid.Nil {
			rows[i].Of = of
		}
	}
	return rows
}

func TestTheTrailTellsWhenWhatAndWho(t *testing.T) {
	t.Parallel()
	at := time.Date(2023, 11, 12, 8, 42, 10, 0, time.UTC)
	one, two, nurse := uuid.New(), uuid.New(), uuid.New()
	f := File{Units: map[string]string{}, File: assessment.File{MadeAt: at, Registers: access.Registers, Names: map[uuid.UUID]string{nurse: "Testi Hoitaja"}}}
	for _, id := range []uuid.UUID{one, two} {
		f.Visits = append(f.Visits, assessment.FileVisit{Assessment: &assessment.Assessment{ID: id}})
	}
	f.Trail = aTrail(one,
		assessment.FileTrail{At: at, Actor: nurse, Role: "professional", Action: audit.AssessmentListed},
		assessment.FileTrail{At: at.Add(time.Second), Actor: nurse, Role: "professional", Action: audit.AssessmentListed, Of: two},
		assessment.FileTrail{At: at.Add(2 * time.Second), Actor: nurse, Role: "professional", Action: audit.AssessmentAnswered},
		assessment.FileTrail{At: at.Add(3 * time.Second), Actor: nurse, Role: "professional", Action: audit.AssessmentAnswered},
		assessment.FileTrail{At: at.Add(time.Minute), Actor: nurse, Role: "professional", Action: audit.AssessmentAnswered},
		assessment.FileTrail{At: at.Add(time.Hour), Actor: uuid.New(), Role: "client", Action: audit.AssessmentAnswered},
		assessment.FileTrail{At: at.Add(time.Hour), Action: audit.ResultArchived, Role: "system"},
		assessment.FileTrail{At: at.Add(2 * time.Hour), Actor: uuid.New(), Role: "professional", Action: audit.ResultRead},
	)
	doc, err := FilePaper(f, lang.Finnish)
	if err != nil {
		t.Fatal(err)
	}
	text := flat(doc)
	for _, want := range []string{
		"12.11.2023\n10.42 | Arvio näkyi luettelossa (käynti\u00a01, 2) | Testi Hoitaja, ammattilainen\n",
		"12.11.2023\n10.42 | Vastauksia tallennettiin (käynti\u00a01; 2 kertaa) | Testi Hoitaja, ammattilainen\n",
		"12.11.2023\n10.43 | Vastauksia tallennettiin (käynti\u00a01) | Testi Hoitaja, ammattilainen\n",
		"12.11.2023\n11.42 | Vastauksia tallennettiin (käynti\u00a01) | asiakas itse\n",
		"12.11.2023\n11.42 | Tulos siirrettiin arkistoon (käynti\u00a01) | palvelu itse\n",
		"12.11.2023\n12.42 | Tulosta katsottiin (käynti\u00a01) | nimi ei ole tiedossa, ammattilainen\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the trail lacks %q", want)
		}
	}
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	f, _ := aFile(locale.For(lang.Finnish))
	f.LeftOut = assessment.FileLeftOut{Visits: 1, Trail: 1234}
	doc, err := FilePaper(f, lang.Finnish)
	if err != nil {
		t.Fatal(err)
	}
	text := flat(doc)
	for _, want := range []string{"puuttuu 1 vanhempi käynti.", "puuttuu 1\u00a0234 vanhempaa merkintää."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if strings.Contains(text, "vanhempi suostumus") {
		t.Error("a consent that is there is said to be missing")
	}
}

func TestAFileThatWasNotGatheredIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := FilePaper(File{}, lang.Finnish); err == nil {
		t.Error("an empty file was set")
	}
}

// The same file gives the same bytes, and prints in every language.
func TestAFileIsPrinted(t *testing.T) {
	t.Parallel()
	for _, p := range filePapers() {
		for _, form := range forms {
			doc := p.set(t, form.tag, form.plain)
			first, second := printed(t, doc), printed(t, doc)
			if !bytes.Equal(first.Bytes, second.Bytes) {
				t.Errorf("%s: printed twice, two papers", form.name)
			}
		}
	}
}

// A file of one register says so first, and nothing about what the other one has.
func TestAFileOfOneRegisterSaysSo(t *testing.T) {
	f := sampleFile(t, false)
	whole := f.Registers
	for _, c := range []struct {
		registers []access.Register
		says      bool
	}{{whole, false}, {[]access.Register{access.Social}, true}} {
		f.Registers = c.registers
		w := &filePaper{File: f, p: locale.For("fi")}
		found := false
		for _, block := range w.lead() {
			p, ok := block.(typeset.Paragraph)
			found = found || ok && len(p.Spans) == 1 && strings.Contains(p.Spans[0].Text, "yhdestä rekisteristä: Sosiaalihuollon rekisteri.")
		}
		if found != c.says {
			t.Errorf("of %v: says it is of one: %v", c.registers, found)
		}
	}
}
