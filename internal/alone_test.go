package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNothingRunsAtOnceWithoutTheRaceDetector looks at the packages that `make test`
// runs without it: neither they nor their tests may do two things at once.
func TestNothingRunsAtOnceWithoutTheRaceDetector(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^ALONE = (.+)$`).FindStringSubmatch(string(makefile))
	if line == nil {
		t.Fatal("the Makefile has no ALONE")
	}
	for _, dir := range strings.Fields(line[1]) {
		files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			for _, at := range atOnce(t, name, nil) {
				t.Errorf("%s: take the package out of ALONE in the Makefile, or let it do one thing after another", at)
			}
		}
	}
}

func TestAtOnceIsFound(t *testing.T) {
	const source = `package x
import "sync"
func f(t *testing.T) { go g() }
func h(t *testing.T) { t.Parallel() }
func i() { group.Go(g) }`
	if got := atOnce(t, "x.go", source); len(got) != 4 {
		t.Errorf("found %q, want lines 2 to 5", got)
	}
}

// atOnce lists where a file may do something beside something else.
func atOnce(t *testing.T, name string, source any) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		var is bool
		switch n := n.(type) {
		case *ast.GoStmt:
			is = true
		case *ast.ImportSpec:
			is = strings.HasPrefix(n.Path.Value, `"sync`)
		case *ast.SelectorExpr:
			is = n.Sel.Name == "Parallel" || n.Sel.Name == "Go"
		}
		if is {
			found = append(found, set.Position(n.Pos()).String())
		}
		return true
	})
	return found
}
