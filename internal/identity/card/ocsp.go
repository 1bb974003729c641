package card

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	_ "crypto/sha1" // names the issuer in questions, and proves nothing
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

var (
	oidSHA1  = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidNonce = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}
)

// The parts of questions and answers (RFC 6960, section 4) that package ocsp does
// not show.
type (
	certID struct {
		Hash       pkix.AlgorithmIdentifier
		IssuerName []byte
		IssuerKey  []byte
		Serial     *big.Int
	}
	question struct {
		TBS struct {
			Requests   []struct{ Cert certID }
			Extensions []pkix.Extension `asn1:"explicit,tag:2,optional"`
		}
	}
	answerData struct {
		Version    int `asn1:"optional,default:0,explicit,tag:0"`
		Responder  asn1.RawValue
		At         time.Time `asn1:"generalized"`
		Answers    []struct{ Cert certID }
		Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
	}
)

// responder asks whether single certificates were revoked.
type responder struct {
	fetch  *fetcher
	urls   []string
	nonce  string
	maxAge time.Duration

	mu   sync.Mutex
	good map[string]time.Time // until when a certificate was good, as last heard
}

// maxGood bounds how many answers are remembered for a grace.
const maxGood = 20_000

func newResponder(s Settings, fetch *fetcher) *responder {
	r := &responder{fetch: fetch, urls: s.OCSPURLs, nonce: s.OCSPNonce, maxAge: s.OCSPMaxAge, good: map[string]time.Time{}}
	if r.nonce == "" {
		r.nonce = "sent"
	}
	if r.maxAge == 0 {
		r.maxAge = 24 * time.Hour
	}
	return r
}

// check asks about a certificate now: nil when it is good, and late when nobody can
// be asked but the last answer holds, or held within the grace.
func (r *responder) check(ctx context.Context, c, issuer *x509.Certificate, at time.Time, grace time.Duration) (late bool, err error) {
	id, err := identify(c, issuer)
	if err != nil {
		return false, RevocationUnknown
	}
	key := string(id.IssuerKey) + string(c.SerialNumber.Bytes())
	unreachable := false
	for _, address := range r.fetch.addresses(c.OCSPServer, r.urls) {
		until, err := r.ask(ctx, address, c, issuer, id, at)
		switch {
		case err == nil:
			r.remember(key, until, at)
			return false, nil
		case errors.Is(err, Revoked):
			r.forget(key)
			return false, Revoked
		case errors.Is(err, errUnreachable):
			unreachable = true
		default:
			return false, RevocationUnknown // an answer that is wrong: no other responder is asked to say it better
		}
	}
	if unreachable && grace > 0 && at.Before(r.recall(key).Add(grace)) {
		return true, nil
	}
	return false, RevocationUnknown
}

// ask returns until when a responder says that a certificate is good.
func (r *responder) ask(ctx context.Context, address string, c, issuer *x509.Certificate, id certID, at time.Time) (time.Time, error) {
	request, nonce, err := r.question(id)
	if err != nil {
		return time.Time{}, err
	}
	raw, err := r.fetch.ask(ctx, address, request)
	if err != nil {
		return time.Time{}, err
	}
	return r.judge(raw, c, issuer, id, nonce, at)
}

func (r *responder) question(id certID) (request, nonce []byte, err error) {
	var q question
	q.TBS.Requests = []struct{ Cert certID }{{id}}
	if r.nonce != "off" {
		raw := make([]byte, 16)
		if _, err := rand.Read(raw); err != nil {
			return nil, nil, err
		}
		if nonce, err = asn1.Marshal(raw); err != nil {
			return nil, nil, err
		}
		q.TBS.Extensions = []pkix.Extension{{Id: oidNonce, Value: nonce}}
	}
	request, err = asn1.Marshal(q)
	return request, nonce, err
}

// judge reads an answer. It must be about this certificate of this issuer, signed
// by the issuer or by somebody to whom the issuer gave the right, new, and to our
// question where the responder says to which.
func (r *responder) judge(raw []byte, c, issuer *x509.Certificate, id certID, nonce []byte, at time.Time) (time.Time, error) {
	answer, err := ocsp.ParseResponseForCert(raw, c, nil)
	var refusal ocsp.ResponseError
	switch {
	case errors.As(err, &refusal) && (refusal.Status == ocsp.TryLater || refusal.Status == ocsp.InternalError):
		return time.Time{}, errUnreachable
	case err != nil:
		return time.Time{}, errors.New("card: an answer about revocation cannot be read")
	}
	var data answerData
	if rest, err := asn1.Unmarshal(answer.TBSResponseData, &data); err != nil || len(rest) > 0 {
		return time.Time{}, errors.New("card: an answer about revocation cannot be read")
	}
	if err := r.signed(answer, issuer, at); err != nil {
		return time.Time{}, err
	}
	// One answer alone: of several, another than ours might be read.
	if len(data.Answers) != 1 || !data.Answers[0].Cert.equal(id) {
		return time.Time{}, errors.New("card: an answer about revocation is about another certificate")
	}
	if err := r.answers(data, nonce); err != nil {
		return time.Time{}, err
	}
	if answer.Status == ocsp.Revoked {
		return time.Time{}, Revoked // however old: nobody comes back
	}
	until := answer.NextUpdate
	if oldest := answer.ThisUpdate.Add(r.maxAge); until.IsZero() || oldest.Before(until) {
		until = oldest
	}
	if answer.ThisUpdate.After(at.Add(skew)) || answer.ProducedAt.After(at.Add(skew)) || !at.Before(until) {
		return time.Time{}, errors.New("card: an answer about revocation is too old")
	}
	if answer.Status != ocsp.Good {
		return time.Time{}, errors.New("card: the responder does not know the certificate")
	}
	return until, nil
}

// signed checks who signed an answer.
func (r *responder) signed(answer *ocsp.Response, issuer *x509.Certificate, at time.Time) error {
	by := issuer
	if d := answer.Certificate; d != nil && !same(d, issuer) {
		delegated := bytes.Equal(d.RawIssuer, issuer.RawSubject) && slices.Contains(signatures, d.SignatureAlgorithm) &&
			d.CheckSignatureFrom(issuer) == nil && slices.Contains(d.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) && !d.IsCA &&
			!at.Before(d.NotBefore) && !at.After(d.NotAfter) && len(d.UnhandledCriticalExtensions) == 0
		if !delegated {
			return errors.New("card: an answer about revocation is signed by somebody without the right")
		}
		by = d
	}
	if !slices.Contains(signatures, answer.SignatureAlgorithm) || by.CheckSignature(answer.SignatureAlgorithm, answer.TBSResponseData, answer.Signature) != nil {
		return errors.New("card: an answer about revocation is not signed")
	}
	return nil
}

// answers checks that an answer is to our question. A responder that makes its
// answers beforehand leaves the nonce out.
func (r *responder) answers(data answerData, nonce []byte) error {
	there := 0
	for _, e := range data.Extensions {
		switch {
		case e.Id.Equal(oidNonce) && (!bytes.Equal(e.Value, nonce) || there > 0):
			return errors.New("card: an answer about revocation is to another question")
		case e.Id.Equal(oidNonce):
			there++
		case e.Critical:
			return errors.New("card: an answer about revocation says something that we don't understand")
		}
	}
	if there == 0 && r.nonce == "required" {
		return errors.New("card: an answer about revocation does not say to which question")
	}
	return nil
}

// identify names a certificate by its issuer's name and key and its own number.
// SHA-1 is what every responder knows; nothing depends on its strength.
func identify(c, issuer *x509.Certificate) (certID, error) {
	var key struct {
		Algorithm pkix.AlgorithmIdentifier
		Bits      asn1.BitString
	}
	if _, err := asn1.Unmarshal(issuer.RawSubjectPublicKeyInfo, &key); err != nil {
		return certID{}, err
	}
	return certID{
		Hash:       pkix.AlgorithmIdentifier{Algorithm: oidSHA1, Parameters: asn1.NullRawValue},
		IssuerName: digest(issuer.RawSubject), IssuerKey: digest(key.Bits.RightAlign()), Serial: c.SerialNumber,
	}, nil
}

func digest(data []byte) []byte {
	h := crypto.SHA1.New()
	h.Write(data)
	return h.Sum(nil)
}

// equal tells whether an answer is about the certificate that was asked about.
func (a certID) equal(asked certID) bool {
	return a.Hash.Algorithm.Equal(asked.Hash.Algorithm) && bytes.Equal(a.IssuerName, asked.IssuerName) &&
		bytes.Equal(a.IssuerKey, asked.IssuerKey) && a.Serial != nil && a.Serial.Cmp(asked.Serial) == 0
}

func (r *responder) remember(key string, until, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.good) >= maxGood {
		for k, end := range r.good {
			if end.Add(7 * 24 * time.Hour).Before(at) {
				delete(r.good, k)
			}
		}
	}
	if len(r.good) < maxGood {
		r.good[key] = until
	}
}

func (r *responder) recall(key string) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.good[key]
}

func (r *responder) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.good, key)
}
