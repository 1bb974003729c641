package document

import (
	"cmp"
	"slices"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
)

// ranked orders the contributions of a side by how much they matter, the most
// first; equal ones stay in the battery's order.
func (r Result) ranked(side instrument.Side, matter func(pull float64) float64) []scoring.Contribution {
	var list []scoring.Contribution
	for _, one := range r.Scoring.Contributions {
		if one.Side == side {
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b scoring.Contribution) int { return cmp.Compare(matter(b.Pull), matter(a.Pull)) })
	return list
}

// pulls returns at most maxTopics answers of a side that matter at all, the most
// important first.
func (r Result) pulls(side instrument.Side, in func(lang.Text) string, matter func(pull float64) float64) []Pull {
	var list []Pull
	for _, one := range r.ranked(side, matter) {
		if matter(one.Pull) <= 0 || len(list) == maxTopics {
			break
		}
		list = append(list, r.pull(one, in))
	}
	return list
}

func (r Result) pull(one scoring.Contribution, in func(lang.Text) string) Pull {
	return Pull{Topic: r.topic(one.Side, one.Item, in), Pull: one.Pull, Value: one.Value}
}

func topicsOf(pulls []Pull) []string {
	var names []string
	for _, one := range pulls {
		names = append(names, one.Topic)
	}
	return names
}
