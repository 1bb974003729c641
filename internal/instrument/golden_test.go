package instrument

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The messages are what an author works with, so they are kept word for word.
func TestMessagesOfABrokenFile(t *testing.T) {
	b, mistakes := check("broken.yaml", testdata(t, "broken.yaml"), []string{"mobility-aid"})
	if b != nil {
		t.Error("a battery came out of a broken file")
	}
	var text strings.Builder
	for _, m := range mistakes {
		text.WriteString(m.String() + "\n")
	}
	const golden = "testdata/broken.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The guide's example is copied by authors, so it has to be right.
func TestGuideExampleIsValid(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guide/batteries.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(guide), "```yaml\n")
	example, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("the guide has no example")
	}
	if _, mistakes := builtinLibrary(t).Check("batteries.md", []byte(example)); len(mistakes) > 0 {
		t.Error(mistakes)
	}
}
