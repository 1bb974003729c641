package visit

import (
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

type recordData struct {
	Assessment   *assessment.Assessment
	Consent      consent.Record
	Text         consent.Text
	Unit         string
	Given, Ended string
	Withdrawn    bool
	Own          bool             // an invited client's own copy
	Held         retention.Reason // "" where nothing keeps it from being deleted
	Chosen, Not  []consent.PurposeText
}

// record is the consent as it was given, to print or to take home.
func (p *Pages) record(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	return p.showRecord(r, id)
}

func (p *Pages) showRecord(r *page.Request, id uuid.UUID) error {
	data, err := p.consentOf(r, id)
	if err != nil {
		return err
	}
	data.Own = r.Session.Actor.Role == access.Client
	if data.Held, err = p.heldFor(r, data.Assessment); err != nil {
		return err
	}
	r.Speak(data.Consent.Language, data.Assessment.Plain)
	data.Given, data.Withdrawn = r.Words.DateTime(data.Consent.GivenAt), data.Consent.Status() == consent.Withdrawn
	if data.Withdrawn {
		data.Ended = r.Words.DateTime(data.Consent.WithdrawnAt)
	}
	return p.templates.Render(r, "record", &page.View{Title: r.Text("visit_consent.record.title"), Focus: data.Own, Data: data})
}

// consentOf reads the consent of an assessment with the text that was read.
func (p *Pages) consentOf(r *page.Request, id uuid.UUID) (data recordData, err error) {
	if data.Assessment, err = p.Assessments.Assessment(r.Ctx(), id); err != nil {
		return data, err
	}
	if data.Consent, err = p.Assessments.Consent(r.Ctx(), data.Assessment.ConsentID); err != nil {
		return data, err
	}
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return data, err
	}
	data.Unit = names[data.Consent.Unit]
	texts, err := p.Content.Texts(r.Ctx())
	if err != nil {
		return data, err
	}
	for _, text := range texts {
		if text.Version == data.Consent.TextVersion {
			data.Text = text
		}
	}
	for _, one := range data.Text.Purposes {
		if data.Consent.Covers(one.Purpose) {
			data.Chosen = append(data.Chosen, one)
		} else {
			data.Not = append(data.Not, one)
		}
	}
	return data, nil
}

// withdrawal asks once more before a consent is withdrawn.
func (p *Pages) withdrawal(r *page.Request) error {
	return p.showWithdrawal(r, &page.Form{Labels: withdrawalLabels})
}

var withdrawalLabels = page.Labels{"reason": "visit_consent.withdrawal.reason"}

func (p *Pages) showWithdrawal(r *page.Request, form *page.Form) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	data, err := p.consentOf(r, id)
	if err != nil {
		return err
	}
	if data.Consent.Status() == consent.Withdrawn {
		return r.Redirect("/assessments/" + data.Assessment.ID.String() + "/consent")
	}
	return p.templates.Render(r, "withdrawal", &page.View{Title: r.Text("visit_consent.withdrawal.title"), Address: r.Request().URL.Path, Form: form, FormID: "withdrawal", Data: data})
}

// withdraw ends a consent at once.
func (p *Pages) withdraw(r *page.Request) error {
	form := &page.Form{Labels: withdrawalLabels, Values: r.Posted()}
	if r.Setting() {
		return p.showWithdrawal(r, form)
	}
	id, err := r.ID()
	if err != nil {
		return err
	}
	a, err := p.Assessments.Assessment(r.Ctx(), id)
	if err != nil {
		return err
	}
	_, err = p.Assessments.WithdrawConsent(r.Ctx(), assessment.WithdrawConsent{ID: a.ConsentID, Reason: r.Form("reason")})
	if fault.KindOf(err) != fault.Invalid && err != nil {
		return err
	}
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		return p.showWithdrawal(r, form)
	}
	return r.Redirect("/assessments/" + id.String() + "/consent")
}
