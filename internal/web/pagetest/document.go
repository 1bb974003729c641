package pagetest

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Document is a page as it is read, wherever it came from.
type Document struct {
	Source string // as it came
	Text   string // what is there to read, with single spaces

	root *html.Node
}

// Read reads a page. Whatever it is, a browser shows something.
func Read(source string) (Document, error) {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return Document{}, err
	}
	return Document{source, strings.Join(strings.Fields(textOf(root)), " "), root}, nil
}

// Title is the title of the document.
func (d *Document) Title() (title string) {
	walk(d.root, func(n *html.Node) {
		if n.Data == "title" {
			title += textOf(n)
		}
	})
	return title
}

// Each visits every element, in the order in which they begin.
func (d *Document) Each(visit func(*html.Node)) { walk(d.root, visit) }

// Fields are what a browser would send of the form with an id, without its
// buttons, and the address that it names, "" for the page's own. found is whether
// there is such a form.
func (d *Document) Fields(id string) (action string, values url.Values, found bool) {
	return d.fields(withID(id))
}

func withID(id string) func(*html.Node) bool {
	return func(n *html.Node) bool { return has(n, "id", id) }
}

func (d *Document) fields(isIt func(*html.Node) bool) (action string, values url.Values, found bool) {
	var form *html.Node
	walk(d.root, func(n *html.Node) {
		if form == nil && n.Data == "form" && isIt(n) {
			form = n
		}
	})
	if form == nil {
		return "", nil, false
	}
	values = url.Values{}
	walk(form, func(n *html.Node) {
		if _, elsewhere := attr(n, "form"); !elsewhere {
			collect(values, n)
		}
	})
	if id, named := attr(form, "id"); named { // fields that say they belong to it, wherever they are
		walk(d.root, func(n *html.Node) {
			if has(n, "form", id) {
				collect(values, n)
			}
		})
	}
	action, _ = attr(form, "action")
	return action, values, true
}

// collect adds what a browser sends of an element.
func collect(values url.Values, n *html.Node) {
	name, named := attr(n, "name")
	value, _ := attr(n, "value")
	_, disabled := attr(n, "disabled")
	_, checked := attr(n, "checked")
	switch {
	case !named || disabled:
	case n.Data == "textarea":
		values.Add(name, textOf(n))
	case n.Data == "select":
		values[name] = append(values[name], chosen(n)...)
	case n.Data != "input" || !checked && (has(n, "type", "checkbox") || has(n, "type", "radio")):
	default:
		values.Add(name, value)
	}
}

// chosen is the chosen option of a list, which is the first if none is.
func chosen(list *html.Node) (values []string) {
	var first []string
	walk(list, func(n *html.Node) {
		if n.Data != "option" {
			return
		}
		value, _ := attr(n, "value")
		if first == nil {
			first = []string{value}
		}
		if _, selected := attr(n, "selected"); selected {
			values = append(values, value)
		}
	})
	if values == nil {
		return first
	}
	return values
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := range n.ChildNodes() {
		walk(c, visit)
	}
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(textOf(c))
	}
	return b.String()
}

func attr(n *html.Node, name string) (value string, found bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func has(n *html.Node, name, value string) bool {
	got, found := attr(n, name)
	return found && got == value
}
