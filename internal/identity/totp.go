package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // what authenticator apps know; an HMAC does not need it free of collisions
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// What authenticator apps agree on without being told (RFC 6238 with the default
// values of RFC 4226): a code of six digits every thirty seconds.
const (
	totpSeconds = 30
	totpDigits  = 6
	totpModulo  = 1_000_000
	totpSecret  = 20 // bytes, as long as the hash
	totpDrift   = 1  // steps that a clock may be wrong, either way
)

// NewTOTP makes the secret of an authenticator app: 160 random bits.
func (Secrets) NewTOTP() ([]byte, error) {
	secret := make([]byte, totpSecret)
	_, err := rand.Read(secret)
	return secret, err
}

// TOTPStep finds the time step that a code is of, as somebody typed it, with
// spaces or without: now's or one beside it, if it is later than after. A clock
// may be half a minute wrong that way, and a code is good once if its step is
// kept.
func (Secrets) TOTPStep(secret []byte, typed string, now time.Time, after int64) (step int64, ok bool) {
	typed, readable := digits(typed)
	if !readable || len(secret) == 0 {
		return 0, false
	}
	at := now.Unix() / totpSeconds
	for candidate := at - totpDrift; candidate <= at+totpDrift; candidate++ {
		// All are compared, so that the time taken doesn't tell which it was.
		same := subtle.ConstantTimeCompare([]byte(totp(secret, candidate)), []byte(typed)) == 1
		if same && candidate > after && !ok {
			step, ok = candidate, true
		}
	}
	return step, ok
}

// totp is the code of a time step: RFC 4226, section 5.3.
func totp(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step) // a hash takes everything
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	number := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, number%totpModulo)
}

// digits are the digits of a code, without the spaces that apps show.
func digits(typed string) (string, bool) {
	if len(typed) > 10*totpDigits { // nothing that a person types
		return "", false
	}
	var b strings.Builder
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !unicode.IsSpace(r) && r != '-':
			return "", false
		}
	}
	return b.String(), b.Len() == totpDigits
}

// NewRecoveryCode makes a code for when there is no other factor at hand, as it is
// shown: 80 random bits in four groups. Its hash may be a fast one.
func (s Secrets) NewRecoveryCode() (plain string, hash []byte, err error) {
	raw := make([]byte, 10)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	plain = readable(raw)
	return plain, s.HashRecoveryCode(plain), nil
}

// HashRecoveryCode is the SHA-256 of a recovery code, however it was typed: in any
// case, with spaces and dashes of any kind or without.
func (Secrets) HashRecoveryCode(typed string) []byte {
	if len(typed) > 200 { // nothing that a person types
		typed = ""
	}
	code := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, typed)
	sum := sha256.Sum256([]byte("recovery " + code))
	return sum[:]
}
