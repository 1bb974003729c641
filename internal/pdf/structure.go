package pdf

import (
	"slices"
	"strconv"
)

// node is an element of the structure tree.
type node struct {
	Element
	actual string // what its content is read as, "" for what it shows
	parent *node
	kids   []kid
	page   int // that it began on, -1 for none
	object int // its number in the file
}

// kid is what an element holds, in reading order: another element, or a mark, or
// the area of a link.
type kid struct {
	node *node
	mark *mark
	area *area
}

// mark is a piece of a page's content, counted on that page from 0.
type mark struct{ page, id int }

// area is where a link can be clicked.
type area struct {
	page   int
	box    Box
	uri    string
	of     *node
	object int
}

// parents are where a role may stand, if not everywhere; ISO 32000-1, 14.8.4.3.3
// and 14.8.4.3.4.
var parents = map[Role][]Role{
	ListItem: {List}, Label: {ListItem}, ListBody: {ListItem},
	TableHead: {Table}, TableBody: {Table}, TableRow: {Table, TableHead, TableBody},
	TableHeaderCell: {TableRow}, TableDataCell: {TableRow},
}

// children are what a role holds, if it holds nothing else: no text either.
var children = map[Role][]Role{
	List: {ListItem, Caption}, ListItem: {Label, ListBody},
	Table: {TableHead, TableBody, TableRow, Caption}, TableHead: {TableRow}, TableBody: {TableRow},
	TableRow: {TableHeaderCell, TableDataCell},
}

// misplaced says what is wrong with e inside of parent, "" for nothing.
func misplaced(e Element, parent *node) string {
	if allowed, limited := parents[e.Role]; limited && !slices.Contains(allowed, parent.Role) {
		return string(e.Role) + " inside " + string(parent.Role)
	}
	if allowed, limited := children[parent.Role]; limited && !slices.Contains(allowed, e.Role) {
		return string(e.Role) + " inside " + string(parent.Role)
	}
	switch {
	case e.Role == "":
		return "element without a role"
	case e.Role == Figure && clean(e.Alt) == "":
		return "Figure without alternative text"
	case e.Role == TableHeaderCell && e.Scope != "Column" && e.Scope != "Row":
		return "header cell without a scope"
	case e.Language != "" && !isLanguage(e.Language):
		return "language that is none"
	case e.Numbering != "" && !slices.Contains([]string{"None", "Disc", "Decimal"}, e.Numbering):
		return "unknown numbering of a list"
	}
	return ""
}

// isLanguage says whether tag has the form of BCP 47.
func isLanguage(tag string) bool {
	for i, r := range []byte(tag) {
		if r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') || i == 0 && r == '-' {
			return false
		}
	}
	return tag != ""
}

// walk calls visit for n and all elements below it, in reading order.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, k := range n.kids {
		if k.node != nil {
			k.node.walk(visit)
		}
	}
}

// home is the page of the first mark of n, or else that it began on.
func (n *node) home() int {
	for _, k := range n.kids {
		switch {
		case k.mark != nil:
			return k.mark.page
		case k.area != nil:
			return k.area.page
		}
	}
	return n.page
}

// structureElement is n as an object of a file, whose pages have the given numbers.
func (n *node) structureElement(root int, pages []int) string {
	var b builder
	parent := root
	if n.parent != nil {
		parent = n.parent.object
	}
	b.add("<</Type/StructElem/S/", string(n.Role), "/P ", ref(parent))
	home := n.home()
	if home >= 0 {
		b.add("/Pg ", ref(pages[home]))
	}
	n.addAttributes(&b)
	if len(n.kids) > 0 {
		b.add("/K[")
		for i, k := range n.kids {
			if i > 0 {
				b.add(" ")
			}
			k.add(&b, home, pages)
		}
		b.add("]")
	}
	b.add(">>")
	return b.String()
}

func (k kid) add(b *builder, home int, pages []int) {
	switch {
	case k.node != nil:
		b.add(ref(k.node.object))
	case k.area != nil:
		b.add("<</Type/OBJR/Pg ", ref(pages[k.area.page]), "/Obj ", ref(k.area.object), ">>")
	case k.mark.page == home:
		b.add(strconv.Itoa(k.mark.id))
	default:
		b.add("<</Type/MCR/Pg ", ref(pages[k.mark.page]), "/MCID ", strconv.Itoa(k.mark.id), ">>")
	}
}

func (n *node) addAttributes(b *builder) {
	if n.Language != "" {
		b.add("/Lang", textString(n.Language))
	}
	if n.Alt != "" {
		b.add("/Alt", textString(n.Alt))
	}
	if n.actual != "" {
		b.add("/ActualText", textString(n.actual))
	}
	switch {
	case n.Role == TableHeaderCell:
		b.add("/A<</O/Table/Scope/", n.Scope, ">>")
	case n.Role == List && n.Numbering != "":
		b.add("/A<</O/List/ListNumbering/", n.Numbering, ">>")
	case n.Role == Figure:
		b.add("/A<</O/Layout/BBox", rectangle(n.Bounds), ">>")
	}
}
