package cardtest

import (
	"bufio"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// FreePort is a port of this machine that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Signer makes a certificate that may answer about revocation in the authority's
// name, and returns it and its key. extensions come in place of the usual ones.
func (a *Authority) Signer(extensions string) (file, key string) {
	a.pki.Helper()
	if extensions == "" {
		extensions = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\nnoCheck=ignored\nauthorityKeyIdentifier=keyid\n"
	}
	key = a.pki.Key("prime256v1")
	return a.Issue(Request{Key: key, Subject: "/CN=Vastaaja", Extensions: extensions}), key
}

// Responder is OpenSSL's own OCSP responder.
type Responder struct {
	cmd  *exec.Cmd
	gone bool
}

// Answer starts a responder on a port of this machine that answers in the authority's
// name, signing with a certificate and its key. more are further arguments. It
// ends with the test, or with Stop.
func (a *Authority) Answer(port int, signer, key string, more ...string) *Responder {
	p := a.pki
	p.Helper()
	args := append([]string{
		"ocsp", "-index", a.index(), "-CA", a.File, "-rsigner", signer, "-rkey", key, "-port", strconv.Itoa(port),
	}, more...)
	cmd := exec.Command("openssl", args...)
	out, err := cmd.StderrPipe()
	if err != nil {
		p.Fatal(err)
	}
	cmd.Stdout = nil
	if err := cmd.Start(); err != nil {
		p.Fatal(err)
	}
	r := &Responder{cmd: cmd}
	p.Cleanup(r.Stop)
	said := bufio.NewScanner(out)
	for said.Scan() {
		if strings.Contains(said.Text(), "waiting for OCSP client connections") || strings.Contains(said.Text(), "ACCEPT") {
			break
		}
	}
	go func() { // so that it never waits for a reader
		for said.Scan() {
		}
	}()
	return r
}

// Stop ends the responder.
func (r *Responder) Stop() {
	if r.gone {
		return
	}
	r.gone = true
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}
