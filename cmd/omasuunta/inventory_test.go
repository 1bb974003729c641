package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// checkInventory looks where the words that were planted have come to: only into
// columns that the inventory of the data declares to be about people.
func checkInventory(t testing.TB, db *sql.DB) {
	t.Helper()
	paths, err := filepath.Glob("../../internal/store/inventory/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no inventory: %v", err)
	}
	found := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var tables []struct {
			Table   string
			Columns []struct{ Name, Class string }
		}
		if err := yaml.Unmarshal(text, &tables); err != nil {
			t.Fatal(err)
		}
		for _, one := range tables {
			for _, c := range one.Columns {
				for _, value := range column(t, db, `SELECT "`+c.Name+`" FROM `+one.Table) {
					if !marked(value) {
						continue
					}
					if found++; c.Class == "none" {
						t.Errorf("%s.%s holds what people typed and is declared to be about nobody", one.Table, c.Name)
					}
					break
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("what was planted is in %d columns only: this test would see nothing", found)
	}
}
