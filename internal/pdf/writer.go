package pdf

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Writer writes one file. It is for one goroutine. What is asked of it wrongly is
// told once, by Finish.
type Writer struct {
	info      Info
	pages     []*page
	root      *node
	open      *node // the innermost open element; root if none
	artifact  *ArtifactKind
	fonts     [len(files)]used
	opacities []string
	bookmarks []bookmark
	replaced  int
	misuse    error // the first
}

// page is what has been drawn on a page.
type page struct {
	content builder
	target  target  // what the open marked content belongs to
	marks   []*node // whose they are
	areas   []*area
}

// target is what content belongs to: an element, or an artifact, or neither.
type target struct {
	node     *node
	artifact string
}

// ArtifactKind says what an artifact is for.
type ArtifactKind uint8

// The kinds of artifacts.
const (
	Pagination ArtifactKind = iota // the feet of pages
	Layout                         // rules and fills
)

// properties are those of the marked content (ISO 32000-1, table 330).
func (k ArtifactKind) properties() string {
	if k == Pagination {
		return "<</Type/Pagination/Subtype/Footer>>"
	}
	return "<</Type/Layout>>"
}

// bookmark is an entry of the outline.
type bookmark struct {
	level int
	title string
	page  int
	y     float64
}

// New starts a file without pages.
func New(info Info) *Writer {
	root := &node{Element: Element{Role: "Document"}, page: -1}
	return &Writer{info: info, root: root, open: root}
}

// AddPage adds an empty page. Everything that is drawn after it is on it.
func (w *Writer) AddPage() {
	w.leave()
	w.pages = append(w.pages, &page{})
}

// Begin opens an element inside the open one. An element may run over pages.
func (w *Writer) Begin(e Element) {
	if wrong := misplaced(e, w.open); wrong != "" {
		w.fail(wrong)
	}
	if w.artifact != nil {
		w.fail("element inside an artifact")
	}
	w.leave()
	n := &node{Element: e, parent: w.open, page: len(w.pages) - 1}
	w.open.kids = append(w.open.kids, kid{node: n})
	w.open = n
}

// End closes the innermost open element.
func (w *Writer) End() {
	if w.open == w.root {
		w.fail("End without Begin")
		return
	}
	if w.open.Role == Link && !w.open.hasArea() {
		w.fail("Link without an area")
	}
	w.leave()
	w.open = w.open.parent
}

func (n *node) hasArea() bool {
	for _, k := range n.kids {
		if k.area != nil {
			return true
		}
	}
	return false
}

// Artifact marks what draw draws as no part of what is read aloud. It may come
// while an element is open, which goes on after it.
func (w *Writer) Artifact(kind ArtifactKind, draw func()) {
	if w.artifact != nil {
		w.fail("artifact inside an artifact")
		return
	}
	w.artifact = &kind
	draw()
	w.artifact = nil
}

// LinkArea makes b lead to an absolute address of the web or of mail.
// It belongs to the open Link element, which may have several: one on each line.
func (w *Writer) LinkArea(b Box, address string) {
	if w.open.Role != Link || len(w.pages) == 0 || !drawable(b.X, b.Y, b.W, b.H) {
		w.fail("area outside a Link, or of no place")
		return
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" && parsed.Scheme != "mailto" {
		w.fail("Link to no address of the web or of mail")
		return
	}
	a := &area{page: len(w.pages) - 1, box: b, uri: ascii(parsed.String()), of: w.open}
	w.open.kids = append(w.open.kids, kid{area: a})
	w.pages[a.page].areas = append(w.pages[a.page].areas, a)
}

// ascii is address with everything percent-encoded that PDF doesn't allow in one
// (ISO 32000-1, 12.6.4.7).
func ascii(address string) string {
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c >= 0x7F {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Bookmark adds an entry to the outline that leads to the height y of the present
// page. Levels count from 1; an entry stands below the last one of a lower level.
func (w *Writer) Bookmark(level int, title string, y float64) {
	if len(w.pages) == 0 || level < 1 || !drawable(y) {
		w.fail("bookmark before the first page, or of no level or place")
		return
	}
	w.bookmarks = append(w.bookmarks, bookmark{level: level, title: clean(title), page: len(w.pages) - 1, y: y})
}

// Replaced is how many characters, as readers count them, no font has. Each is
// drawn as a box and still read and copied as what it is.
func (w *Writer) Replaced() int { return w.replaced }

// fail remembers what was asked for wrongly. It never holds text of a document,
// since errors are logged.
func (w *Writer) fail(what string) {
	if w.misuse == nil {
		w.misuse = fmt.Errorf("pdf: %s", what)
	}
}

// hasPlace says whether there is a page to draw on and something that the drawing
// belongs to.
func (w *Writer) hasPlace() bool {
	if len(w.pages) == 0 {
		w.fail("drawing before the first page")
		return false
	}
	if _, limited := children[w.open.Role]; w.artifact == nil && (limited || w.open == w.root) {
		w.fail("content straight in " + string(w.open.Role))
		return false
	}
	return true
}

// enter returns the page to draw on, with marked content open for whatever the
// drawing belongs to. There must be a place for it.
func (w *Writer) enter() *page {
	p := w.pages[len(w.pages)-1]
	to := target{node: w.open}
	if w.artifact != nil {
		to = target{artifact: w.artifact.properties()}
	}
	if p.target == to {
		return p
	}
	p.close()
	p.target = to
	if to.node == nil {
		p.content.add("/Artifact", to.artifact, "BDC\n")
		return p
	}
	m := &mark{page: len(w.pages) - 1, id: len(p.marks)}
	p.marks = append(p.marks, to.node)
	to.node.kids = append(to.node.kids, kid{mark: m})
	p.content.add("/", string(to.node.Role), "<</MCID ", strconv.Itoa(m.id))
	if to.node.actual != "" {
		p.content.add("/ActualText", textString(to.node.actual))
	}
	p.content.add(">>BDC\n")
	return p
}

// leave ends the open marked content, so that what follows gets one of its own.
func (w *Writer) leave() {
	if len(w.pages) > 0 {
		w.pages[len(w.pages)-1].close()
	}
}

func (p *page) close() {
	if p.target != (target{}) {
		p.content.add("EMC\n")
		p.target = target{}
	}
}

// problem is what keeps the file from being written.
func (w *Writer) problem() error {
	switch {
	case w.misuse != nil:
		return w.misuse
	case w.open != w.root:
		return fmt.Errorf("pdf: %s left open", w.open.Role)
	case len(w.pages) == 0:
		return errors.New("pdf: no pages")
	case clean(w.info.Title) == "":
		return errors.New("pdf: no title")
	case !isLanguage(w.info.Language):
		return errors.New("pdf: no language")
	}
	return nil
}
