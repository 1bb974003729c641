package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// Whatever is posted, the answer is a page that says so, and nothing was done.
func TestFormsOutOfBounds(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r := h.enter("ammattilainen")
	draft := h.begin(r)
	at := "/assessments/" + draft
	for name, one := range map[string]struct {
		body   string
		status int
	}{
		"512 KiB and more":  {"comment.money=" + strings.Repeat("x", 600<<10), http.StatusRequestEntityTooLarge},
		"6 MiB":             {strings.Repeat("x=y&", 3<<19), http.StatusRequestEntityTooLarge},
		"100,000 fields":    {strings.Repeat("a=&", 100_000), http.StatusBadRequest},
		"broken escapes":    {"a=%zz", http.StatusBadRequest},
		"semicolons":        {"a=1;b=2", http.StatusBadRequest},
		"a name of 400 KiB": {strings.Repeat("x", 400<<10) + "=1", 0},
	} {
		for _, path := range []string{"/new/consent", at + "/client/money", at + "/professional", at + "/details", at + "/answers", "/login", "/join"} {
			s := r.ask(http.MethodPost, path, one.body)
			switch {
			case one.status != 0 && s.status != one.status:
				t.Errorf("%s to %s: %d, want %d", name, path, s.status, one.status)
			case s.status >= http.StatusInternalServerError:
				t.Errorf("%s to %s: %d", name, path, s.status)
			case one.status != 0 && !strings.Contains(s.body, "<h1>"):
				t.Errorf("%s to %s: the answer is no page: %.200s", name, path, s.body)
			}
		}
	}
	for _, media := range []string{"application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data", ""} {
		if s := r.ask(http.MethodPost, at+"/client/money", `{"answer.money":"3"}`, "Content-Type", media); s.status >= http.StatusInternalServerError {
			t.Errorf("a body of type %q: %d", media, s.status)
		}
	}
	if s := r.get(at + "/client/done").text(); strings.Contains(s, "xxx") {
		t.Error("something of it was stored")
	}
}

// What is no text becomes text, and what is too long comes back with everything
// that was typed.
func TestCommentsAsTheyCome(t *testing.T) {
	receptions(t, func(t *testing.T, h *reception) {
		r := h.enter("ammattilainen")
		draft := h.begin(r)
		at := "/assessments/" + draft
		odd := "alku\xff\xfe\x00loppu\r\ntoinen rivi <b>&amp;</b> \u202e 👩‍👩‍👧"
		f := r.get(at + "/client/money").form("answers")
		f.Set("answer.money", "4")
		f.Set("comment.money", odd)
		f.send().is(http.StatusSeeOther)
		s := r.get(at + "/client/money").is(http.StatusOK)
		if got := s.form("answers"); got.Get("comment.money") != "alku\ufffdloppu\ntoinen rivi <b>&amp;</b> \u202e 👩‍👩‍👧" || got.Get("answer.money") != "4" || !utf8.ValidString(s.body) {
			t.Errorf("stored as %q", got.Get("comment.money"))
		}
		if strings.Contains(s.body, "<b>") {
			t.Error("what was typed is markup")
		}

		long := strings.Repeat("ä", 2000)
		for n, status := range map[string]int{"": http.StatusSeeOther, "ö": http.StatusUnprocessableEntity} {
			f = r.get(at + "/client/money").form("answers")
			f.Set("answer.money", "9")
			f.Set("unclear.money", "yes")
			f.Set("comment.money", long+n)
			s = f.send().is(status)
			if status == http.StatusSeeOther {
				continue
			}
			again := s.form("answers")
			if again.Get("comment.money") != long+n || again.Get("answer.money") != "9" || again.Get("unclear.money") != "yes" {
				t.Errorf("lost: %d characters, %q, %q", utf8.RuneCountInString(again.Get("comment.money")), again.Get("answer.money"), again.Get("unclear.money"))
			}
			if !strings.Contains(s.body, `href="#f-comment-money"`) || !strings.Contains(s.body, `id="f-comment-money-error"`) {
				t.Error("it isn't said what is wrong, or not beside the field")
			}
		}

		f = r.get(at + "/professional").form("answers")
		f.Set("answer.moving", "9")
		var items []string
		for name := range f.Values {
			if item, ok := strings.CutPrefix(name, "seen."); ok {
				items = append(items, item)
			}
		}
		for _, item := range items {
			f.Set("answer."+item, "3")
			f.Set("comment."+item, item)
		}
		f.Set("comment."+items[0], long+"ö")
		again := f.send().is(http.StatusUnprocessableEntity).form("answers")
		for _, item := range items[1:] {
			if again.Get("answer."+item) != "3" || again.Get("comment."+item) != item {
				t.Errorf("%s is lost: %q %q", item, again.Get("answer."+item), again.Get("comment."+item))
			}
		}
		if again.Get("comment."+items[0]) != long+"ö" {
			t.Error("the long comment is lost")
		}

		script := r.post(at+"/answers", url.Values{"side": {"client"}, "item": {"money"}, "value": {"1"}, "comment": {long + "ö"}}, "Accept", "application/json")
		if script.is(http.StatusUnprocessableEntity); script.header.Get("Content-Type") != "application/json" || !json.Valid([]byte(script.body)) {
			t.Errorf("a script gets %s", script.header.Get("Content-Type"))
		}
	})
}

// What no form of ours sends is refused and changes nothing.
func TestForgedAnswers(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r := h.enter("ammattilainen")
	link, _, _ := h.invite(r)
	client := h.reader()
	client.post(link, nil).leads("/own")
	draft := h.accept(client)
	at := "/assessments/" + draft
	held := h.enter("ammattilainen")
	held.post(at+"/hand-over", nil).leads(at + "/client")

	for _, who := range []*reader{r, client, held} {
		who.get(at + "/client/no-such").is(http.StatusNotFound)
		who.post(at+"/client/no-such", url.Values{"seen.money": {""}, "answer.money": {"3"}}).is(http.StatusNotFound)
		who.get(at + "/client/mobility").is(http.StatusNotFound) // the professional's
		for _, one := range []struct {
			form   string
			status int
		}{
			{"side=client&item=no-such&value=3", http.StatusUnprocessableEntity},
			{"side=client&item=mobility&value=3", http.StatusUnprocessableEntity},
			{"side=client&item=money&value=11", http.StatusUnprocessableEntity},
			{"side=client&item=money&value=-1", http.StatusUnprocessableEntity},
			{"side=client&item=money&value=3.5", http.StatusUnprocessableEntity},
			{"side=client&item=money&value=99999999999999999999", http.StatusUnprocessableEntity},
			{"side=client&item=money&skip=no_such", http.StatusUnprocessableEntity},
			{"side=client&item=money&skip=unanswered", http.StatusUnprocessableEntity},
			{"side=client&item=money&value=3&skip=declined", http.StatusUnprocessableEntity},
			{"side=client&value=3", http.StatusUnprocessableEntity},
			{"side=&item=money&value=3", 0},
			{"side=nobody&item=money&value=3", 0},
			{"", 0},
		} {
			s := who.ask(http.MethodPost, at+"/answers", one.form, "Accept", "application/json")
			if one.status != 0 && s.status != one.status || s.status < 400 || s.status >= 500 {
				t.Errorf("%s: %d %s", one.form, s.status, s.body)
			}
		}
		for _, value := range []string{"11", "-1", "3,5", "no_such", "unanswered"} {
			f := who.get(at + "/client/money").form("answers")
			f.Set("answer.money", value)
			f.Set("comment.money", "Tämä säilyy.")
			if s := f.send(); s.status != http.StatusUnprocessableEntity || s.form("answers").Get("comment.money") != "Tämä säilyy." {
				t.Errorf("answer %s: %d", value, s.status)
			}
		}
	}
	for _, who := range []*reader{client, held} {
		for _, form := range []string{"side=professional&item=falls&value=3", "side=client&expected=verkosto", "side=professional&expected=verkosto"} {
			if s := who.ask(http.MethodPost, at+"/answers", form, "Accept", "application/json"); s.status != http.StatusForbidden {
				t.Errorf("%s by a client: %d %s", form, s.status, s.body)
			}
		}
	}
	a := h.api("ammattilainen").get(at)
	if answers := a["client_answers"]; fmt.Sprint(answers) != "[]" || fmt.Sprint(a["professional_answers"]) != "[]" || a["expected_segment"] != nil {
		t.Errorf("something was stored: %v %v %v", answers, a["professional_answers"], a["expected_segment"])
	}
	for _, form := range []string{"phase=client&seconds=999999999", "phase=client&seconds=-5", "phase=no-such&seconds=5", "phase=client&seconds=x", ""} {
		if s := r.ask(http.MethodPost, at+"/time", form); s.status >= 500 {
			t.Errorf("time %s: %d", form, s.status)
		}
	}
}

// No page leads to another site, whatever the address or the form says.
func TestNoWayOut(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r := h.enter("ammattilainen")
	stays := func(s *shown) {
		t.Helper()
		at, err := url.Parse(s.to())
		if s.status != http.StatusSeeOther || err != nil || at.Host != "" || at.Scheme != "" || !strings.HasPrefix(s.to(), "/") || strings.HasPrefix(s.to(), "//") || strings.Contains(s.to(), `\`) {
			t.Errorf("%s %s: %d to %q", s.method, s.path, s.status, s.to())
		}
	}
	for _, back := range []string{
		"//evil.example", "https://evil.example", "https:evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "/\r\n/evil.example",
		"javascript:alert(1)", "///evil.example", "evil.example", " //evil.example", "/" + strings.Repeat("x", 600),
	} {
		asked := "/login?" + url.Values{"back": {back}}.Encode()
		stays(r.get(asked))
		for _, path := range []string{"/preferences", "/session"} {
			stays(r.post(path, url.Values{"back": {back}, "_set": {"language:sv"}}))
		}
		fresh := h.reader()
		if s := fresh.get(asked).is(http.StatusOK); s.form("login").Has("back") {
			t.Errorf("the login page carries %q along", back)
		}
		p := h.colleague("ammattilainen")
		stays(fresh.post("/login", url.Values{"username": {p.username}, "password": {p.password}, "back": {back}}))
		// With something to be sent again, the page has a form: it must not lead away.
		s := fresh.post("/login", url.Values{"username": {p.username}, "password": {p.password}, "back": {back}, "_resume": {"1"}, "_kept.a": {"b"}}).is(http.StatusOK)
		for _, lead := range []string{"evil.example", "javascript"} {
			if strings.Contains(s.body, `action="`+lead) || strings.Contains(s.body, `action="//`+lead) || strings.Contains(s.body, "action=\"https") {
				t.Errorf("back=%q: the page posts to it", back)
			}
		}
		if s := h.reader().get("/accessibility?" + url.Values{"page": {back}}.Encode()); !strings.Contains(s.body, `href="/accessibility/report"`) {
			t.Errorf("page=%q: the form for barriers takes it along", back)
		}
	}
	p := h.colleague("ammattilainen")
	h.reader().post("/login", url.Values{"username": {p.username}, "password": {p.password}, "back": {"/assessments?mine=1"}}).leads("/assessments?mine=1")
	for _, path := range []string{"/join/%0d%0aSet-Cookie:%20a=b?_set=size:large", "/join/..%2f..%2f%2fevil.example?_set=size:large", "//evil.example/join?_set=size:large"} {
		s := h.reader().get(path)
		if s.to() != "" {
			stays(s)
		}
		if s.header.Get("Set-Cookie") == "a=b" {
			t.Error("an address sets a cookie")
		}
	}
}

// A double click, or a form sent again because the answer was lost, begins one
// assessment.
func TestDoubleClickBeginsOnce(t *testing.T) {
	receptions(t, func(t *testing.T, h *reception) {
		r, db := h.enter("ammattilainen"), open(t, h.database)
		filled := func() form {
			f := r.get(consentPage).form("consent")
			f.Set("signed_name", "Testi Asiakas")
			f.Values["purposes"] = []string{"assessment"}
			return f
		}
		count := func(want string) {
			t.Helper()
			for _, table := range []string{"assessments", "consents"} {
				if n := scalar(t, db, "SELECT count(*) FROM "+table); n != want {
					t.Errorf("%s %s, want %s", n, table, want)
				}
			}
		}
		f := filled()
		once := f.send().assessment()
		if again := f.send().assessment(); again != once {
			t.Errorf("the second click leads to another assessment")
		}
		f.Values["purposes"] = []string{"assessment", "statistics"}
		if to := f.send().to(); to != "/assessments/"+once+"/consent" {
			t.Errorf("the form with other purposes, sent again, leads to %s and not to what was consented to", to)
		}
		count("1")

		f = filled() // the same client may be asked once more
		answers := make([]*shown, 4)
		var all sync.WaitGroup
		for i := range answers {
			browser := &reader{t: t, url: h.URL, cookies: map[string]*http.Cookie{"omasuunta": r.cookies["omasuunta"]}}
			all.Go(func() { answers[i] = browser.post(f.action, f.Values) })
		}
		all.Wait()
		for _, one := range answers {
			if one.assessment() != answers[0].assessment() || one.assessment() == once {
				t.Error("clicks at once lead to different assessments")
			}
		}
		count("2")

		// Nobody gets at somebody else's by naming it.
		theirs := h.enter("naapuri")
		f = theirs.get(strings.Replace(consentPage, "vuosaari-ta", "seniori-info", 1)).form("consent")
		f.Set("signed_name", "Testi Asiakas")
		f.Values["purposes"] = []string{"assessment"}
		for name, values := range f.Values {
			if len(values) == 1 && len(values[0]) == 36 {
				f.Set(name, once)
			}
		}
		if s := f.send(); strings.Contains(s.to(), once) || s.status >= 500 || strings.Contains(s.body, "Testi Ammattilainen") {
			t.Errorf("another unit's draft: %d to %s", s.status, s.to())
		}

		// A client at home clicks twice, too.
		link, _, _ := h.invite(r)
		client := h.reader()
		client.post(link, nil).leads("/own")
		f = client.get("/own/consent").form("consent")
		f.Set("signed_name", "Testi Asiakas")
		f.Values["purposes"] = []string{"assessment"}
		if own := f.send().assessment(); f.send().assessment() != own {
			t.Error("an invited client began twice")
		}
	})
}

// Going on under the consent of the visit before begins once, too.
func TestDoubleClickGoesOnOnce(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r, db := h.enter("ammattilainen"), open(t, h.database)
	before := h.begin(r)
	f := r.get("/new?again=" + before).form("begin")
	if f.action != "/new/again" {
		t.Fatalf("the form leads to %s", f.action)
	}
	first := f.send().assessment()
	if again := f.send().assessment(); again != first || first == before {
		t.Error("the second click leads to another assessment")
	}
	if n := scalar(t, db, "SELECT count(*) FROM assessments"); n != "2" {
		t.Errorf("%s assessments", n)
	}
}

// Consent is given to the text that was read: when another one has taken its
// place meanwhile, the page comes again with that, and with all that was typed.
func TestConsentNamesTheTextThatWasRead(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r, admin := h.enter("ammattilainen"), h.enter("hallinta")
	link, _, _ := h.invite(r)
	client := h.reader()
	client.post(link, nil).leads("/own")
	for _, one := range []struct {
		who  *reader
		path string
	}{{r, consentPage}, {client, "/own/consent"}} {
		f := one.who.get(one.path).form("consent")
		f.Set("signed_name", "Testi Asiakas")
		f.Values["purposes"] = []string{"assessment", "statistics"}
		f.Set("given_by", "representative")
		f.Set("representative_ground", "edunvalvoja")
		if one.path == consentPage {
			f.Set("client_ref", "viite-1")
		}

		title := "Uusi otsikko " + one.path[:5]
		text := admin.get("/admin/consent-text/new").form("text")
		for _, field := range []string{"title.fi", "title.sv", "title.en", "title.fi_plain", "title.sv_plain"} {
			text.Set(field, title)
		}
		text.send().leads("/admin/consent-text?done=saved")

		s := f.send()
		if s.status < 400 || s.status >= 500 {
			t.Fatalf("%s: a consent to a text that nobody has read: %d to %s", one.path, s.status, s.to())
		}
		if !strings.Contains(s.text(), title) || !strings.Contains(s.body, `role="alert"`) {
			t.Errorf("%s: the new text is not shown, or it is not said that it is new", one.path)
		}
		again := s.form("consent")
		for name, values := range f.Values {
			if strings.HasPrefix(name, "_") || name == "text_version" {
				continue
			}
			if fmt.Sprint(again.Values[name]) != fmt.Sprint(values) {
				t.Errorf("%s: %s was %q and is %q", one.path, name, values, again.Values[name])
			}
		}
		id := again.send().assessment()
		if record := r.get("/assessments/" + id + "/consent").is(http.StatusOK).text(); !strings.Contains(record, title) || !strings.Contains(record, "Testi Asiakas") {
			t.Errorf("%s: the consent does not name the text that was read:\n%s", one.path, record)
		}
	}
}
