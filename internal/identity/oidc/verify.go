package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	library "github.com/coreos/go-oidc/v3/oidc"

	"github.com/omasuunta/omasuunta/internal/access"
)

// skew is how far the provider's clock and ours may be apart.
const skew = 30 * time.Second

// token is what of an ID token is checked, before anybody believes it.
type token struct {
	Algorithm string
	Issuer    string   `json:"iss"`
	Audience  audience `json:"aud"`
	Party     string   `json:"azp"`
	Nonce     string   `json:"nonce"`
	Expiry    *moment  `json:"exp"`
	Issued    *moment  `json:"iat"`
	NotBefore *moment  `json:"nbf"`
	LoggedIn  *moment  `json:"auth_time"`
}

// audience is one name or several (RFC 7519, section 4.1.3).
type audience []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// moment is a time in seconds, whole or not (RFC 7519, NumericDate).
type moment float64

func (m moment) time() time.Time { return time.UnixMicro(int64(m * 1e6)).UTC() }

// verify checks an ID token and returns its claims. What is wrong is looked for
// twice: first on the face of it, so that it has a name, and then by the library,
// signature and all. Nothing is believed that has not passed both.
func (p *Provider) verify(ctx context.Context, k *known, a access.Attempt, raw, accessToken string) (claims, error) {
	if why := p.wrong(a, raw); why != "" {
		return nil, refuse(why)
	}
	keys := &witness{keys: k.keys}
	verifier := library.NewVerifier(p.config.Issuer, keys, &library.Config{
		ClientID: p.config.ClientID, SupportedSigningAlgs: p.config.Algorithms,
		Now: func() time.Time { return p.clock.Now().Add(-skew) },
	})
	id, err := verifier.Verify(ctx, raw)
	switch {
	case isCall(keys.err):
		return nil, unusable(keys.err)
	case err != nil:
		return nil, refuse(Key)
	case id.Nonce != a.Nonce || a.Nonce == "":
		return nil, refuse(Nonce)
	}
	if id.AccessTokenHash != "" && id.VerifyAccessToken(accessToken) != nil {
		return nil, refuse(AccessToken)
	}
	said := claims{}
	if err := id.Claims(&said); err != nil {
		return nil, refuse(NoToken)
	}
	return said, nil
}

// witness remembers why a signature could not be checked, which the library
// only tells in words.
type witness struct {
	keys library.KeySet
	err  error
}

// VerifySignature implements library.KeySet.
func (w *witness) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := w.keys.VerifySignature(ctx, jwt)
	w.err = err
	return payload, err
}

// wrong says what is wrong with an ID token on the face of it (Core 1.0, section
// 3.1.3.7), or "".
func (p *Provider) wrong(a access.Attempt, raw string) string {
	t, ok := read(raw)
	now, party := p.clock.Now(), p.config.ClientID
	switch {
	case !ok:
		return NoToken
	case !slices.Contains(p.config.Algorithms, t.Algorithm):
		return Algorithm
	case t.Issuer != p.config.Issuer:
		return Issuer
	case !slices.Contains(t.Audience, party), len(t.Audience) > 1 && t.Party == "", t.Party != "" && t.Party != party:
		return Audience
	case t.Nonce == "" || t.Nonce != a.Nonce:
		return Nonce
	case t.Expiry == nil || !now.Add(-skew).Before(t.Expiry.time()):
		return Expired
	case t.Issued == nil || t.Issued.time().After(now.Add(skew)), t.NotBefore != nil && t.NotBefore.time().After(now.Add(skew)):
		return Early
	case !p.recent(a, t.LoggedIn, now):
		return AuthTime
	}
	return ""
}

// recent tells whether the person logged in at the provider as lately as they
// must have.
func (p *Provider) recent(a access.Attempt, at *moment, now time.Time) bool {
	since := a.Begun
	if !a.Fresh {
		if p.config.MaxAge == 0 {
			return true
		}
		since = now.Add(-p.config.MaxAge)
	}
	return at != nil && !at.time().Before(since.Add(-skew))
}

// read takes an ID token apart without believing any of it.
func read(raw string) (token, bool) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return token{}, false
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	var t token
	if !decode(parts[0], &header) || !decode(parts[1], &t) {
		return token{}, false
	}
	t.Algorithm = header.Algorithm
	return t, true
}

func decode(part string, into any) bool {
	data, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(data, into) == nil
}
