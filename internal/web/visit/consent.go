package visit

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var consentLabels = page.Labels{
	"purposes": "visit_consent.purposes", "signed_name": "visit_consent.name", "form": "visit_consent.form",
	"given_by": "visit_consent.given_by", "representative_ground": "visit_consent.ground", "client_ref": "visit_consent.client_ref",
}

// consentData is the page on which a client is informed and asked.
type consentData struct {
	Once     uuid.UUID // of what the form begins
	Text     consent.Text
	Purposes []page.Option
	Kept     []kv   // what was chosen before
	Back     string // to change it; "" for a client at home
	Own      bool   // the client is alone with it, at home
	Phone    bool
	HasPlain bool // there is plain language to switch to
	Other    bool // somebody else gives the consent
	Ref      bool // the client has a reference already
	Why      string

	PaperForm, Representative []page.Option
}

type kv struct{ Name, Value string }

// consent is the page of information and consent, in the client's language. Who
// comes back to it after the consent was given is led on to what it began.
func (p *Pages) consent(r *page.Request) error {
	values := kept(r.QueryParams())
	once := onceOr(r.QueryParams())
	switch _, err := p.Assessments.Assessment(r.Ctx(), once); {
	case err == nil:
		return r.Redirect("/assessments/" + once.String())
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	values.Set("once", once.String())
	findings, err := p.check(r, values)
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return p.showBegin(r, &page.Form{Labels: beginLabels, Values: values, Findings: findings})
	}
	last, err := p.previous(r, values.Get("again"))
	if err != nil {
		return err
	}
	if last != nil {
		values.Set("client_ref", last.ClientRef)
	}
	if values.Get("mode") == string(assessment.Paper) {
		values.Set("form", string(consent.Paper))
	}
	return p.showConsent(r, &page.Form{Labels: consentLabels, Values: values}, false)
}

// giveConsent begins an assessment with the client's consent.
func (p *Pages) giveConsent(r *page.Request) error {
	values := r.Posted()
	form := &page.Form{Labels: consentLabels, Values: values}
	if reshow(r, values) {
		return p.showConsent(r, form, false)
	}
	start := startOf(values)
	start.ID, start.ClientRef = onceOf(values), values.Get("client_ref")
	a, given, err := p.Assessments.Begin(r.Ctx(), assessment.Begin{
		Consent: assessment.GiveConsent{
			Prior: unsigned(values), Form: formOf(values), Purposes: values["purposes"],
			GivenBy: giverOf(values), Ground: values.Get("representative_ground"), SignedName: values.Get("signed_name"),
			TextVersion: readVersion(values),
		},
		Start: start,
	})
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		return p.showConsent(r, form, false)
	}
	if !asGiven(given, values["purposes"]) {
		return r.Redirect("/assessments/" + a.ID.String() + "/consent")
	}
	begin, _ := strconv.Atoi(values.Get("begin"))
	p.spent(r, a.ID, assessment.PhaseBegin, begin)
	p.spent(r, a.ID, assessment.PhaseConsent, r.Seconds())
	return r.Redirect(clientPart(a.ID))
}

// asGiven tells whether the consent that is kept has the purposes that were sent
// now. A form that was given before keeps what it was given with: whoever has
// changed it since then is shown that.
func asGiven(r consent.Record, purposes []string) bool {
	for _, one := range consent.Purposes {
		if r.Covers(one) != slices.Contains(purposes, string(one)) {
			return false
		}
	}
	return true
}

// reshow does what only changes how the page is shown: language, plain language,
// size and contrast, and ticking all purposes at once.
func reshow(r *page.Request, values url.Values) bool {
	if r.Setting() {
		if tag, asked := r.Apply(); asked {
			values.Set("language", string(tag))
		}
		return true
	}
	switch values.Get("show") {
	case "plain":
		values.Set("plain", yes)
	case "ordinary":
		values.Del("plain")
	case "all":
		values.Del("purposes")
		for _, purpose := range consent.Purposes {
			values.Add("purposes", string(purpose))
		}
	default:
		return false
	}
	return true
}

// readVersion is the version of the consent text that was on the page.
func readVersion(values url.Values) int {
	version, err := strconv.Atoi(values.Get("text_version"))
	if err != nil || version < 1 {
		return -1 // no version, so not the current one
	}
	return version
}

// onceOf is the id that the page chose for what it begins, so that sending it
// twice begins it once.
func onceOf(values url.Values) uuid.UUID {
	id, err := uuid.Parse(values.Get("once"))
	if err != nil {
		return uuid.Nil
	}
	return id
}

// onceOr is the same, or a new one for a form that is shown for the first time.
func onceOr(values url.Values) uuid.UUID {
	if id := onceOf(values); id != uuid.Nil {
		return id
	}
	return uuid.New()
}

func formOf(values url.Values) string {
	if values.Get("form") == string(consent.Paper) {
		return string(consent.Paper)
	}
	return string(consent.Electronic)
}

func giverOf(values url.Values) string {
	if values.Get("given_by") == string(consent.ByRepresentative) {
		return string(consent.ByRepresentative)
	}
	return string(consent.ByClient)
}

// unsigned finds a consent that nobody signed: on the screen it takes a name.
func unsigned(values url.Values) (f fault.Findings) {
	if formOf(values) == string(consent.Electronic) && strings.TrimSpace(values.Get("signed_name")) == "" {
		f.Add("/signed_name", fault.Required, nil)
	}
	return f
}

// showConsent shows the page in the language that the form says.
func (p *Pages) showConsent(r *page.Request, form *page.Form, own bool) error {
	text, err := p.Content.CurrentText(r.Ctx())
	if err != nil {
		return err
	}
	tag, ok := lang.Parse(form.Values.Get("language"))
	if !ok {
		tag = r.Lang()
	}
	r.Speak(tag, form.Values.Get("plain") == yes)
	data := consentData{
		Once: onceOr(form.Values), Text: text, Own: own, HasPlain: tag != lang.English, Phone: form.Values.Get("mode") == string(assessment.Phone),
		Other: giverOf(form.Values) == string(consent.ByRepresentative) || form.Values.Get("representative_ground") != "" || form.Findings.Touches("/representative_ground"),
		Ref:   form.Values.Get("client_ref") != "" || form.Findings.Touches("/client_ref"),
		Why:   "consent_not_wanted",

		PaperForm:      []page.Option{{Value: string(consent.Paper), Label: r.Text("visit_consent.form.paper"), Help: r.Text("visit_consent.form.help")}},
		Representative: []page.Option{{Value: string(consent.ByRepresentative), Label: r.Text("visit_consent.given_by.other")}},
	}
	for _, one := range text.Purposes {
		data.Purposes = append(data.Purposes, page.Option{Value: string(one.Purpose), Label: r.In(one.Label), Help: r.In(one.Text)})
	}
	keep := kept(form.Values)
	for _, name := range chosenFields {
		for _, value := range keep[name] {
			data.Kept = append(data.Kept, kv{name, value})
		}
	}
	here := "/own/consent"
	if !own {
		keep.Set("once", data.Once.String())
		here = "/new/consent?" + keep.Encode()
		keep.Del("once")
		keep.Del("begin")
		data.Back = "/new?" + keep.Encode()
	}
	return p.templates.Render(r, "consent", &page.View{
		Title: r.In(text.Title), Address: here, Form: form, FormID: "consent", Focus: true, Scripts: []string{"speak", "consent"}, Data: data,
	})
}
