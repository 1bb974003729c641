package export

import (
	"encoding/json"
	"io"

	"github.com/omasuunta/omasuunta/internal/report"
)

type jsonDistribution struct {
	From       string         `json:"from"`
	To         string         `json:"to"`
	Unit       string         `json:"unit,omitempty"`
	Battery    string         `json:"battery,omitempty"`
	N          *int           `json:"n"`
	Suppressed bool           `json:"suppressed,omitempty"`
	MinCell    int            `json:"min_cell"`
	AsOf       string         `json:"as_of,omitempty"`
	Segments   []jsonShare    `json:"segments"`
	Batteries  []jsonShare    `json:"batteries"`
	Units      []jsonGroup    `json:"units"`
	Months     []jsonGroup    `json:"months"`
	Registers  []jsonGroup    `json:"registers"`
	Languages  []jsonGroup    `json:"languages"`
	Modes      []jsonGroup    `json:"modes"`
	Coverage   map[string]any `json:"coverage"`
	Notes      []string       `json:"notes,omitempty"`
}

type jsonShare struct {
	Code       string `json:"code"`
	Label      string `json:"label"`
	Count      *int   `json:"count"`
	Percent    *int   `json:"percent"`
	Suppressed bool   `json:"suppressed,omitempty"`
}

type jsonGroup struct {
	Code       string      `json:"code"`
	Label      string      `json:"label"`
	N          *int        `json:"n"`
	Suppressed bool        `json:"suppressed,omitempty"`
	Segments   []jsonShare `json:"segments"`
}

// DistributionJSON writes the distribution with the field names of the REST
// interface, for the command line.
func DistributionJSON(w io.Writer, d report.Distribution, l Labels) error {
	out := jsonDistribution{
		From: d.From.String(), To: d.To.String(), Unit: d.Unit, Battery: d.Battery,
		N: d.N, Suppressed: d.Suppressed, MinCell: d.MinCell,
		Segments: jsonShares(d.Segments, l.Segment), Batteries: jsonShares(d.Batteries, l.Battery),
		Units: jsonGroups(d.Units, l.Unit, l.Segment), Months: jsonGroups(d.Months, l.Month, l.Segment),
		Registers: jsonGroups(d.Registers, l.Register, l.Segment), Languages: jsonGroups(d.Languages, l.LanguageN, l.Segment),
		Modes:    jsonGroups(d.Modes, l.Mode, l.Segment),
		Coverage: map[string]any{}, Notes: l.notes(d),
	}
	if !d.AsOf.IsZero() {
		out.AsOf = d.AsOf.String()
	}
	for _, line := range d.Coverage.Lines() {
		out.Coverage[line.Code] = line.Count
	}
	if d.Coverage.Suppressed() {
		out.Coverage["suppressed"] = true
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

func jsonShares(shares []report.Share, name func(string) string) []jsonShare {
	list := make([]jsonShare, 0, len(shares))
	for _, s := range shares {
		list = append(list, jsonShare{s.Code, named(name, s.Code), s.Count, s.Percent, s.Suppressed})
	}
	return list
}

func jsonGroups(groups []report.Group, name, segmentName func(string) string) []jsonGroup {
	list := make([]jsonGroup, 0, len(groups))
	for _, g := range groups {
		list = append(list, jsonGroup{g.Code, named(name, g.Code), g.N, g.Suppressed, jsonShares(g.Segments, segmentName)})
	}
	return list
}
