package export

import (
	"bufio"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/omasuunta/omasuunta/internal/report"
)

// DistributionTable writes the distribution for a terminal: columns aligned by
// display width, numbers to the right.
func DistributionTable(w io.Writer, d report.Distribution, l Labels) error {
	out := bufio.NewWriter(w) // keeps the first error until Flush
	say := func(lines ...string) {
		for _, line := range lines {
			_, _ = out.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	say(plain(l.Title), plain(l.subtitle(d)))
	say(shareTable(l, l.Tables.Segments, d.Segments, l.Segment)...)
	say(shareTable(l, l.Tables.Batteries, d.Batteries, l.Battery)...)
	for _, t := range l.groups(d) {
		say(groupLines(l, t.heading, t.rows, t.name)...)
	}
	coverage := [][]string{{l.Tables.Coverage, l.Heads.Count}}
	for _, line := range d.Coverage.Lines() {
		coverage = append(coverage, []string{named(l.Covered, line.Code), l.count(line.Count)})
	}
	say(aligned(coverage)...)
	for _, note := range l.notes(d) {
		say("", plain(note))
	}
	return out.Flush()
}

func shareTable(l Labels, heading string, shares []report.Share, name func(string) string) []string {
	rows := [][]string{{heading, l.Heads.Count, l.Heads.Percent}}
	for _, s := range shares {
		rows = append(rows, []string{named(name, s.Code), l.count(s.Count), l.percent(s.Percent)})
	}
	return aligned(rows)
}

func groupLines(l Labels, heading string, groups []report.Group, name func(string) string) []string {
	head := []string{heading, l.Heads.N}
	if len(groups) > 0 {
		for _, s := range groups[0].Segments {
			head = append(head, named(l.Segment, s.Code))
		}
	}
	rows := [][]string{head}
	for _, g := range groups {
		line := []string{named(name, g.Code), l.count(g.N)}
		for _, s := range g.Segments {
			line = append(line, l.share(s))
		}
		rows = append(rows, line)
	}
	return aligned(rows)
}

// aligned sets rows in columns after an empty line, the first to the left, the
// others to the right, with a rule under the head.
func aligned(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i := range row {
			row[i] = plain(row[i])
			widths[i] = max(widths[i], displayWidth(row[i]))
		}
	}
	lines := []string{""}
	for r, row := range rows {
		line := ""
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-displayWidth(cell))
			if i == 0 {
				line += cell + pad
			} else {
				line += "  " + pad + cell
			}
		}
		lines = append(lines, line)
		if r == 0 {
			lines = append(lines, strings.Repeat("─", displayWidth(line)))
		}
	}
	return lines
}

// displayWidth is how many columns a text takes in a terminal.
func displayWidth(text string) int {
	total := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case wide(r):
			total += 2
		default:
			total++
		}
	}
	return total
}

func wide(r rune) bool {
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth
}

// plain takes control characters out of a text, so that a name can't steer the
// reader's terminal or break a line.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// ignorable tells whether a spreadsheet may skip a character before a formula.
func ignorable(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Cf)
}
