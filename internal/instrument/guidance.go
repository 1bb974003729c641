package instrument

import (
	"fmt"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// MaxSteps bounds the services named to a client: more is a catalogue.
const MaxSteps = 20

// said is a rule of the built-in files for a text that a house writes itself.
func (r textRule) said() lang.Rule { return lang.Rule{Max: r.max, Plain: r.plain} }

// Findings lists everything that keeps a guidance from being read to a client,
// by the rules of the built-in one, with pointers such as /headline/fi and
// /steps/0/first_step/sv_plain.
func (g Guidance) Findings() fault.Findings {
	var f fault.Findings
	for _, part := range []struct {
		pointer string
		text    lang.Text
		rule    textRule
	}{
		{"/headline", g.Headline, saidRule}, {"/strengths", g.Strengths, saidRule}, {"/heavy", g.Heavy, saidRule},
		{"/together", g.Together, saidRule}, {"/professional", g.Professional, adviceRule}, {"/neighbour", g.Neighbour, saidRule},
	} {
		part.rule.said().Check(&f, part.pointer, part.text)
	}
	switch {
	case len(g.Steps) == 0:
		f.Add("/steps", fault.Required, nil)
	case len(g.Steps) > MaxSteps:
		f.Add("/steps", fault.TooMany, fault.Args{"max": MaxSteps})
	}
	for i, step := range g.Steps[:min(len(g.Steps), MaxSteps)] {
		serviceRule.said().Check(&f, fmt.Sprintf("/steps/%d/service", i), step.Service)
		saidRule.said().Check(&f, fmt.Sprintf("/steps/%d/first_step", i), step.FirstStep)
	}
	return f
}

// Tidy returns the guidance with every part in the form in which it is kept,
// see lang.Tidy.
func (g Guidance) Tidy() Guidance {
	out := Guidance{
		Headline: g.Headline.Tidy(), Strengths: g.Strengths.Tidy(), Heavy: g.Heavy.Tidy(),
		Together: g.Together.Tidy(), Professional: g.Professional.Tidy(), Neighbour: g.Neighbour.Tidy(),
	}
	for _, step := range g.Steps {
		out.Steps = append(out.Steps, Step{step.Service.Tidy(), step.FirstStep.Tidy()})
	}
	return out
}
