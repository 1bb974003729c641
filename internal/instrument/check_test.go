package instrument

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// spoilt is a way to spoil testdata/valid.yaml: one replacement and what an
// author must be told about it.
type spoilt struct {
	name     string
	old, new string // the first old becomes new
	code     string
	at       string // line:column
	where    string
	schema   bool // the JSON Schema has to refuse it as well
}

var spoiling = []spoilt{
	{"syntax", "side: professional", "side: a: b", Syntax, "3:1", "", false},
	{"unclosed quote", "cutoff: 50", `cutoff: "50`, Syntax, "4:1", "", false},
	{"indentation", "      sv: Hur stor", "     sv: Hur stor", Syntax, "22:6", "", false},
	{"unclosed bracket", "terms: [mobility-aid]", "terms: [mobility-aid", Syntax, "33:5", "", false},
	{"unknown key", "cutoff: 50", "cutoff: 50\nlimit: 3", UnknownKey, "5:1", "", true},
	{"unknown key in an item", "    weight: 2", "    weight: 2\n    wieght: 3", UnknownKey, "33:5", "items[0]", true},
	{"key that is no word", "    weight: 2", "    weight: 2\n    [a]: 3", UnknownKey, "33:5", "items[0]", false},
	{"repeated key", "cutoff: 50", "cutoff: 50\ncutoff: 60", RepeatedKey, "5:1", "cutoff", false},
	{"no cutoff", "cutoff: 50\n", "", Missing, "1:1", "cutoff", true},
	{"no Swedish item", "      sv: Hur stor är risken att falla?\n", "", Missing, "20:5", "items[0].text.sv", true},
	{"no Finnish name", "fi: Pieni esimerkki, ", "", Missing, "5:1", "name.fi", true},
	{"null text", "sv: Hur stor är risken att falla?", "sv:", Missing, "22:10", "items[0].text.sv", true},
	{"no plain item", "      fi_plain: Voiko asiakas kaatua?\n", "", Missing, "20:5", "items[0].text.fi_plain", true},
	{"no plain help", "      sv_plain: Tänk på de senaste månaderna.\n", "", Missing, "26:5", "items[0].help.sv_plain", true},
	{"no plain anchor", ", sv_plain: Lite", "", Missing, "15:5", "scale.anchors.5.sv_plain", true},
	{"blank text", "en: Somewhat", `en: " "`, Empty, "15:51", "scale.anchors.5.en", true},
	{"empty optional plain form", "en: Falls}", `en: Falls, fi_plain: ""}`, Empty, "19:60", "items[0].topic.fi_plain", true},
	{"text is a number", "en: Somewhat", "en: 5", NotText, "15:51", "scale.anchors.5.en", true},
	{"number behind letters with dots", "sv_plain: Lite", "sv_plain: 5", NotText, "15:88", "scale.anchors.5.sv_plain", true},
	{"text is a list", "sv: Hur stor är risken att falla?", "sv: [Hur]", NotText, "22:11", "items[0].text.sv", true},
	{"code is a number", "code: falls", "code: 12", NotText, "18:11", "items[0].code", true},
	{"binary code", "code: falls", "code: !!binary ZmFsbHM=", NotText, "18:11", "items[0].code", false},
	{"version is a text", "version: 2", `version: "2"`, NotNumber, "2:10", "version", true},
	{"version has decimals", "version: 2", "version: 2.5", NotNumber, "2:10", "version", true},
	{"octal cutoff", "cutoff: 50", "cutoff: 050", NotNumber, "4:9", "cutoff", false},
	{"not a number", "cutoff: 50", "cutoff: .nan", NotNumber, "4:9", "cutoff", false},
	{"reverse is a text", "reverse: true", "reverse: yes", NotBoolean, "48:14", "items[1].reverse", true},
	{"terms are a text", "terms: [mobility-aid]", "terms: mobility-aid", NotList, "33:12", "items[0].terms", true},
	{"null terms", "terms: [mobility-aid]", "terms:", Missing, "33:11", "items[0].terms", true},
	{"text is no group", "topic: {fi: Uni, sv: Sömn, en: Sleep}", "topic: Uni", NotGroup, "35:12", "items[1].topic", true},
	{"items are a group", "items:\n", "items: {a: 1}\nmore:\n", NotList, "17:8", "items", true},
	{"null item", "items:\n", "items:\n  -\n", Empty, "18:4", "items[0]", true},
	{"capital code", "code: falls", "code: Falls", BadCode, "18:11", "items[0].code", true},
	{"umlaut code", "code: falls", "code: pää", BadCode, "18:11", "items[0].code", true},
	{"long code", "code: falls", "code: " + strings.Repeat("a", 41), BadCode, "18:11", "items[0].code", true},
	{"empty code", "code: falls", `code: ""`, BadCode, "18:11", "items[0].code", true},
	{"hyphen at the end", "code: small-example", "code: small-", BadCode, "1:7", "code", true},
	{"repeated code", "code: sleep", "code: falls", RepeatedCode, "34:11", "items[1].code", false},
	{"unknown side", "side: professional", "side: proffessional", UnknownSide, "3:7", "side", true},
	{"empty side", "side: professional", `side: ""`, UnknownSide, "3:7", "side", true},
	{"version zero", "version: 2", "version: 0", OutOfRange, "2:10", "version", true},
	{"version below", "version: 2", "version: -1", OutOfRange, "2:10", "version", true},
	{"version beyond any integer", "version: 2", "version: 99999999999999999999", OutOfRange, "2:10", "version", true},
	{"cutoff zero", "cutoff: 50", "cutoff: 0", OutOfRange, "4:9", "cutoff", true},
	{"cutoff 101", "cutoff: 50", "cutoff: 101", OutOfRange, "4:9", "cutoff", true},
	{"weight zero", "weight: 2", "weight: 0", OutOfRange, "32:13", "items[0].weight", true},
	{"weight 11", "weight: 2", "weight: 11", OutOfRange, "32:13", "items[0].weight", true},
	{"scale from 1", "min: 0", "min: 1", WrongScale, "11:8", "scale.min", true},
	{"scale to 7", "max: 10", "max: 7", WrongScale, "12:8", "scale.max", true},
	{"extra anchor", "  anchors:\n", "  anchors:\n    3: {fi: a, sv: b, en: c, fi_plain: d, sv_plain: e}\n", UnknownKey, "14:5", "scale.anchors", true},
	{"anchor twice", "  anchors:\n", "  anchors:\n    \"5\": {fi: a, sv: b, en: c, fi_plain: d, sv_plain: e}\n", RepeatedKey, "16:5", "scale.anchors.5", false},
	{"no middle anchor", "    5: {fi: Jonkin verran, sv: Till viss del, en: Somewhat, fi_plain: Vähän, sv_plain: Lite}\n", "", Missing, "13:3", "scale.anchors.5", true},
	{"tab in the indentation", "  min: 0", "\tmin: 0", HasTab, "11:1", "", false},
	{"tab written as an escape", "en: Somewhat", `en: "Some\twhat"`, ControlCharacter, "15:51", "scale.anchors.5.en", false},
	{"bell", "Somewhat", "Some\awhat", ControlCharacter, "15:55", "", false},
	{"zero-width space", "Somewhat", "Some\u200bwhat", ControlCharacter, "15:55", "", false},
	{"two lines in one text", "sv: Hur stor är risken att falla?", "sv: |\n        Hur stor\n        är risken?", ControlCharacter, "22:11", "items[0].text.sv", false},
	{"item too long", "fi: Kuinka suuri on kaatumisen vaara?", "fi: " + strings.Repeat("ä", 201), TooLong, "21:11", "items[0].text.fi", true},
	{"help too long", "en: Think of the past few months.", "en: " + strings.Repeat("a", 401), TooLong, "29:11", "items[0].help.en", true},
	{"letters in parts", "Jonkin verran", "Ja\u0308nkin verran", NotNFC, "15:13", "scale.anchors.5.fi", false},
	{"identical texts", "fi: Miten asiakas nukkuu öisin?", "fi: kuinka suuri on kaatumisen vaara", RepeatedText, "37:11", "items[1].text.fi", false},
	{"identical plain texts", "sv_plain: Hur sover klienten?", "sv_plain: Kan klienten falla?", RepeatedText, "41:17", "items[1].text.sv_plain", false},
	{"one word changed", "fi: Miten asiakas nukkuu öisin?", "fi: Kuinka suuri on kaatumisen riski?", NearlyEqual, "37:11", "items[1].text.fi", false},
	{"one word added", "fi: Miten asiakas nukkuu öisin?", "fi: Kuinka suuri on yöllä kaatumisen vaara?", NearlyEqual, "37:11", "items[1].text.fi", false},
	{"todo", "Somewhat", "Somewhat (todo)", Leftover, "15:51", "scale.anchors.5.en", false},
	{"lorem", "Naps count as well.", "Lorem ipsum.", Leftover, "45:11", "items[1].help.en", false},
	{"unknown term", "[mobility-aid]", "[mobility-aids]", UnknownTerm, "33:13", "items[0].terms[0]", false},
	{"repeated term", "[mobility-aid]", "[mobility-aid, mobility-aid]", RepeatedTerm, "33:27", "items[0].terms[1]", true},
	{"anchor", "code: falls", "code: &f falls", HasAlias, "18:11", "", false},
	{"alias without anchor", "code: falls", "code: *f", HasAlias, "18:11", "", false},
	{"second document", "cutoff: 50", "cutoff: 50\n---\na: 1", SeveralDocuments, "5:1", "", false},
}

func (s spoilt) data(t testing.TB) []byte {
	t.Helper()
	valid := string(testdata(t, "valid.yaml"))
	if !strings.Contains(valid, s.old) {
		t.Fatalf("testdata/valid.yaml has no %q", s.old)
	}
	return []byte(strings.Replace(valid, s.old, s.new, 1))
}

func TestCheckFindsEachMistakeInItsPlace(t *testing.T) {
	for _, s := range spoiling {
		t.Run(s.name, func(t *testing.T) {
			b, mistakes := check("f.yaml", s.data(t), []string{"mobility-aid"})
			if b != nil {
				t.Error("a battery came out beside mistakes")
			}
			for _, m := range mistakes {
				if m.Code == s.code && fmt.Sprintf("%d:%d", m.Line, m.Column) == s.at && m.Where == s.where {
					return
				}
			}
			t.Errorf("want %s at %s in %q, got %v", s.code, s.at, s.where, mistakes)
		})
	}
}

// One slip must not be told as many.
func TestCheckTellsOneMistakeOnce(t *testing.T) {
	// These spoil more by nature: a key is replaced, the rest of the file is cut off.
	several := map[string]bool{"items are a group": true, "second document": true}
	for _, s := range spoiling {
		if _, mistakes := check("f.yaml", s.data(t), []string{"mobility-aid"}); len(mistakes) != 1 && !several[s.name] {
			t.Errorf("%s: %d mistakes: %v", s.name, len(mistakes), mistakes)
		}
	}
}

func TestCheckOfWholeFiles(t *testing.T) {
	valid := testdata(t, "valid.yaml")
	many := []byte("items:\n" + strings.Repeat("  - {}\n", 27))
	none := bytes.SplitAfter(valid, []byte("items:"))[0]
	for name, test := range map[string]struct {
		data []byte
		code string
		at   string
	}{
		"nothing":        {nil, EmptyFile, "1:1"},
		"comment only":   {[]byte("# soon\n"), EmptyFile, "1:1"},
		"marker only":    {[]byte("---\n"), EmptyFile, "1:1"},
		"a text":         {[]byte("hello"), NotGroup, "1:1"},
		"too large":      {bytes.Repeat([]byte("# filler\n"), 130_000), TooLarge, "1:1"},
		"Latin-1":        {[]byte("code: a\nname: {fi: p\xe4\xe4}\n"), NotUTF8, "2:13"},
		"too many items": {many, TooManyItems, "28:5"},
		"empty items":    {append(bytes.Clone(none), []byte(" []")...), NoItems, "17:8"},
		"no items":       {none, Missing, "17:7"},
	} {
		t.Run(name, func(t *testing.T) {
			b, mistakes := Check("f.yaml", test.data)
			if b != nil {
				t.Error("a battery came out beside mistakes")
			}
			for _, m := range mistakes {
				if m.Code == test.code && fmt.Sprintf("%d:%d", m.Line, m.Column) == test.at {
					return
				}
			}
			t.Errorf("want %s at %s, got %v", test.code, test.at, mistakes)
		})
	}
}

func TestCheckReadsAValidFile(t *testing.T) {
	b, mistakes := Check("valid.yaml", testdata(t, "valid.yaml"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if b.Ref() != "small-example@2" || b.Side != Professional || b.Cutoff != 50 {
		t.Errorf("read %s, %s, %d", b.Ref(), b.Side, b.Cutoff)
	}
	if got := b.Scale.Anchors[10].Plain(lang.Finnish); got != "Paljon" || len(b.Scale.Anchors) != 3 || b.Scale.Max != 10 {
		t.Errorf("scale %+v", b.Scale)
	}
	falls, sleep := b.Items[0], b.Items[1]
	if falls.Code != "falls" || falls.Weight != 2 || falls.Reverse || !reflect.DeepEqual(falls.Terms, []string{"mobility-aid"}) {
		t.Errorf("first item %+v", falls)
	}
	if sleep.Weight != 1 || !sleep.Reverse || len(sleep.Terms) != 0 {
		t.Errorf("a weight that is left out must be 1: %+v", sleep)
	}
	if sleep.Help.En != "Naps count as well." || sleep.Topic.In(lang.Swedish) != "Sömn" {
		t.Errorf("texts of the second item: %+v", sleep)
	}
}

func TestCheckTakesWindowsFiles(t *testing.T) {
	unix := testdata(t, "valid.yaml")
	windows := append([]byte("\uFEFF"), bytes.ReplaceAll(unix, []byte("\n"), []byte("\r\n"))...)
	want, _ := Check("f.yaml", unix)
	got, mistakes := Check("f.yaml", windows)
	if len(mistakes) > 0 || Digest(got) != Digest(want) {
		t.Errorf("a byte order mark and CRLF change the content: %v", mistakes)
	}
}

func TestMistakesAreBounded(t *testing.T) {
	_, mistakes := Check("f.yaml", []byte(strings.Repeat("a: 1\n", 5_000)))
	last := mistakes[len(mistakes)-1]
	if len(mistakes) != maxMistakes+1 || last.Code != More || last.Args["count"].(int) < 4_000 {
		t.Errorf("%d mistakes, the last %v", len(mistakes), last)
	}
}

// An author sees in a terminal what is quoted from a file.
func TestMessagesQuoteNoControlCharacters(t *testing.T) {
	_, mistakes := Check("f.yaml", []byte(`"\e[31m`+strings.Repeat("x", 500)+`": 1`))
	for _, m := range mistakes {
		if s := m.String(); strings.ContainsRune(s, '\x1b') || len(s) > 400 {
			t.Errorf("%q", s)
		}
	}
}

func TestEveryCodeHasAWordingThatMends(t *testing.T) {
	for code, w := range wordings {
		if w.wrong == "" || w.mend == "" || strings.Contains(w.plain, "{nearest}") {
			t.Errorf("%s: wording is not complete: %+v", code, w)
		}
	}
	seen := map[string]bool{More: true, TooLarge: true}
	note := func(mistakes []Mistake) {
		for _, m := range mistakes {
			seen[m.Code] = true
			if s := m.String(); strings.ContainsAny(s, "{}") {
				t.Errorf("%s: an argument is not filled in: %s", m.Code, s)
			}
		}
	}
	for _, s := range spoiling {
		_, mistakes := check("f.yaml", s.data(t), []string{"mobility-aid"})
		note(mistakes)
	}
	for _, data := range []string{"", "\xff", "items: []", "items: [" + strings.Repeat("{},", 27) + "]"} {
		_, mistakes := Check("f.yaml", []byte(data))
		note(mistakes)
	}
	for code := range wordings {
		if !seen[code] {
			t.Errorf("no test reaches %s", code)
		}
	}
	for code := range seen {
		if _, ok := wordings[code]; !ok {
			t.Errorf("%s has no wording", code)
		}
	}
}

func FuzzCheck(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seed files", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, seed := range []string{"", "a: &a [*a]", "? [a]\n: b", "- \t- x", "items: [~, {}, [], 1]", "%YAML 9\n---\n", "\xff\xfe", "a: *b", "<<: {}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, mistakes := check("f.yaml", data, []string{"mobility-aid"})
		if (b == nil) != (len(mistakes) > 0) {
			t.Fatalf("battery %v beside %d mistakes", b != nil, len(mistakes))
		}
		for _, m := range mistakes {
			if m.Line < 1 || m.Column < 1 || strings.ContainsAny(m.String(), "\n\x1b") {
				t.Fatalf("%q", m.String())
			}
		}
		if b != nil && (len(b.Items) == 0 || len(b.Items) > MaxItems || b.Version < 1 || !kebab.MatchString(b.Code)) {
			t.Fatalf("an impossible battery passed: %s with %d items", b.Ref(), len(b.Items))
		}
	})
}
