package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// unagreed is the key of those with whom nothing was agreed.
const unagreed = "none"

// apartIn is the key that stands beside the others of a view, where these others
// together are a table as well: who agreed is in the step confirmed, whose time was
// measured in a table of that alone.
func apartIn(view View) (key string, nested bool) {
	switch {
	case view == Agreed:
		return unagreed, true
	case strings.HasSuffix(string(view), inFives):
		return others, true
	}
	return "", false
}

// neverShown tells whether a view isn't shown with a smallest cell, for it would tell
// of another one that is: minutes one by one beside those by fives, and whose result
// was near a border, which is in the middle of the plane, beside its places.
func neverShown(view View) bool { return view == Borderline || slices.Contains(MinutesViews, view) }

// oneKey tells whether a view has one key, of which most ask only how many are under
// it. Where its table can't be shown, that number alone often can.
func oneKey(view View) bool {
	return strings.HasPrefix(string(view), string(Steps)+":") || strings.HasSuffix(string(view), measured)
}

// inside is what is known of all but the people who stand apart, together. shares
// are those of the rows, in their order.
func (s *shield) inside(shares []share, apart string, whole leasts) share {
	var keys []int
	var together share
	beside := share{}
	at := slices.Index(s.keys, apart)
	for i, one := range shares[:len(s.rows)] {
		if i == at {
			beside = one
			continue
		}
		keys = append(keys, i)
		for j, v := range one.least {
			together.least[j] += v
		}
	}
	for j := range together.least {
		if at < 0 || s.shows(at, j) {
			together.least[j] = max(together.least[j], whole[j]-beside.least[j])
		}
	}
	together.pick = s.picks(keys...)
	return together
}

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
