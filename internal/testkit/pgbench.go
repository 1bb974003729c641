package testkit

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var throughput = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// PgbenchAvailable tells whether PostgreSQL's own load generator is installed.
func PgbenchAvailable() bool { return pgbenchPath() != "" }

// Pgbench runs a script of SQL against a database with prepared statements, two
// threads and as many clients as given for some seconds, and returns finished
// transactions (runs of the script) per second, without the time to connect. It
// is the yardstick for the service's own writing: give it a database from
// DurablePostgres. A failing statement fails the test.
func Pgbench(t testing.TB, databaseURL, script string, clients, seconds int) (tps float64) {
	t.Helper()
	program := pgbenchPath()
	if program == "" {
		t.Skip("NOT MEASURED: pgbench is not installed (apt-get install postgresql)")
	}
	file := filepath.Join(t.TempDir(), "script.sql")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatalf("testkit: %v", err)
	}
	address, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal("testkit: not a database URL")
	}
	// Arguments are readable for everyone on the machine, the environment is not.
	password, _ := address.User.Password()
	address.User = url.User(address.User.Username())

	cmd := exec.Command(program, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2",
		"-T", strconv.Itoa(seconds), "-f", file, address.String())
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password, "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("testkit: pgbench: %v\n%s", err, out)
	}
	match := throughput.FindSubmatch(out)
	if match == nil {
		t.Fatalf("testkit: pgbench named no tps:\n%s", out)
	}
	if tps, err = strconv.ParseFloat(string(match[1]), 64); err != nil {
		t.Fatalf("testkit: %v", err)
	}
	return tps
}

func pgbenchPath() string {
	if dir, err := postgresDir(); err == nil {
		if path := filepath.Join(dir, "pgbench"); isProgram(path) {
			return path
		}
	}
	path, _ := exec.LookPath("pgbench")
	return path
}
