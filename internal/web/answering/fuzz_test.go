package answering_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/omasuunta/omasuunta/internal/instrument"
)

// FuzzAnswers: whatever a form holds, the page answers without an error of ours,
// and what is stored is a number of the scale or a way to skip that there is, and a
// comment that fits.
func FuzzAnswers(f *testing.F) {
	v := newVisit(f)
	a := v.begun(nil)
	token := v.own.Session()
	paths := []string{"client/everyday-life", "professional", "answers"}
	for i := range paths {
		for _, form := range []url.Values{
			{"seen.everyday-life": {""}, "answer.everyday-life": {"7"}, "comment.everyday-life": {"Hyvin menee"}, "go": {"next"}, "_active": {"21"}},
			{"seen.tensions": {"x"}, "answer.tensions": {"discuss"}, "unclear.tensions": {"yes"}, "resolve": {"mine:tensions"}},
			{"side": {"client"}, "item": {"everyday-life"}, "value": {"11"}, "comment": {"\xff\x00\r\n"}, "seen": {""}},
			{"side": {"professional"}, "item": {"tensions"}, "skip": {"declined"}, "overwrite": {"yes"}, "_active": {"-1"}},
			{"seen.everyday-life": {"", ""}, "answer.everyday-life": {"+7", "99999999999999999999"}, "go": {"//elsewhere.example"}, "_set": {"language:sv"}},
		} {
			f.Add(uint8(i), form.Encode(), i == 2)
		}
		f.Add(uint8(i), "a=%zz", false)
		f.Add(uint8(i), "a=1;b=2", true)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	f.Fuzz(func(t *testing.T, which uint8, form string, script bool) {
		v.Clock.Advance(time.Millisecond) // or the limit of one user would be reached
		path := at(a, paths[int(which)%len(paths)])
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.URL+path, strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if script {
			q.Header.Set("Accept", "application/json")
		}
		q.AddCookie(&http.Cookie{Name: "omasuunta", Value: token})
		answer, err := client.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if answer.Body.Close(); err != nil || answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode == http.StatusUnauthorized {
			t.Fatalf("%s with %q: %d %v", path, form, answer.StatusCode, err)
		}
		if to := answer.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`)) {
			t.Fatalf("%s with %q leads to %q", path, form, to)
		}
		if !utf8.Valid(body) {
			t.Fatalf("%s with %q: what comes back is no text", path, form)
		}
		now, err := v.Assessments.Assessment(v.ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, sheet := range []instrument.Sheet{now.Client, now.Professional} {
			for _, one := range sheet {
				numbered := one.Skip == "" && one.Value >= 0 && one.Value <= 10
				skipped := one.Skip == instrument.Discuss || one.Skip == instrument.Declined || one.Skip == instrument.NotApplicable || one.Skip == instrument.Unanswered
				if !numbered && !skipped || !utf8.ValidString(one.Comment) || utf8.RuneCountInString(one.Comment) > 2000 || strings.ContainsRune(one.Comment, 0) {
					t.Fatalf("%q is stored as an answer to %s", form, one.Item)
				}
			}
		}
	})
}
