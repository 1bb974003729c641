package internal_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOnlyTestsHashWeakly looks through the program for passwords that are cheap to
// guess.
func TestOnlyTestsHashWeakly(t *testing.T) {
	list := exec.Command("go", "list", "-f", "{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}\n{{end}}", module+"/...")
	out, err := list.Output()
	files := strings.Fields(string(out))
	if err != nil || len(files) < 100 {
		t.Fatalf("found %d files: %v", len(files), err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	tests := 0
	for _, name := range files {
		found := uses(t, name, nil, module+"/internal/identity", "Weak")
		room, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(testOnly, filepath.ToSlash(room)) {
			tests += len(found)
			continue
		}
		for _, at := range found {
			t.Errorf("%s uses identity.Weak, which is for tests", at)
		}
	}
	if tests == 0 {
		t.Error("no test's house uses identity.Weak: does this test find it?")
	}
}
