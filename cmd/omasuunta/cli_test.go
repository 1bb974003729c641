package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// refused runs a command that must fail with an exit code and say why, after
// the program's name.
func refused(t *testing.T, code int, says string, args ...string) {
	t.Helper()
	out, errout, got := command(t, args...)
	if got != code {
		t.Errorf("omasuunta %s: exit %d, want %d\n%s", strings.Join(args, " "), got, code, errout)
	}
	if !strings.Contains("\n"+errout, "\nomasuunta: ") || !strings.Contains(errout, says) {
		t.Errorf("omasuunta %s says %q, want %q in it", strings.Join(args, " "), errout, says)
	}
	if out != "" {
		t.Errorf("omasuunta %s wrote %q as its result", strings.Join(args, " "), out)
	}
}

func TestWrongUsageExitsWith2(t *testing.T) {
	t.Parallel()
	database := testkit.SQLiteFrom(t, "house", build)
	on := func(args ...string) []string { return append(args, "--database", database) }
	for _, one := range []struct {
		says string
		args []string
	}{
		{"a command is missing", nil},
		{`no command "server"`, []string{"server"}},
		{"one of its commands", []string{"unit"}},
		{`no command "remove"`, []string{"unit", "remove"}},
		{"unknown flag: --colour", []string{"serve", "--colour", "red"}},
		{"takes flags only", []string{"serve", "127.0.0.1:8080"}},
		{"--addr", []string{"serve", "--addr", "nowhere"}},
		{"--database", []string{"serve", "--database", "mysql://x"}},
		{`"name"`, on("unit", "add", "--code", "x")},
		{`"from", "to"`, on("report", "distribution")},
		{"--code: This is in use already", on("unit", "add", "--code", "vuosaari-ta", "--name", "Toinen")},
		{"--username: This is in use already", on("user", "add", "--username", "hallinta", "--name", "A", "--role", "admin")},
		{"--username: This is the only administrator", on("user", "disable", "--username", "hallinta")},
		{"--role", on("user", "add", "--username", "a", "--name", "A", "--role", "king", "--unit", "vuosaari-ta")},
		{"--unit", on("user", "add", "--username", "a", "--name", "A", "--role", "professional", "--unit", "nowhere")},
		{"--from", on("report", "distribution", "--from", "2023-02-30", "--to", "2023-11-12")},
		{"--to", on("report", "distribution", "--from", "2023-05-05", "--to", "12.11.2023")},
		{"--to", on("report", "distribution", "--from", "2023-05-05", "--to", "2023-05-04")},
		{"--battery", on("report", "distribution", "--from", "2023-05-05", "--to", "2023-11-12", "--battery", "horoscope")},
		{"--format", on("report", "distribution", "--from", "2023-05-05", "--to", "2023-11-12", "--format", "pdf")},
		{"--language", on("report", "distribution", "--from", "2023-05-05", "--to", "2023-11-12", "--language", "de")},
		{"--expires", on("token", "create", "--username", "hallinta", "--name", "x", "--expires", "-1h")},
		{"neither true nor false", on("setting", "set", "report.demo", "maybe")},
		{"report.min_cell, report.periods, report.figures, report.demo", on("setting", "set", "report.colour", "red")},
		{"accepts 2 arg(s)", on("setting", "set", "report.demo")},
		{"at least 1 arg(s)", []string{"instrument", "check"}},
	} {
		refused(t, exitUsage, one.says, one.args...)
	}
}

func TestFailureExitsWith1(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	database := testkit.SQLiteFrom(t, "house", build)
	refused(t, exitFailure, "cannot listen", "serve", "--addr", taken.Addr().String(), "--database", database)
	refused(t, exitFailure, "no such file", "instrument", "check", filepath.Join(t.TempDir(), "nothing.yaml"))
	refused(t, exitFailure, "", "token", "create", "--username", "nobody", "--name", "x", "--database", database)
	notOurs := filepath.Join(t.TempDir(), "letter.txt")
	if err := os.WriteFile(notOurs, []byte(strings.Repeat("This is a letter. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, exitFailure, "", "serve", "--addr", "127.0.0.1:0", "--database", "sqlite:"+notOurs)
}

// A password in a database URL is never repeated, wherever the URL was put and
// whatever is wrong with it.
func TestNoErrorShowsThePassword(t *testing.T) {
	const password = "hunter2"
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := nobody.Addr().String()
	nobody.Close()
	url := "postgres://user:" + password + "@" + port + "/db"
	for _, args := range [][]string{
		{"serve", "--addr", "127.0.0.1:0", "--database", url},
		{"demo", "--addr", "127.0.0.1:0", "--database", url + "?sslmode=odd"},
		{"migrate", "up", "--database", "postgres://user:" + password + "@127.0.0.1:port/db"},
		{"unit", "add", "--code", "a", "--name", "A", "--database", "postgresql://user:" + password + "@[::1/db"},
		{"serve", "--database", "mysql://user:" + password + "@db/x"},
		{"serve", url}, {url}, {"unit", url}, {"migrate", "up", url},
	} {
		out, errout, code := command(t, args...)
		if code == 0 {
			t.Errorf("%v succeeded", args)
		}
		if strings.Contains(out+errout, password) {
			t.Errorf("%v shows the password:\n%s%s", args, out, errout)
		}
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	var walk func(cmd *cobra.Command, path []string)
	walk = func(cmd *cobra.Command, path []string) {
		var buffer bytes.Buffer
		root := (&program{out: &buffer, err: &buffer}).command()
		root.SetArgs(append(path[:len(path):len(path)], "--help"))
		if err := root.Execute(); err != nil {
			t.Error(err)
		}
		out := buffer.String()
		if !strings.Contains(out, cmd.Short) || !strings.Contains(out, "Usage:") {
			t.Errorf("omasuunta %s --help:\n%s", strings.Join(path, " "), out)
		}
		for _, sub := range cmd.Commands() {
			if cmd.Short == "" || sub.Short == "" {
				t.Errorf("%s says nothing about itself", sub.CommandPath())
			}
			walk(sub, append(path[:len(path):len(path)], sub.Name()))
		}
	}
	walk((&program{}).command(), nil)
}

func TestSettingsAreListedAsTheyAreInForce(t *testing.T) {
	t.Parallel()
	database := testkit.SQLiteFrom(t, "house", build) // sets report.min_cell to 1
	must(t, "setting", "set", "report.periods", "trial 2023-05-05 2023-11-12", "--database", database)
	list := func() string {
		return regexp.MustCompile(`[ \t]+`).ReplaceAllString(must(t, "setting", "list", "--database", database), " ")
	}
	must(t, "setting", "set", "batteries.in_use", "functioning, illness-care", "--database", database)
	want := "report.min_cell 1\nreport.periods trial 2023-05-05 2023-11-12\nreport.figures live (default)\nreport.demo false (default)\n" +
		"target.count 10 (default)\ntarget.from - (default)\ntarget.to - (default)\nbatteries.in_use functioning, illness-care\n" +
		"session.idle_minutes 30 (default)\nsession.max_hours 10 (default)\nemergency.max_hours 8 (default)\nlogin.second_factor nobody (default)\nlogin.first_password_days 7 (default)\nhouse.contact - (default)\nhouse.organisation - (default)"
	if got := strings.ReplaceAll(list(), " \n", "\n"); got != want {
		t.Errorf("listed:\n%s\nwant:\n%s", got, want)
	}
	refused(t, exitUsage, "whole number from 1 to 100", "setting", "set", "report.min_cell", "0", "--database", database)
	refused(t, exitUsage, "no such set of questions", "setting", "set", "batteries.in_use", "horoscope", "--database", database)
	if got := strings.ReplaceAll(list(), " \n", "\n"); got != want {
		t.Errorf("a refused setting changed something:\n%s", got)
	}
}

// Whoever waits for the ready file may stop the program at that very moment.
func TestStoppedAsSoonAsItIsReady(t *testing.T) {
	t.Parallel()
	database := testkit.SQLite(t)
	for range 5 {
		if code := start(t, "serve", "--database", database).stop(); code != 0 {
			t.Fatalf("exit %d after SIGTERM", code)
		}
	}
}

func TestServeRefusesAnOldSchemaOnPostgreSQL(t *testing.T) {
	t.Parallel()
	database := testkit.Postgres(t)
	refused(t, exitFailure, "--migrate", "serve", "--addr", "127.0.0.1:0", "--database", database)
	if out := must(t, "migrate", "status", "--database", database); !strings.Contains(out, "pending") {
		t.Errorf("the refused start changed the schema:\n%s", out)
	}
	s := start(t, "serve", "--migrate", "--database", database)
	s.as("").want(200, "GET", "/readyz", nil)
	if out := must(t, "migrate", "status", "--database", database); strings.Contains(out, "pending") {
		t.Errorf("served with steps of the schema missing:\n%s", out)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit %d after SIGTERM", code)
	}
	again := start(t, "serve", "--database", database)
	again.as("").want(200, "GET", "/readyz", nil)
}

// Every start without users prints a link of its own, at the address that
// people type; there is none once there is a user.
func TestServePrintsALinkForTheFirstAdministrator(t *testing.T) {
	t.Parallel()
	database := testkit.SQLite(t)
	link := regexp.MustCompile(`(?m)^There are no users yet\..* (\S+)/setup/([\w-]{43})$`)
	read := func(args ...string) (address, secret string) {
		t.Helper()
		s := start(t, append([]string{"serve", "--database", database}, args...)...)
		s.as("").want(200, "GET", "/readyz", nil) // it serves after it has printed
		s.stop()
		found := link.FindStringSubmatch(s.out.String())
		if found == nil {
			t.Fatalf("no link in\n%s", s.out)
		}
		if found[1] == s.URL {
			found[1] = ""
		}
		return found[1], found[2]
	}
	own, first := read()
	public, second := read("--public-url", "https://omasuunta.example.org/")
	if own != "" || public != "https://omasuunta.example.org" {
		t.Errorf("links at %q and %q", own, public)
	}
	if first == second {
		t.Error("the same link twice")
	}
	must(t, "user", "add", "--username", "hallinta", "--name", "Testi Hallinta", "--role", "admin", "--database", database)
	s := start(t, "serve", "--database", database)
	s.as("").want(200, "GET", "/readyz", nil)
	s.stop()
	if strings.Contains(s.out.String(), "/setup/") {
		t.Errorf("a link although there is a user:\n%s", s.out)
	}
}

func TestSQLiteFileOfServeIsTheOwnersAlone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(folder, "omasuunta.db")
	start(t, "serve", "--database", "sqlite:"+path)
	for name, want := range map[string]os.FileMode{folder: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(name), got, want)
		}
	}
}

// A battery with mistakes on several lines.
const broken = `code: Broken
version: 1
side: professional
cutoff: 500
name:
  fi: "Rikki"
  en: "Broken"
items: 7
`

func TestInstrumentCheck(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	right, err := os.ReadFile("../../internal/instrument/content/functioning.v1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	good := write("functioning.v1.yaml", string(right))
	if out := must(t, "instrument", "check", good); !strings.Contains(out, "functioning@1") || !strings.Contains(out, "no mistakes") {
		t.Errorf("a right battery: %s", out)
	}
	out, errout, code := command(t, "instrument", "check", write("broken.v1.yaml", broken), good)
	if code != exitFailure || !strings.Contains(errout, "mistakes") {
		t.Errorf("a broken battery: exit %d, %s", code, errout)
	}
	for _, want := range []string{"broken.v1.yaml:1:", "broken.v1.yaml:4:", "broken.v1.yaml:5:", "broken.v1.yaml:8:", "functioning@1"} {
		if !strings.Contains(out, want) {
			t.Errorf("nothing about %s in\n%s", want, out)
		}
	}
	for line := range strings.Lines(out) {
		if strings.Contains(line, "broken") && !regexp.MustCompile(`broken\.v1\.yaml:\d+:\d+: \S`).MatchString(line) {
			t.Errorf("a mistake without its place: %s", line)
		}
	}
}
