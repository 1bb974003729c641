package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// device gives the browser the voices of a device, because a headless one has
// none, and writes down what is said.
const device = `(() => {
	const voices = %s;
	window.spoken = [];
	const engine = new EventTarget();
	engine.getVoices = () => voices;
	engine.speak = (one) => window.spoken.push(one.lang + ": " + one.text);
	engine.cancel = () => {};
	Object.defineProperty(window, "speechSynthesis", {value: engine});
	window.SpeechSynthesisUtterance = function (text) { this.text = text; };
})()`

// TestReadAloud: only a voice of the device itself reads, in the page's language;
// without one nothing is offered.
func TestReadAloud(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	s := h.sit(b, lang.Finnish, lang.Finnish)
	b.settleIn(lang.Finnish, h, "ammattilainen")
	s.begin(assessment.Joint)
	s.consent()
	first := s.library.Client().Items[0]
	topic := s.page("client/" + first.Code)
	b.at(topic)
	shown := `!document.querySelector("[data-speak-button]").hidden`
	for name, c := range map[string]struct {
		voices string
		reads  bool
	}{
		"no voice":                  {`[]`, false},
		"a voice from elsewhere":    {`[{lang: "fi-FI", localService: false}]`, false},
		"a voice of other language": {`[{lang: "sv-FI", localService: true}]`, false},
		"a voice of its own":        {`[{lang: "sv-FI", localService: true}, {lang: "fi_FI", localService: true}]`, true},
	} {
		added, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(device, c.voices)})
		if err != nil {
			t.Fatal(err)
		}
		b.open(topic)
		b.reads(first.Text.Fi)
		if got := eval[bool](b, shown); got != c.reads {
			t.Errorf("%s: reading aloud is offered: %v", name, got)
		}
		if got := eval[int](b, "spoken.length"); got != 0 {
			t.Errorf("%s: %d texts were read that nobody asked for", name, got)
		}
		if c.reads {
			b.press(s.own.Text("answering.listen"))
			b.until("reading", "spoken.length > 1")
			all := eval[string](b, `spoken.join("\n")`)
			for _, text := range []string{first.Text.Fi, first.Help.Fi, s.library.Client().Scale.Anchors[10].Fi} {
				if !strings.Contains(all, text) {
					t.Errorf("%q isn't read in\n%s", text, all)
				}
			}
		}
		if _, err := chromedp.Call(b.ctx, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams(added)); err != nil {
			t.Fatal(err)
		}
	}
}
