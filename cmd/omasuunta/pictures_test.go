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
	demo := start(t, "demo", "--public-url", "http://omasuunta.example.org")
	p := photographer{browse(t, demo.URL, "fi"), folder}
	p.logIn(demo, "professional")
	p.picture("start", 1100, 860)
	p.invitation()
	p.visit()
	p.pressOn("logging out", `document.querySelector('form[action="/logout"] button')`)
	p.logIn(demo, "expert")
	p.open("/report?" + trialDays)
	p.reads("86")
	p.picture("report", 1100, 1000)
}

// photographer goes through the pages and takes pictures.
type photographer struct {
	*browser
	folder string
}

// picture shows the top of the page in a window of that size, with nothing
// focused or pointed at.
func (p photographer) picture(name string, width, height int64) {
	p.Helper()
	p.size(width, height)
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

func (p photographer) invitation() {
	p.open("/invitations/new")
	p.pressOn("the register", `document.querySelector('input[name="register"][value="health"] + label')`)
	eval[bool](p.browser, `(() => { document.querySelector('select[name="battery"]').value = "functioning"; return true; })()`)
	p.press("Tee kutsu")
	p.reads("Kutsu on valmis")
	p.picture("invitation", 1100, 1200)
}

// visit goes from a new assessment to its result.
func (p photographer) visit() {
	p.open("/new")
	for name, value := range map[string]string{"register": "health", "battery": "functioning", "language": "fi", "mode": "joint"} {
		p.pressOn(name, fmt.Sprintf(`document.querySelector('input[name="%s"][value="%s"] + label')`, name, value))
	}
	p.picture("begin", 1100, 1000)
	p.press("Jatka suostumukseen")
	p.at("/new/consent")
	p.picture("consent", 1100, 860)
	p.press("Valitse kaikki kohdat")
	p.fill("Nimesi", "Esimerkki Asiakas")
	p.press("Anna suostumus ja aloita")
	p.at("/assessments/")
	p.client([]int{7, 5, 6, 9, 8, 4, 7, 8, 3, 9, 8, 9})
	p.professional([]int{6, 7, 4, 6, 2, 3, 7, 5, 7})
	p.picture("result", 1100, 1000)
}

// client answers the client's topics, one a page.
func (p photographer) client(numbers []int) {
	for i, number := range numbers {
		p.reads(fmt.Sprintf("Aihe %d / %d", i+1, len(numbers)))
		p.pressOn("the number", fmt.Sprintf(`document.querySelector('label[for$="-%d"]')`, number))
		p.reads("Tallennettu klo")
		if i == 3 {
			p.picture("question", 1100, 900)
			p.picture("question-phone", 360, 860)
			p.size(1280, 900)
		}
		p.pressOn("going on", `document.querySelector('button[value="next"]')`)
	}
	p.reads("Vastauksesi")
	p.press("Siirry ammattilaisen osaan")
	p.at("/" + strings.Join([]string{"assessments", p.id("/assessments/"), "professional"}, "/"))
}

// professional answers the professional's questions, which are on one page.
func (p photographer) professional(numbers []int) {
	for i, number := range numbers {
		p.pressOn("the number", fmt.Sprintf(`document.querySelectorAll(".question")[%d].querySelector('label[for$="-%d"]')`, i, number))
		if i == 1 {
			p.reads("Tallennettu klo")
			p.picture("professional", 1100, 900)
			p.size(1280, 900)
		}
	}
	p.press("Näytä tulos")
	p.reads("Mistä tulos tulee")
}
