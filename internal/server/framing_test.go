package server

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TRACE would send back to a script what the browser adds to a request.
func TestTraceIsNotAnswered(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	for _, path := range []string{"/", "/healthz", "/docs", "/api/v1/consents", "/nowhere"} {
		answer, body := h.ask("TRACE", path, "", "Authorization", h.bearer(), "X-Marker", "sent-with-it")
		if answer.StatusCode != http.StatusMethodNotAllowed && answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
		if strings.Contains(body, "sent-with-it") || strings.Contains(body, h.token) {
			t.Errorf("%s sends back what it got: %s", path, body)
		}
	}
}

// A proxy and a server that see the end of a request in different places let one
// person put requests before another's. What can be read in two ways is refused,
// or read in the way of RFC 9112 and the connection closed.
func TestDoubtfulLengthsAreRefused(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	address, stop := served(t, h)
	for name, head := range map[string]string{
		"two lengths":                   "Content-Length: 2\r\nContent-Length: 3\r\n",
		"a list of lengths":             "Content-Length: 2, 3\r\n",
		"a signed length":               "Content-Length: +2\r\n",
		"a negative length":             "Content-Length: -2\r\n",
		"a length in another base":      "Content-Length: 0x2\r\n",
		"an unknown coding":             "Transfer-Encoding: xchunked\r\n",
		"a coding twice":                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"a coding and then another":     "Transfer-Encoding: chunked, identity\r\n",
		"a blank before the colon":      "Content-Length : 2\r\n",
		"a line feed within a header":   "X-Odd: a\nContent-Length: 2\r\r\n",
		"a coding hidden by a blank":    "Transfer-Encoding : chunked\r\n",
		"a coding after a control sign": "Transfer-Encoding: \x0bchunked\r\n",
	} {
		if status := firstStatus(t, address, "POST /api/v1/consents HTTP/1.1\r\nHost: x\r\n"+head+"\r\n{}"); status != http.StatusBadRequest && status != http.StatusNotImplemented {
			t.Errorf("%s: %d", name, status)
		}
	}
	// Both are there: the coding counts, and what follows its end is no request.
	both := "POST /api/v1/consents HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
	if status := firstStatus(t, address, both); status != http.StatusUnauthorized && status != http.StatusBadRequest {
		t.Errorf("length and coding: %d", status)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// firstStatus is the status of the first answer to some bytes.
func firstStatus(t *testing.T, address, bytes string) int {
	t.Helper()
	var dialer net.Dialer
	connection, err := dialer.DialContext(context.WithoutCancel(t.Context()), "tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := fmt.Fprint(connection, bytes); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatalf("%q: %v", bytes, err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
