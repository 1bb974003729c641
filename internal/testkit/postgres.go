package testkit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// EnvDatabase names a PostgreSQL to use in place of a throwaway cluster.
	EnvDatabase = "OMASUUNTA_TEST_DATABASE_URL"
	// EnvRequire, set to 1, makes a machine without PostgreSQL a failure.
	EnvRequire = "OMASUUNTA_REQUIRE_POSTGRES"

	statementTimeout = time.Minute // creating a database takes milliseconds; a wait means a leaked connection
)

// Postgres returns the owner's URL of a fresh, empty UTF-8 database, which is
// dropped when the test ends. On a throwaway cluster nothing is flushed to disk: see
// DurablePostgres for measuring.
func Postgres(t testing.TB) string {
	t.Helper()
	return ordinary.database(t, "template0")
}

// PostgresFrom returns the program's URL of the test's own copy of a database that
// prepare filled once in this process for this key. Prepare gets the owner's URL;
// it must have given ProgramRole its rights, and closed its connections, when it
// returns.
func PostgresFrom(t testing.TB, key string, prepare func(url string) error) string {
	t.Helper()
	template, err := ordinary.require(t).template(key, prepare)
	if err != nil {
		t.Fatalf("testkit: PostgreSQL template %q: %v", key, err)
	}
	return AsProgram(ordinary.database(t, template))
}

// DurablePostgres is Postgres on a throwaway cluster with PostgreSQL's own
// settings, so with fsync: for benchmarks. It takes no notice of EnvDatabase,
// whose settings are not known.
func DurablePostgres(t testing.TB) string {
	t.Helper()
	return durable.database(t, "template0")
}

// Main runs the tests of a package and then stops and removes what was started
// for them. It returns the exit code for TestMain.
func Main(m interface{ Run() int }) int {
	ordinary.allow()
	durable.allow()
	code := m.Run()
	if err := errors.Join(ordinary.close(), durable.close()); err != nil {
		fmt.Fprintln(os.Stderr, "testkit:", err)
		code = max(code, 1)
	}
	return code
}

// The two servers of this process. Starting one takes about a second, so all
// tests share them; each starts at first use, and Main stops it.
var (
	ordinary = &shared{start: startOrdinary}
	durable  = &shared{start: startDurable}
)

func startOrdinary() (*server, error) {
	if given := os.Getenv(EnvDatabase); given != "" {
		if !strings.HasPrefix(given, "postgres://") && !strings.HasPrefix(given, "postgresql://") {
			return nil, fmt.Errorf("%s is not a postgres:// URL", EnvDatabase)
		}
		s := &server{admin: given}
		return s, s.makeRoles()
	}
	return startLocal(fast, append(inMemory(), os.TempDir())...)
}

func startDurable() (*server, error) { return startLocal(nil, os.TempDir()) }

func startLocal(settings []string, bases ...string) (*server, error) {
	c, err := startCluster(settings, bases...)
	if err != nil {
		return nil, err
	}
	s := &server{admin: c.url("postgres"), cluster: c}
	if err := s.makeRoles(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// shared is a server that starts once, at first use.
type shared struct {
	start func() (*server, error)

	mu      sync.Mutex
	allowed bool // by Main, which will stop it
	tried   bool
	server  *server
	err     error
}

func (s *shared) allow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.allowed = true
}

func (s *shared) get() (*server, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.allowed {
		return nil, errors.New("a package that tests with PostgreSQL needs func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }")
	}
	if !s.tried {
		s.tried = true
		s.server, s.err = s.start()
	}
	return s.server, s.err
}

// require returns the server, or ends the test: with a skip when the machine
// just has no PostgreSQL, with a failure when there is one and it won't start.
func (s *shared) require(t testing.TB) *server {
	t.Helper()
	server, err := s.get()
	switch {
	case err == nil:
	case errors.Is(err, errNoPostgres) && os.Getenv(EnvRequire) != "1":
		t.Skipf("NOT TESTED on PostgreSQL: %v", err)
	default:
		t.Fatalf("testkit: %v", err)
	}
	return server
}

// database creates the test's own database and has it dropped afterwards.
func (s *shared) database(t testing.TB, template string) string {
	t.Helper()
	server := s.require(t)
	name := newName("test")
	if err := server.create(name, template); err != nil {
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(func() {
		if err := server.drop(name); err != nil {
			t.Errorf("testkit: %v", err)
		}
	})
	return server.ownersURL(name)
}

func (s *shared) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.allowed = false
	if s.server == nil {
		return nil
	}
	return s.server.close()
}

// server is a PostgreSQL, ours or a given one.
type server struct {
	admin   string        // URL of a database to give orders in; its content stays untouched
	cluster *cluster      // nil for a given server
	owner   *url.Userinfo // of the databases, nil for whoever gives orders

	byKey sync.Map // key to func() (string, error), the name of the template
	made  sync.Map // names of templates, to drop on a given server
}

func (s *server) close() error {
	if s.cluster != nil {
		if err := s.cluster.stop(); err != nil {
			return err
		}
		return s.cluster.remove()
	}
	var failures error
	s.made.Range(func(name, _ any) bool {
		failures = errors.Join(failures, s.drop(name.(string)))
		return true
	})
	return errors.Join(failures, s.dropRoles())
}

// template returns the name of the prepared database for a key.
func (s *server) template(key string, prepare func(url string) error) (string, error) {
	once, _ := s.byKey.LoadOrStore(key, sync.OnceValues(func() (string, error) { return s.prepare(prepare) }))
	return once.(func() (string, error))()
}

func (s *server) prepare(prepare func(url string) error) (string, error) {
	name := newName("template")
	if err := s.create(name, "template0"); err != nil {
		return "", err
	}
	s.made.Store(name, true)
	if err := prepare(s.ownersURL(name)); err != nil {
		return "", err
	}
	// A database that somebody is connected to can't be copied, and a closed
	// connection lingers for a moment on the server's side. See them out.
	return name, s.run(
		"ALTER DATABASE "+name+" ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pg_has_role(usesysid, 'USAGE') AND datname = '"+name+"'",
	)
}

// create makes a database. An empty one is UTF-8 whatever the server's default;
// a copy is as its template.
func (s *server) create(name, template string) error {
	options := ""
	if template == "template0" {
		options = " ENCODING 'UTF8'"
	}
	if s.owner != nil {
		options += " OWNER " + s.owner.Username()
	}
	return s.run("CREATE DATABASE " + name + " TEMPLATE " + template + options)
}

// drop removes a database even if a test left connections open.
func (s *server) drop(name string) error {
	return s.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
}

// run gives orders to the server. Names in them are our own, from newName.
func (s *server) run(statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// url is the server's URL with another database.
func (s *server) url(database string) string {
	u, err := url.Parse(s.admin)
	if err != nil {
		panic("testkit: " + err.Error()) // impossible: we have connected with it
	}
	u.Path = "/" + database
	return u.String()
}

// ownersURL is the server's URL with another database, for its owner.
func (s *server) ownersURL(database string) string {
	u, err := url.Parse(s.url(database))
	if err != nil {
		panic("testkit: " + err.Error()) // impossible, as above
	}
	if s.owner != nil {
		u.User = s.owner
	}
	return u.String()
}

// newName is a database name that is free on any server, also when several test
// processes share it, and that needs no quoting.
func newName(purpose string) string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails: see crypto/rand
	return "omasuunta_" + purpose + "_" + hex.EncodeToString(random[:])
}
