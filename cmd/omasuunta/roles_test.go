package main

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

const warned = `"msg":"database: the role of this program has more rights than it needs`

// One role that owns everything works, with the policies on it, and is told of once.
func TestServeSaysThatItsRoleMayTooMuch(t *testing.T) {
	t.Parallel()
	url := testkit.PostgresFrom(t, "house", build)
	testkit.TwoRoles(t, url)
	for as, c := range map[string]struct {
		url  string
		want int
		says string
	}{
		"the program": {url, 0, ""},
		"the owner":   {plainOwner(url), 1, `"owns_tables":true,"bypasses_row_security":false`},
		"a superuser": {testkit.AsSuperuser(t, url), 1, `"bypasses_row_security":true`},
	} {
		h := inhabit(t, c.url)
		mine := h.professional.complete(8, 2)
		h.professional.want(200, "GET", "/assessments/"+mine, nil)
		h.neighbour.want(404, "GET", "/assessments/"+mine, nil)
		h.stop()
		if log := h.log.String(); strings.Count(log, warned) != c.want || !strings.Contains(log, c.says) {
			t.Errorf("%s: warned %d times, want %d\n%s", as, strings.Count(log, warned), c.want, log)
		}
	}
}

// plainOwner is the owner without the setting that tests look with.
func plainOwner(url string) string {
	owner, _, _ := strings.Cut(testkit.AsOwner(url), "?")
	return owner + "?sslmode=disable"
}

func TestRightsAreGivenByACommand(t *testing.T) {
	t.Parallel()
	url := testkit.PostgresFrom(t, "house", build)
	testkit.TwoRoles(t, url)
	_, program, _ := strings.Cut(url, "//")
	program, _, _ = strings.Cut(program, ":")
	must(t, "migrate", "up", "--grant-to", program, "--database", plainOwner(url))
	for name, c := range map[string]struct {
		role, url, says string
		code            int
	}{
		"a role that isn't there": {"nobody", plainOwner(url), "no such role", exitFailure},
		"the owner itself":        {strings.Replace(program, "program", "owner", 1), plainOwner(url), "must neither own", exitFailure},
		"by the program":          {program, url, "only the owner", exitFailure},
		"on SQLite":               {program, testkit.SQLite(t), "SQLite has no roles", exitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, c.code, c.says, "migrate", "up", "--grant-to", c.role, "--database", c.url)
		})
	}
}
