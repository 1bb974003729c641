package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// papers are the pages on which others rely when they judge the service.
var papers = []string{"security.md", "asvs.md", "data.md", "impact-assessment.md", "intended-purpose.md"}

var (
	citedTest = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*)")
	testFunc  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
	linkTo    = regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
)

// What the papers say is shown by tests that are there, and what they point to is
// there too.
func TestThePapersRestOnWhatIsThere(t *testing.T) {
	there := map[string]bool{}
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(path)
			for _, found := range testFunc.FindAllStringSubmatch(string(code), -1) {
				there[found[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	cited := 0
	for _, name := range papers {
		text, err := os.ReadFile("../docs/operate/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range citedTest.FindAllStringSubmatch(string(text), -1) {
			if cited++; !there[found[1]] {
				t.Errorf("%s rests on %s, which is not there", name, found[1])
			}
		}
		for _, found := range linkTo.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join("../docs/operate", found[1])); err != nil {
				t.Errorf("%s leads to %s, which is not there", name, found[1])
			}
		}
	}
	if cited < 60 {
		t.Errorf("only %d tests are named", cited)
	}
}
