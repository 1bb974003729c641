package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a real Chromium in which somebody uses the pages: by what is
// written on them, with a mouse and a keyboard.
type browser struct {
	testing.TB
	ctx context.Context
	url string
}

// patience is how long somebody waits for something to appear.
const patience = 20 * time.Second

// requireBrowser makes a missing Chromium a failure rather than a skip.
const requireBrowser = "OMASUUNTA_REQUIRE_BROWSER"

func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv(requireBrowser) != "" {
		t.Fatal("there is no Chromium: `make test` installs it")
	}
	t.Skip("SKIPPED: there is no Chromium on this machine; `make test` installs it")
	return ""
}

// browse opens an empty Chromium of desktop size for the pages at a URL.
func browse(t testing.TB, url string, languages string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", languages),
		chromedp.Flag("accept-lang", languages), chromedp.Env("LANGUAGE="+languages),
		// No page lives long enough for its scripts to be worth optimizing.
		chromedp.Flag("js-flags", "--no-opt --no-maglev"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &browser{TB: t, ctx: ctx, url: url}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the page at the end:\n%s", b.text())
		}
		cancel()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil { // starts it, for as long as ctx lasts
		t.Fatal(err)
	}
	b.size(1280, 900)
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// size makes the window that large, in CSS pixels.
func (b *browser) size(width, height int64) { b.do(chromedp.EmulateViewport(width, height)) }

func (b *browser) media(name, value string) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: name, Value: value}},
	})
	if err != nil {
		b.Fatal(err)
	}
}

// withoutScripts turns JavaScript off.
func (b *browser) withoutScripts() {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.Fatal(err)
	}
}

// open goes to an address.
func (b *browser) open(path string) {
	b.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.url + path
	}
	b.do(chromedp.Navigate(path))
}

func (b *browser) reload() { b.Helper(); b.do(chromedp.Reload()) }

// eval runs an expression in the page, for looking at it.
func eval[T any](b *browser, expression string) T {
	b.Helper()
	value, err := try[T](b, expression)
	if err != nil {
		b.Fatalf("%v\n%.200s", err, expression)
	}
	return value
}

func try[T any](b *browser, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// until waits for an expression to be true.
func (b *browser) until(what, expression string) {
	b.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if yes, err := try[bool](b, expression); err == nil && yes { // an error: between two pages
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			b.Fatalf("waited %s in vain: %s (at %s)", patience, what, b.path())
		}
	}
}

// text is what is to be read on the page.
func (b *browser) text() string {
	text, err := try[string](b, `document.body ? document.body.innerText : ""`)
	if err != nil {
		return err.Error()
	}
	return text
}

func (b *browser) path() string {
	path, _ := try[string](b, `location.pathname`)
	return path
}

// id is the part of the address behind a prefix, up to the next slash.
func (b *browser) id(prefix string) string {
	b.Helper()
	rest, ok := strings.CutPrefix(b.path(), prefix)
	if !ok {
		b.Fatalf("at %s, not below %s", b.path(), prefix)
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// reads waits until a text is to be read on a page that is loaded, however its
// lines are broken.
func (b *browser) reads(text string) {
	b.Helper()
	text = strings.Join(strings.Fields(text), " ")
	b.until("reading "+text, fmt.Sprintf(`document.readyState === "complete" && document.body.innerText.replace(/\s+/g, " ").includes(%s)`, quoted(text)))
}

// at waits until the address is below a path.
func (b *browser) at(prefix string) {
	b.Helper()
	b.until("being at "+prefix, fmt.Sprintf(`document.readyState === "complete" && location.pathname.startsWith(%s)`, quoted(prefix)))
}

func quoted(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

// find is a function that finds what can be used by what is written on it, the
// nearest fit first: a button, a link, a summary or the control of a label.
const find = `((text) => {
  const said = (e) => (e.getAttribute("aria-label") || e.innerText || e.value || "").replace(/\s+/g, " ").trim();
  const shown = (e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled;
  const all = [...document.querySelectorAll("button, a[href], summary, label, input[type=submit]")].filter(shown);
  const fits = [(e) => said(e) === text, (e) => said(e).startsWith(text), (e) => said(e).includes(text)];
  for (const fit of fits) {
    const one = all.find(fit);
    if (one) return one;
  }
  return null;
})`

// press clicks, with the mouse, what has a text on it.
func (b *browser) press(text string) {
	b.Helper()
	b.pressOn(text, find+"("+quoted(text)+")")
}

// pressOn clicks the element of an expression.
func (b *browser) pressOn(what, element string) {
	b.Helper()
	b.until("finding "+what, fmt.Sprintf(`document.readyState === "complete" && !!(%s)`, element))
	place := eval[struct{ X, Y float64 }](b, fmt.Sprintf(`(() => {
		const e = %s;
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect();
		return {X: r.left + r.width / 2, Y: r.top + r.height / 2};
	})()`, element))
	b.do(chromedp.MouseClickXY(place.X, place.Y))
}

// control is a function that finds the field of a label.
const control = `((text) => {
  const said = (e) => e.innerText.replace(/\s+/g, " ").trim();
  const labels = [...document.querySelectorAll("label")].filter((e) => e.checkVisibility() && e.control);
  const one = labels.find((e) => said(e) === text) || labels.find((e) => said(e).startsWith(text));
  return one ? one.control : null;
})`

// fill types into the field with a label, in place of what is there.
func (b *browser) fill(label, text string) {
	b.Helper()
	element := control + "(" + quoted(label) + ")"
	b.until("finding the field "+label, fmt.Sprintf(`document.readyState === "complete" && !!(%s)`, element))
	eval[bool](b, fmt.Sprintf(`(() => { const e = %s; e.scrollIntoView({block: "center"}); e.focus(); if (e.select) e.select(); return true; })()`, element))
	b.keys(kb.Delete)
	b.keys(text)
}

// value is what is in the field with a label.
func (b *browser) value(label string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf(`(%s(%s) || {value: "(no such field)"}).value`, control, quoted(label)))
}

// keys types on the keyboard. A key and its character are one event, as from a
// real keyboard: a page that takes the key for itself gets no character.
func (b *browser) keys(keys string) {
	b.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := events[0], events[len(events)-1]
			if len(events) > 2 {
				down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			for _, event := range []*input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *event); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// focused is what the focused element says.
func (b *browser) focused() string {
	b.Helper()
	return eval[string](b, `(() => {
		const e = document.activeElement;
		if (!e || e === document.body) return "";
		const label = e.labels && e.labels.length ? e.labels[0].innerText : "";
		return (label || e.getAttribute("aria-label") || e.innerText || e.value || "").replace(/\s+/g, " ").trim();
	})()`)
}

// shot takes a picture of the whole page for somebody to look at, and leaves it in
// the folder OMASUUNTA_SHOTS. Nobody looks at what a test alone takes, so that
// without a folder it takes none.
func (b *browser) shot(name string) {
	b.Helper()
	folder := os.Getenv("OMASUUNTA_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		b.Fatal(err)
	}
}

//go:embed testdata/axe/axe.min.js
var axeSource string

// Rules of axe-core: all of WCAG 2.2 A and AA with its best practices, and those
// of them that depend on colours and sizes alone, for a page of which the rest
// has been looked at.
var (
	allRules  = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}
	lookRules = []string{"color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"}
)

// accessible looks for barriers with axe-core, by all its rules or those that are
// named, and that nothing needs scrolling sideways. Of what axe would load by itself
// beforehand it loads media alone, for no-autoplay-audio: style sheets are for
// css-orientation-lock, an experiment that none of the tags has.
func (b *browser) accessible(name string, rules ...string) {
	b.Helper()
	if len(rules) == 0 {
		rules = allRules
	}
	b.until("the page", `document.readyState === "complete"`)
	if !eval[bool](b, `"axe" in window`) {
		if _, err := try[bool](b, axeSource+"; true"); err != nil {
			b.Fatal(err)
		}
	}
	only, err := json.Marshal(rules)
	if err != nil {
		b.Fatal(err)
	}
	found := eval[string](b, `axe.run(document, {preload: {assets: ["media"]}, resultTypes: ["violations"], runOnly: `+string(only)+`})
		.then((r) => r.violations.map((v) => v.id + " (" + v.impact + "): " + v.help + "\n" + v.nodes.map((n) => "    " + n.html.slice(0, 200) + "\n      " + n.failureSummary.replace(/\n/g, "\n      ")).join("\n")).join("\n"))`)
	if found != "" {
		b.Errorf("%s: axe finds\n%s", name, found)
	}
	b.fits(name)
}

// fits fails when the page has to be scrolled sideways.
func (b *browser) fits(name string) {
	b.Helper()
	if over := eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		widest := eval[string](b, `[...document.querySelectorAll("main *, header *, footer *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".scroll")).slice(0, 3).map((e) => e.outerHTML.slice(0, 160)).join("\n")`)
		b.Errorf("%s: %d px must be scrolled sideways:\n%s", name, over, widest)
	}
}

// weight is what the page with all that belongs to it weighs over the wire, in
// bytes, and fails the test when something came from another host.
func (b *browser) weight() int {
	b.Helper()
	b.until("the page", `document.readyState === "complete"`)
	loaded := eval[[]struct {
		Name string
		Size int
	}](b, `document.fonts.ready.then(() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((e) => ({Name: e.name, Size: e.transferSize})))`)
	total := 0
	for _, one := range loaded {
		total += one.Size
		if !strings.HasPrefix(one.Name, b.url+"/") && !strings.HasPrefix(one.Name, "data:") {
			b.Errorf("%s was asked for", one.Name)
		}
	}
	return total
}
