package card

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// Limits of asking authorities. A login waits for them.
const (
	fetchTimeout  = 10 * time.Second
	fetchesAtOnce = 8
	fetchPatience = 3 * time.Second // waiting for one's turn to fetch
	maxOCSP       = 64 << 10
)

// errUnreachable is that an authority cannot be asked at all, the one trouble that
// a grace is for. Every other is an answer that is wrong.
var errUnreachable = errors.New("card: the authority cannot be reached")

// fetcher asks authorities over HTTP. Lists and answers are signed, so plain http,
// which authorities use, is enough.
type fetcher struct {
	client   *http.Client
	allowed  []*url.URL // beginnings
	maxBytes int64
	turns    chan struct{}
}

func newFetcher(s Settings) (*fetcher, error) {
	f := &fetcher{
		maxBytes: s.CRLMaxBytes, turns: make(chan struct{}, fetchesAtOnce),
		client: &http.Client{
			Timeout: fetchTimeout,
			// Where an authority points to was not allowed by anybody.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				Proxy:                  http.ProxyFromEnvironment,
				DialContext:            (&net.Dialer{Timeout: fetchTimeout / 2}).DialContext,
				TLSHandshakeTimeout:    fetchTimeout / 2,
				ResponseHeaderTimeout:  fetchTimeout,
				MaxResponseHeaderBytes: 16 << 10,
				MaxConnsPerHost:        fetchesAtOnce,
				IdleConnTimeout:        time.Minute,
			},
		},
	}
	if f.maxBytes == 0 {
		f.maxBytes = 32 << 20
	}
	for _, text := range s.Fetch {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || !strings.HasSuffix(u.Path, "/") {
			return nil, errors.New("card: what may be fetched must be addresses that end with /")
		}
		f.allowed = append(f.allowed, u)
	}
	return f, nil
}

// mayFetch keeps certificates from sending us anywhere: an address that stands in
// one must begin as the configuration says.
func (f *fetcher) mayFetch(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > 500 || u.User != nil || u.Fragment != "" || u.Opaque != "" || u.RawQuery != "" ||
		u.RawPath != "" || u.Path == "" || path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") && u.Path != "/" {
		return false
	}
	for _, a := range f.allowed {
		if (u.Scheme == "http" || u.Scheme == "https") && u.Scheme == a.Scheme && strings.EqualFold(u.Host, a.Host) && strings.HasPrefix(u.Path, a.Path) {
			return true
		}
	}
	return false
}

// addresses are those of a certificate that may be fetched, and then our own.
func (f *fetcher) addresses(inCertificate, own []string) []string {
	var all []string
	for _, a := range inCertificate[:min(len(inCertificate), 4)] {
		if f.mayFetch(a) {
			all = append(all, a)
		}
	}
	return append(all, own...)
}

func (f *fetcher) get(ctx context.Context, address string) ([]byte, error) {
	return f.do(ctx, http.MethodGet, address, "", nil, f.maxBytes)
}

func (f *fetcher) ask(ctx context.Context, address string, request []byte) ([]byte, error) {
	return f.do(ctx, http.MethodPost, address, "application/ocsp-request", request, maxOCSP)
}

func (f *fetcher) do(ctx context.Context, method, address, contentType string, body []byte, most int64) ([]byte, error) {
	if err := f.takeTurn(ctx); err != nil {
		return nil, err
	}
	defer func() { <-f.turns }()
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return nil, unreachable(ctx)
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests:
		return nil, errUnreachable
	case answer.StatusCode != http.StatusOK:
		return nil, errors.New("card: the authority answers " + answer.Status)
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	if err != nil {
		return nil, unreachable(ctx)
	}
	if int64(len(content)) > most {
		return nil, errors.New("card: the authority's answer is too large")
	}
	return content, nil
}

// unreachable is what came of asking in vain. Somebody who breaks off their own
// login has not shown that the authority is down.
func unreachable(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return errUnreachable
}

func (f *fetcher) takeTurn(ctx context.Context) error {
	patience, cancel := context.WithTimeout(ctx, fetchPatience)
	defer cancel()
	select {
	case f.turns <- struct{}{}:
		return nil
	case <-patience.Done():
		return errors.New("card: too many ask authorities at once")
	}
}
