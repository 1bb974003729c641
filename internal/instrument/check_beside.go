package instrument

import (
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// How long the texts beside the batteries may be, in characters.
var (
	termRule    = textRule{max: 60}
	meaningRule = textRule{max: 400, plain: true}
	serviceRule = textRule{max: 80}
	saidRule    = textRule{max: 600, plain: true} // to the client
	adviceRule  = textRule{max: 800}              // to the professional
)

// checkGlossary reads a glossary file: version and terms, each with a code, the
// term and its meaning.
func checkGlossary(file string, data []byte) ([]Term, []Mistake) {
	c := &checker{file: file}
	var terms []Term
	if root := c.read(data); root != nil {
		terms = c.glossary(field{node: root})
	}
	if len(c.mistakes) > 0 {
		return nil, inOrder(file, c.mistakes)
	}
	return terms, nil
}

func (c *checker) glossary(root field) []Term {
	keys, ok := c.group(root, "version", "terms")
	if !ok {
		return nil
	}
	c.number(keys["version"], 1, maxVersion)
	elements, _ := c.list(keys["terms"])
	terms := make([]Term, 0, len(elements))
	first := map[string]field{}
	for _, element := range elements {
		keys, ok := c.group(element, "code", "term", "meaning")
		if !ok {
			continue
		}
		term := Term{Code: c.code(keys["code"])}
		c.unique(first, term.Code, keys["code"])
		term.Term, _ = c.text(keys["term"], termRule)
		term.Meaning, _ = c.text(keys["meaning"], meaningRule)
		terms = append(terms, term)
	}
	return terms
}

// guidanceSet is a guidance file as read.
type guidanceSet struct {
	caution  lang.Text
	segments map[segment.Segment]Guidance
}

// checkGuidance reads a guidance file: version, caution and the guidance of
// each segment under its code.
func checkGuidance(file string, data []byte) (guidanceSet, []Mistake) {
	c := &checker{file: file}
	var set guidanceSet
	if root := c.read(data); root != nil {
		set = c.guidanceSet(field{node: root})
	}
	if len(c.mistakes) > 0 {
		return guidanceSet{}, inOrder(file, c.mistakes)
	}
	return set, nil
}

func (c *checker) guidanceSet(root field) guidanceSet {
	keys, ok := c.group(root, "version", "caution", "segments")
	if !ok {
		return guidanceSet{}
	}
	c.number(keys["version"], 1, maxVersion)
	set := guidanceSet{segments: map[segment.Segment]Guidance{}}
	set.caution, _ = c.text(keys["caution"], saidRule)
	codes := make([]string, len(segment.All))
	for i, s := range segment.All {
		codes[i] = s.Code()
	}
	segments, ok := c.group(keys["segments"], codes...)
	if !ok {
		return set
	}
	for _, s := range segment.All {
		set.segments[s] = c.guidance(segments[s.Code()])
	}
	return set
}

func (c *checker) guidance(f field) Guidance {
	keys, ok := c.group(f, "headline", "strengths", "heavy", "together", "steps", "professional", "neighbour")
	if !ok {
		return Guidance{}
	}
	var g Guidance
	g.Headline, _ = c.text(keys["headline"], saidRule)
	g.Strengths, _ = c.text(keys["strengths"], saidRule)
	g.Heavy, _ = c.text(keys["heavy"], saidRule)
	g.Together, _ = c.text(keys["together"], saidRule)
	g.Professional, _ = c.text(keys["professional"], adviceRule)
	g.Neighbour, _ = c.text(keys["neighbour"], saidRule)
	elements, _ := c.list(keys["steps"])
	for _, element := range elements {
		keys, ok := c.group(element, "service", "first_step")
		if !ok {
			continue
		}
		var step Step
		step.Service, _ = c.text(keys["service"], serviceRule)
		step.FirstStep, _ = c.text(keys["first_step"], saidRule)
		g.Steps = append(g.Steps, step)
	}
	return g
}
