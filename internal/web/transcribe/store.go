package transcribe

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// The steps that a form comes from, beside the first one.
const (
	stepAgain  = "again"  // typed a second time
	stepSettle = "settle" // decided where the two differ
)

// typed takes a form as it was typed, from whichever step it comes.
func (p *Pages) typed(r *page.Request) error {
	f, shown, err := p.ofPath(r)
	if err != nil || shown {
		return err
	}
	values := r.Posted()
	back := values.Get("show") == "form" // to change what was typed at first
	switch step := values.Get("step"); {
	case back, step != stepAgain && step != stepSettle:
		values.Del("show")
		values.Del("step")
		if back || r.Setting() {
			return p.showForm(r, f, &page.Form{Values: values}, formData{Checked: values.Get("checked")})
		}
		return p.once(r, f, values)
	case step == stepAgain:
		return p.again(r, f, values)
	default:
		return p.settle(r, f, values)
	}
}

// once takes a form that was typed once. Where it is to be typed twice nothing is
// stored yet, but what is wrong with it is told now.
func (p *Pages) once(r *page.Request, f paper, values url.Values) error {
	marks, wrong := f.read(values, first)
	draft := values.Get("store") == "draft"
	twice := values.Get("twice") == yes && values.Get("checked") != f.written(marks)
	if draft || !twice {
		return p.store(r, f, values, marks, wrong, !draft)
	}
	var few fault.Findings
	if len(wrong) == 0 {
		var err error
		if few, err = f.few(marks); err != nil {
			return err
		}
	}
	found, err := p.wouldFind(r, f, values, marks, wrong)
	if err != nil {
		return err
	}
	if len(found) > 0 || len(few) > 0 {
		return p.showForm(r, f, &page.Form{Values: values, Findings: found}, formData{Few: few})
	}
	return p.showAgain(r, f, &page.Form{Values: values})
}

// store stores a form: with its result, or as a draft to go on with.
func (p *Pages) store(r *page.Request, f paper, values url.Values, marks map[box]mark, wrong fault.Findings, complete bool) error {
	var few fault.Findings
	if complete && len(wrong) == 0 {
		var err error
		if few, err = f.few(marks); err != nil {
			return err
		}
	}
	in, sent := p.begin(f, values, marks, wrong)
	in.Start.Complete = complete
	a, _, err := p.Assessments.Begin(r.Ctx(), in)
	form, data := &page.Form{Values: values}, formData{Checked: values.Get("checked"), Few: few}
	if fault.CodeOf(err) == fault.CodeInsufficientAnswers {
		return p.showForm(r, f, form, data)
	}
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		form.Findings = sent.place(form.Findings)
		return p.showForm(r, f, form, data)
	}
	if !holds(a, in.Start) { // the same form was stored before it was changed
		data.Stored = "/assessments/" + a.ID.String()
		return p.showForm(r, f, form, data)
	}
	if a.Result == nil {
		return r.Redirect("/assessments/" + a.ID.String())
	}
	return r.Redirect("/assessments/" + a.ID.String() + "/result")
}

// holds tells whether an assessment has the answers of a start.
func holds(a *assessment.Assessment, in assessment.Start) bool {
	same := func(sheet instrument.Sheet, answers []assessment.Answer) bool {
		if len(sheet) != len(answers) {
			return false
		}
		for i, want := range answers {
			got := sheet[i]
			if got.Item != want.Item || got.Comment != want.Comment || string(got.Skip) != want.Skip || want.Value != nil && got.Value != *want.Value {
				return false
			}
		}
		return true
	}
	return same(a.Client, in.Client) && same(a.Professional, in.Professional)
}

// wouldFind is what would be wrong with a form if it were stored now: it is sent
// with a mistake of our own, so that it cannot be.
func (p *Pages) wouldFind(r *page.Request, f paper, values url.Values, marks map[box]mark, wrong fault.Findings) (fault.Findings, error) {
	in, sent := p.begin(f, values, marks, wrong)
	const ours = "/step"
	in.Start.Prior.Add(ours, fault.Required, nil)
	_, _, err := p.Assessments.Begin(r.Ctx(), in)
	var form page.Form
	if err := form.Take(err); err != nil {
		return nil, err
	}
	var found fault.Findings
	for _, one := range form.Findings {
		if one.Pointer != ours {
			found = append(found, one)
		}
	}
	return sent.place(found), nil
}

// sent is which item each answer that was sent belongs to, by side.
type sent map[string][]int

// place turns the pointers to answers into those of our fields.
func (s sent) place(findings fault.Findings) fault.Findings {
	placed := make(fault.Findings, 0, len(findings))
	for _, one := range findings {
		parts := strings.Split(one.Pointer, "/") // "", client_answers, 3, comment
		side, ours := strings.CutSuffix(parts[min(1, len(parts)-1)], "_answers")
		if ours && len(parts) > 2 {
			i, err := strconv.Atoi(parts[2])
			if items := s[side]; err == nil && i < len(items) {
				column := first
				if parts[len(parts)-1] == "comment" {
					column = words
				}
				one.Pointer = pointerOf(name(instrument.Side(side), items[i], column))
			}
		}
		placed = append(placed, one)
	}
	slices.SortStableFunc(placed, func(a, b fault.Finding) int { return rank(a.Pointer) - rank(b.Pointer) })
	return placed
}

// order is that of the fields on the page.
var order = []string{"unit", "register", "assessed_on", "language", "plain", "purposes", "given_by", "representative_ground", "signed_text",
	"present", "client_ref", string(instrument.Client), string(instrument.Professional)}

func rank(pointer string) int {
	field, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	return slices.Index(order, field)
}

// begin is a form for the use case: the consent on paper and the assessment with
// its answers, of the versions that were printed.
func (p *Pages) begin(f paper, values url.Values, marks map[box]mark, wrong fault.Findings) (assessment.Begin, sent) {
	in := assessment.Begin{
		Consent: assessment.GiveConsent{
			Form: string(consent.Paper), Purposes: values["purposes"], GivenBy: values.Get("given_by"),
			Ground: values.Get("representative_ground"), SignedText: signedText(values),
		},
		Start: assessment.Start{
			Prior: append(fault.Findings(nil), wrong...), ID: onceOf(values),
			Unit: values.Get("unit"), Register: values.Get("register"), Language: values.Get("language"), Plain: values.Get("plain") == yes,
			Mode: string(assessment.Paper), Present: values["present"], AssessedOn: values.Get("assessed_on"), ClientRef: values.Get("client_ref"),
			Battery: f.Professional.Code, ClientVersion: f.Client.Version, BatteryVersion: f.Professional.Version,
		},
	}
	for _, required := range []string{"unit", "assessed_on"} { // today would be a guess, and so would be a unit
		if values.Get(required) == "" {
			in.Start.Prior.Add("/"+required, fault.Required, nil)
		}
	}
	sent := sent{}
	in.Start.Client, sent[string(instrument.Client)] = f.answers(instrument.Client, marks, values)
	in.Start.Professional, sent[string(instrument.Professional)] = f.answers(instrument.Professional, marks, values)
	return in, sent
}

// signedText is the version of the consent text that was signed, -1 for one that
// is no version.
func signedText(values url.Values) int {
	version, err := strconv.Atoi(values.Get("signed_text"))
	if err != nil || version < 1 {
		return -1
	}
	return version
}
