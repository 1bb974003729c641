package oidctest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
)

// The addresses of the provider that can be answered by something else.
const (
	DiscoveryPath = "/.well-known/openid-configuration"
	TokenPath     = "/oauth/token"
	KeysPath      = "/keys"
	UserInfoPath  = "/userinfo"
)

// Lie makes the provider hand out what the function makes of the header and the
// claims of every ID token, instead of the token itself. nil makes it honest.
func (p *Provider) Lie(lie func(header, claims map[string]any) string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lie = lie
}

// Claim makes the provider say something else in its ID tokens, and sign it. A
// nil value leaves the claim out.
func (p *Provider) Claim(name string, value any) {
	p.Lie(func(header, claims map[string]any) string {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
		return p.Signed(header, claims)
	})
}

// Instead answers an address in the provider's place; nil gives it back.
func (p *Provider) Instead(path string, answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.instead[path] = answer
}

// Honest ends all lies.
func (p *Provider) Honest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lie = nil
	clear(p.instead)
}

// Signed is an ID token that the provider's own key has signed.
func (p *Provider) Signed(header, claims map[string]any) string {
	return p.signed(header, claims, p.store.current().key)
}

// Forged is one that some other key has signed.
func (p *Provider) Forged(header, claims map[string]any) string {
	return p.signed(header, claims, newKey(p))
}

func (p *Provider) signed(header, claims map[string]any, key *rsa.PrivateKey) string {
	input := p.encode(header) + "." + p.encode(claims)
	sum := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		p.Error(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// Unsigned is one that nobody has signed, and says so.
func (p *Provider) Unsigned(header, claims map[string]any) string {
	header["alg"] = "none"
	return p.encode(header) + "." + p.encode(claims) + "."
}

// Shared is one that was signed as if the provider's public key were a secret
// that both sides share.
func (p *Provider) Shared(header, claims map[string]any) string {
	header["alg"] = "HS256"
	input := p.encode(header) + "." + p.encode(claims)
	der, err := x509.MarshalPKIXPublicKey(p.store.current().key.Public())
	if err != nil {
		p.Error(err)
	}
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (p *Provider) encode(part map[string]any) string {
	data, err := json.Marshal(part)
	if err != nil {
		p.Error(err)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	instead, lie := p.instead[r.URL.Path], p.lie
	p.mu.Unlock()
	switch {
	case instead != nil:
		instead(w, r)
	case lie != nil && r.URL.Path == TokenPath:
		p.lying(w, r, lie)
	default:
		p.handler.ServeHTTP(w, r)
	}
}

// lying lets the provider answer and changes the ID token in it.
func (p *Provider) lying(w http.ResponseWriter, r *http.Request, lie func(header, claims map[string]any) string) {
	honest := httptest.NewRecorder()
	p.handler.ServeHTTP(honest, r)
	var answer map[string]any
	if err := json.Unmarshal(honest.Body.Bytes(), &answer); err != nil {
		p.Errorf("the provider's own answer: %v", err)
		return
	}
	if token, ok := answer["id_token"].(string); ok {
		parts := strings.Split(token, ".")
		answer["id_token"] = lie(p.decode(parts[0]), p.decode(parts[1]))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(honest.Code)
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		p.Error(err)
	}
}

func (p *Provider) decode(part string) map[string]any {
	var decoded map[string]any
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err == nil {
		err = json.Unmarshal(data, &decoded)
	}
	if err != nil {
		p.Errorf("the provider's own token: %v", err)
	}
	return decoded
}
