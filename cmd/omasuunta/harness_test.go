package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/httpapi/apitest"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// The test binary is also the program: with this variable it runs the command
// line, race detector and all.
const runAsProgram = "OMASUUNTA_TEST_RUN_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	code := testkit.Main(m)
	if err := os.RemoveAll(releasedDir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// A runner makes a command that runs the program.
type runner func(ctx context.Context, args ...string) *exec.Cmd

// released is the program as it is released. The race detector makes it four to
// seven times as slow, and a test in which one thing happens at a time shows it
// nothing that the tests of the packages don't.
func released(ctx context.Context, args ...string) *exec.Cmd {
	path, err := releasedProgram()
	if err != nil {
		panic(err)
	}
	return ofOurs(exec.CommandContext(ctx, path, args...))
}

// raced is the program with the race detector, when the tests are run with it:
// where many things happen at once.
func raced(ctx context.Context, args ...string) *exec.Cmd {
	cmd := ofOurs(exec.CommandContext(ctx, os.Args[0], args...))
	// A program with the race detector in it sleeps for a second before it ends,
	// in case that another report is being written; a moment is enough.
	cmd.Env = append(os.Environ(), runAsProgram+"=1", "GORACE="+strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=50"))
	return cmd
}

// ofOurs ends with the tests.
func ofOurs(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// releasedDir holds the program, once it is built, whatever a test makes of the
// environment meanwhile.
var releasedDir, tempDir = "", os.TempDir()

var releasedProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp(tempDir, "omasuunta-program-")
	if err != nil {
		return "", err
	}
	releasedDir = dir
	path := filepath.Join(dir, "omasuunta")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// command runs the program to its end and returns what it wrote and its exit
// code.
func command(t testing.TB, args ...string) (out, errout string, code int) {
	t.Helper()
	cmd := released(t.Context(), args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// must runs the program and fails the test unless it exits with 0.
func must(t testing.TB, args ...string) string {
	t.Helper()
	out, errout, code := command(t, args...)
	if code != 0 {
		t.Fatalf("omasuunta %s: exit %d\n%s", strings.Join(args, " "), code, errout)
	}
	return strings.TrimSpace(out)
}

// instance is a running server.
type instance struct {
	t     testing.TB
	URL   string     `json:"url"`
	Users []demoUser `json:"users"`
	cmd   *exec.Cmd
	out   *lockedBuffer
	log   *lockedBuffer
	ended chan struct{}
}

type demoUser struct{ Role, Username, Password, Token, Unit string }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// readyWithin is how long a server may take until it is ready, on a busy
// machine and with the race detector.
const readyWithin = 60 * time.Second

// start starts `serve` or `demo` on a free port and waits until it is ready.
func start(t testing.TB, args ...string) *instance {
	t.Helper()
	return startAt(t, "127.0.0.1:0", args...)
}

// startAt starts it on a given address.
func startAt(t testing.TB, address string, args ...string) *instance {
	t.Helper()
	return launch(t, released(context.Background(), args...), address)
}

// launch starts a command that serves and waits until it is ready.
func launch(t testing.TB, cmd *exec.Cmd, address string) *instance {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	s := &instance{t: t, cmd: cmd, out: &lockedBuffer{}, log: &lockedBuffer{}, ended: make(chan struct{})}
	cmd.Args = append(cmd.Args, "--addr", address, "--ready-file", ready)
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.cmd.Wait() // the exit code is in ProcessState
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("log of the server:\n%s", s.log)
		}
	})
	deadline := time.After(readyWithin)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		data, err := os.ReadFile(ready)
		if err == nil {
			if err := json.Unmarshal(data, s); err != nil {
				t.Fatalf("ready file: %v", err)
			}
			return s
		}
		select {
		case <-tick.C:
		case <-s.ended:
			t.Fatalf("the server ended before it was ready\n%s", s.log)
		case <-deadline:
			t.Fatalf("not ready within %s\n%s", readyWithin, s.log)
		}
	}
}

// stop ends the server as an init system does and returns its exit code.
func (s *instance) stop() int {
	select {
	case <-s.ended:
	default:
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-s.ended:
		case <-time.After(30 * time.Second):
			_ = s.cmd.Process.Kill()
			<-s.ended
			s.t.Error("the server did not end within 30 s of SIGTERM")
		}
	}
	return s.cmd.ProcessState.ExitCode()
}

// kill ends the server as a lost machine does.
func (s *instance) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON decodes the answer's body.
func (a answer) JSON(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, a.Body)
	}
	return v
}

// client calls one server as one user.
type client struct {
	t      testing.TB
	url    string
	token  string
	header map[string]string
	// undescribed: the answer is one that no call in the contract promises,
	// such as that there is no such call.
	undescribed bool
}

func (s *instance) as(token string) client { return client{t: s.t, url: s.URL, token: token} }

// with returns the same client with one more header.
func (c client) with(name, value string) client {
	header := map[string]string{name: value}
	for k, v := range c.header {
		if k != name {
			header[k] = v
		}
	}
	c.header = header
	return c
}

var (
	contract     *apitest.Contract
	loadContract sync.Once
)

var transport = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 60 * time.Second}

// call sends a body (nil, a string or []byte as it is, anything else as JSON)
// and checks the answer against the contract.
func (c client) call(method, path string, body any) answer {
	c.t.Helper()
	a, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (c client) try(method, path string, body any) (answer, error) {
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			return answer{}, err
		}
		reader = bytes.NewReader(data)
	}
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "/api") && !outside[strings.SplitN(path, "?", 2)[0]] {
		path = "/api/v1" + path
	}
	req, err := http.NewRequest(method, c.url+path, reader)
	if err != nil {
		return answer{}, err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	resp, err := transport.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	if c.undescribed {
		return answer{resp.StatusCode, resp.Header, data}, nil
	}
	loadContract.Do(func() { contract = apitest.Load(c.t) })
	if err := contract.Validate(method, req.URL.Path, resp, data); err != nil {
		return answer{}, fmt.Errorf("the answer does not keep to the contract: %w\n%d %s", err, resp.StatusCode, data)
	}
	return answer{resp.StatusCode, resp.Header, data}, nil
}

// outside are the addresses that are not under /api/v1.
var outside = map[string]bool{"/": true, "/healthz": true, "/readyz": true, "/openapi.json": true, "/docs": true}

// get is a call that must be answered with 200 and JSON.
func (c client) get(path string) map[string]any {
	c.t.Helper()
	return c.want(200, "GET", path, nil).JSON(c.t)
}

// want is a call that must be answered with a status.
func (c client) want(status int, method, path string, body any) answer {
	c.t.Helper()
	a := c.call(method, path, body)
	if a.Status != status {
		c.t.Fatalf("%s %s: %d, want %d\n%s", method, path, a.Status, status, a.Body)
	}
	return a
}

// object is a JSON object to send.
type object = map[string]any

// list is a JSON array to send.
type list = []any
