package oidc

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// patience is how long one call to a provider may take.
	patience = 8 * time.Second
	// atOnce is how many logins may be at work with a provider. A slow one must
	// not take every turn that this service has.
	atOnce = 16
	// maxAnswer bounds what a provider may say in one answer, in bytes, however
	// it was compressed.
	maxAnswer = 512 << 10
	// maxHeaders bounds the headers of one answer, in bytes.
	maxHeaders = 64 << 10
)

var (
	errTooLarge = errors.New("oidc: the answer is too large")
	errRedirect = errors.New("oidc: the provider sends us elsewhere")
)

// newClient makes a client that is patient only so long, reads only so much and
// goes nowhere but where it was sent: an answer must not lead it to another host.
func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = maxHeaders
	transport.MaxConnsPerHost = 8
	return &http.Client{
		Transport:     bounded{transport},
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}
}

// bounded reads an answer whole before anybody looks at it, and fails when it is
// too large.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(q *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(q)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	if len(body) > maxAnswer {
		return nil, errTooLarge
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}
