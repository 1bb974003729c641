package extract

import (
	"bytes"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// Shape turns assessments into rows, under the pseudonyms of one permit. It is for
// one goroutine.
type Shape struct {
	columns []Column
	key     envelope.IndexKey
	items   map[string]map[string]place // by battery and item
	cells   []Cell
}

// place is where the columns of an item are, -1 for none.
type place struct{ value, skip int }

// NewShape makes a shape for columns of [Columns].
func NewShape(columns []Column, key envelope.IndexKey) *Shape {
	s := &Shape{columns: columns, key: key, items: map[string]map[string]place{}, cells: make([]Cell, len(columns))}
	for i, c := range columns {
		if c.Battery == "" {
			continue
		}
		if s.items[c.Battery] == nil {
			s.items[c.Battery] = map[string]place{}
		}
		at, there := s.items[c.Battery][c.Item]
		if !there {
			at = place{-1, -1}
		}
		if c.Skip {
			at.skip = i
		} else {
			at.value = i
		}
		s.items[c.Battery][c.Item] = at
	}
	return s
}

// Cells is the row of an assessment, in the order of the columns. It is good until
// the next call.
func (s *Shape) Cells(src *Source) ([]Cell, error) {
	for i := range s.columns {
		c := &s.columns[i]
		s.cells[i] = Cell{Missing: c.Battery != ""}
		switch {
		case c.fill != nil:
			c.fill(src, &s.cells[i])
		case c.Code == ClientColumn:
			s.cells[i].Text = s.client(src)
		case c.Code == AssessmentColumn:
			s.cells[i].Text = s.pseudonym("a", "assessment", src.ID.String())
		}
	}
	if len(s.items) == 0 {
		return s.cells, nil
	}
	if err := s.answers(instrument.ClientBattery, src.ClientAnswers); err != nil {
		return nil, err
	}
	return s.cells, s.answers(src.Battery, src.ProfessionalAnswers)
}

// client is the pseudonym of whose the assessment is. Who has a reference is known by
// it within the unit, as on the way of a client through the service; who has none is
// known by the consent alone.
func (s *Shape) client(src *Source) string {
	if src.Client != nil {
		return s.pseudonym("c", "client", src.Unit+" "+hex.EncodeToString(src.Client))
	}
	return s.pseudonym("c", "consent", src.Consent.String())
}

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// pseudonymBytes are enough that no two of five million are alike by chance.
const pseudonymBytes = 15

// pseudonym begins with a letter and has no E between digits, so that no reader of
// tables takes it for a number.
func (s *Shape) pseudonym(begin, purpose, of string) string {
	return begin + letters.EncodeToString(s.key.Of("extract "+purpose, of)[:pseudonymBytes])
}

// errAnswers says nothing of what could not be read.
var errAnswers = errors.New("extract: the answers of an assessment cannot be read")

// answers fills the columns of one sheet. An item that has no column is of a battery
// that this program does not know.
func (s *Shape) answers(battery string, sheet []byte) error {
	columns := s.items[battery]
	put := func(item []byte, value int, skip []byte) {
		at, there := columns[string(item)]
		if !there {
			return
		}
		if len(skip) == 0 {
			s.cells[at.value] = Cell{Int: int64(value)}
		} else {
			s.cells[at.skip] = Cell{Text: skipOf(skip)}
		}
	}
	if len(sheet) == 0 || scan(sheet, put) {
		return nil
	}
	return read(sheet, put)
}

// skipOf is the code of a kind of skipping, nothing else.
func skipOf(code []byte) string {
	for _, one := range instrument.Skips {
		if string(code) == string(one) {
			return string(one)
		}
	}
	return string(instrument.Unanswered)
}

// read reads a sheet as JSON: slowly, and whatever it looks like.
func read(sheet []byte, put func(item []byte, value int, skip []byte)) error {
	var doc struct {
		Answers []struct {
			Item  string `json:"item"`
			Value *int   `json:"value"`
			Skip  string `json:"skip"`
		} `json:"answers"`
	}
	if json.Unmarshal(sheet, &doc) != nil {
		return errAnswers
	}
	for _, a := range doc.Answers {
		switch {
		case a.Skip != "":
			put([]byte(a.Item), 0, []byte(a.Skip))
		case a.Value != nil:
			put([]byte(a.Item), *a.Value, nil)
		}
	}
	return nil
}

// codesOf are the codes of a JSON list, with a space between them.
func codesOf(list []byte) string {
	if len(list) == 0 || bytes.Equal(list, []byte("null")) || bytes.Equal(list, []byte("[]")) {
		return ""
	}
	var codes []string
	if json.Unmarshal(list, &codes) != nil {
		return ""
	}
	return strings.Join(codes, " ")
}
