package extract

import (
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// Kind is the type of a column.
type Kind string

// The kinds.
const (
	Text    Kind = "text"
	Integer Kind = "integer"
	Decimal Kind = "decimal"
	Flag    Kind = "flag" // true or false
	Day     Kind = "day"
)

// Column is one column of the rows. A cell of it may be missing where Optional.
type Column struct {
	Code     string // the heading, the same in every language: letters, digits and _
	Kind     Kind
	Decimals int // of a Decimal
	Optional bool

	Battery string // of an item's column, "" of all others
	Item    string
	Skip    bool // why an item has no value

	fill func(src *Source, c *Cell)
}

// Cell is one value, of the kind of its column.
type Cell struct {
	Missing bool
	Int     int64         // of an Integer; 0 or 1 of a Flag
	Float   float64       // of a Decimal
	Text    string        // of a Text
	Day     calendar.Date // of a Day
}

// Source is one assessment as it is read, without whatever no row may have. Its
// bytes are good until the next one is read.
type Source struct {
	ID, Consent uuid.UUID
	Client      []byte // blind index of the house's reference of the client, nil without one
	Day         calendar.Date

	Unit, Register, Language, Mode string
	ClientVersion                  int
	Battery                        string
	BatteryVersion, Scoring        int

	Segment, Agreed, Expected string
	Resources, Challenge      float64
	Borderline                []byte // JSON, a list of codes or nothing
	Stability                 float64

	Printed, Recorded, Discussed, Feedback bool
	Seconds                                [6]int // by phase, in the order of assessment.Phases; -1 where none were measured

	ClientAnswers, ProfessionalAnswers []byte // JSON, nil unless the scope has items
}

func text(of func(*Source) string) func(*Source, *Cell) {
	return func(src *Source, c *Cell) { c.Text = of(src); c.Missing = c.Text == "" }
}

func integer(of func(*Source) int) func(*Source, *Cell) {
	return func(src *Source, c *Cell) { c.Int = int64(of(src)) }
}

func decimal(of func(*Source) float64) func(*Source, *Cell) {
	return func(src *Source, c *Cell) { c.Float = of(src) }
}

func flag(of func(*Source) bool) func(*Source, *Cell) {
	return func(src *Source, c *Cell) {
		if of(src) {
			c.Int = 1
		}
	}
}

// The codes of the columns that Shape fills itself.
const (
	ClientColumn     = "client"
	AssessmentColumn = "assessment"
)

// fixed are the columns before the items. day is left out unless a permit has days.
var fixed = []Column{
	{Code: ClientColumn, Kind: Text},
	{Code: AssessmentColumn, Kind: Text},
	{Code: "year", Kind: Integer, fill: integer(func(s *Source) int { return s.Day.Year })},
	{Code: "month", Kind: Integer, fill: integer(func(s *Source) int { return int(s.Day.Month) })},
	{Code: dayColumn, Kind: Day, fill: func(s *Source, c *Cell) { c.Day = s.Day }},
	{Code: "unit", Kind: Text, fill: text(func(s *Source) string { return s.Unit })},
	{Code: "register", Kind: Text, fill: text(func(s *Source) string { return s.Register })},
	{Code: "language", Kind: Text, fill: text(func(s *Source) string { return s.Language })},
	{Code: "mode", Kind: Text, fill: text(func(s *Source) string { return s.Mode })},
	{Code: "client_version", Kind: Integer, fill: integer(func(s *Source) int { return s.ClientVersion })},
	{Code: "battery", Kind: Text, fill: text(func(s *Source) string { return s.Battery })},
	{Code: "battery_version", Kind: Integer, fill: integer(func(s *Source) int { return s.BatteryVersion })},
	{Code: "scoring", Kind: Integer, fill: integer(func(s *Source) int { return s.Scoring })},
	{Code: "segment", Kind: Text, fill: text(func(s *Source) string { return s.Segment })},
	{Code: "agreed", Kind: Text, Optional: true, fill: text(func(s *Source) string { return s.Agreed })},
	{Code: "expected", Kind: Text, Optional: true, fill: text(func(s *Source) string { return s.Expected })},
	{Code: "resources", Kind: Decimal, Decimals: 2, fill: decimal(func(s *Source) float64 { return s.Resources })},
	{Code: "challenge", Kind: Decimal, Decimals: 2, fill: decimal(func(s *Source) float64 { return s.Challenge })},
	{Code: "borderline", Kind: Text, Optional: true, fill: func(s *Source, c *Cell) { c.Text = codesOf(s.Borderline); c.Missing = c.Text == "" }},
	{Code: "stability", Kind: Decimal, Decimals: 4, fill: decimal(func(s *Source) float64 { return s.Stability })},
	{Code: "printed", Kind: Flag, fill: flag(func(s *Source) bool { return s.Printed })},
	{Code: "recorded", Kind: Flag, fill: flag(func(s *Source) bool { return s.Recorded })},
	{Code: "discussed", Kind: Flag, fill: flag(func(s *Source) bool { return s.Discussed })},
	{Code: "feedback", Kind: Flag, fill: flag(func(s *Source) bool { return s.Feedback })},
}

const dayColumn = "day"

// Columns are the columns that a permit opens: the fixed ones, minutes for every
// phase, and, if it has items, a value and a kind of skipping for every item of every
// battery in any version that the library has.
func Columns(p Permit, library *instrument.Library) []Column {
	var list []Column
	for _, c := range fixed {
		if c.Code != dayColumn || p.Days {
			list = append(list, c)
		}
	}
	for i, phase := range assessment.Phases {
		list = append(list, Column{Code: "minutes_" + string(phase), Kind: Decimal, Decimals: 1, Optional: true, fill: func(s *Source, c *Cell) {
			c.Missing, c.Float = s.Seconds[i] < 0, float64(s.Seconds[i])/60
		}})
	}
	if !p.Items {
		return list
	}
	have := map[string]bool{}
	for _, b := range library.Versions() {
		for _, item := range b.Items {
			code := itemColumn(b, item.Code)
			if have[code] {
				continue
			}
			have[code] = true
			list = append(list,
				Column{Code: code, Kind: Integer, Optional: true, Battery: b.Code, Item: item.Code},
				Column{Code: code + "_skip", Kind: Text, Optional: true, Battery: b.Code, Item: item.Code, Skip: true})
		}
	}
	return list
}

// itemColumn is the heading of an item: a battery's code, or client, and its own.
func itemColumn(b *instrument.Battery, item string) string {
	battery := b.Code
	if b.Side == instrument.Client {
		battery = string(instrument.Client)
	}
	return strings.ReplaceAll(battery+"_"+item, "-", "_")
}
