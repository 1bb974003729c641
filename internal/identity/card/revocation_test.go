package card_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/identity/card/cardtest"
)

// web is where an authority publishes its lists. It is a plain file server: what
// it serves was made by OpenSSL.
type web struct {
	*httptest.Server
	mu     sync.Mutex
	files  map[string][]byte
	status int // in place of 200
	asked  int
}

func newWeb(t testing.TB) *web {
	t.Helper()
	w := &web{files: map[string][]byte{}}
	w.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.asked++
		if w.status >= 300 && w.status < 400 {
			out.Header().Set("Location", "/lists/r.crl")
		}
		if w.status != 0 && r.URL.Path != "/lists/r.crl" || w.status >= 400 {
			out.WriteHeader(w.status)
			return
		}
		content, ok := w.files[r.URL.Path]
		if !ok {
			out.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = out.Write(content)
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *web) put(path string, content []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files[path] = content
}

func (w *web) answer(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status = status
}

func (w *web) times() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked
}

// check reads a card with a reader and says what came of it, in a word.
func (h *house) check(r *card.Reader, file string) string {
	h.Helper()
	p, err := r.Read(context.Background(), h.Read(file))
	switch {
	case err != nil:
		return strings.TrimPrefix(err.Error(), "card: ")
	case p.Late:
		return "late"
	}
	return "good"
}

func (h *house) want(r *card.Reader, file, want, when string) {
	h.Helper()
	if got := h.check(r, file); got != want {
		h.Errorf("%s: %s, want %s", when, got, want)
	}
}

func TestListsThatCannotBeTrusted(t *testing.T) {
	h := newHouse(t)
	h.issuer.CRLURL = "http://lists.invalid/r.crl"
	good := h.issuer.Issue(cardtest.Request{})
	other := h.Root("Kortit R", "rsa:2048") // the issuer's name, a key of its own
	h.issuer.CRLURL = ""
	tampered := bytes.Clone(h.issuer.CRL(0, ""))
	tampered[len(tampered)-1] ^= 1
	for name, c := range map[string]struct {
		list []byte
		want string
	}{
		"a list":                              {h.issuer.CRL(0, ""), "good"},
		"a list with a number":                {h.issuer.CRL(0, ""), "good"},
		"of this place":                       {h.issuer.CRL(0, "issuingDistributionPoint=critical,@p\n[p]\nfullname=URI:http://lists.invalid/r.crl"), "good"},
		"of users' certificates":              {h.issuer.CRL(0, "issuingDistributionPoint=critical,@p\n[p]\nonlyuser=TRUE"), "good"},
		"of another place":                    {h.issuer.CRL(0, "issuingDistributionPoint=critical,@p\n[p]\nfullname=URI:http://lists.invalid/other.crl"), "revocation_unknown"},
		"of authorities' certificates":        {h.issuer.CRL(0, "issuingDistributionPoint=critical,@p\n[p]\nonlyCA=TRUE"), "revocation_unknown"},
		"of attribute certificates":           {h.issuer.CRL(0, "issuingDistributionPoint=critical,@p\n[p]\nonlyAA=TRUE"), "revocation_unknown"},
		"of other issuers' certificates":      {h.issuer.CRL(0, "issuingDistributionPoint=critical,@p\n[p]\nindirectCRL=TRUE"), "revocation_unknown"},
		"of some reasons only":                {h.issuer.CRL(0, "issuingDistributionPoint=critical,@p\n[p]\nonlysomereasons=keyCompromise"), "revocation_unknown"},
		"of changes only":                     {h.issuer.CRL(0, "2.5.29.27=critical,ASN1:INTEGER:1"), "revocation_unknown"},
		"with something critical and unknown": {h.issuer.CRL(0, "2.999.5=critical,ASN1:NULL"), "revocation_unknown"},
		"signed over SHA-1":                   {h.issuer.CRL(0, "", "-md", "sha1"), "revocation_unknown"},
		"tampered with":                       {tampered, "revocation_unknown"},
		"of an authority of the same name":    {other.CRL(0, ""), "revocation_unknown"},
		"of another trusted authority":        {h.rootIssues.CRL(0, ""), "revocation_unknown"},
		"of the one above":                    {h.between.CRL(0, ""), "revocation_unknown"},
		"over already":                        {h.issuer.CRL(30*time.Second, ""), "revocation_unknown"},
		"nothing":                             {nil, "revocation_unknown"},
		"a page in place of a list":           {[]byte("<html>"), "revocation_unknown"},
	} {
		h.settings.CRLFiles = []string{h.list("one", c.list)}
		h.want(h.reader(), good, c.want, name)
	}
	h.settings.CRLFiles = []string{filepath.Join(h.Dir(), "missing")}
	h.want(h.reader(), good, "revocation_unknown", "a file that isn't there")
}

// A card takes the road from good through revoked while the service runs, over an
// outage with and without a grace.
func TestListsAreBroughtUpToDate(t *testing.T) {
	h, w := newHouse(t), newWeb(t)
	h.issuer.CRLURL = w.URL + "/lists/r.crl"
	one, two := h.issuer.Issue(cardtest.Request{}), h.issuer.Issue(cardtest.Request{})
	h.settings.Fetch, h.settings.Cache = []string{w.URL + "/lists/"}, filepath.Join(h.Dir(), "cache")
	old := h.issuer.CRL(6*time.Hour, "")
	w.put("/lists/r.crl", old)
	r := h.reader()
	h.want(r, one, "good", "fetched from where the card says")
	asked := w.times()
	h.want(r, two, "good", "another card")
	if w.times() != asked {
		t.Error("the list was fetched for every card")
	}

	h.issuer.Revoke(two)
	w.put("/lists/r.crl", h.issuer.CRL(4*time.Hour, ""))
	h.want(r, two, "good", "the list at hand holds still")
	h.clock.Advance(time.Hour)
	if failed := r.Refresh(context.Background()); failed != 0 {
		t.Errorf("%d lists could not be brought up to date", failed)
	}
	h.want(r, two, "revoked", "after the refresh in the background")

	// Somebody on the way plays the old list back, which is still in force.
	w.put("/lists/r.crl", old)
	h.clock.Advance(time.Hour)
	if failed := r.Refresh(context.Background()); failed != 1 {
		t.Errorf("an old list played back: %d lists could not be brought up to date", failed)
	}
	h.want(r, two, "revoked", "an old list played back")

	w.answer(http.StatusServiceUnavailable)
	h.clock.Advance(3 * time.Hour / 2)
	h.want(r, one, "good", "unreachable, but the list holds")
	h.clock.Advance(time.Hour)
	h.want(r, one, "revocation_unknown", "unreachable, and the list is over")
	h.want(r, two, "revoked", "revoked stays revoked")
	h.settings.Grace = 2 * time.Hour
	r = h.reader() // after a restart, from the directory
	h.want(r, one, "late", "within the grace")
	h.want(r, two, "revoked", "revoked has no grace")
	asked = w.times()
	h.want(r, one, "late", "within the grace, again")
	if w.times() != asked {
		t.Error("an authority that is down is asked by everybody")
	}
	h.clock.Advance(2 * time.Hour)
	h.want(r, one, "revocation_unknown", "after the grace")

	w.answer(http.StatusNotFound)
	h.settings.Grace = 24 * time.Hour
	h.want(h.reader(), one, "revocation_unknown", "an answer that is wrong is no outage")
	w.answer(0)
	w.put("/lists/r.crl", h.issuer.CRL(24*time.Hour, ""))
	h.clock.Advance(time.Minute)
	h.want(r, one, "good", "back again")
}

func TestListsAreFetchedFromWhereTheHouseSaysOnly(t *testing.T) {
	h, w := newHouse(t), newWeb(t)
	w.put("/lists/r.crl", h.issuer.CRL(0, ""))
	for _, c := range []struct{ address, allowed, want string }{
		{w.URL + "/lists/r.crl", w.URL + "/lists/", "good"},
		{w.URL + "/lists/r.crl", w.URL + "/other/", "revocation_unknown"},
		{w.URL + "/lists/r.crl", "http://127.0.0.1/", "revocation_unknown"}, // another port
		{w.URL + "/lists/r.crl", "https://" + strings.TrimPrefix(w.URL, "http://") + "/", "revocation_unknown"},
		{w.URL + "/other/../lists/r.crl", w.URL + "/other/", "revocation_unknown"},
		{w.URL + "/other/%2e%2e/lists/r.crl", w.URL + "/other/", "revocation_unknown"},
		{w.URL + "/lists/r.crl?x", w.URL + "/lists/", "revocation_unknown"},
		{strings.Replace(w.URL, "http://", "http://me@", 1) + "/lists/r.crl", w.URL + "/", "revocation_unknown"},
		{"ldap://127.0.0.1/lists/r.crl", w.URL + "/", "revocation_unknown"},
		{"file:///etc/passwd", w.URL + "/", "revocation_unknown"},
	} {
		h.issuer.CRLURL, h.settings.Fetch = c.address, []string{c.allowed}
		before := w.times()
		h.want(h.reader(), h.issuer.Issue(cardtest.Request{}), c.want, c.address+" where "+c.allowed+" is allowed")
		if c.want != "good" && w.times() != before {
			t.Errorf("%s was asked where %s is allowed", c.address, c.allowed)
		}
	}
	h.issuer.CRLURL, h.settings.Fetch = w.URL+"/lists/moved.crl", []string{w.URL + "/"}
	w.answer(http.StatusFound)
	h.want(h.reader(), h.issuer.Issue(cardtest.Request{}), "revocation_unknown", "sent elsewhere")
	w.answer(0)
	h.issuer.CRLURL, h.settings.CRLMaxBytes = w.URL+"/lists/r.crl", 100
	h.want(h.reader(), h.issuer.Issue(cardtest.Request{}), "revocation_unknown", "too large a list")
	h.settings.Fetch, h.settings.CRLURLs, h.settings.CRLMaxBytes = nil, []string{w.URL + "/lists/r.crl"}, 0
	h.want(h.reader(), h.issuer.Issue(cardtest.Request{}), "good", "an address of the house's own")
}

func TestAuthoritiesAreLookedUpToo(t *testing.T) {
	h := newHouse(t)
	good := h.issuer.Issue(cardtest.Request{})
	h.settings.CheckIssuers = true
	h.lists()
	h.want(h.reader(), good, "revocation_unknown", "no list of the root's")
	files := append(h.settings.CRLFiles, h.list("b", h.between.CRL(0, "")), h.list("root", h.root.CRL(0, "")))
	h.settings.CRLFiles = files
	h.want(h.reader(), good, "good", "nobody revoked")
	h.between.Revoke(h.issuer.File)
	h.settings.CRLFiles = append(files, h.list("b2", h.between.CRL(0, "")))
	h.want(h.reader(), good, "revoked", "the card's authority revoked")
}

// TestAnswersOfAResponder asks OpenSSL's own responder.
func TestAnswersOfAResponder(t *testing.T) {
	h := newHouse(t)
	port := cardtest.FreePort(t)
	address := "http://127.0.0.1:" + strconv.Itoa(port) + "/"
	h.eccIssuer.OCSPURL = address
	one, two, held := h.eccIssuer.Issue(cardtest.Request{}), h.eccIssuer.Issue(cardtest.Request{}), h.eccIssuer.Issue(cardtest.Request{})
	elsewhere := h.issuer.Issue(cardtest.Request{})
	signer, key := h.eccIssuer.Signer("")
	noRight, noRightKey := h.eccIssuer.Signer("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n")
	strange, strangeKey := h.issuer.Signer("")
	h.eccIssuer.Revoke(two)
	h.settings.Revocation, h.settings.Fetch = card.ByOCSP, []string{address}
	running := func(signer, key string, more ...string) *cardtest.Responder {
		return h.eccIssuer.Answer(port, signer, key, append([]string{"-nmin", "30"}, more...)...)
	}

	h.want(h.reader(), one, "revocation_unknown", "no responder yet")
	a := running(signer, key)
	r := h.reader()
	h.want(r, one, "good", "asked")
	h.want(r, two, "revoked", "asked")
	h.want(r, held, "good", "asked")
	h.want(r, elsewhere, "revocation_unknown", "a card that names no responder")
	h.settings.OCSPURLs = []string{address}
	h.want(h.reader(), elsewhere, "revocation_unknown", "asked about another authority's card")
	h.settings.OCSPURLs = nil
	h.settings.OCSPNonce = "required"
	h.want(h.reader(), one, "good", "with our question's number in the answer")
	h.settings.OCSPNonce = "off"
	h.want(h.reader(), one, "good", "without a number")
	h.settings.OCSPNonce = ""
	a.Stop()

	h.want(r, one, "revocation_unknown", "the responder is down")
	h.settings.Grace = time.Hour
	r = h.reader()
	h.want(r, one, "revocation_unknown", "down, and nothing was heard before: no grace from nothing")
	a = running(signer, key)
	h.want(r, one, "good", "up again")
	a.Stop()
	h.want(r, one, "late", "down, within the grace")
	h.clock.Advance(2 * time.Hour)
	h.want(r, one, "revocation_unknown", "after the grace")
	h.clock.Advance(-2 * time.Hour)

	a = running(noRight, noRightKey)
	h.want(r, one, "revocation_unknown", "signed by somebody without the right")
	a.Stop()
	a = running(strange, strangeKey)
	h.want(r, one, "revocation_unknown", "signed in the name of another authority")
	a.Stop()
	sameName := h.Root("Kortit E", "secp384r1")
	namesake, namesakeKey := sameName.Signer("")
	a = running(namesake, namesakeKey)
	h.want(r, one, "revocation_unknown", "signed in the name of an authority of the same name")
	a.Stop()
	a = running(h.eccIssuer.File, h.eccIssuer.Key)
	h.want(r, one, "good", "signed by the authority itself")
	h.want(r, two, "revoked", "signed by the authority itself")
	a.Stop()
	a = running(h.eccIssuer.File, h.eccIssuer.Key, "-resp_no_certs")
	h.want(r, one, "good", "signed by the authority, without its certificate")
	a.Stop()
	a = running(signer, key, "-rmd", "sha1")
	h.want(r, one, "revocation_unknown", "signed over SHA-1")
	a.Stop()
	a = running(signer, key)
	h.clock.Advance(time.Hour)
	h.want(r, one, "revocation_unknown", "an answer that is too old")
	a.Stop()
}

// An answer that was right once is caught and played back: to another card's
// question, and to the same card's.
func TestAnswersPlayedBack(t *testing.T) {
	h, w := newHouse(t), newWeb(t)
	w.Close()
	port := cardtest.FreePort(t)
	address := "http://127.0.0.1:" + strconv.Itoa(port) + "/"
	one, two := h.issuer.Issue(cardtest.Request{}), h.issuer.Issue(cardtest.Request{})
	signer, key := h.issuer.Signer("")
	a := h.issuer.Answer(port, signer, key, "-nmin", "30")
	caught := filepath.Join(h.Dir(), "caught")
	h.Run("ocsp", "-issuer", h.issuer.File, "-cert", one, "-url", address, "-respout", caught, "-noverify")
	a.Stop()
	plain := filepath.Join(h.Dir(), "plain")
	a = h.issuer.Answer(port, signer, key, "-nmin", "30")
	h.Run("ocsp", "-issuer", h.issuer.File, "-cert", one, "-no_nonce", "-url", address, "-respout", plain, "-noverify")
	a.Stop()

	// Another authority's card of the same number, in an answer by somebody who may
	// answer for ours.
	twin := h.eccIssuer.Issue(cardtest.Request{})
	if h.Read(twin).SerialNumber.Cmp(h.Read(one).SerialNumber) != 0 {
		t.Fatal("the numbers differ")
	}
	a = h.eccIssuer.Answer(port, signer, key, "-nmin", "30")
	h.Run("ocsp", "-issuer", h.eccIssuer.File, "-cert", twin, "-no_nonce", "-url", address, "-respout", filepath.Join(h.Dir(), "twin"), "-noverify")
	a.Stop()

	replay := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		content, err := os.ReadFile(filepath.Join(h.Dir(), strings.TrimPrefix(r.URL.Path, "/")))
		if err != nil {
			out.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = out.Write(content)
	}))
	t.Cleanup(replay.Close)
	h.settings.Revocation = card.ByOCSP
	for _, c := range []struct{ file, answer, nonce, want, when string }{
		{one, "caught", "sent", "revocation_unknown", "the answer to another question"},
		{one, "caught", "off", "revocation_unknown", "an answer to a question that was not asked"},
		{one, "plain", "sent", "good", "an answer made beforehand"},
		{one, "plain", "required", "revocation_unknown", "an answer made beforehand, where a number is required"},
		{one, "twin", "sent", "revocation_unknown", "the answer about another authority's card of the same number"},
		{two, "plain", "sent", "revocation_unknown", "another card's answer"},
	} {
		h.settings.OCSPURLs, h.settings.OCSPNonce = []string{replay.URL + "/" + c.answer}, c.nonce
		h.want(h.reader(), c.file, c.want, c.when)
	}
	answer, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	h.settings.OCSPURLs, h.settings.OCSPNonce = []string{replay.URL + "/changed"}, ""
	r := h.reader()
	for i := 0; i < len(answer); i += 1 + len(answer)/150 {
		changed := bytes.Clone(answer)
		changed[i] ^= 0x20
		if err := os.WriteFile(filepath.Join(h.Dir(), "changed"), changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := h.check(r, two); got == "good" || got == "late" {
			t.Fatalf("another card's answer with byte %d changed: %s", i, got)
		}
	}
}

func TestBothListsAndAnswers(t *testing.T) {
	h := newHouse(t)
	port := cardtest.FreePort(t)
	h.settings.OCSPURLs = []string{"http://127.0.0.1:" + strconv.Itoa(port) + "/"}
	file := h.issuer.Issue(cardtest.Request{})
	signer, key := h.issuer.Signer("")
	good, none := []string{h.list("good", h.issuer.CRL(0, ""))}, []string{filepath.Join(h.Dir(), "missing")}
	a := h.issuer.Answer(port, signer, key, "-nmin", "30")
	try := func(lists []string, when string, want map[card.Revocation]string) {
		for mode, w := range want {
			h.settings.CRLFiles, h.settings.Revocation = lists, mode
			h.want(h.reader(), file, w, string(mode)+" with "+when)
		}
	}
	const no = "revocation_unknown"
	try(good, "both", map[card.Revocation]string{card.ByCRL: "good", card.ByOCSP: "good", card.ByBoth: "good", card.CRLThenOCSP: "good", card.OCSPThenCRL: "good"})
	try(none, "answers only", map[card.Revocation]string{card.ByCRL: no, card.ByOCSP: "good", card.ByBoth: no, card.CRLThenOCSP: "good", card.OCSPThenCRL: "good"})
	a.Stop()
	try(good, "a list only", map[card.Revocation]string{card.ByCRL: "good", card.ByOCSP: no, card.ByBoth: no, card.CRLThenOCSP: "good", card.OCSPThenCRL: "good"})
	try(none, "neither", map[card.Revocation]string{card.ByCRL: no, card.ByOCSP: no, card.ByBoth: no, card.CRLThenOCSP: no, card.OCSPThenCRL: no})
	h.issuer.Revoke(file)
	bad := []string{h.list("bad", h.issuer.CRL(0, ""))}
	try(bad, "revoked in the list", map[card.Revocation]string{card.ByCRL: "revoked", card.ByBoth: "revoked", card.CRLThenOCSP: "revoked", card.OCSPThenCRL: "revoked"})
	a = h.issuer.Answer(port, signer, key, "-nmin", "30")
	try(none, "revoked in the answer", map[card.Revocation]string{card.ByOCSP: "revoked", card.CRLThenOCSP: "revoked", card.OCSPThenCRL: "revoked"})
	try(good, "revoked in the answer", map[card.Revocation]string{card.ByBoth: "revoked", card.OCSPThenCRL: "revoked"})
	a.Stop()
}

// Somebody with a card that may be revoked breaks off while the list is fetched:
// that is no outage, for them or for whoever comes next.
func TestBreakingOffIsNoOutage(t *testing.T) {
	h, w := newHouse(t), newWeb(t)
	one := h.issuer.Issue(cardtest.Request{})
	h.settings.CRLURLs, h.settings.Grace = []string{w.URL + "/lists/r.crl"}, 24*time.Hour
	w.put("/lists/r.crl", h.issuer.CRL(2*time.Hour, ""))
	r := h.reader()
	h.want(r, one, "good", "at first")
	h.clock.Advance(3 * time.Hour)
	h.issuer.Revoke(one)
	w.put("/lists/r.crl", h.issuer.CRL(24*time.Hour, ""))
	off, breakOff := context.WithCancel(context.Background())
	breakOff()
	if p, err := r.Read(off, h.Read(one)); err != card.RevocationUnknown {
		t.Errorf("broken off: %v, late %v", err, p.Late)
	}
	h.want(r, one, "revoked", "right after that")
}
