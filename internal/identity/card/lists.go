package card

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

const (
	// maxPlaces bounds how many places lists are kept of. Certificates name them,
	// but only those whose chain was trusted.
	maxPlaces = 64
	// retryAfter is how soon a place that could not be reached is tried again: not
	// by everybody who logs in meanwhile.
	retryAfter = 30 * time.Second
	// soonOver is how long before its end a list is looked for anew by a login.
	soonOver = time.Minute
)

// place is where a list comes from, and the newest that did.
type place struct {
	address string // of the web, or
	file    string

	fetching sync.Mutex // whoever needs the list meanwhile waits for the same one
	mu       sync.Mutex
	news
}

// news is what is known of a place.
type news struct {
	held  *list
	asked time.Time // when it was last tried
	err   error     // what came of that
}

func (p *place) now() news {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.news
}

func (p *place) learn(n news) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.news = n
}

// lists keeps lists of revoked certificates and brings them up to date.
type lists struct {
	fetch       *fetcher
	authorities []*x509.Certificate
	files       []string
	urls        []string
	refresh     time.Duration
	cache       string
	maxBytes    int64

	mu     sync.Mutex
	places map[string]*place
}

func newLists(s Settings, fetch *fetcher, authorities []*x509.Certificate) (*lists, error) {
	l := &lists{
		fetch: fetch, authorities: authorities, files: s.CRLFiles, urls: s.CRLURLs, refresh: s.CRLRefresh, cache: s.Cache,
		maxBytes: fetch.maxBytes, places: map[string]*place{},
	}
	if l.refresh == 0 {
		l.refresh = time.Hour
	}
	if l.cache != "" {
		if err := os.MkdirAll(l.cache, 0o700); err != nil {
			return nil, errors.New("card: the directory of cached lists cannot be made")
		}
	}
	for _, f := range l.files {
		l.place(f, true)
	}
	for _, u := range l.urls {
		l.place(u, false)
	}
	return l, nil
}

// place returns the place of an address or file, nil when there are too many.
func (l *lists) place(where string, file bool) *place {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.places[where]; ok {
		return p
	}
	if len(l.places) >= maxPlaces {
		return nil
	}
	p := &place{address: where}
	if file {
		p.address, p.file = "", where
	} else if raw, err := readFile(l.cached(where), l.maxBytes); err == nil {
		if held, err := readList(raw, l.authorities); err == nil {
			p.held = held
		}
	}
	l.places[where] = p
	return p
}

// check tells whether a certificate is in the lists that are about it: nil when
// they are current and it isn't, and late when they were and no newer can be had,
// within the grace.
func (l *lists) check(ctx context.Context, c, issuer *x509.Certificate, at time.Time, grace time.Duration) (late bool, err error) {
	var good, goodLate bool
	visit := func(p *place) {
		if p == nil {
			return
		}
		if held := p.now().held; held != nil && !same(held.issuer, issuer) {
			return // another authority's: nobody waits for it
		}
		held, fetchErr := l.newest(ctx, p, at)
		switch {
		case held == nil || !held.about(c, issuer):
		case held.has(c):
			err = Revoked // even an old list: nobody comes back
		case held.current(at, 0):
			good = true
		case held.current(at, grace) && (p.file != "" || errors.Is(fetchErr, errUnreachable)):
			goodLate = true
		}
	}
	for _, f := range l.files {
		visit(l.place(f, true))
	}
	for _, a := range l.fetch.addresses(c.CRLDistributionPoints, l.urls) {
		visit(l.place(a, false))
	}
	switch {
	case err != nil:
		return false, err
	case good:
		return false, nil
	case goodLate:
		return true, nil
	}
	return false, RevocationUnknown
}

// newest returns the list of a place, brought up to date when it is over or soon
// will be, and what came of the last try.
func (l *lists) newest(ctx context.Context, p *place, at time.Time) (*list, error) {
	known := p.now()
	if known.held == nil || !at.Before(known.held.nextUpdate.Add(-soonOver)) {
		known = l.bringUpToDate(ctx, p, at, retryAfter)
	}
	return known.held, known.err
}

// bringUpToDate gets the list of a place anew, unless that was tried a short
// while ago.
func (l *lists) bringUpToDate(ctx context.Context, p *place, at time.Time, pause time.Duration) news {
	p.fetching.Lock()
	defer p.fetching.Unlock()
	known := p.now()
	if !known.asked.IsZero() && at.Before(known.asked.Add(pause)) {
		return known
	}
	fresh, raw, err := l.get(ctx, p)
	if err != nil && ctx.Err() != nil { // says nothing about the place
		known.err = err
		return known
	}
	if err == nil && !fresh.replaces(known.held) {
		err = errors.New("card: an older list came in place of a newer one")
	}
	if err == nil {
		known.held = fresh
		if p.file == "" && l.cache != "" {
			err = writeFile(l.cached(p.address), raw)
		}
	}
	known.asked, known.err = at, err
	p.learn(known)
	return known
}

// get reads the list of a place as it is there now.
func (l *lists) get(ctx context.Context, p *place) (*list, []byte, error) {
	raw, err := []byte(nil), error(nil)
	if p.file != "" {
		raw, err = readFile(p.file, l.maxBytes)
	} else {
		raw, err = l.fetch.get(ctx, p.address)
	}
	if err != nil {
		return nil, nil, err
	}
	raw = inDER(raw)
	fresh, err := readList(raw, l.authorities)
	return fresh, raw, err
}

// refreshAll brings every list up to date that was not looked for a while, and
// returns how many could not be.
func (l *lists) refreshAll(ctx context.Context, at time.Time) (failed int) {
	l.mu.Lock()
	all := slices.Collect(maps.Values(l.places))
	l.mu.Unlock()
	for _, p := range all {
		if l.bringUpToDate(ctx, p, at, l.refresh).err != nil {
			failed++
		}
	}
	return failed
}

// inDER is a list without the letters around it that some put.
func inDER(raw []byte) []byte {
	if block, _ := pem.Decode(raw); block != nil && block.Type == "X509 CRL" {
		return block.Bytes
	}
	return raw
}

// cached is the file in which the list of an address outlives a restart.
func (l *lists) cached(address string) string {
	if l.cache == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(address))
	return filepath.Join(l.cache, hex.EncodeToString(sum[:16])+".crl")
}

func readFile(name string, most int64) ([]byte, error) {
	if name == "" {
		return nil, os.ErrNotExist
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, errors.New("card: a list cannot be read from its file")
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil || int64(len(raw)) > most {
		return nil, errors.New("card: a list cannot be read from its file, or is too large")
	}
	return raw, nil
}

// writeFile writes a file whole or not at all.
func writeFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".list-*")
	if err != nil {
		return errors.New("card: a list cannot be cached")
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(errors.New("card: a list cannot be cached"), os.Remove(f.Name()))
	}
	return nil
}
