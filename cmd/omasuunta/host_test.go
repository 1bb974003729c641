package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// spoofed are 200 headers that claim another host: 20 names, 10 values each. Every
// value has "evil" in it.
func spoofed() (all [][2]string) {
	names := []string{
		"Host", "X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-HTTP-Host-Override", "X-Original-Host", "X-Forwarded", "Forwarded", "X-Original-URL", "X-Rewrite-URL",
		"X-Forwarded-Prefix", "X-Forwarded-Path", "X-Forwarded-Scheme", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Real-Host", "X-ProxyUser-Ip", "Origin-Host", "Base-Url", "Via",
	}
	for _, name := range names {
		for _, value := range []string{
			"evil.example", "evil.example:80", "EVIL.EXAMPLE", "127.0.0.1.evil.example", "localhost.evil.example:8080", "evil", "evil.example.", "xn--evil-0ra.example", "evil:443", "oma.example.evil",
		} {
			if name == "Forwarded" {
				value = "host=" + value + ";proto=https"
			}
			all = append(all, [2]string{name, value})
		}
	}
	return all
}

func leadsNowhere(t *testing.T, what string, header http.Header, text string) {
	t.Helper()
	for name, values := range header {
		text += "\n" + name + ": " + strings.Join(values, ", ")
	}
	if at := strings.Index(strings.ToLower(text), "evil"); at >= 0 {
		t.Errorf("%s leads away: …%s…", what, text[max(0, at-60):min(len(text), at+40)])
	}
}

// Whatever a request says about the host it came to, no link, redirect or letter
// leads there: they all begin with the address of the house, or else with where
// the program listens.
func TestForeignHostsGetIntoNoLink(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"--public-url", "http://oma.example/", "--trusted-proxy", "127.0.0.1"}} {
		h := newReception(t, flags...)
		home := h.URL
		if len(flags) > 0 {
			home = "http://oma.example"
		}
		r, nobody, token := h.enter("ammattilainen"), h.reader(), h.colleague("ammattilainen").token
		headers := spoofed()
		if len(headers) != 200 {
			t.Fatalf("%d headers", len(headers))
		}
		invited := url.Values{"unit": {"vuosaari-ta"}, "register": {"health"}, "battery": {"functioning"}}
		for n, one := range headers {
			for _, path := range []string{"/assessments", "/login", "/join", "/"} {
				s := nobody.ask(http.MethodGet, path, "", one[0], one[1])
				leadsNowhere(t, path, s.header, s.body)
				if to := s.to(); to != "" && !strings.HasPrefix(to, "/login") {
					t.Errorf("%v: %s leads to %s", one, path, to)
				}
			}
			if n >= 10 { // what costs a hash or a paper is asked for with many headers at once
				continue
			}
			var many []string
			for i := n; i < len(headers); i += 10 {
				many = append(many, headers[i][0], headers[i][1])
			}
			sheet := r.post("/invitations/new", filled(r, invited), many...)
			if sheet.is(http.StatusOK); !strings.Contains(sheet.body, home+"/join/") {
				t.Errorf("the invitation has no link to %s: %v", home, many)
			}
			leadsNowhere(t, "an invitation", sheet.header, sheet.body)
			made := r.ask(http.MethodPost, "/api/v1/invitations", `{"unit":"vuosaari-ta","register":"health","battery":"functioning","language":"fi"}`,
				append([]string{"Content-Type", "application/json", "Authorization", "Bearer " + token}, many...)...).is(http.StatusCreated)
			if !strings.Contains(made.body, home+"/join/") {
				t.Errorf("%v: %s", many, made.body)
			}
			leadsNowhere(t, "an invitation over the API", made.header, made.body)
			f := sheet.form("sheet")
			letter := r.post(strings.TrimSuffix(f.action, "/document.pdf")+"/document.pdf", f.Values, many...).is(http.StatusOK)
			blank := r.ask(http.MethodGet, "/forms/functioning/document.pdf", "", many...).is(http.StatusOK)
			for what, s := range map[string]*shown{"a letter": letter, "a form": blank} {
				text := strings.ReplaceAll(textOf(t, []byte(s.body)), " ", "")
				leadsNowhere(t, what, s.header, text)
				if !strings.Contains(text, strings.TrimPrefix(home, "http://")) {
					t.Errorf("%s doesn't say where to go: %.300s", what, text)
				}
			}
		}
	}
}

// filled is a form of an invitation as its page has it, filled in.
func filled(r *reader, values url.Values) url.Values {
	f := r.get("/invitations/new").form("invite")
	for name := range values {
		f.Set(name, values.Get(name))
	}
	return f.Values
}
