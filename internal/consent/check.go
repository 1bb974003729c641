package consent

import (
	"fmt"
	"slices"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// MaxSections bounds the brochure: more is not read by anybody.
const MaxSections = 20

// How long the parts of a text may be. What explains or commits needs a
// plain-language form; a heading or label may be plain as it is.
var (
	headingRule  = lang.Rule{Max: 200}
	sectionRule  = lang.Rule{Max: 2000, Plain: true}
	sentenceRule = lang.Rule{Max: 1000, Plain: true}
	labelRule    = lang.Rule{Max: 200}
	purposeRule  = lang.Rule{Max: 1000}
)

// Findings lists everything that keeps a text from being read by clients, with
// pointers such as /brochure/0/text/fi_plain. The version is not looked at.
func (t Text) Findings() fault.Findings {
	var f fault.Findings
	headingRule.Check(&f, "/title", t.Title)
	headingRule.Check(&f, "/plain_heading", t.PlainHeading)
	switch {
	case len(t.Brochure) == 0:
		f.Add("/brochure", fault.Required, nil)
	case len(t.Brochure) > MaxSections:
		f.Add("/brochure", fault.TooMany, fault.Args{"max": MaxSections})
	}
	for i, section := range t.Brochure[:min(len(t.Brochure), MaxSections)] {
		headingRule.Check(&f, fmt.Sprintf("/brochure/%d/heading", i), section.Heading)
		sectionRule.Check(&f, fmt.Sprintf("/brochure/%d/text", i), section.Text)
	}
	sentenceRule.Check(&f, "/sentence", t.Sentence)
	t.checkPurposes(&f)
	return f
}

// checkPurposes wants every purpose once and in order: the codes are what a
// consent record keeps, only their words may change.
func (t Text) checkPurposes(f *fault.Findings) {
	var order []Purpose
	for _, one := range t.Purposes {
		order = append(order, one.Purpose)
	}
	if !slices.Equal(order, Purposes) {
		f.Add("/purposes", fault.NotInList, fault.Args{"allowed": fmt.Sprintf("%s, %s, %s", Assessment, Recording, Statistics)})
		return
	}
	for i, one := range t.Purposes {
		labelRule.Check(f, fmt.Sprintf("/purposes/%d/label", i), one.Label)
		purposeRule.Check(f, fmt.Sprintf("/purposes/%d/text", i), one.Text)
	}
}

// Tidy returns the text with every part in the form in which it is kept, see
// lang.Tidy. Its digests are those of the text as it was.
func (t Text) Tidy() Text {
	out := t
	out.Title, out.Sentence, out.PlainHeading = t.Title.Tidy(), t.Sentence.Tidy(), t.PlainHeading.Tidy()
	out.Brochure, out.Purposes = nil, nil
	for _, section := range t.Brochure {
		out.Brochure = append(out.Brochure, Section{section.Heading.Tidy(), section.Text.Tidy()})
	}
	for _, one := range t.Purposes {
		out.Purposes = append(out.Purposes, PurposeText{one.Purpose, one.Label.Tidy(), one.Text.Tidy()})
	}
	return out
}
