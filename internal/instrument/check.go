package instrument

import (
	"slices"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// The scale of content version 1, and where it has a verbal anchor.
const (
	scaleMin    = 0
	scaleMiddle = 5
	scaleMax    = 10
)

const maxVersion = 9999

// How long a text may be, in characters, and whether clients read it.
var (
	nameRule        = textRule{max: 80}
	descriptionRule = textRule{max: 300}
	anchorRule      = textRule{max: 60, plain: true}
	topicRule       = textRule{max: 60}
	itemRule        = textRule{max: 200, plain: true}
	helpRule        = textRule{max: 400, plain: true}
)

// Check reads a battery file and returns the battery, or every mistake in it
// in the order of the file, never both. file is used in the mistakes only. It
// does not know which glossary terms exist: Library.Check does.
func Check(file string, data []byte) (*Battery, []Mistake) {
	return check(file, data, nil)
}

// check knows the codes of the glossary; nil means that there is no glossary.
func check(file string, data []byte, terms []string) (*Battery, []Mistake) {
	c := &checker{file: file}
	var battery *Battery
	if root := c.read(data); root != nil {
		battery = c.battery(field{node: root}, terms)
	}
	if len(c.mistakes) > 0 {
		return nil, inOrder(file, c.mistakes)
	}
	return battery, nil
}

func (c *checker) battery(root field, terms []string) *Battery {
	keys, ok := c.group(root, "code", "version", "side", "cutoff", "name", "description", "scale", "items")
	if !ok {
		return nil
	}
	b := &Battery{
		Code:    c.code(keys["code"]),
		Version: c.number(keys["version"], 1, maxVersion),
		Side:    c.side(keys["side"]),
		Cutoff:  c.number(keys["cutoff"], MinCutoff, MaxCutoff),
	}
	b.Name, _ = c.text(keys["name"], nameRule)
	b.Description, _ = c.text(keys["description"], descriptionRule)
	b.Scale = c.scale(keys["scale"])
	b.Items = c.items(keys["items"], terms)
	return b
}

func (c *checker) side(f field) Side {
	value, ok := c.word(f)
	if !ok {
		return ""
	}
	sides := []string{string(Client), string(Professional)}
	if !slices.Contains(sides, value) {
		a := args{}
		if near := nearest(value, sides); near != "" {
			a["nearest"] = near
		}
		c.add(f, UnknownSide, a)
	}
	return Side(value)
}

func (c *checker) scale(f field) Scale {
	keys, ok := c.group(f, "min", "max", "anchors")
	if !ok {
		return Scale{}
	}
	s := Scale{
		Min:     c.number(keys["min"], scaleMin, scaleMin),
		Max:     c.number(keys["max"], scaleMax, scaleMax),
		Anchors: map[int]lang.Text{},
	}
	places := []int{scaleMin, scaleMiddle, scaleMax}
	anchors, ok := c.group(keys["anchors"], decimal(places)...)
	if !ok {
		return s
	}
	for _, place := range places {
		s.Anchors[place], _ = c.text(anchors[strconv.Itoa(place)], anchorRule)
	}
	return s
}

func decimal(numbers []int) []string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return words
}

func (c *checker) items(f field, terms []string) []Item {
	elements, ok := c.list(f)
	if !ok {
		return nil
	}
	if len(elements) == 0 {
		c.add(f, NoItems, nil)
	}
	if len(elements) > MaxItems {
		c.add(elements[MaxItems], TooManyItems, args{"count": len(elements), "max": MaxItems})
		elements = elements[:MaxItems] // the rest has to go anyway
	}
	items := make([]Item, 0, len(elements))
	wordings := make([]worded, 0, len(elements))
	first := map[string]field{}
	for _, element := range elements {
		keys, ok := c.group(element, "code", "topic", "text", "help", "reverse", "weight", "terms")
		if !ok {
			continue
		}
		item := Item{Code: c.code(keys["code"]), Weight: MinWeight, Reverse: c.boolean(keys["reverse"])}
		c.unique(first, item.Code, keys["code"])
		item.Topic, _ = c.text(keys["topic"], topicRule)
		text, fields := c.text(keys["text"], itemRule)
		item.Text = text
		item.Help, _ = c.text(keys["help"], helpRule)
		if keys["weight"].node != nil {
			item.Weight = c.number(keys["weight"], MinWeight, MaxWeight)
		}
		if keys["terms"].node != nil {
			item.Terms = c.terms(keys["terms"], terms)
		}
		items = append(items, item)
		wordings = append(wordings, worded{where: element.where, forms: fields})
	}
	c.compare(wordings)
	return items
}

// unique lists a code that stands in the file a second time.
func (c *checker) unique(first map[string]field, code string, f field) {
	if code == "" {
		return
	}
	if before, repeated := first[code]; repeated {
		line, _ := before.position()
		c.add(f, RepeatedCode, args{"value": code, "line": line})
		return
	}
	first[code] = f
}

// terms returns the codes of glossary entries; known is nil where there is no
// glossary to look them up in.
func (c *checker) terms(f field, known []string) []string {
	elements, ok := c.list(f)
	if !ok {
		return nil
	}
	codes := make([]string, 0, len(elements))
	seen := make(map[string]bool, len(elements))
	for _, element := range elements {
		code := c.code(element)
		switch {
		case code == "":
		case seen[code]:
			c.add(element, RepeatedTerm, args{"value": code})
		case known != nil && !slices.Contains(known, code):
			a := args{"value": code}
			if near := nearest(code, known); near != "" {
				a["nearest"] = near
			}
			c.add(element, UnknownTerm, a)
		default:
			codes = append(codes, code)
		}
		seen[code] = true
	}
	return codes
}
