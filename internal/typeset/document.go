package typeset

import (
	"slices"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

// PDF lays the document out and writes it as a tagged PDF file. The same document
// always gives the same bytes. An error means that the document can't be told to
// everybody, such as one without a title; a text of any kind never is one.
func (d Document) PDF() (Printed, error) {
	w := pdf.New(pdf.Info{Title: d.Title, Subject: d.Subject, Language: string(d.Language), Created: d.Created})
	pages := d.pages()
	for _, p := range pages {
		w.AddPage()
		draw(w, p.ops)
	}
	file, err := w.Finish()
	if err != nil {
		return Printed{}, err
	}
	return Printed{Bytes: file, Pages: len(pages), Replaced: w.Replaced()}, nil
}

// pages lays the document out.
func (d Document) pages() []page {
	t := setter{measurer: newMeasurer(), language: d.Language}
	st := newStyles(d.Size)
	if d.Dense {
		st = st.dense()
	}
	foot := newFoot(t, st, d)
	l := layouter{setter: t, styles: st, height: pdf.PageHeight - st.top - foot.room()}
	var f flow
	l.blocks(&f, d.Blocks, st.side, st.textWidth())
	pages := onPages(f.strips, st.top, l.height)
	evenHeadings(pages)
	for i := range pages {
		pages[i].ops = append(pages[i].ops, foot.at(i+1, len(pages)))
	}
	return pages
}

// evenHeadings makes headings that skip a level follow those before them: who
// listens moves from one to the next by their levels (ISO 14289-1, 7.4.2).
func evenHeadings(pages []page) {
	last := 0
	for _, p := range pages {
		for i, o := range p.ops {
			switch o := o.(type) {
			case openOp:
				if level := slices.Index(headingRoles[:], o.element.Role) + 1; level > 0 {
					last = min(level, last+1)
					o.element.Role = headingRoles[last-1]
					p.ops[i] = o
				}
			case bookmarkOp:
				o.level = last
				p.ops[i] = o
			}
		}
	}
}
