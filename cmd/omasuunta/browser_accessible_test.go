package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/web"
)

// Every page is looked at in every language. On a screen 320 px wide, which is
// also one of 1280 px at 400 %, it fits with all that folds open. Finnish pages are
// looked at narrow and light, narrow in high contrast with the largest letters
// and, where a client or a result is, wide and dark and in the colours of the
// device; Swedish ones narrow and dark; English ones wide and light. A further state
// of a page that was looked at is checked and fits in every language, and axe looks
// at it in Finnish, where it is narrow and dark, too.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	everyRouteIsLookedAt(t)
	h := openHouses(t)
	t.Run("languages", func(t *testing.T) {
		for _, language := range []string{"fi", "sv", "en"} {
			t.Run(language, func(t *testing.T) {
				t.Parallel()
				v := newViewer(t, h, language)
				for _, s := range screens() {
					v.look(s)
				}
				if language == "fi" {
					v.byKeyboard()
					v.readAloud()
					v.inTwoLanguages()
				}
			})
		}
	})
}

// everyRouteIsLookedAt holds the table against the program: a page that nobody
// put into it fails.
func everyRouteIsLookedAt(t *testing.T) {
	t.Helper()
	pages, err := web.New(web.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	looked := map[string]bool{}
	for _, s := range screens() {
		looked[s.route] = true
	}
	for _, r := range pages.Routes() {
		if r.Method == "GET" && !looked[r.Path] && notShown[r.Path] == "" {
			t.Errorf("nobody looks at %s", r.Path)
		}
	}
}

// viewer looks at pages in one language.
type viewer struct {
	*browser
	t        *testing.T
	houses   *houses
	language string
	prepared prepared
	sessions map[string]string
	titles   map[string]string // of the routes
	met      map[string]bool   // the routes
}

func newViewer(t *testing.T, h *houses, language string) *viewer {
	t.Helper()
	v := &viewer{browser: browse(t, h.servers["demo"].URL, language), t: t, houses: h, language: language, titles: map[string]string{}, met: map[string]bool{}}
	if _, err := chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: axeSource}); err != nil {
		t.Fatal(err)
	}
	v.prepared, v.sessions = h.prepare(t, language)
	v.open("/login")
	return v
}

// become makes the browser somebody's, and nobody's for "".
func (v *viewer) become(house, role string) {
	v.Helper()
	token := v.houses.sessions[house+" "+role]
	if own, ok := v.sessions[role]; ok && house == "demo" {
		token = own
	}
	_, err := chromedp.Call(v.ctx, network.ClearBrowserCookies, cdp.Empty{})
	if err == nil && role != "" {
		_, err = chromedp.Call(v.ctx, network.SetCookie, network.SetCookieParams{Name: sessionCookie, Value: token, URL: v.houses.servers[house].URL})
	}
	if err != nil {
		v.Fatalf("becoming %s of %s: %v", role, house, err)
	}
}

// see opens a screen.
func (v *viewer) see(s screen) {
	v.Helper()
	v.become(s.at, s.as)
	house := v.houses.servers[s.at].URL
	if s.form == nil {
		eval[bool](v.browser, `window.before = true`)
		v.open(house + v.prepared.fill(s.path))
		v.until("the page", opened)
		return
	}
	if s.status == http.StatusTooManyRequests {
		v.houses.tryUntilRefused(v, s)
	}
	if eval[string](v.browser, `location.origin`) != house {
		v.open(house + "/accessibility")
	}
	form := url.Values{}
	for name, values := range s.form {
		for _, value := range values {
			form.Add(v.prepared.fill(name), v.prepared.fill(value))
		}
	}
	v.submit(v.prepared.fill(s.path), form)
}

// opened tells that another page is there than the one that was marked.
const opened = `!window.before && document.readyState === "complete"`

// submit posts a form as a page of ours would.
func (v *viewer) submit(path string, form url.Values) {
	v.Helper()
	fields, err := json.Marshal(form)
	if err != nil {
		v.Fatal(err)
	}
	eval[bool](v.browser, fmt.Sprintf(`(() => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = %s;
		for (const [name, values] of Object.entries(%s)) for (const value of values) {
			const field = document.createElement("textarea");
			field.name = name;
			field.value = value;
			form.append(field);
		}
		document.body.append(form);
		window.before = true;
		HTMLFormElement.prototype.submit.call(form);
		return true;
	})()`, quoted(path), fields))
	v.until("the answer of "+path, opened)
}

func (s screen) String() string {
	name := s.route
	if name == "" {
		name = s.path
	}
	if s.state != "" {
		name += " (" + s.state + ")"
	}
	return name
}

// look looks at a screen: always whether it fits a narrow screen with all that
// folds open, and in ways that together are all of them (see the test's own
// words) but that one language doesn't repeat for another.
func (v *viewer) look(s screen) {
	v.Helper()
	v.size(320, 640)
	v.features("prefers-reduced-motion", "reduce")
	v.see(s)
	name := v.language + " " + s.String()
	v.check(name, s)
	eval[bool](v.browser, `(() => { window.folded = [...document.querySelectorAll("details:not([open])")]; for (const d of window.folded) d.open = true; return true; })()`)
	v.fits(name + ", 320 px")
	route := cmp.Or(s.route, s.String())
	again := v.met[route]
	v.met[route] = true
	switch {
	case v.language == "fi":
		v.inFinnish(name, s, again)
	case again: // but for the words, as in Finnish
	case v.language == "sv":
		v.features("prefers-color-scheme", "dark")
		v.accessible(name + ", 320 px, dark")
	default:
		v.fold()
		v.size(1280, 900)
		v.accessible(name + ", 1280 px")
	}
}

func (v *viewer) inFinnish(name string, s screen, again bool) {
	v.Helper()
	v.accessible(name + ", 320 px")
	v.picture(s, "320")
	v.prefer("high", "larger")
	v.accessible(name+", 320 px, high contrast, largest letters", lookRules...)
	v.picture(s, "high")
	v.prefer("", "")
	switch {
	case s.client || strings.HasSuffix(s.route, "/professional") || strings.HasSuffix(s.route, "/result"):
		v.fold()
		v.size(1280, 900)
		v.features("prefers-color-scheme", "dark")
		v.accessible(name + ", 1280 px, dark")
		v.picture(s, "dark")
		v.features("forced-colors", "active")
		v.accessible(name+", forced colours", "scrollable-region-focusable", "target-size") // the colours are the device's own
		v.picture(s, "forced")
	case again:
		v.features("prefers-color-scheme", "dark")
		v.accessible(name+", 320 px, dark", lookRules...)
	}
}

// fold closes what was opened to be looked at.
func (v *viewer) fold() {
	v.Helper()
	eval[bool](v.browser, `(() => { for (const d of window.folded) d.open = false; return true; })()`)
}

// features are those of the device; all others are the usual ones.
func (v *viewer) features(name, value string) { v.Helper(); v.media(name, value) }

// prefer is what the buttons for contrast and size of text do.
func (v *viewer) prefer(contrast, size string) {
	v.Helper()
	eval[bool](v.browser, fmt.Sprintf(`(() => {
		for (const [name, value] of Object.entries({contrast: %s, size: %s})) {
			if (value) document.documentElement.dataset[name] = value; else delete document.documentElement.dataset[name];
		}
		return true;
	})()`, quoted(contrast), quoted(size)))
}

func (v *viewer) picture(s screen, how string) {
	if os.Getenv("OMASUUNTA_SHOTS") == "" || v.language != "fi" {
		return
	}
	v.shot(strings.Trim(regexp.MustCompile(`[^a-z]+`).ReplaceAllString(s.at+" "+s.as+" "+s.String(), "-"), "-") + "-" + how)
}

// seen is what there is to see on a page.
type seen struct {
	Status                 int
	Title, Heading, Lang   string
	Headings               int
	Small, Moving, Strange []string
}

// look at the page: what is told by axe isn't repeated.
const looking = `((least) => {
	const shown = (e) => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 1;
	const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
	const brief = (e) => e.outerHTML.slice(0, 120);

	// How large what can be touched is: a radio and a check box with their label.
	// A link inside a text is as large as its line.
	const small = [];
	const inText = (e) => getComputedStyle(e).display === "inline" && e.parentElement.innerText.trim().length > e.innerText.trim().length;
	for (const e of all("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
		if (e.tabIndex < 0 || inText(e)) continue;
		let size = e.getBoundingClientRect();
		if (e.matches("[type=radio], [type=checkbox]")) size = e.labels[0].getBoundingClientRect();
		const needed = e.closest("main form") && !e.closest(".keys") ? least : 24;
		if (Math.min(size.width, size.height) < needed - .5) small.push(Math.round(size.width) + " x " + Math.round(size.height) + " px: " + brief(e));
	}
	// What moves although the device asks for less of it.
	const moving = [];
	for (const e of document.querySelectorAll("*")) for (const part of [null, "::before", "::after"]) {
		const style = getComputedStyle(e, part);
		const longest = Math.max(...(style.transitionDuration + "," + style.animationDuration).split(",").map(parseFloat));
		if (longest > .01 || style.scrollBehavior === "smooth") moving.push(brief(e));
	}
	// The names of languages are in the languages themselves.
	const tongues = {"Suomi": "fi", "Suomeksi": "fi", "Svenska": "sv", "På svenska": "sv", "English": "en", "In English": "en"};
	const strange = all("button, label, td, dd, span, option, a").filter((e) => {
		const tongue = !e.children.length && tongues[e.innerText.trim()];
		return tongue && e.closest("[lang]").lang !== tongue;
	}).map(brief);
	const h1 = all("h1");
	return {
		Status: performance.getEntriesByType("navigation")[0].responseStatus, Title: document.title, Lang: document.documentElement.lang,
		Heading: h1.length ? h1[0].innerText : "", Headings: h1.length, Small: small, Moving: moving, Strange: strange,
	};
})`

// check looks for what axe doesn't: on a page that is 320 px wide.
func (v *viewer) check(name string, s screen) {
	v.Helper()
	least := 24
	if s.client {
		least = 44
	}
	there := eval[seen](v.browser, fmt.Sprintf("%s(%d)", looking, least))
	if want := max(s.status, 200); there.Status != want {
		v.Errorf("%s: %d, want %d\n%s", name, there.Status, want, v.text())
	}
	if there.Headings != 1 {
		v.Errorf("%s: %d headings of the first level", name, there.Headings)
	}
	if there.Lang != v.language {
		v.Errorf("%s is in %q", name, there.Lang)
	}
	if len(there.Small) > 0 {
		v.Errorf("%s: small targets:\n%s", name, strings.Join(there.Small, "\n"))
	}
	if len(there.Moving) > 0 {
		v.Errorf("%s: moves in spite of reduced motion:\n%s", name, strings.Join(there.Moving, "\n"))
	}
	if len(there.Strange) > 0 {
		v.Errorf("%s: words of another language without saying so:\n%s", name, strings.Join(there.Strange, "\n"))
	}
	if there.Title == "" || strings.HasPrefix(there.Title, "Omasuunta") {
		v.Errorf("%s is called %q", name, there.Title)
	}
	if s.route != "" && s.state == "" && !s.same {
		if other, ok := v.titles[there.Title]; ok && other != s.route {
			v.Errorf("%s and %s are both called %q", s.route, other, there.Title)
		}
		v.titles[there.Title] = s.route
	}
}
