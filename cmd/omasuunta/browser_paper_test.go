package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// A form that was filled in by hand is typed in with the keys alone: the digits
// in a row, and the page moves on by itself. Typed twice with one slip, the slip
// is shown and decided on. The result is that of the same answers on the screen.
func TestPaperFormByKeyboardAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	s := h.sit(b, lang.Finnish, lang.Finnish)
	b.settleIn(lang.Finnish, h, "ammattilainen")
	w := locale.For(lang.Finnish)
	client := various(s.library.Client(), "", 8, 3, 6)
	professional := scored(s.battery, 2, 10)

	b.press(w.Text("nav.forms"))
	b.reads(w.Text("papers.title"))
	b.press(w.Text("papers.transcribe"))
	b.until("the field for the code", `document.readyState === "complete" && document.activeElement.name === "code"`)
	b.keys(instrument.FormCode(s.library.Client(), s.battery) + kb.Enter)
	b.reads(w.Text("transcribe.consent"))

	b.tabTo(w.Code("register", "health"))
	b.keys(" ")
	b.tabTo(w.Text("transcribe.assessed_on"))
	// How a date is typed, and how the focus moves within it, is the browser's own.
	eval[bool](b, `(document.getElementById("f-assessed_on").value = "2023-09-10", document.getElementById("f-plain-0").focus(), true)`)
	for _, purpose := range []consent.Purpose{consent.Assessment, consent.Recording} {
		b.tabTo(purposeLabel(t, purpose))
		b.keys(" ")
	}
	b.tabTo(w.Text("transcribe.twice.yes"))
	b.keys(" " + kb.Tab)
	b.keys(typed(client) + typed(professional))
	b.tabTo(w.Text("transcribe.calculate"))
	b.keys(kb.Enter)
	b.reads(w.Text("transcribe.again.lead"))

	slip := client
	slip = append(instrument.Sheet{}, slip...)
	for i := range slip {
		if slip[i].Skip == "" {
			slip[i].Value = (slip[i].Value + 1) % 10
			break
		}
	}
	b.keys(typed(slip) + typed(professional))
	b.onward(w.Text("transcribe.again.compare"))
	b.reads(w.Text("transcribe.settle.lead"))
	if n := eval[int](b, `document.querySelectorAll("[data-box]").length`); n != 1 {
		t.Errorf("%d answers are to be decided on, for one slip", n)
	}
	b.keys(typed(client[firstNumber(client) : firstNumber(client)+1]))
	b.onward(w.Text("transcribe.calculate"))
	b.until("the result", `location.pathname.endsWith("/result")`)
	s.id = b.id("/assessments/")

	got := h.professional.get("/assessments/" + s.id)
	if got["mode"] != "paper" || got["assessed_on"] != "2023-09-10" || got["register"] != "health" {
		t.Errorf("stored as %v of %v in %v", got["mode"], got["assessed_on"], got["register"])
	}
	result, want := got["result"].(map[string]any), s.expects(client, professional)
	if result["resources"] != want.Resources.Shown() || result["challenge"] != want.Challenge.Shown() {
		t.Errorf("%v and %v, want %v and %v", result["resources"], result["challenge"], want.Resources.Shown(), want.Challenge.Shown())
	}
}

// onward presses the button that the focus has moved to behind the last box.
func (b *browser) onward(button string) {
	b.Helper()
	if got := b.focused(); got != button {
		b.Errorf("behind the last box the focus is on %q, not on %q", got, button)
	}
	b.keys(kb.Enter)
}

// purposeLabel is what a purpose is called on the form.
func purposeLabel(t testing.TB, of consent.Purpose) string {
	texts, err := consent.BuiltinTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range texts[len(texts)-1].Purposes {
		if one.Purpose == of {
			return one.Label.In(lang.Finnish)
		}
	}
	t.Fatalf("the text has no purpose %s", of)
	return ""
}

// typed is a sheet as it is typed from paper.
func typed(sheet instrument.Sheet) string {
	var keys strings.Builder
	for _, a := range sheet {
		switch {
		case a.Skip == instrument.Discuss:
			keys.WriteString("j")
		case a.Skip == instrument.Declined:
			keys.WriteString("e")
		case a.Skip == instrument.NotApplicable:
			keys.WriteString("x")
		case a.Value == 10:
			keys.WriteString("10")
		case a.Value == 1:
			keys.WriteString("1 ") // it might become a ten
		default:
			keys.WriteString(string(rune('0' + a.Value)))
		}
	}
	return keys.String()
}

func firstNumber(sheet instrument.Sheet) int {
	for i, a := range sheet {
		if a.Skip == "" {
			return i
		}
	}
	return -1
}

// Every paper that a page leads to opens from there, and is a PDF.
func TestPapersOpenFromThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	b.settleIn(lang.Finnish, h, "ammattilainen")
	id := h.professional.complete(8, 2)
	at := "/assessments/" + id
	h.professional.want(200, "POST", at+"/confirmation", map[string]any{})
	links := map[string]int{"/forms": 15, at + "/result": 1, at + "/consent": 1, at + "/file": 3}
	for path, most := range links {
		b.open(path)
		found := eval[[]string](b, `[...document.querySelectorAll('main a[href*="document.pdf"]')].map(a => a.getAttribute("href"))`)
		if len(found) < most {
			t.Errorf("%s leads to %d papers, not %d: %v", path, len(found), most, found)
		}
		for _, link := range found {
			got := eval[string](b, `fetch("`+link+`").then(r => r.headers.get("Content-Type") + " " + r.status).catch(String)`)
			if got != "application/pdf 200" {
				t.Errorf("%s → %s: %s", path, link, got)
			}
		}
	}
}
