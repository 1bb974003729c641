package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// bodySchema compiles the schema of a call's body.
func bodySchema(t testing.TB, id string) (*schema, *openapi3.Schema) {
	t.Helper()
	doc, err := LoadContract()
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.OperationID == id {
				one, err := compileOperation(op)
				if err != nil {
					t.Fatal(err)
				}
				return one.body, op.RequestBody.Value.Content["application/json"].Schema.Value
			}
		}
	}
	t.Fatalf("no call %s", id)
	return nil, nil
}

// found lists findings as "pointer code".
func found(findings fault.Findings) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, f.Pointer+" "+f.Code)
	}
	slices.Sort(out)
	return out
}

// assessmentBody is a good body with some fields replaced or added; "" leaves
// one out.
func assessmentBody(changes ...string) string {
	fields := [][2]string{
		{"consent_id", `"c1a5c2b0-7d1e-4f55-9a33-64c2e5b7f001"`}, {"unit", `"vuosaari-ta"`}, {"register", `"health"`},
		{"language", `"fi"`}, {"battery", `"functioning"`},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		at := slices.IndexFunc(fields, func(f [2]string) bool { return f[0] == changes[i] })
		if at < 0 {
			fields = append(fields, [2]string{changes[i], changes[i+1]})
			continue
		}
		fields[at][1] = changes[i+1]
	}
	var parts []string
	for _, f := range fields {
		if f[1] != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", f[0], f[1]))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func answerList(n int) string {
	var parts []string
	for i := range n {
		parts = append(parts, fmt.Sprintf(`{"item":"i%d","value":1}`, i))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func TestEverythingThatIsWrongIsFound(t *testing.T) {
	answer := func(text string) string { return assessmentBody("client_answers", "["+text+"]") }
	for name, one := range map[string]struct {
		call string
		body string
		want []string
	}{
		"good":              {"createAssessment", assessmentBody(), nil},
		"whole":             {"createAssessment", assessmentBody("client_answers", answerList(26), "complete", "true"), nil},
		"7.0 is 7":          {"createAssessment", answer(`{"item":"a","value":7.0},{"item":"b","value":70e-1},{"item":"c","value":-0}`), nil},
		"missing fields":    {"createAssessment", `{}`, []string{"/battery required", "/language required", "/register required", "/unit required"}},
		"not an object":     {"createAssessment", `[]`, []string{" wrong_type"}},
		"null":              {"createAssessment", `null`, []string{" null_value"}},
		"unknown field":     {"createAssessment", assessmentBody("colour", `1`), []string{"/colour unknown_field"}},
		"name of a client":  {"createAssessment", assessmentBody(strings.Repeat("x", 65), `1`), []string{" unknown_field"}},
		"slash in a name":   {"createAssessment", assessmentBody("a/b~c", `1`), []string{"/a~1b~0c unknown_field"}},
		"another case":      {"createAssessment", assessmentBody("Unit", `"x"`), []string{"/Unit unknown_field"}},
		"null field":        {"createAssessment", assessmentBody("unit", `null`), []string{"/unit null_value"}},
		"null optional":     {"createAssessment", assessmentBody("client_ref", `null`), []string{"/client_ref null_value"}},
		"null answer":       {"createAssessment", answer(`null`), []string{"/client_answers/0 null_value"}},
		"null value":        {"createAssessment", answer(`{"item":"a","value":null}`), []string{"/client_answers/0/value null_value"}},
		"number for text":   {"createAssessment", assessmentBody("unit", `1`), []string{"/unit wrong_type"}},
		"text for number":   {"createAssessment", answer(`{"item":"a","value":"7"}`), []string{"/client_answers/0/value wrong_type"}},
		"text for boolean":  {"createAssessment", assessmentBody("complete", `"true"`), []string{"/complete wrong_type"}},
		"object for list":   {"createAssessment", assessmentBody("client_answers", `{}`), []string{"/client_answers wrong_type"}},
		"7.5":               {"createAssessment", answer(`{"item":"a","value":7.5}`), []string{"/client_answers/0/value wrong_type"}},
		"11":                {"createAssessment", answer(`{"item":"a","value":11}`), []string{"/client_answers/0/value too_great"}},
		"-1":                {"createAssessment", answer(`{"item":"a","value":-1}`), []string{"/client_answers/0/value too_small"}},
		"1e400":             {"createAssessment", answer(`{"item":"a","value":1e400}`), []string{"/client_answers/0/value too_great"}},
		"-1e400":            {"createAssessment", answer(`{"item":"a","value":-1e400}`), []string{"/client_answers/0/value too_small"}},
		"unknown code":      {"createAssessment", assessmentBody("register", `"dental"`), []string{"/register not_in_list"}},
		"unknown mode":      {"createAssessment", assessmentBody("mode", `"mail"`), []string{"/mode not_in_list"}},
		"no such day":       {"createAssessment", assessmentBody("assessed_on", `"2023-02-30"`), []string{"/assessed_on not_a_date"}},
		"a time":            {"createAssessment", assessmentBody("assessed_on", `"2023-02-03T10:00:00Z"`), []string{"/assessed_on not_a_date"}},
		"long comment":      {"createAssessment", answer(`{"item":"a","value":1,"comment":"` + strings.Repeat("ä", 2001) + `"}`), []string{"/client_answers/0/comment too_long"}},
		"comment that fits": {"createAssessment", answer(`{"item":"a","value":1,"comment":"` + strings.Repeat("a\u0308", 2000) + `"}`), nil},
		"empty text":        {"createAssessment", assessmentBody("unit", `""`), []string{"/unit too_short"}},
		"long client_ref":   {"createAssessment", assessmentBody("client_ref", `"`+strings.Repeat("x", 65)+`"`), []string{"/client_ref too_long"}},
		"NUL":               {"createAssessment", answer(`{"item":"a","value":1,"comment":"a\u0000b"}`), []string{"/client_answers/0/comment bad_character"}},
		"half a surrogate":  {"createAssessment", answer(`{"item":"a","value":1,"comment":"\ud83d"}`), []string{"/client_answers/0/comment bad_character"}},
		"the other half":    {"createAssessment", answer(`{"item":"a","value":1,"comment":"\ude00 \ud83d"}`), []string{"/client_answers/0/comment bad_character"}},
		"a whole pair":      {"createAssessment", answer(`{"item":"a","value":1,"comment":"\ud83d\ude00"}`), nil},
		"NUL in a name":     {"createAssessment", assessmentBody()[:1] + `"\u0000":1,` + assessmentBody()[1:], []string{" bad_character"}},
		"name twice":        {"createAssessment", assessmentBody()[:1] + `"unit":"x",` + assessmentBody()[1:], []string{"/unit duplicate"}},
		"name twice inside": {"createAssessment", answer(`{"item":"a","value":1,"value":2}`), []string{"/client_answers/0/value duplicate"}},
		"item twice":        {"createAssessment", answer(`{"item":"a","value":1},{"item":"b","value":1},{"item":"a","value":2}`), []string{"/client_answers/2/item duplicate"}},
		"27 answers":        {"createAssessment", assessmentBody("client_answers", answerList(27)), []string{"/client_answers too_many"}},
		"no item":           {"createAssessment", answer(`{"value":1}`), []string{"/client_answers/0/item required"}},
		"unknown skip":      {"createAssessment", answer(`{"item":"a","skip":"later"}`), []string{"/client_answers/0/skip not_in_list"}},
		"unknown in answer": {"createAssessment", answer(`{"item":"a","value":1,"mood":"x"}`), []string{"/client_answers/0/mood unknown_field"}},
		"bad value only":    {"createAssessment", answer(`{"item":"a","value":11,"skip":"discuss"}`), []string{"/client_answers/0/value too_great"}},
		"all at once": {"createAssessment", assessmentBody("register", `"dental"`, "unit", "", "x", "1", "client_answers", `[{"item":"a","value":1},{"value":1.5}]`), []string{
			"/client_answers/1/item required", "/client_answers/1/value wrong_type", "/register not_in_list", "/unit required", "/x unknown_field"}},
		"empty change":      {"updateAssessment", `{}`, []string{" too_few"}},
		"complete in PATCH": {"updateAssessment", `{"complete":true}`, []string{"/complete unknown_field"}},
		"no purposes":       {"createConsent", `{"language":"fi","form":"paper","given_by":"client","purposes":[]}`, []string{"/purposes too_few"}},
		"purpose twice":     {"createConsent", `{"language":"fi","form":"paper","given_by":"client","purposes":["record","record"]}`, []string{"/purposes/1 duplicate"}},
		"unknown purpose":   {"createConsent", `{"language":"fi","form":"paper","given_by":"client","purposes":["record","sale"]}`, []string{"/purposes/1 not_in_list"}},
		"no ground":         {"createConsent", `{"language":"fi","form":"paper","given_by":"representative","purposes":["record"]}`, []string{"/representative_ground ground_required"}},
		"needless ground":   {"createConsent", `{"language":"fi","form":"paper","given_by":"client","representative_ground":"x","purposes":["record"]}`, []string{"/representative_ground ground_unexpected"}},
		"ground of nobody":  {"createConsent", `{"language":"fi","form":"paper","given_by":"x","representative_ground":"x","purposes":["record"]}`, []string{"/given_by not_in_list"}},
		"useless":           {"giveFeedback", `{"usefulness":0,"agreement":"yes"}`, []string{"/agreement not_in_list", "/usefulness too_small"}},
		"completion":        {"completeAssessment", `{"force":true}`, []string{"/force unknown_field"}},
		"21 actions":        {"confirmAssessment", `{"actions":[` + strings.Repeat(`{"text":"x"},`, 20) + `{"text":"x"}]}`, []string{"/actions too_many"}},
		"action":            {"confirmAssessment", `{"actions":[{"due":"tomorrow"}]}`, []string{"/actions/0/due not_a_date", "/actions/0/text required"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := bodySchema(t, one.call)
			findings := checkAndDecode(t, s, one.call, one.body)
			if got := found(findings); !slices.Equal(got, one.want) {
				t.Errorf("found %q, want %q", got, one.want)
			}
		})
	}
}

// newBody makes the DTO of a call's body.
func newBody(call string) any {
	switch call {
	case "createAssessment":
		return new(NewAssessment)
	case "updateAssessment":
		return new(AssessmentChange)
	case "completeAssessment":
		return new(Completion)
	case "confirmAssessment":
		return new(NewConfirmation)
	case "createConsent":
		return new(NewConsent)
	case "withdrawConsent":
		return new(Withdrawal)
	case "recordEvent":
		return new(NewEvent)
	case "giveFeedback":
		return new(NewFeedback)
	case "createNonParticipation":
		return new(NewNonParticipation)
	}
	panic("a body without a DTO: " + call)
}

var bodyCalls = []string{
	"createAssessment", "updateAssessment", "completeAssessment", "confirmAssessment", "createConsent", "withdrawConsent",
	"recordEvent", "giveFeedback", "createNonParticipation",
}

// checkAndDecode does to a body what a request does to it.
func checkAndDecode(t testing.TB, s *schema, call, body string) fault.Findings {
	t.Helper()
	root, _, err := parse(body)
	if err != nil {
		t.Fatal(err)
	}
	findings := checkTree(s, &root)
	dto := newBody(call)
	if err := decode(&root, dto); err != nil {
		t.Fatalf("what is left of %s does not decode: %v", body, err)
	}
	if err := checkRules(&findings, dto); err != nil {
		t.Fatal(err)
	}
	return findings
}

func TestWrongPartsAreCutOutInPlace(t *testing.T) {
	s, _ := bodySchema(t, "createAssessment")
	root, _, err := parse(assessmentBody("register", `"dental"`, "client_answers",
		`[{"item":"a","value":11},null,{"item":"c","value":3.0,"x":1},"x"]`, "client_ref", `"a\u0308"`))
	if err != nil {
		t.Fatal(err)
	}
	checkTree(s, &root)
	var left NewAssessment
	if err := decode(&root, &left); err != nil {
		t.Fatal(err)
	}
	answers := *left.ClientAnswers
	if left.Register != "" || left.Unit != "vuosaari-ta" || *left.ClientRef != "ä" || len(answers) != 4 {
		t.Errorf("left: %+v", left)
	}
	if answers[0].Item != "a" || answers[0].Value != nil || answers[1].Item != "" || answers[2].Item != "c" || *answers[2].Value != 3 {
		t.Errorf("left of the answers: %+v", answers)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	s, _ := bodySchema(t, "createAssessment")
	var body strings.Builder
	body.WriteString("{")
	for i := range 9000 {
		fmt.Fprintf(&body, `"f%d":1,`, i)
	}
	body.WriteString(`"z":1}`)
	root, _, err := parse(body.String())
	if err != nil {
		t.Fatal(err)
	}
	if findings := checkTree(s, &root); len(findings) != fault.MaxFindings {
		t.Errorf("%d findings", len(findings))
	}
}

// FuzzBody feeds anything to every body: nothing panics, whatever is left
// decodes, and what is found fault with is exactly what the contract's schema
// forbids, as another implementation of JSON Schema sees it.
func FuzzBody(f *testing.F) {
	for i := range bodyCalls {
		for _, text := range jsonTexts {
			f.Add(uint8(i), text)
		}
	}
	f.Add(uint8(0), assessmentBody("client_answers", answerList(3)))
	f.Add(uint8(0), assessmentBody("assessed_on", `"2023-02-30"`, "client_answers", `[{"item":"a","value":7.0},{"item":"a","skip":"x"}]`))
	f.Add(uint8(1), `{"mode":"phone","client_answers":[{"item":"a","skip":"discuss","comment":"\ud83d"}]}`)
	f.Add(uint8(3), `{"segment":"yhteistyo","reason":"x","actions":[{"text":"x","due":"2023-10-12"}],"review_on":"2023-12-14"}`)
	f.Add(uint8(4), `{"language":"sv","form":"paper","purposes":["record"],"given_by":"representative","representative_ground":"x"}`)
	f.Add(uint8(7), `{"usefulness":4,"agreement":"partly","comment":"x"}`)
	f.Add(uint8(8), `{"unit":"x","battery":"y","kind":"unsuitable","reason":"z","date":"2023-09-14"}`)
	type pair struct {
		own   *schema
		other *openapi3.Schema
	}
	var schemas []pair
	for _, call := range bodyCalls {
		own, other := bodySchema(f, call)
		schemas = append(schemas, pair{own, other})
	}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		call := int(which) % len(bodyCalls)
		root, whole, err := parse(body)
		if err != nil || !whole {
			return
		}
		ambiguous := repeatsNames(&root) || strings.Contains(body, `\u`) // the other decoder smooths these over
		findings := checkAndDecode(t, schemas[call].own, bodyCalls[call], body)
		var value any
		if ambiguous || json.Unmarshal([]byte(body), &value) != nil {
			return
		}
		forbidden := schemas[call].other.VisitJSON(value) != nil
		if forbidden && len(findings) == 0 {
			t.Fatalf("%s: nothing wrong found with %s, but %v", bodyCalls[call], body, schemas[call].other.VisitJSON(value))
		}
		findings = slices.DeleteFunc(findings, func(one fault.Finding) bool {
			return slices.Contains([]string{fault.Duplicate, fault.ValueOrSkip, fault.GroundRequired, fault.GroundUnexpected, fault.NotADate}, one.Code)
		}) // rules that the schema cannot state
		if !forbidden && len(findings) > 0 {
			t.Fatalf("%s: found %v in %s, which the schema allows", bodyCalls[call], found(findings), body)
		}
	})
}

// submission is a whole assessment of about 4 KB.
func submission() string {
	var answers []string
	for i := range 22 {
		answers = append(answers, fmt.Sprintf(`{"item":"meaningful-activity-%d","value":%d,"comment":%q}`, i, i%11, strings.Repeat("Näin ", 24)))
	}
	return assessmentBody("client_answers", "["+strings.Join(answers, ",")+"]", "complete", "true")
}

// BenchmarkSubmit is everything between the bytes of a submission and the
// command of the use case.
func BenchmarkSubmit(b *testing.B) {
	s, _ := bodySchema(b, "createAssessment")
	body := submission()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		checkAndDecode(b, s, "createAssessment", body)
	}
}
