package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A thousand tries at one name from a thousand addresses: ten are checked, and
// then one in half a minute. Meanwhile the owner comes in with a browser that
// they have logged in with before, and out and in again. A stranger doesn't, not
// even with the right password; nor does the owner's browser once an
// administrator has set the password anew.
func TestOwnersComeInDuringAnAttack(t *testing.T) {
	receptions(t, func(t *testing.T, h *reception) {
		owner, own := h.colleague("ammattilainen"), h.reader()
		own.header["X-Forwarded-For"] = "203.0.113.7"
		own.login(owner)
		known := own.cookies["omasuunta-browser"]
		if known == nil || !known.HttpOnly || known.SameSite != http.SameSiteLaxMode || known.Path != "/" || known.MaxAge != 90*24*60*60 || len(known.Value) < 40 {
			t.Fatalf("the browser is known by %v", known)
		}
		own.post("/logout", nil)

		begun := time.Now()
		const tries, hands = 1000, 16
		var checked, paused atomic.Int64
		next := make(chan int)
		var group sync.WaitGroup
		for range hands {
			group.Go(func() {
				for n := range next {
					switch status := h.guess(owner.username, fmt.Sprintf("198.51.%d.%d", n/250, n%250)); status {
					case http.StatusUnauthorized:
						checked.Add(1)
					case http.StatusTooManyRequests:
						paused.Add(1)
					default:
						t.Errorf("try %d: %d", n, status)
					}
				}
			})
		}
		for n := range tries {
			next <- n
			if n%250 == 100 { // in the middle of it
				own.login(owner)
				own.post("/logout", nil).leads("/login?out=1")
			}
		}
		close(next)
		group.Wait()
		most := int64(10 + time.Since(begun)/(30*time.Second) + 1)
		if checked.Load() > most || checked.Load()+paused.Load() != tries {
			t.Errorf("%d tries were checked in %s, %d were not; at most %d may be", checked.Load(), time.Since(begun).Round(time.Second), paused.Load(), most)
		}
		if again := own.cookies["omasuunta-browser"]; again == nil || again.Value == known.Value {
			t.Error("logging in left the browser's secret as it was")
		}

		stranger := h.reader()
		stranger.header["X-Forwarded-For"] = "203.0.113.8"
		stranger.cookies["omasuunta-browser"] = &http.Cookie{Name: "omasuunta-browser", Value: known.Value} // an old one
		stranger.try(owner.username, owner.password).is(http.StatusTooManyRequests)

		// In the owner's browser there are ten tries, too, and nobody else's are touched.
		for n := range 12 {
			want := http.StatusUnauthorized
			if n >= 10 {
				want = http.StatusTooManyRequests
			}
			own.try(owner.username, "väärä salasana").is(want)
		}
		own.login(h.colleague("toinen")) // on the same computer
		own.post("/logout", nil)
		own.try(owner.username, owner.password).is(http.StatusTooManyRequests)

		// With the password anew, no browser is known any more.
		other := h.reader()
		other.header["X-Forwarded-For"] = "203.0.113.9"
		other.login(h.colleague("toinen"))
		other.post("/logout", nil)
		admin := h.enter("hallinta")
		users := admin.get("/admin/users").body
		i := strings.Index(users, "Testi Toinen")
		at := strings.LastIndex(users[:i], `"/admin/users/`) + 1
		admin.post(users[at:at+len("/admin/users/")+36]+"/password", nil).is(http.StatusOK)
		for n := range 10 {
			if status := h.guess("toinen", fmt.Sprintf("192.0.2.%d", n)); status != http.StatusUnauthorized {
				t.Fatalf("try %d: %d", n, status)
			}
		}
		other.try("toinen", "väärä salasana").is(http.StatusTooManyRequests)
	}, "--trusted-proxy", "127.0.0.1")
}

// guess tries a wrong password from an address and returns the status.
func (h *reception) guess(username, address string) int {
	form := url.Values{"username": {username}, "password": {"väärä salasana"}}.Encode()
	q, err := http.NewRequestWithContext(context.WithoutCancel(h.t.Context()), http.MethodPost, h.URL+"/login", strings.NewReader(form))
	if err != nil {
		h.t.Error(err)
		return 0
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("X-Forwarded-For", address)
	resp, err := transport.Transport.RoundTrip(q)
	if err != nil {
		h.t.Error(err)
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests && (resp.Header.Get("Retry-After") == "" || resp.Header.Get("Retry-After") == "0") {
		h.t.Errorf("Retry-After %q", resp.Header.Get("Retry-After"))
	}
	return resp.StatusCode
}
