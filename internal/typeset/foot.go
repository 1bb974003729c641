package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// foot is the running foot: a short word on the left, the number of the page on
// the right.
type foot struct {
	setter
	margins
	style  textStyle
	left   []op
	height float64 // of the words on the left
	pageOf func(page, of int) string
}

const (
	footBelow = 36 // from the last baseline to the edge of the page
	footAbove = 18 // from the text to the foot
	footShare = 0.72
)

func newFoot(t setter, st styles, d Document) foot {
	f := foot{setter: t, margins: st.margins, style: st.foot, pageOf: d.PageOf}
	if p := newPassage([]Span{{Text: d.Foot}}, d.Language); !p.empty() {
		var ops []op
		ops, f.height = stack(t.set(p, st.foot, f.side, footShare*f.textWidth(), false), 0, true)
		f.left = drawn(ops)
	}
	return f
}

// room is the height of the margin that the foot needs.
func (f foot) room() float64 {
	return min(max(f.bottom, footBelow+f.height+f.aboveFoot), pdf.PageHeight/2)
}

// at is the foot of one page.
func (f foot) at(number, of int) op {
	baseline := pdf.PageHeight - footBelow
	top := baseline - max(f.height-f.style.leading, 0) - f.style.baseline()
	ops := moved(f.left, top)
	if f.pageOf != nil {
		text := oneLine(newPassage([]Span{{Text: f.pageOf(number, of)}}, f.language).text)
		width := f.advance(f.style.ink.Font, f.style.ink.Size, text)
		if text != "" {
			ops = append(ops, textOp{x: f.side + f.textWidth() - width, y: baseline, width: width, ink: f.style.ink, text: text})
		}
	}
	return artifactOp{kind: pdf.Pagination, ops: ops}
}
