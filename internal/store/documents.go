package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// The JSON documents that are kept inside a row. Their names are part of the
// schema: a released one never changes its meaning.

type answerDocument struct {
	Item    string `json:"item"`
	Value   *int   `json:"value,omitempty"`
	Skip    string `json:"skip,omitempty"`
	Unclear bool   `json:"unclear,omitempty"`
}

// sheetDocument keeps the scale beside the answers. Comments are not in it but in
// the box of the row.
type sheetDocument struct {
	Scale   [2]int           `json:"scale"`
	Answers []answerDocument `json:"answers"`
}

// answerScale is the scale of content version 1, the only one so far.
var answerScale = [2]int{0, 10}

func encodeSheet(sheet instrument.Sheet) document {
	doc := sheetDocument{Scale: answerScale, Answers: make([]answerDocument, len(sheet))}
	for i := range sheet {
		a := &sheet[i]
		doc.Answers[i] = answerDocument{Item: a.Item, Skip: string(a.Skip), Unclear: a.Unclear}
		if a.Scored() {
			doc.Answers[i].Value = &a.Value
		}
	}
	return encode(doc)
}

// commentsOf are the comments of a sheet by the codes of their items.
func commentsOf(sheet instrument.Sheet) map[string]string {
	var comments map[string]string
	for i := range sheet {
		if sheet[i].Comment == "" {
			continue
		}
		if comments == nil {
			comments = map[string]string{}
		}
		comments[sheet[i].Item] = sheet[i].Comment
	}
	return comments
}

func decodeSheet(d document, comments map[string]string) (instrument.Sheet, error) {
	var doc sheetDocument
	if err := decode(d, &doc); err != nil {
		return nil, err
	}
	var sheet instrument.Sheet
	for _, a := range doc.Answers {
		answer := instrument.Answer{Item: a.Item, Skip: instrument.Skip(a.Skip), Comment: comments[a.Item], Unclear: a.Unclear}
		if a.Value != nil {
			answer.Value = *a.Value
		}
		sheet = append(sheet, answer)
	}
	return sheet, nil
}

type scoreDocument struct {
	Sum    int `json:"sum"`
	Weight int `json:"weight"`
	Cutoff int `json:"cutoff"`
}

type contributionDocument struct {
	Side  string  `json:"side"`
	Item  string  `json:"item"`
	Value int     `json:"value"`
	Pull  float64 `json:"pull"`
}

type changeDocument struct {
	Side string `json:"side"`
	Item string `json:"item"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

type resultDocument struct {
	Segment        string                 `json:"segment"`
	Resources      scoreDocument          `json:"resources"`
	Challenge      scoreDocument          `json:"challenge"`
	Borderline     []string               `json:"borderline"`
	Stability      float64                `json:"stability"`
	Contributions  []contributionDocument `json:"contributions"`
	SmallestChange []changeDocument       `json:"smallest_change"`
	Client         string                 `json:"client"`
	Professional   string                 `json:"professional"`
	Scoring        int                    `json:"scoring"`
}

func encodeResult(r *scoring.Result) document {
	if r == nil {
		return nil
	}
	doc := resultDocument{
		Segment: r.Segment.Code(), Resources: scoreDocument(r.Resources), Challenge: scoreDocument(r.Challenge),
		Stability: r.Stability, Client: r.Client, Professional: r.Professional, Scoring: r.Version,
	}
	for _, b := range r.Borderline {
		doc.Borderline = append(doc.Borderline, b.Code())
	}
	for _, c := range r.Contributions {
		doc.Contributions = append(doc.Contributions, contributionDocument{string(c.Side), c.Item, c.Value, c.Pull})
	}
	for _, c := range r.SmallestChange {
		doc.SmallestChange = append(doc.SmallestChange, changeDocument{string(c.Side), c.Item, c.From, c.To})
	}
	return encode(doc)
}

func decodeResult(d document) (*scoring.Result, error) {
	if len(d) == 0 {
		return nil, nil
	}
	var doc resultDocument
	if err := decode(d, &doc); err != nil {
		return nil, err
	}
	r := &scoring.Result{
		Resources: scoring.Score(doc.Resources), Challenge: scoring.Score(doc.Challenge),
		Stability: doc.Stability, Client: doc.Client, Professional: doc.Professional, Version: doc.Scoring,
	}
	var err error
	if r.Segment, err = parseSegment(doc.Segment); err != nil {
		return nil, err
	}
	for _, code := range doc.Borderline {
		b, err := parseSegment(code)
		if err != nil {
			return nil, err
		}
		r.Borderline = append(r.Borderline, b)
	}
	for _, c := range doc.Contributions {
		r.Contributions = append(r.Contributions, scoring.Contribution{Side: instrument.Side(c.Side), Item: c.Item, Value: c.Value, Pull: c.Pull})
	}
	for _, c := range doc.SmallestChange {
		r.SmallestChange = append(r.SmallestChange, scoring.Change{Side: instrument.Side(c.Side), Item: c.Item, From: c.From, To: c.To})
	}
	return r, nil
}

type actionDocument struct {
	Text        string `json:"text"`
	Responsible string `json:"responsible,omitempty"`
	Due         string `json:"due,omitempty"`
}

func actionDocuments(actions []assessment.Action) []actionDocument {
	var docs []actionDocument
	for _, a := range actions {
		docs = append(docs, actionDocument{a.Text, a.Responsible, a.Due.String()})
	}
	return docs
}

// confirmationDocument is what is no secret of a confirmation: the reason and the
// actions are in the box of the row.
type confirmationDocument struct {
	ReviewOn string    `json:"review_on,omitempty"`
	At       time.Time `json:"at"`
}

func encodeConfirmation(c *assessment.Confirmation) document {
	if c == nil {
		return nil
	}
	return encode(confirmationDocument{ReviewOn: c.ReviewOn.String(), At: c.At})
}

func decodeConfirmation(d document, agreed string, secrets assessmentSecrets) (*assessment.Confirmation, error) {
	if len(d) == 0 {
		return nil, nil
	}
	var doc confirmationDocument
	if err := decode(d, &doc); err != nil {
		return nil, err
	}
	c := &assessment.Confirmation{Reason: secrets.Reason, At: doc.At}
	var err error
	if c.Segment, err = parseSegment(agreed); err != nil {
		return nil, err
	}
	if c.ReviewOn, err = parseDay(doc.ReviewOn); err != nil {
		return nil, err
	}
	for _, a := range secrets.Actions {
		due, err := parseDay(a.Due)
		if err != nil {
			return nil, err
		}
		c.Actions = append(c.Actions, assessment.Action{Text: a.Text, Responsible: a.Responsible, Due: due})
	}
	return c, nil
}

func parseDay(text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	return calendar.Parse(text)
}

func parseSegment(code string) (segment.Segment, error) {
	s, ok := segment.Parse(code)
	if !ok {
		return 0, fmt.Errorf("store: a row has an unknown segment")
	}
	return s, nil
}

// encode never fails: the documents hold nothing that JSON cannot.
func encode(doc any) document {
	data, err := json.Marshal(doc)
	if err != nil {
		panic("store: " + err.Error())
	}
	return data
}

func decode(d document, into any) error {
	if err := json.Unmarshal(d, into); err != nil {
		return fmt.Errorf("store: a document in a row cannot be read")
	}
	return nil
}
