package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// unagreed is the key of those with whom nothing was agreed.
const unagreed = "none"

// protectNested protects a table whose rows belong together but for one key: that
// one beside the others together, and the others within what that shows of them.
// So the same is hidden here as where only the one key is asked for.
func (n *node) protectNested(s *shield, apart string) gridMask {
	mask := newGridMask(len(s.rows), true)
	at := slices.Index(s.keys, apart)
	if at < 0 {
		return n.protectRows(s.rows)
	}
	var inside []row
	together := row{}
	for i, r := range s.rows {
		if i != at {
			inside = append(inside, r)
			for j, v := range r.cells {
				together.cells[j] += v
			}
		}
	}
	outer := n.protectRows([]row{s.rows[at], together})
	mask.totals[at], mask.cells[at] = outer.totals[0], outer.cells[0]
	if outer.totals[1] {
		return mask
	}
	columns := outer.cells[1]
	inner := protectGrid(inside, protectLine(totalsOf(inside), n.k, false), columns[:], n.k)
	for i := range s.rows {
		if i != at {
			mask.totals[i], mask.cells[i] = inner.totals[0], inner.cells[0]
			inner.totals, inner.cells = inner.totals[1:], inner.cells[1:]
		}
	}
	return mask
}

func (n *node) protectRows(rows []row) gridMask {
	return protectGrid(rows, protectLine(totalsOf(rows), n.k, false), n.columns, n.k)
}

// protectPlaces protects the places of the plane. A place is in one segment, as
// everybody knows, so each segment is a line of its own places, and a place's
// total is hidden with its cells.
func protectPlaces(rows []row, columns []bool, k int) gridMask {
	mask := newGridMask(len(rows), false)
	for j := range 4 {
		var at, parts []int
		for i, r := range rows {
			if r.cells[j] > 0 || segmentOfPlace(r.code) == j {
				at, parts = append(at, i), append(parts, r.cells[j])
			}
		}
		hidden := repeat(true, len(at))
		if !columns[j] {
			hidden = protectLine(parts, k, false)
		}
		for i, h := range hidden {
			mask.cells[at[i]][j] = h
			mask.totals[at[i]] = mask.totals[at[i]] || h
		}
	}
	return mask
}

// segmentOfPlace is the column that a place is in with the usual cut-offs, −1 for
// what is no place.
func segmentOfPlace(place string) int {
	resources, challenge, found := strings.Cut(place, "-")
	x, err := strconv.Atoi(resources)
	y, err2 := strconv.Atoi(challenge)
	if !found || err != nil || err2 != nil {
		return -1
	}
	of := segment.SelfActing
	switch {
	case x < 5 && y < 5:
		of = segment.Community
	case x >= 5 && y >= 5:
		of = segment.Cooperating
	case x < 5:
		of = segment.Network
	}
	return int(of - segment.SelfActing)
}
