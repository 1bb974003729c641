package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// draft begins an assessment without answers and returns its id.
func (c client) draft() string {
	c.t.Helper()
	form := without(without(without(paperForm(c.t, c.giveConsent(), 8, 2), "client_answers"), "professional_answers"), "complete")
	return c.want(201, "POST", "/assessments", form).JSON(c.t)["id"].(string)
}

// stored is what the server has of an item of a side: nil for nothing.
func (c client) stored(assessment, side, item string) object {
	c.t.Helper()
	answers, _ := c.get("/assessments/" + assessment)[side+"_answers"].([]any)
	for _, one := range answers {
		if answer := one.(object); answer["item"] == item {
			return answer
		}
	}
	return nil
}

// mustBe demands what the server has of an item.
func (c client) mustBe(assessment, side, item string, value any, comment string) {
	c.t.Helper()
	got := c.stored(assessment, side, item)
	said, _ := got["comment"].(string)
	if got["value"] != value || said != comment {
		c.t.Errorf("%s: the server has %v, want %v with the comment %q", item, got, value, comment)
	}
}

// comesToSay waits until the server has words about an item.
func (c client) comesToSay(assessment, side, item, comment string) {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for c.stored(assessment, side, item)["comment"] != comment {
		if time.Now().After(deadline) {
			c.t.Fatalf("%s: the server has %v, and never %q", item, c.stored(assessment, side, item), comment)
		}
	}
}

// topicPath is where a client answers an item.
func topicPath(assessment, item string) string {
	return "/assessments/" + assessment + "/client/" + item
}

// buttonOf is the button of a number of an item, as an expression.
func buttonOf(item string, value int) string {
	return fmt.Sprintf(`document.querySelector('label[for="f-answer-%s-%d"]')`, item, value)
}

// choose presses the button of a number.
func (b *browser) choose(item string, value int) {
	b.Helper()
	b.pressOn(fmt.Sprintf("%d of %s", value, item), buttonOf(item, value))
}

// chosen is the answer that is marked for an item, "" for none.
func (b *browser) chosen(item string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf(`(document.querySelector('[name="answer.%s"]:checked') || {value: ""}).value`, item))
}

// comment types words of one's own about an item, after what is there.
func (b *browser) comment(item, text string) {
	b.Helper()
	field := fmt.Sprintf(`document.querySelector('[name="comment.%s"]')`, item)
	b.until("the field for own words", `document.readyState === "complete" && !!`+field)
	if !eval[bool](b, field+`.checkVisibility()`) {
		b.pressOn("own words about "+item, field+`.closest("details").querySelector("summary")`)
	}
	b.pressOn("the field for own words about "+item, field)
	b.keys(text)
}

// written is what is written in the field for own words about an item.
func (b *browser) written(item string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector('[name="comment.%s"]').value`, item))
}

// state waits until the page says how it is with the saving, by the beginning
// of the message.
func (b *browser) state(tag lang.Tag, key string) {
	b.Helper()
	words, _, _ := strings.Cut(locale.For(tag).Text(key, object{"clock": "\x00"}), "\x00")
	b.until("the page saying "+words, fmt.Sprintf(`document.readyState === "complete" && document.querySelector("[data-state]").textContent.startsWith(%s)`, quoted(words)))
}

// stays marks the page, so that reloading it can be told.
func (b *browser) stays() (stayed func()) {
	b.Helper()
	eval[bool](b, `window.stayed = true`)
	return func() {
		b.Helper()
		if !eval[bool](b, `window.stayed === true`) {
			b.Error("the page was left or loaded anew")
		}
	}
}

// phone makes the browser that of a phone.
func (b *browser) phone() {
	b.Helper()
	b.do(chromedp.EmulateViewport(360, 780, chromedp.EmulateMobile, chromedp.EmulateTouch))
}

// follow presses what opens another window and returns that.
func (b *browser) follow(text string) *browser {
	b.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(one *target.Info) bool { return one.Type == "page" })
	b.press(text)
	select {
	case id := <-opened:
		ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
		b.Cleanup(cancel)
		if err := chromedp.Do(ctx); err != nil {
			b.Fatal(err)
		}
		return &browser{TB: b.TB, ctx: ctx, url: b.url}
	case <-time.After(patience):
		b.Fatalf("%s opens no window", text)
		return nil
	}
}

// comesBack brings a window to the front, where somebody goes on.
func (b *browser) comesBack() {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, page.BringToFront, cdp.Empty{}); err != nil {
		b.Fatal(err)
	}
}
