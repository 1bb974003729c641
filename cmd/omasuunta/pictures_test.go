package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// picturesFolder names the folder that the guides' pictures go to.
const picturesFolder = "OMASUUNTA_PICTURES"

// TestPictures is no test but a tool: `make pictures` runs it, to take the
// pictures of the guides again after the pages have changed. It leads a visit
// of the demo in Finnish and looks at it on the way. Days and times in the
// pictures are those of the moment.
func TestPictures(t *testing.T) {
	folder := os.Getenv(picturesFolder)
	if folder == "" {
		t.Skip("SKIPPED: a tool and no test; `make pictures` takes the pictures of the guides")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	demo := start(t, "demo", "--public-url", publicURL)
	p := photographer{browse(t, demo.URL, "fi"), folder}
	p.logIn(demo, "professional")
	link := p.invitation()
	photographer{browse(t, demo.URL, "fi"), folder}.atHome(link)
	p.visit()
	p.pressOn("logging out", `document.querySelector('form[action="/logout"] button')`)
	p.reads("Olet kirjautunut ulos")
	p.logIn(demo, "expert")
	p.open("/report?" + trialDays)
	p.reads("86")
	p.picture("report", wide, 1460)
	p.open("/report/plane?" + trialDays)
	p.reads("86")
	p.picture("plane", wide, 1930)
	p.open("/report/change?" + trialDays)
	p.reads("n = 12")
	p.picture("change", wide, 1930)
}

// publicURL is the address in an invitation of the pictures.
const publicURL = "http://omasuunta.example.org"

// photographer goes through the pages and takes pictures.
type photographer struct {
	*browser
	folder string
}

// wide is the width of a window on a desk, in CSS pixels. Its pictures are made
// smaller, to the width of a page of text.
const (
	wide  = 1100
	scale = 0.8
)

// picture shows the top of the page in a window of that size, with nothing
// focused or pointed at.
func (p photographer) picture(name string, width, height int64) {
	p.Helper()
	if width == wide {
		p.do(chromedp.EmulateViewport(width, height, chromedp.EmulateScale(scale)))
	} else {
		p.size(width, height)
	}
	p.until("the page", `document.readyState === "complete"`)
	eval[bool](p.browser, `document.fonts.ready.then(() => { document.activeElement.blur(); scrollTo({top: 0, behavior: "instant"}); return true; })`)
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 1, 1))
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	data, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.folder, name+".png"), data, 0o644); err != nil {
		p.Fatal(err)
	}
	p.size(1280, 900)
}

// logIn logs the first user with a role in.
func (p photographer) logIn(demo *instance, role string) {
	p.Helper()
	p.open("/login")
	for _, u := range demo.Users {
		if u.Role == role {
			p.fill("Käyttäjätunnus", u.Username)
			p.fill("Salasana", u.Password)
			break
		}
	}
	p.press("Kirjaudu")
	p.until("being in", `!!document.querySelector('form[action="/logout"]')`)
}

// invitation invites a client and returns the path of the link.
func (p photographer) invitation() string {
	p.open("/invitations/new")
	p.pressOn("the register", `document.querySelector('input[name="register"][value="health"] + label')`)
	eval[bool](p.browser, `(() => { document.querySelector('select[name="battery"]').value = "functioning"; return true; })()`)
	p.press("Tee kutsu")
	p.reads("Kutsu on valmis")
	p.picture("invitation", wide, 1210)
	return strings.TrimPrefix(p.value("Linkki asiakkaalle"), publicURL)
}

// atHome is the client who was invited, with a phone.
func (p photographer) atHome(link string) {
	p.open(link)
	p.press("Aloita")
	p.at("/own/consent")
	p.consent()
	p.answer(1, 7)
	p.picture("phone", 360, 1080)
}

// visit goes from a new assessment to its result.
func (p photographer) visit() {
	p.open("/new")
	for name, value := range map[string]string{"register": "health", "battery": "functioning", "language": "fi", "mode": "joint"} {
		p.pressOn(name, fmt.Sprintf(`document.querySelector('input[name="%s"][value="%s"] + label')`, name, value))
	}
	p.picture("begin", wide, 1000)
	p.press("Jatka suostumukseen")
	p.at("/new/consent")
	p.picture("consent", wide, 860)
	p.consent()
	for i, number := range []int{7, 5, 6, 9, 8, 4, 7, 8, 3, 9, 8, 9} {
		p.answer(i+1, number)
		if i == 3 {
			p.picture("question", wide, 900)
		}
		p.pressOn("going on", `document.querySelector('button[value="next"]')`)
	}
	p.reads("Mitä vastasit")
	p.open("/")
	p.picture("start", wide, 900)
	p.press("Jatka")
	p.reads("Mitä asiakas vastasi")
	p.professional([]int{6, 7, 4, 6, 2, 3, 7, 5, 7})
	p.picture("result", wide, 1120)
}

// consent says yes to everything.
func (p photographer) consent() {
	p.press("Valitse kaikki kohdat")
	p.fill("Nimesi", "Esimerkki Asiakas")
	p.press("Anna suostumus ja aloita")
}

// answer answers the client's topic at hand, and waits until that is saved.
func (p photographer) answer(topic, number int) {
	p.reads(fmt.Sprintf("Aihe %d / 12", topic))
	p.pressOn("the number", fmt.Sprintf(`document.querySelector('label[for$="-%d"]')`, number))
	p.reads("Tallennettu klo")
}

// professional answers the professional's questions, which are on one page.
func (p photographer) professional(numbers []int) {
	for i, number := range numbers {
		p.pressOn("the number", fmt.Sprintf(`document.querySelectorAll(".question")[%d].querySelector('label[for$="-%d"]')`, i, number))
		if i == 1 {
			p.reads("Tallennettu klo")
			p.picture("professional", wide, 900)
		}
	}
	p.press("Näytä tulos")
	p.reads("Mistä tulos tulee")
}
