package document

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"

	"github.com/omasuunta/omasuunta/internal/lang"
)

var (
	//go:embed page.html
	pageSource string
	//go:embed page.css
	layoutCSS string

	pageCSS      = coloursCSS() + layoutCSS
	pageTemplate = template.Must(template.New("page").Parse(pageSource))
)

// StyleHash is the source expression for the page's only style sheet, to be put
// into a Content-Security-Policy: style-src 'sha256-…'. The page needs nothing
// else: no script, no image, no font.
func StyleHash() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// HTML writes the result as a page for the client, made for one sheet of A4
// paper printed on both sides and for any screen. It fails when the result is
// incomplete or w fails.
func HTML(w io.Writer, r Result, tag lang.Tag) error { return Page(w, r, tag, Screen{}) }

// Screen is what the page gets in a browser besides the words: nothing of it is
// on paper. The zero Screen is the page by itself.
type Screen struct {
	Script string // address of a script, which the Content-Security-Policy must allow; "" for none
	Back   string // address to go back to; "" for none
}

// Page is HTML for somebody who came from another page.
func Page(w io.Writer, r Result, tag lang.Tag, on Screen) error {
	told, err := Tell(r, tag)
	if err != nil {
		return err
	}
	return pageTemplate.Execute(w, newPage(told, on))
}

// page is what the template shows. Its fields are plain texts, escaped by the
// template; only CSS and Plane are markup, and both are ours.
type page struct {
	*Told
	Screen
	Lang  lang.Tag
	CSS   template.CSS
	Plane template.HTML
}

func newPage(told *Told, on Screen) *page {
	return &page{
		Told: told, Screen: on, Lang: told.p.Tag(), CSS: template.CSS(pageCSS), // ours, whole
		Plane: template.HTML(told.Plane(nil).SVG()), // package figure escapes its words
	}
}
