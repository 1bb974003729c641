package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// checkInventory looks where the words that were planted have come to: into no column
// that could be read, but into sealed ones.
func checkInventory(t testing.TB, db *sql.DB) {
	t.Helper()
	paths, err := filepath.Glob("../../internal/store/inventory/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no inventory: %v", err)
	}
	sealed := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var tables []struct {
			Table   string
			Columns []struct{ Name, Stored string }
		}
		if err := yaml.Unmarshal(text, &tables); err != nil {
			t.Fatal(err)
		}
		for _, one := range tables {
			for _, c := range one.Columns {
				there := false
				for _, value := range column(t, db, `SELECT "`+c.Name+`" FROM `+one.Table) {
					if marked(value) {
						t.Errorf("%s.%s holds what people typed as they typed it", one.Table, c.Name)
						break
					}
					there = there || value != "" && value != "<nil>"
				}
				if there && strings.HasSuffix(c.Stored, " key") {
					sealed++
				}
			}
		}
	}
	if sealed < 6 {
		t.Errorf("only %d sealed columns have anything in them: this test would see nothing", sealed)
	}
}

// checkFiles looks for what was planted in the files of a database and in a backup of
// it, byte by byte.
func checkFiles(t testing.TB, url string) {
	t.Helper()
	path, lite := strings.CutPrefix(url, "sqlite:")
	if !lite {
		dump := testkit.PgDump(t, url)
		if len(dump) < 10_000 || marked(dump) {
			t.Errorf("what was planted is in a dump of %d bytes, or the dump is none", len(dump))
		}
		return
	}
	seen := 0
	for _, name := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		data, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if seen += len(data); marked(string(data)) {
			t.Errorf("what was planted is in the bytes of %s", filepath.Base(name))
		}
	}
	if seen < 100_000 {
		t.Errorf("only %d bytes were looked at", seen)
	}
}
