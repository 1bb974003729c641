package typeset

import "strings"

// line is one line of a passage.
type line struct {
	start, end int // offsets of what is drawn
	width      float64
	hyphen     bool // a hyphen is added
	joined     bool // the next line goes on with the same word
}

// What a bad line costs. A line's slack is the part of the column that it leaves
// empty; its cost is the square of that times slackCost.
const (
	slackCost   = 100
	lineCost    = 4  // no more lines than are needed
	hyphenCost  = 8  // as a slack of 0.28
	repeatCost  = 12 // two hyphens in a row
	shortCost   = 6  // a last line of hardly anything
	shortest    = 0.12
	ragged      = 0.3 // a slack above this is worth a hyphen
	looseRagged = 0.5 // in headings
	longestLine = 400 // pieces
)

// lines breaks a passage into lines that are at most width wide. It hyphenates
// only where the lines would be very ragged without.
func (m *measurer) lines(p passage, st textStyle, width float64) []line {
	var all []line
	for start := 0; start <= len(p.text); {
		end := len(p.text)
		if i := strings.IndexByte(p.text[start:], '\n'); i >= 0 {
			end = start + i
		}
		all = append(all, m.filled(p, start, end, st, width)...)
		start = end + 1
	}
	return all
}

// filled breaks text without a newline; there is at least one line, if an empty
// one.
func (m *measurer) filled(p passage, start, end int, st textStyle, width float64) []line {
	worst := ragged
	if st.loose {
		worst = looseRagged
	}
	lines := m.evenly(m.pieces(p, start, end, st, width, false), st, width)
	for i, l := range lines {
		if i < len(lines)-1 && (width-l.width)/width > worst {
			lines = m.evenly(m.pieces(p, start, end, st, width, true), st, width)
			break
		}
	}
	if len(lines) == 0 {
		return []line{{start: end, end: end}}
	}
	return lines
}

// evenly chooses the line ends with the least cost in all.
func (m *measurer) evenly(pieces []piece, st textStyle, width float64) []line {
	n := len(pieces)
	if n == 0 {
		return nil
	}
	hyphen := m.hyphen(st)
	best, from := make([]float64, n+1), make([]int, n+1)
	for end := 1; end <= n; end++ {
		last := pieces[end-1]
		wide := last.width
		if last.hyphen {
			wide += hyphen
		}
		for begin := end - 1; begin >= 0; begin-- {
			if begin < end-1 {
				wide += pieces[begin].width + pieces[begin].space
				if wide > width || end-begin > longestLine {
					break
				}
			}
			c := best[begin] + cost(wide/width, end == n, begin > 0, last.hyphen, begin > 0 && pieces[begin-1].hyphen)
			if begin == end-1 || c < best[end] {
				best[end], from[end] = c, begin
			}
		}
	}
	var lines []line
	for end := n; end > 0; end = from[end] {
		lines = append(lines, m.line(pieces[from[end]:end], hyphen, end == n))
	}
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	return lines
}

// cost is that of one line that fills so much of the column.
func cost(filled float64, last, notFirst, hyphen, hyphenBefore bool) float64 {
	c := float64(lineCost)
	slack := max(0, 1-filled)
	switch {
	case !last:
		c += slack * slack * slackCost
	case notFirst && filled < shortest:
		c += shortCost
	}
	if hyphen {
		c += hyphenCost
		if hyphenBefore {
			c += repeatCost
		}
	}
	return c
}

func (m *measurer) line(pieces []piece, hyphen float64, last bool) line {
	end := pieces[len(pieces)-1]
	l := line{start: pieces[0].start, end: end.end, hyphen: end.hyphen && !last}
	l.joined = !last && end.space == 0
	for i, p := range pieces {
		l.width += p.width
		if i < len(pieces)-1 {
			l.width += p.space
		}
	}
	if l.hyphen {
		l.width += hyphen
	}
	return l
}
