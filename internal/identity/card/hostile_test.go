package card_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/identity/card/cardtest"
)

func TestCardsOfBothKindsOfKeysAreRead(t *testing.T) {
	h := newHouse(t)
	h.lists()
	for name, c := range map[string]string{
		"an RSA card of an RSA authority":  h.issuer.Issue(cardtest.Request{Kind: "rsa:2048"}),
		"an ECC card of an RSA authority":  h.issuer.Issue(cardtest.Request{}),
		"an ECC card of an ECC authority":  h.eccIssuer.Issue(cardtest.Request{Kind: "secp384r1"}),
		"the number as PrintableString":    h.issuer.Issue(cardtest.Request{StringMask: "MASK:0x2"}),
		"a class beside another":           h.issuer.Issue(cardtest.Request{Extensions: h.issuer.Usual("2.999.7," + cardtest.Class)}),
		"a long life, within its time":     h.eccIssuer.Issue(cardtest.Request{To: h.clock.Now().Add(5 * 365 * 24 * time.Hour)}),
		"a person of the same number, too": h.eccIssuer.Issue(cardtest.Request{Subject: "/regNumber=" + cardtest.Number + "/CN=Toinen nimi"}),
	} {
		p, err := h.read(h.DER(c))
		if err != nil || p.Number != cardtest.Number || p.Late {
			t.Errorf("%s: %q, late %v: %v", name, p.Number, p.Late, err)
		}
	}
}

// hostile is one certificate that must be refused, and why.
type hostile struct {
	name string
	der  []byte
	want card.Reason
}

// hostiles are certificates that somebody could show in place of a professional's.
func (h *house) hostiles() []hostile {
	h.Helper()
	now := h.clock.Now()
	issuer, ecc := h.issuer, h.eccIssuer
	issue := func(r cardtest.Request) []byte { return h.DER(issuer.Issue(r)) }
	subject := func(text string) []byte { return issue(cardtest.Request{Subject: text}) }
	with := func(old, new string) []byte {
		usual := issuer.Usual(cardtest.Class)
		if !strings.Contains(usual, old) {
			h.Fatalf("no %q to replace", old)
		}
		return issue(cardtest.Request{Extensions: strings.Replace(usual, old, new, 1)})
	}
	const number = cardtest.Number
	strangeRoot := h.Root("Juuri R", "rsa:2048") // the same name, another key
	stranger := strangeRoot.Below("Kortit R", "rsa:2048", "")
	cardKey := h.Key("prime256v1")
	playing := h.Holder("Ei viranomainen", issuer.Issue(cardtest.Request{Key: cardKey}), cardKey)
	tooDeep := h.between.Below("Ei pidemmälle", "prime256v1", "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n")
	deeper := tooDeep.Below("Pidemmällä", "prime256v1", "")
	cannotSign := h.between.Below("Ei allekirjoita", "prime256v1", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\nsubjectKeyIdentifier=hash\n")
	serversOnly := h.between.Below("Vain palvelimille", "prime256v1", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nextendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\n")
	h.settings.Issuers = append(h.settings.Issuers, deeper.Cert, cannotSign.Cert, serversOnly.Cert)
	h.settings.Intermediates = append(h.settings.Intermediates, tooDeep.Cert)
	revoked, eccRevoked := issuer.Issue(cardtest.Request{}), ecc.Issue(cardtest.Request{})
	issuer.Revoke(revoked)
	ecc.Revoke(eccRevoked)
	good := issue(cardtest.Request{})
	broken := bytes.Clone(good)
	broken[len(broken)-3] ^= 1 // in the signature
	renumbered := bytes.Replace(good, []byte(number), []byte("00987654321"), 1)
	self := h.Root("Itse", "rsa:2048")
	again := pkix.Extension{Id: asn1.ObjectIdentifier{2, 999, 5}, Value: []byte{5, 0}}
	return []hostile{
		{"expired", issue(cardtest.Request{From: now.Add(-48 * time.Hour), To: now.Add(-time.Hour)}), card.Expired},
		{"expired this minute", issue(cardtest.Request{From: now.Add(-48 * time.Hour), To: now.Add(-time.Minute)}), card.Expired},
		{"not valid yet", issue(cardtest.Request{From: now.Add(time.Hour), To: now.Add(48 * time.Hour)}), card.NotYetValid},
		{"revoked, RSA", h.DER(revoked), card.Revoked},
		{"revoked, ECC", h.DER(eccRevoked), card.Revoked},
		{"of an authority of the same name", h.DER(stranger.Issue(cardtest.Request{})), card.UntrustedChain},
		{"of an unknown root", h.DER(strangeRoot.Issue(cardtest.Request{})), card.UntrustedChain},
		{"signed by itself", h.DER(self.File), card.UntrustedChain},
		{"of another trusted authority", h.DER(h.rootIssues.Issue(cardtest.Request{})), card.WrongIssuer},
		{"of the root itself", h.DER(h.root.Issue(cardtest.Request{})), card.WrongIssuer},
		{"of the authority between", h.DER(h.between.Issue(cardtest.Request{})), card.WrongIssuer},
		{"the root's own", h.DER(h.root.File), card.WrongIssuer},
		{"the authority's own", h.DER(h.issuer.File), card.WrongIssuer},
		{"of a card that plays authority", h.DER(playing.Issue(cardtest.Request{})), card.UntrustedChain},
		{"below where the path may end", h.DER(deeper.Issue(cardtest.Request{})), card.UntrustedChain},
		{"of an authority that may not issue", h.DER(cannotSign.Issue(cardtest.Request{})), card.UntrustedChain},
		{"of an authority for servers", h.DER(serversOnly.Issue(cardtest.Request{})), card.WrongUse},
		{"for a server", with("clientAuth,emailProtection", "serverAuth"), card.WrongUse},
		{"for mail only", with("clientAuth,emailProtection", "emailProtection"), card.WrongUse},
		{"for answering about revocation", with("clientAuth,emailProtection", "OCSPSigning"), card.WrongUse},
		{"for nothing in particular", with("extendedKeyUsage=clientAuth,emailProtection\n", ""), card.WrongUse},
		{"for any use", with("clientAuth,emailProtection", "anyExtendedKeyUsage"), card.WrongUse},
		{"for signing documents", with("critical,digitalSignature", "critical,nonRepudiation"), card.WrongUse},
		{"for logging in and signing", with("critical,digitalSignature", "critical,digitalSignature,nonRepudiation"), card.WrongUse},
		{"for encryption", with("critical,digitalSignature", "critical,keyEncipherment"), card.WrongUse},
		{"without a use of its key", with("keyUsage=critical,digitalSignature\n", ""), card.WrongUse},
		{"an authority's, from the issuer", with("CA:FALSE\nkeyUsage=critical,digitalSignature", "critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyCertSign"), card.WrongUse},
		{"a vendor's card", issue(cardtest.Request{Extensions: issuer.Usual(cardtest.VendorClass)}), card.WrongClass},
		{"of a class that begins alike", issue(cardtest.Request{Extensions: issuer.Usual(cardtest.Class + ".1")}), card.WrongClass},
		{"of any class", issue(cardtest.Request{Extensions: issuer.Usual("2.5.29.32.0")}), card.WrongClass},
		{"of no class", with("certificatePolicies="+cardtest.Class+"\n", ""), card.WrongClass},
		{"without a number", subject("/CN=Eeva Esimerkki"), card.BadSubject},
		{"with the number in the name only", subject("/CN=" + number), card.BadSubject},
		{"with two numbers", subject("/regNumber=" + number + "/regNumber=00987654321/CN=E"), card.BadSubject},
		{"with the same number twice", subject("/regNumber=" + number + "/regNumber=" + number), card.BadSubject},
		{"with the number and more in one part", subject("/CN=E/regNumber=" + number + "+GN=E"), card.BadSubject},
		{"with two numbers in one part", subject("/CN=E/regNumber=" + number + "+regNumber=00987654321"), card.BadSubject},
		{"with a number too long", subject("/regNumber=" + number + "0"), card.BadSubject},
		{"with a number too short", subject("/regNumber=0012345678"), card.BadSubject},
		{"with a space behind the number", subject("/regNumber=" + number + " /CN=E"), card.BadSubject},
		{"with digits of another script", subject("/regNumber=٠٠١٢٣٤٥٦٧٨٩/CN=E"), card.BadSubject},
		{"with a very long number", subject("/regNumber=" + strings.Repeat("0", 200)), card.BadSubject},
		{"with the number as T61String", issue(cardtest.Request{StringMask: "MASK:0x4"}), card.BadSubject},
		{"with the number as BMPString", issue(cardtest.Request{StringMask: "MASK:0x800"}), card.BadSubject},
		{"with the number as IA5String", h.forge(attribute(22, number)), card.BadSubject},
		{"with the number as OCTET STRING", h.forge(attribute(4, number)), card.Malformed},
		{"with a NUL behind the number", h.forge(attribute(12, number+"\x00")), card.BadSubject},
		{"with a NUL and another number", h.forge(attribute(12, "\x00"+number)), card.BadSubject},
		{"with a line end behind the number", h.forge(attribute(12, number+"\n")), card.BadSubject},
		{"with an empty number", h.forge(attribute(12, "")), card.BadSubject},
		{"with a key too small", issue(cardtest.Request{Kind: "rsa:1024"}), card.WeakKey},
		{"with a curve too small", issue(cardtest.Request{Kind: "secp224r1"}), card.WeakKey},
		{"with a key of another kind", issue(cardtest.Request{Kind: "ed25519"}), card.WeakKey},
		{"with a curve that we don't know", issue(cardtest.Request{Kind: "secp256k1"}), card.Malformed},
		{"signed over SHA-1", issue(cardtest.Request{Digest: "sha1"}), card.WeakKey},
		{"signed over MD5", issue(cardtest.Request{Digest: "md5"}), card.WeakKey},
		{"with a broken signature", broken, card.UntrustedChain},
		{"with another number put in", renumbered, card.UntrustedChain},
		{"with something critical that we don't know", issue(cardtest.Request{More: "2.999.5=critical,ASN1:NULL\n"}), card.Malformed},
		{"with an extension twice", h.forge(attribute(12, number), again, again), card.Malformed},
		{"with something behind it", append(bytes.Clone(good), 0), card.Malformed},
		{"cut off", good[:len(good)-20], card.Malformed},
		{"far too large", issue(cardtest.Request{More: "2.999.5=ASN1:UTF8:" + strings.Repeat("x", 12<<10) + "\n"}), card.Malformed},
	}
}

func TestHostileCertificatesAreRefused(t *testing.T) {
	h := newHouse(t)
	all := h.hostiles()
	h.lists()
	if len(all) < 40 {
		t.Errorf("only %d hostile certificates", len(all))
	}
	met := map[card.Reason]bool{}
	for _, c := range all {
		p, err := h.read(c.der)
		if err != c.want || p != (card.Proof{}) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		met[c.want] = true
	}
	t.Logf("%d hostile certificates, %d reasons", len(all), len(met))
}

// attribute is a subject with the number in a string of a kind.
func attribute(tag byte, value string) []byte {
	oid, err := asn1.Marshal(asn1.ObjectIdentifier{2, 999, 2, 1})
	if err != nil {
		panic(err)
	}
	return tlv(0x30, tlv(0x31, tlv(0x30, oid, tlv(tag, []byte(value)))))
}

// tlv is a tag, a length below 128, and the parts.
func tlv(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append([]byte{tag, byte(len(body))}, body...)
}

// forge makes a card with a subject that OpenSSL would not write, signed with the
// issuer's own key.
func (h *house) forge(subject []byte, more ...pkix.Extension) []byte {
	h.Helper()
	text, err := os.ReadFile(h.issuer.Key)
	if err != nil {
		h.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		h.Fatal(err)
	}
	like := h.Read(h.issuer.Issue(cardtest.Request{}))
	class, err := x509.ParseOID(cardtest.Class)
	if err != nil {
		h.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(77), RawSubject: subject, NotBefore: like.NotBefore, NotAfter: like.NotAfter, KeyUsage: like.KeyUsage,
		ExtKeyUsage: like.ExtKeyUsage, Policies: []x509.OID{class}, BasicConstraintsValid: true, ExtraExtensions: more,
	}, h.issuer.Cert, like.PublicKey, key)
	if err != nil {
		h.Fatal(err)
	}
	return der
}
