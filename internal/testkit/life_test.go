//go:build linux

package testkit_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// childMode tells a second run of this test program what to do.
const childMode = "OMASUUNTA_TESTKIT_CHILD"

// TestChild is not a test of its own: the tests below run it in a process that
// they watch from outside.
func TestChild(t *testing.T) {
	mode := os.Getenv(childMode)
	if mode == "" {
		t.Skip("runs only inside the tests of a cluster's life")
	}
	conn, err := pgx.Connect(context.Background(), testkit.AsSuperuser(t, testkit.Postgres(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	data := text(t, conn, "SHOW data_directory")
	pid := text(t, conn, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
	fmt.Printf("cluster %s %s\n", filepath.Dir(data), pid)
	if mode == "hang" {
		select {} // until it is killed
	}
}

func TestMainLeavesNothingBehind(t *testing.T) {
	child, directory, pid := startChild(t, "end")
	if err := child.Wait(); err != nil {
		t.Fatalf("the child ended with %v", err)
	}
	if isRunning(pid) {
		t.Errorf("process %s of PostgreSQL outlived Main", pid)
	}
	if _, err := os.Stat(directory); !os.IsNotExist(err) {
		t.Errorf("directory %s outlived Main: %v", directory, err)
	}
}

func TestClusterDiesWithAKilledProcess(t *testing.T) {
	child, directory, pid := startChild(t, "hang")
	if !isRunning(pid) {
		t.Fatalf("process %s of PostgreSQL is not there", pid)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed, and says so
	eventually(t, "PostgreSQL to end after its parent", func() bool { return !isRunning(pid) })

	// The next process that starts a cluster clears away what the killed one
	// could not.
	next, _, _ := startChild(t, "end")
	if err := next.Wait(); err != nil {
		t.Fatalf("the next child ended with %v", err)
	}
	if _, err := os.Stat(directory); !os.IsNotExist(err) {
		t.Errorf("directory %s is still there: %v", directory, err)
	}
}

// startChild runs TestChild in a process of its own and returns when its
// cluster is up, with the cluster's directory and the server's process id.
func startChild(t *testing.T, mode string) (child *exec.Cmd, directory, pid string) {
	t.Helper()
	child = exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v")
	child.Env = append(os.Environ(), childMode+"="+mode, testkit.EnvDatabase+"=", testkit.EnvRequire+"=")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill() }) // an error says that it has ended already
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if n, _ := fmt.Sscanf(lines.Text(), "cluster %s %s", &directory, &pid); n == 2 {
			return child, directory, pid
		}
		if _, reason, skipped := strings.Cut(lines.Text(), "NOT TESTED"); skipped {
			t.Skip("NOT TESTED", reason)
		}
	}
	t.Fatal("the child started no cluster")
	return nil, "", ""
}

// isRunning tells whether a process is there and is more than a dead entry
// that waits to be collected.
func isRunning(pid string) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return false
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	return fields[0] != "Z" && fields[0] != "X"
}

// eventually waits for a condition, at most half a minute.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, tick := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}
