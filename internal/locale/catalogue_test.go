package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// root is the top of the repository.
const root = "../.."

// dynamic lists the families of keys that code puts together from a code it
// holds, so that no literal of the whole key is found anywhere.
var dynamic = map[string]string{
	"segment.":             "Printer.Segment, Printer.SegmentShort",
	"document.record.":     "document.Text, by register",
	"document.stability":   "document.HTML, by steadiness",
	"problem.":             "Printer.Problem",
	"finding.":             "Printer.Finding",
	"type.":                "Printer.Finding, argument expected",
	"format.":              "Printer.Finding, argument format",
	"month.":               "Printer.Month",
	"report.":              "the distribution's field names in the REST contract",
	"axis.":                "figure and document, by axis and end",
	"register.":            "Printer.Code",
	"mode.":                "Printer.Code",
	"chart.format.":        "Printer.Code",
	"trial.":               "export.TrialLabels, by the name of a figure",
	"diary.kind.":          "Printer.Code",
	"quality.head.":        "export.InstrumentPanels, by column",
	"quality.measure.":     "export.InstrumentPanels, by measure",
	"quality.reliability.": "export.InstrumentPanels, by part",
	"quality.items.":       "export.InstrumentPanels, by part",
	"quality.spread.":      "export.InstrumentPanels, by part",
	"quality.answers.":     "export.InstrumentPanels, by part",
	"quality.certainty.":   "export.InstrumentPanels, by part",
	"quality.languages":    "export.InstrumentPanels, by part",
	"quality.modes":        "export.InstrumentPanels, by part",
	"quality.guess.":       "export.InstrumentPanels, by part",
	"quality.retest.":      "export.InstrumentPanels, by part",
	"quality.degree.":      "export.InstrumentPanels, by psychometrics.Degree",
	"visit.present.":       "Printer.Code, who else is there",
	"side.":                "Printer.Code",
	"role.":                "Printer.Code",
	"skip.":                "Printer.Code",
	"status.":              "Printer.Code",
	"agreement.":           "Printer.Code",
	"usefulness.":          "Printer.Code",
	"non_participation.":   "Printer.Code",
	"reason.":              "Printer.Code",
	"purpose.":             "Printer.Code",
	"form.":                "Printer.Code",
	"given_by.":            "Printer.Code",
	"setting.":             "the administrator's page, by the setting's name, label and help",
	"emergency.outcome.":   "Printer.Code",
	"emergency.set.":       "Printer.Code",
	"emergency.action.":    "Printer.Code, by the action of the audit",
	"page.size.":           "Printer.Code",
	"page.contrast.":       "Printer.Code",
	"page.language.":       "Printer.Code",
	"administration.role.": "Printer.Code",
	"previsit.state.":      "Printer.Code",
	"entry.card.":          "Printer.Code, why a card was not taken and what to do",
	"insight.format.":      "Printer.Code",
	"insight.page.":        "Printer.Code, the pages of the report",
	"insight.lead.":        "Printer.Code, the pages of the report",
	"insight.language.":    "Printer.Code",
	"insight.step.":        "Printer.Code, by the steps of report.UptakeSteps",
	"insight.target.":      "Printer.Code, by report.TargetBins",
	"insight.phase.":       "Printer.Code, by report.MinutesViews",
	"previsit.explain.":    "Printer.Code",
	"papers.edition.":      "Printer.Code",
	"paper_file.action.":   "document.FilePaper, by audit action",
	"paper_file.archive.":  "document.FilePaper",
	"paper_file.event.":    "document.FilePaper",
	"paper_file.language.": "document.FilePaper",
	"paper_file.phase.":    "document.FilePaper",
	"papers.file.open.":    "Printer.Code",
	"factor.passkeys.off.": "Printer.Code, why there are none",
	"factor.remove.":       "Printer.Code, by what goes",
	"archive.kind.":        "Printer.Code",
	"retention.kind.":      "Printer.Code, and the labels of fields",
	"retention.start.":     "the help of fields, by kind",
	"retention.reason.":    "Printer.Code",
	"archive.state.":       "Printer.Code",
	"archive.problem.":     "Printer.Code",
	"entry.oidc.why.":      "Printer.Code",
	"entry.oidc.do.":       "Printer.Code",
	"extract.":             "Printer.Code: states, formats, purposes, and what the code book says, by column",
}

// codes of the REST contract that must have a name.
var codes = map[string][]string{
	"register":          {"health", "social"},
	"mode":              {"joint", "self", "phone", "paper"},
	"side":              {"client", "professional"},
	"role":              {"professional", "expert", "admin"},
	"skip":              {"discuss", "declined", "not_applicable"},
	"status":            {"draft", "completed", "confirmed", "withdrawn", "active"},
	"agreement":         {"agree", "partly", "disagree", "no_opinion"},
	"usefulness":        {"1", "2", "3", "4", "5"},
	"non_participation": {"declined", "unsuitable", "unfinished"},
	"reason": {"memory_illness", "acute_confusion", "language", "no_time", "technical_fault", "too_tired",
		"not_interested", "specific_question", "consent_not_wanted", "other"},
	"purpose":          {"assessment", "record", "statistics"},
	"form":             {"electronic", "paper"},
	"given_by":         {"client", "representative"},
	"visit.present":    {"close_person", "interpreter", "other_professional", "personal_assistant"},
	"previsit.state":   {"waiting", "started", "answered", "locked", "expired", "cancelled"},
	"previsit.explain": {"waiting", "started", "answered", "locked", "expired", "cancelled"},
	"archive.kind":     {"consent", "withdrawal", "result"},
	"archive.state":    {"waiting", "delivered", "dropped", "unset"},
	"retention.kind": {"consent", "assessment_health", "assessment_social", "draft", "invitation", "invitation_secret", "non_participation", "feedback",
		"barrier_report", "survey_round", "extract", "research_permit", "session", "idempotency_key", "archive_job", "setup_link"},
	"retention.start": {"consent", "assessment_health", "assessment_social", "draft", "invitation", "invitation_secret", "non_participation", "feedback",
		"barrier_report", "survey_round", "extract", "research_permit", "session", "idempotency_key", "archive_job", "setup_link"},
	"retention.reason": {"complaint", "damages", "court", "inspection", "dispute", "other"},
	"archive.problem":  {"not_rendered", "missing", "denied", "read_only", "full", "damaged", "too_slow", "failed"},
	"entry.oidc.why":   {"down", "cancelled", "denied", "again", "late", "unknown", "rights", "screen", "untrusted"},
	"entry.oidc.do":    {"down", "cancelled", "denied", "again", "late", "unknown", "rights", "screen", "untrusted"},
	"diary.kind":       {"taking_part", "dropped_out", "training", "support", "outage", "launch", "note"},
	"trial.phase":      {"begin", "consent", "client", "professional", "result", "feedback"},
	"trial.month":      {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
	"month":            {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
	"report":           {"segments", "batteries", "units", "months", "coverage", "n", "offered", "completed", "declined", "unsuitable", "unfinished", "without_statistics", "count", "percent"},
}

// messages reads every text of a language, plural forms as key#form.
func messages(t *testing.T, tag lang.Tag) map[string]string {
	t.Helper()
	all := map[string]string{}
	paths, err := fs.Glob(files, "messages/*."+string(tag)+".yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no message files in %s: %v", tag, err)
	}
	for _, path := range paths {
		data, err := files.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		one := map[string]any{}
		if err := yaml.Unmarshal(data, &one); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for key, value := range one {
			switch v := value.(type) {
			case string:
				all[key] = v
			case map[string]any:
				for form, text := range v {
					all[key+"#"+form], _ = text.(string)
				}
			default:
				t.Errorf("%s: %s is neither a text nor plural forms", path, key)
			}
		}
	}
	return all
}

func TestEveryLanguageHasEveryMessage(t *testing.T) {
	t.Parallel()
	finnish := messages(t, lang.Finnish)
	for _, tag := range lang.All {
		texts := messages(t, tag)
		for key := range finnish {
			plain := strings.HasSuffix(key, ".plain")
			if _, ok := texts[key]; ok == (plain && tag == lang.English) {
				t.Errorf("%s: %s: present %v", tag, key, ok)
			}
		}
		for key, text := range texts {
			if _, ok := finnish[key]; !ok {
				t.Errorf("%s: %s is not in Finnish", tag, key)
			}
			if strings.TrimSpace(text) != text || text == "" {
				t.Errorf("%s: %s is empty or has space around it: %q", tag, key, text)
			}
			if ordinary, ok := strings.CutSuffix(key, ".plain"); ok && texts[ordinary] == "" {
				t.Errorf("%s: %s has no ordinary form", tag, key)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func placeholders(text string) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	finnish := messages(t, lang.Finnish)
	for _, tag := range lang.All {
		for key, text := range messages(t, tag) {
			if got, want := placeholders(text), placeholders(finnish[key]); !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, Finnish has %v", tag, key, got, want)
			}
			if strings.Count(text, "{{") != len(placeholder.FindAllString(text, -1)) {
				t.Errorf("%s: %s has something in braces that is not a placeholder: %q", tag, key, text)
			}
		}
	}
}

// sources reads the Go files (but for tests) and templates of the repository.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil // a file that another process has just renamed, or no cmd yet
			}
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			switch filepath.Ext(path) {
			case ".go", ".html", ".tmpl", ".gohtml":
				data, err := os.ReadFile(path)
				if err == nil {
					all[path] = string(data)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestNoMessageIsUnused(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, text := range sources(t) {
		all.WriteString(text)
	}
	source := all.String()
	used := func(key string) bool {
		key, _, _ = strings.Cut(key, "#")
		key = strings.TrimSuffix(key, ".plain")
		for prefix := range dynamic {
			if strings.HasPrefix(key, prefix) {
				return true
			}
		}
		return strings.Contains(source, `"`+key+`"`) || strings.Contains(source, "`"+key+"`") ||
			strings.Contains(source, `"help:`+key+`"`) // a field's help
	}
	for key := range messages(t, lang.Finnish) {
		if !used(key) {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

func TestEveryLiteralKeyHasAMessage(t *testing.T) {
	t.Parallel()
	// p.Text("key" in Go, .Text "key" in a template; a key ending in a dot is a
	// family and is completed at run time.
	call := regexp.MustCompile(`\.(?:Text|Plain|Say)[( ]\s*"([a-z0-9_.-]*[a-z0-9_-])"`)
	for path, text := range sources(t) {
		for _, match := range call.FindAllStringSubmatch(text, -1) {
			if !builtin.keys[lang.Finnish][match[1]] {
				t.Errorf("%s asks for %s, which is no message", path, match[1])
			}
		}
	}
}

func TestEveryCodeHasAName(t *testing.T) {
	t.Parallel()
	for _, tag := range lang.All {
		for family, list := range codes {
			for _, code := range list {
				if !For(tag).Has(family + "." + code) {
					t.Errorf("%s: %s.%s is missing", tag, family, code)
				}
			}
		}
	}
}

func TestEveryProblemHasWords(t *testing.T) {
	t.Parallel()
	list := []string{fault.CodeConsentRequired, fault.CodeInsufficientAnswers, fault.CodeConsentWithdrawn, fault.CodeAlreadyCompleted,
		fault.CodeLinkUsed, fault.CodeInvitationLocked, fault.CodeLegalHold, fault.CodeOtherRegister}
	for _, kind := range fault.Kinds() {
		list = append(list, kind.String())
	}
	for _, tag := range lang.All {
		for _, code := range list {
			for _, part := range []string{".title", ".detail"} {
				if !For(tag).Has("problem." + code + part) {
					t.Errorf("%s: problem.%s%s is missing", tag, code, part)
				}
			}
		}
	}
}

// findingCodes reads the codes and the names of their arguments from the source
// that declares them, so that a new code can't be forgotten here.
func findingCodes(t *testing.T) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), root+"/internal/fault/findings.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		code, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		all[code] = nil
		if args, ok := strings.CutPrefix(strings.TrimSpace(spec.Comment.Text()), "Args: "); ok {
			all[code] = strings.Split(args, ", ")
		}
		return true
	})
	if len(all) < 25 {
		t.Fatalf("only %d finding codes found", len(all))
	}
	return all
}

func TestEveryFindingHasWordsForItsArguments(t *testing.T) {
	t.Parallel()
	texts := messages(t, lang.Finnish)
	found := findingCodes(t)
	for code, args := range found {
		text, ok := texts["finding."+code]
		if !ok {
			t.Errorf("finding.%s is missing", code)
		}
		for _, name := range placeholders(text) {
			if !slices.Contains(args, name) {
				t.Errorf("finding.%s mentions %s, which the finding doesn't carry", code, name)
			}
		}
	}
	for key := range maps.Keys(texts) {
		if code, ok := strings.CutPrefix(key, "finding."); ok {
			if _, ok := found[code]; !ok {
				t.Errorf("%s is for a code that doesn't exist", key)
			}
		}
	}
}

func TestLoadRefusesMistakes(t *testing.T) {
	t.Parallel()
	for name, fsys := range map[string]fstest.MapFS{
		"a key twice": {
			"messages/a.fi.yaml": {Data: []byte("x.y: yksi")},
			"messages/b.fi.yaml": {Data: []byte("x.y: kaksi")},
		},
		"a foreign language": {"messages/a.de.yaml": {Data: []byte("x.y: eins")}},
		"a broken file":      {"messages/a.fi.yaml": {Data: []byte("x: [")}},
	} {
		if _, err := load(fsys); err == nil {
			t.Errorf("%s was not refused", name)
		}
	}
}
