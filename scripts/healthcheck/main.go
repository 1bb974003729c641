// Command healthcheck asks the service on this machine whether it is ready and
// exits 0 when it is. The container image has no shell and no curl; its
// HEALTHCHECK runs this instead.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// patience is shorter than the --timeout of the HEALTHCHECK, so that the reason
// is seen.
const patience = 3 * time.Second

func main() {
	if err := ask(os.Getenv("OMASUUNTA_ADDR")); err != nil {
		fmt.Fprintln(os.Stderr, "healthcheck:", err)
		os.Exit(1)
	}
}

// ask calls /readyz at the port that the service listens on.
func ask(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("OMASUUNTA_ADDR: %w", err)
	}
	client := http.Client{Timeout: patience}
	answer, err := client.Get("http://" + net.JoinHostPort("127.0.0.1", port) + "/readyz")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", answer.Status)
	}
	return nil
}
