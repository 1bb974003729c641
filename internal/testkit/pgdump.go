package testkit

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// PgDump is what PostgreSQL's own program for backups writes about a database, as
// text. Some arguments may leave something out.
func PgDump(t testing.TB, databaseURL string, arguments ...string) string {
	t.Helper()
	program := "pg_dump"
	if dir, err := postgresDir(); err == nil && isProgram(filepath.Join(dir, program)) {
		program = filepath.Join(dir, program)
	}
	address, err := url.Parse(AsOwner(databaseURL)) // in whose sessions all rows are seen
	if err != nil {
		t.Fatal("testkit: not a database URL")
	}
	// Arguments are readable for everyone on the machine, the environment is not.
	password, _ := address.User.Password()
	address.User = url.User(address.User.Username())
	cmd := exec.Command(program, append(arguments, "--enable-row-security", address.String())...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password, "LC_ALL=C")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("testkit: pg_dump: %v", err)
	}
	return string(out)
}
