package httpapi

import (
	"context"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// readContent asks for the permission to read batteries and consent texts.
func readContent(ctx context.Context) error {
	if _, err := access.Require(ctx, access.ReadContent); err != nil {
		return err
	}
	return sound(ctx)
}

// ListInstruments implements GET /instruments.
func (a *API) ListInstruments(ctx context.Context, _ ListInstrumentsRequestObject) (ListInstrumentsResponseObject, error) {
	if err := readContent(ctx); err != nil {
		return nil, err
	}
	out := ListInstruments200JSONResponse{Data: []Instrument{}}
	for _, b := range a.Library.Batteries() {
		out.Data = append(out.Data, a.instrument(b, callOf(ctx).language))
	}
	return out, nil
}

func (a *API) instrument(b *instrument.Battery, tag lang.Tag) Instrument {
	out := Instrument{
		Code: b.Code, Version: b.Version, Ref: b.Ref(), Side: Side(b.Side), Name: b.Name.In(tag),
		Description: b.Description.In(tag), Cutoff: b.Cutoff,
		Scale: Scale{Min: b.Scale.Min, Max: b.Scale.Max, Anchors: map[string]string{}},
		Items: []InstrumentItem{},
	}
	for value, anchor := range b.Scale.Anchors {
		out.Scale.Anchors[strconv.Itoa(value)] = anchor.In(tag)
	}
	for _, item := range b.Items {
		out.Items = append(out.Items, InstrumentItem{
			Code: item.Code, Topic: item.Topic.In(tag), Text: item.Text.In(tag), Plain: item.Text.Plain(tag),
			Help: item.Help.In(tag), Reverse: item.Reverse, Weight: item.Weight, Terms: a.terms(item.Terms, tag),
		})
	}
	return out
}

func (a *API) terms(codes []string, tag lang.Tag) *[]Term {
	var out []Term
	for _, code := range codes {
		if t, ok := a.Library.Term(code); ok {
			out = append(out, Term{Code: t.Code, Term: t.Term.In(tag), Meaning: t.Meaning.In(tag)})
		}
	}
	if out == nil {
		return nil
	}
	return &out
}

// ListConsentTexts implements GET /consent-texts.
func (a *API) ListConsentTexts(ctx context.Context, in ListConsentTextsRequestObject) (ListConsentTextsResponseObject, error) {
	if err := readContent(ctx); err != nil {
		return nil, err
	}
	text, err := a.Assessments.CurrentText(ctx)
	if err != nil {
		return nil, err
	}
	first := callOf(ctx).language
	out := ListConsentTexts200JSONResponse{Data: []ConsentText{consentText(text, first)}}
	if in.Params.Language != nil {
		return out, nil
	}
	for _, tag := range lang.All {
		if tag != first {
			out.Data = append(out.Data, consentText(text, tag))
		}
	}
	return out, nil
}

func consentText(t consent.Text, tag lang.Tag) ConsentText {
	out := ConsentText{
		Version: t.Version, Language: LanguageCode(tag), Title: t.Title.In(tag),
		Text: t.Rendered(tag), Sha256: t.SHA256(tag), Purposes: []PurposeText{},
	}
	for _, p := range t.Purposes {
		out.Purposes = append(out.Purposes, PurposeText{Code: Purpose(p.Purpose), Label: p.Label.In(tag), Text: p.Text.In(tag)})
	}
	return out
}
