package oidc

import (
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A provider whose certificate nobody trusted vouches for is told nothing.
func TestProviderNeedsATrustedCertificate(t *testing.T) {
	asked := false
	provider := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	provider.Config.ErrorLog = log.New(io.Discard, "", 0)
	provider.StartTLS()
	defer provider.Close()
	answer, err := newClient().Get(provider.URL)
	if err == nil {
		answer.Body.Close()
	}
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) || asked {
		t.Errorf("%v, asked: %v", err, asked)
	}
}
