package testkit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	clusterPrefix = "omasuunta-pg-"
	superuser     = "omasuunta"

	startTimeout = time.Minute // a loaded machine needs a few seconds
	stopTimeout  = 30 * time.Second
	portAttempts = 5
)

// fast gives up every promise about a crash: the data is thrown away anyway. Nothing
// lives long enough to be tidied, or is large enough to have queries compiled.
var fast = []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "autovacuum=off", "jit=off", "max_wal_size=256MB"}

// cluster is a throwaway PostgreSQL server, reached over loopback with a random
// password, or over a socket in its own directory.
type cluster struct {
	programs string
	dir      string
	account  *account
	password string
	mark     *os.File
	port     int
	server   *exec.Cmd
	log      *serverLog
	done     chan struct{} // closed when the server has ended
}

// startCluster makes a cluster in one of these directories, the first that will do,
// and starts it. Settings are NAME=VALUE, on top of PostgreSQL's defaults.
func startCluster(settings []string, bases ...string) (_ *cluster, err error) {
	programs, err := postgresDir()
	if err != nil {
		return nil, err
	}
	c := &cluster{programs: programs, password: rand.Text()}
	if c.account, err = serverAccount(); err != nil {
		return nil, err
	}
	if err := c.makeDir(bases); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.remove())
		}
	}()
	if err := c.initialize(); err != nil {
		return nil, err
	}
	// The port is free when it is picked and may be taken a moment later.
	for range portAttempts {
		if err = c.start(settings); err == nil || !c.log.mentions("could not bind") {
			break
		}
	}
	return c, err
}

// url is the address of a database in the cluster.
func (c *cluster) url(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, c.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

func (c *cluster) makeDir(bases []string) (err error) {
	for _, base := range bases {
		if base == os.TempDir() && (c.account != nil || len(base) > 60) {
			// Another account may not enter our own directory, and the path of a
			// socket is limited to 107 bytes.
			base = "/tmp"
		}
		sweep(base)
		if c.dir, err = os.MkdirTemp(base, clusterPrefix); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	if c.mark, err = hold(c.dir); err == nil {
		err = c.account.own(c.dir)
	}
	if err != nil {
		return errors.Join(err, c.remove())
	}
	return nil
}

func (c *cluster) remove() error {
	err := os.RemoveAll(c.dir)
	if c.mark != nil {
		c.mark.Close()
	}
	return err
}

// initialize runs initdb. C.UTF-8 knows the case of every letter and sorts the
// same on every machine; systems without it get plain C.
func (c *cluster) initialize() error {
	secret := filepath.Join(c.dir, "password")
	if err := os.WriteFile(secret, []byte(c.password+"\n"), 0o600); err != nil {
		return err
	}
	defer os.Remove(secret)
	if err := c.account.own(secret); err != nil {
		return err
	}
	var failures error
	for _, locale := range []string{"C.UTF-8", "C"} {
		cmd := c.command("initdb", "--pgdata="+c.data(), "--username="+superuser, "--pwfile="+secret,
			"--auth=scram-sha-256", "--encoding=UTF8", "--locale="+locale, "--lc-messages=C", "--no-sync", "--no-instructions")
		out, err := cmd.CombinedOutput()
		if err == nil {
			return nil
		}
		failures = errors.Join(failures, fmt.Errorf("initdb with locale %s: %w: %s", locale, err, out))
	}
	return failures
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// command prepares one of PostgreSQL's programs to run as the cluster's
// account, in a directory that it can enter, without our PG… variables.
func (c *cluster) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.programs, program), args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.dir, "LC_ALL=C", "TZ=UTC"}
	c.account.become(cmd)
	return cmd
}

func (c *cluster) start(settings []string) (err error) {
	if c.port, err = freePort(); err != nil {
		return err
	}
	args := []string{"-D", c.data()}
	for _, setting := range append([]string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(c.port), "unix_socket_directories=" + c.dir,
		"logging_collector=off",
	}, settings...) {
		args = append(args, "-c", setting)
	}
	c.server = c.command("postgres", args...)
	c.server.WaitDelay = stopTimeout
	c.log = &serverLog{ready: make(chan struct{})}
	c.server.Stdout, c.server.Stderr = c.log, c.log
	dieWithParent(c.server)
	if err := c.launch(); err != nil {
		return err
	}
	select {
	case <-c.log.ready:
		return nil
	case <-c.done:
		return fmt.Errorf("PostgreSQL ended at once: %s", c.log.text())
	case <-time.After(startTimeout):
		return errors.Join(fmt.Errorf("PostgreSQL was not ready in %v: %s", startTimeout, c.log.text()), c.stop())
	}
}

// launch starts the server and waits for it in the background, all on one
// thread: the kernel takes the end of the starting thread for the end of the
// parent, and Go ends threads as it pleases unless a goroutine is locked to it.
func (c *cluster) launch() error {
	c.done = make(chan struct{})
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := c.server.Start()
		started <- err
		if err == nil {
			_ = c.server.Wait() // how it ended is in the log; that it ended is what counts
			close(c.done)
		}
	}()
	return <-started
}

// stop ends the server: fast shutdown first, which disconnects clients, and
// where that takes too long the hard way.
func (c *cluster) stop() error {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGQUIT, os.Kill} {
		if err := c.server.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		select {
		case <-c.done:
			return nil
		case <-time.After(stopTimeout):
		}
	}
	return fmt.Errorf("PostgreSQL, process %d, does not stop: %s", c.server.Process.Pid, c.log.text())
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// serverLog keeps the beginning of the server's log, where a failed start is
// explained, and tells when the server is ready.
type serverLog struct {
	ready chan struct{}

	mu   sync.Mutex
	kept strings.Builder
	told bool
}

const keptLog = 16 << 10 // bytes

// Write implements io.Writer and never fails.
func (l *serverLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if room := keptLog - l.kept.Len(); room > 0 {
		l.kept.Write(p[:min(room, len(p))])
	}
	if !l.told && strings.Contains(l.kept.String(), "ready to accept connections") {
		l.told = true
		close(l.ready)
	}
	return len(p), nil
}

func (l *serverLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept.String()
}

func (l *serverLog) mentions(words string) bool { return strings.Contains(l.text(), words) }
