package testkit

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// The roles of a server, as a house has them: one owns the databases, and the
// program is another, which owns nothing. Neither is a superuser. They differ by
// the beginning of their names alone, so that one's URL can be made from the
// other's.
const (
	ownerPrefix   = "omasuunta_owner_"
	programPrefix = "omasuunta_program_"
)

// ProgramRole is the role that the program is to run as with a database: whoever
// prepares one must give it its rights. It is "" for SQLite, and for a server on
// which no roles could be made.
func ProgramRole(databaseURL string) string {
	u := parsed(databaseURL)
	if u == nil || !strings.HasPrefix(u.User.Username(), ownerPrefix) {
		return ""
	}
	return programPrefix + strings.TrimPrefix(u.User.Username(), ownerPrefix)
}

// AsProgram is the URL of the same database for the program. Where there is one
// role only, and for SQLite, it is the same URL.
func AsProgram(databaseURL string) string { return as(databaseURL, ownerPrefix, programPrefix, "") }

// AsOwner is the URL of the same database for its owner, in whose sessions all rows
// are seen: for tests that look at, or meddle with, what the program wrote.
func AsOwner(databaseURL string) string {
	return as(databaseURL, programPrefix, ownerPrefix, "-c omasuunta.units={*}")
}

// AsSuperuser is the URL of the same database for whoever may do everything. A
// test that needs it is skipped on a given server.
func AsSuperuser(t testing.TB, databaseURL string) string {
	t.Helper()
	u := parsed(databaseURL)
	for _, s := range []*shared{ordinary, durable} {
		s.mu.Lock()
		there := s.server
		s.mu.Unlock()
		if there != nil && there.cluster != nil && u != nil && parsed(there.admin).Host == u.Host {
			return there.url(strings.TrimPrefix(u.Path, "/"))
		}
	}
	t.Skip("NOT TESTED: it needs a superuser of PostgreSQL, which only a throwaway cluster has")
	return ""
}

// TwoRoles ends a test that needs a role of the program's own where none could be
// made: with a failure if PostgreSQL is required, else with a skip.
func TwoRoles(t testing.TB, databaseURL string) {
	t.Helper()
	switch u := parsed(databaseURL); {
	case u != nil && (strings.HasPrefix(u.User.Username(), ownerPrefix) || strings.HasPrefix(u.User.Username(), programPrefix)):
	case os.Getenv(EnvRequire) == "1":
		t.Fatalf("testkit: the role of %s may not create roles", EnvDatabase)
	default:
		t.Skipf("NOT TESTED: the role of %s may not create roles", EnvDatabase)
	}
}

// parsed is a postgres:// URL, nil for another one.
func parsed(databaseURL string) *url.URL {
	u, err := url.Parse(databaseURL)
	if err != nil || u.User == nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return nil
	}
	return u
}

func as(databaseURL, from, to, options string) string {
	u := parsed(databaseURL)
	if u == nil {
		return databaseURL
	}
	if name, ok := strings.CutPrefix(u.User.Username(), from); ok {
		password, _ := u.User.Password()
		u.User = url.UserPassword(to+name, password)
	}
	query := u.Query()
	query.Del("options")
	if options != "" {
		query.Set("options", options)
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return u.String()
}

// makeRoles makes the two roles, if the server lets us.
func (s *server) makeRoles() error {
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var may bool
	if err := conn.QueryRow(ctx, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").Scan(&may); err != nil {
		return err
	}
	if !may {
		fmt.Fprintf(os.Stderr, "testkit: NOT TESTED with a role of the program's own: the role of %s may not create roles\n", EnvDatabase)
		return nil
	}
	name, password := strings.ToLower(rand.Text()), rand.Text()
	for _, role := range []string{ownerPrefix + name, programPrefix + name} {
		if _, err := conn.Exec(ctx, "CREATE ROLE "+role+" LOGIN PASSWORD '"+password+"'"); err != nil {
			return err
		}
	}
	s.owner = url.UserPassword(ownerPrefix+name, password)
	// To give it databases, and to drop them.
	_, err = conn.Exec(ctx, "GRANT "+ownerPrefix+name+", "+programPrefix+name+" TO current_user")
	return err
}

// dropRoles drops what makeRoles made, after the last database.
func (s *server) dropRoles() error {
	if s.owner == nil {
		return nil
	}
	return s.run("DROP ROLE " + s.owner.Username() + ", " + programPrefix + strings.TrimPrefix(s.owner.Username(), ownerPrefix))
}
