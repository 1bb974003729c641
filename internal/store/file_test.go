package store_test

import (
	"os"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// Answers of clients are in the file and in the log beside it: nobody but the
// owner may read either, whatever the umask.
func TestSQLiteFilesAreTheOwnersAlone(t *testing.T) {
	url := testkit.SQLite(t)
	db, err := store.Open(t.Context(), url, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.InsertUnit(t.Context(), access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}); err != nil {
		t.Fatal(err)
	}
	path := url[len("sqlite:"):]
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, not 600", name, mode)
		}
	}
	// A group that the owner let in stays in.
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if db, err = store.Open(t.Context(), url, quiet); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("opening changed the mode to %v, %v", info.Mode(), err)
	}
}

// A path with marks that the driver would read as options is refused, and no
// file of that odd name is left behind.
func TestAPathWithOptionsIsRefused(t *testing.T) {
	url := testkit.SQLite(t) + "?mode=ro"
	if _, err := store.Open(t.Context(), url, quiet); err == nil {
		t.Error("a path with options was opened")
	}
	if _, err := os.Stat(url[len("sqlite:"):]); !os.IsNotExist(err) {
		t.Errorf("a file was left behind: %v", err)
	}
}
