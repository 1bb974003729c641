package instrument

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func builtinLibrary(t testing.TB) *Library {
	t.Helper()
	l, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Every file is checked by itself, so that all mistakes show at once.
func TestContentHasNoMistakes(t *testing.T) {
	files, err := content.ReadDir("content")
	if err != nil {
		t.Fatal(err)
	}
	data, err := content.ReadFile("content/glossary.v1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	glossary, _ := checkGlossary("glossary.v1.yaml", data)
	for _, file := range files {
		code, _, ok := splitName(file.Name())
		if !ok {
			continue
		}
		data, err := content.ReadFile("content/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		var mistakes []Mistake
		switch code {
		case glossaryFile:
			_, mistakes = checkGlossary(file.Name(), data)
		case guidanceFile:
			_, mistakes = checkGuidance(file.Name(), data)
		default:
			_, mistakes = check(file.Name(), data, termCodes(glossary))
		}
		for _, m := range mistakes {
			t.Error(m)
		}
	}
}

func TestContentHasTheFiveBatteriesOfTheTrial(t *testing.T) {
	l := builtinLibrary(t)
	batteries := l.Batteries()
	if len(batteries) < len(tableOrder) {
		t.Fatalf("%d batteries", len(batteries))
	}
	for i, code := range tableOrder {
		b := batteries[i]
		if b.Code != code || b.Cutoff != 50 {
			t.Errorf("battery %d is %s with cut-off %d, want %s with 50", i, b.Code, b.Cutoff, code)
		}
		if code == ClientBattery {
			if b.Side != Client || len(b.Items) != 12 {
				t.Errorf("%s: side %s, %d items, want the client's 12", code, b.Side, len(b.Items))
			}
			continue
		}
		if b.Side != Professional || len(b.Items) < 8 || len(b.Items) > 10 {
			t.Errorf("%s: side %s, %d items, want the professional's 8 to 10", code, b.Side, len(b.Items))
		}
	}
	if l.Client().Code != ClientBattery || len(l.Professional()) != len(batteries)-1 {
		t.Error("the client's battery is not apart from the professional ones")
	}
	functioning, _ := l.Current("functioning")
	if functioning.Index("falls") < 0 {
		t.Error("functioning has no item falls, which the contract names")
	}
}

func TestContentIsCompleteInEveryLanguage(t *testing.T) {
	l := builtinLibrary(t)
	complete := func(what string, text lang.Text, plain bool) {
		t.Helper()
		for _, tag := range lang.All {
			if strings.TrimSpace(text.In(tag)) == "" {
				t.Errorf("%s: no text in %s", what, tag)
			}
		}
		if plain && (text.FiPlain == "" || text.SvPlain == "") {
			t.Errorf("%s: no plain form", what)
		}
	}
	for _, b := range l.Versions() {
		complete(b.Ref(), b.Name, false)
		complete(b.Ref(), b.Description, false)
		for _, anchor := range b.Scale.Anchors {
			complete(b.Ref()+" anchor", anchor, true)
		}
		codes := map[string]bool{}
		for _, item := range b.Items {
			what := b.Ref() + " " + item.Code
			if codes[item.Code] {
				t.Errorf("%s stands there twice", what)
			}
			codes[item.Code] = true
			complete(what, item.Topic, false)
			complete(what, item.Text, true)
			complete(what, item.Help, true)
			for _, code := range item.Terms {
				if _, ok := l.Term(code); !ok {
					t.Errorf("%s: no term %s in the glossary", what, code)
				}
			}
		}
	}
	if len(l.Glossary()) == 0 {
		t.Error("the glossary is empty")
	}
	for _, term := range l.Glossary() {
		complete("term "+term.Code, term.Term, false)
		complete("term "+term.Code, term.Meaning, true)
	}
	complete("caution", l.Caution(), true)
	for _, s := range segment.All {
		g := l.Guidance(s)
		for _, text := range []lang.Text{g.Headline, g.Strengths, g.Heavy, g.Together, g.Neighbour} {
			complete("guidance "+s.Code(), text, true)
		}
		complete("guidance "+s.Code(), g.Professional, false)
		if len(g.Steps) == 0 {
			t.Errorf("guidance %s has no steps", s)
		}
		for _, step := range g.Steps {
			complete("step of "+s.Code(), step.Service, false)
			complete("step of "+s.Code(), step.FirstStep, true)
		}
	}
}

func TestLibraryKnowsVersionsAndOrder(t *testing.T) {
	battery := func(code string, version int, side Side) *Battery {
		return &Battery{Code: code, Version: version, Side: side}
	}
	l := NewLibrary(battery("zebra", 1, Professional), battery("health-risk", 1, Professional), battery("functioning", 1, Professional),
		battery("functioning", 10, Professional), battery("functioning", 9, Professional), battery("apple", 1, Professional),
		battery(ClientBattery, 1, Client))
	var refs []string
	for _, b := range l.Batteries() {
		refs = append(refs, b.Ref())
	}
	want := []string{"individual-client@1", "functioning@10", "health-risk@1", "apple@1", "zebra@1"}
	if !slices.Equal(refs, want) {
		t.Errorf("batteries %v, want %v", refs, want)
	}
	if b, ok := l.Version("functioning", 9); !ok || b.Version != 9 {
		t.Error("an older version is not found")
	}
	if b, ok := l.Ref("functioning@1"); !ok || b.Version != 1 {
		t.Error("a reference is not found")
	}
	for _, missing := range []func() (*Battery, bool){
		func() (*Battery, bool) { return l.Current("none") },
		func() (*Battery, bool) { return l.Version("functioning", 2) },
		func() (*Battery, bool) { return l.Ref("functioning") },
	} {
		if b, ok := missing(); ok || b != nil {
			t.Errorf("found %s, which is not there", b.Ref())
		}
	}
	if got := len(l.Professional()); got != 4 {
		t.Errorf("%d professional batteries, want 4", got)
	}
	l.Batteries()[0] = nil
	if l.Client() == nil {
		t.Error("what Batteries returned is the library's own memory")
	}
	if NewLibrary().Client() != nil {
		t.Error("an empty library has a client battery")
	}
}

// A misnamed or broken file stops the program at the start, by name.
func TestLoadRefusesBrokenContent(t *testing.T) {
	fresh := func() fstest.MapFS {
		files := fstest.MapFS{}
		entries, err := content.ReadDir("content")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			data, err := content.ReadFile("content/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			files["content/"+e.Name()] = &fstest.MapFile{Data: data}
		}
		return files
	}
	if _, err := load(fresh(), "content"); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		spoil func(fstest.MapFS)
		want  string
	}{
		"no glossary": {func(f fstest.MapFS) { delete(f, "content/glossary.v1.yaml") }, "no glossary"},
		"no guidance": {func(f fstest.MapFS) { delete(f, "content/guidance.v1.yaml") }, "no guidance"},
		"wrong name": {func(f fstest.MapFS) {
			f["content/functioning.v2.yaml"] = f["content/functioning.v1.yaml"]
		}, "functioning.v2.yaml holds functioning@1"},
		"broken battery": {func(f fstest.MapFS) {
			f["content/x.v1.yaml"] = &fstest.MapFile{Data: []byte("code: x\n")}
		}, "x.v1.yaml:1:1"},
		"broken glossary": {func(f fstest.MapFS) {
			f["content/glossary.v2.yaml"] = &fstest.MapFile{Data: []byte("version: 2\n")}
		}, "terms"},
		"broken guidance": {func(f fstest.MapFS) {
			f["content/guidance.v2.yaml"] = &fstest.MapFile{Data: []byte("version: 2\nsegments: {omatoimi: {}}\n")}
		}, "guidance.v2.yaml:1:1: caution"},
	} {
		t.Run(name, func(t *testing.T) {
			files := fresh()
			test.spoil(files)
			if _, err := load(files, "content"); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %q", err, test.want)
			}
		})
	}
}

func TestLibraryCheckLooksTermsUp(t *testing.T) {
	data := []byte(strings.Replace(string(testdata(t, "valid.yaml")), "[mobility-aid]", "[no-such-term]", 1))
	if _, mistakes := Check("f.yaml", data); len(mistakes) != 0 {
		t.Errorf("without a glossary no term is unknown: %v", mistakes)
	}
	_, mistakes := builtinLibrary(t).Check("f.yaml", data)
	if len(mistakes) != 1 || mistakes[0].Code != UnknownTerm {
		t.Errorf("want an unknown term, got %v", mistakes)
	}
}
