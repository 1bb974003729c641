package server

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// knock sends a request on a connection of its own and keeps it open.
func knock(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprint(conn, "GET /healthz HTTP/1.1\r\nHost: omasuunta.test\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return conn
}

func answered(conn net.Conn, patience time.Duration) error {
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// Connections beyond the bound wait, and have their turn when another ends.
func TestConnectionsAreBounded(t *testing.T) {
	h := newHouse(t, Config{MaxConnections: 2}, nil)
	address, stop := served(t, h)
	first, second := knock(t, address), knock(t, address)
	for _, conn := range []net.Conn{first, second} {
		if err := answered(conn, 10*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	third := knock(t, address)
	if err := answered(third, 200*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("one connection more than may be is served: %v", err)
	}
	_ = first.Close()
	if err := answered(third, 10*time.Second); err != nil {
		t.Errorf("it isn't served after another has ended: %v", err)
	}
	_ = second.Close()
	_ = third.Close()
	if err := stop(); err != nil {
		t.Error(err)
	}
}
