package document

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// Papers puts the documents together that are handed out as PDF: it asks the use
// cases, which decide who may have what and write down who had it. The API, the
// pages and the command line share it, so that all give the same bytes.
type Papers struct {
	Assessments *assessment.Service
	Library     *instrument.Library
	Content     Content
	House       House
}

// Content is what the house works with, its own or what comes with the program.
type Content interface {
	Guidance
	CurrentText(ctx context.Context) (consent.Text, error)
	// TextVersion is the text with a number, false where there is none.
	TextVersion(ctx context.Context, version int) (consent.Text, bool, error)
	// Batteries are the professional batteries in use.
	Batteries(ctx context.Context) ([]*instrument.Battery, error)
}

// Paper is a document with the name of its kind, which tells nothing of anybody.
type Paper struct {
	Kind     string // for example "result"
	Document typeset.Document
}

// Sources is where the parts of a result come from.
func (p Papers) Sources() Sources {
	return Sources{Library: p.Library, Batteries: p.Assessments, Guidance: p.Content, House: p.House}
}

// Result is the result of an assessment for its client. Without a result it is
// NotFound.
func (p Papers) Result(ctx context.Context, id uuid.UUID, tag lang.Tag) (Paper, error) {
	found, err := p.Assessments.Result(ctx, id)
	if err != nil {
		return Paper{}, err
	}
	return p.ResultOf(ctx, found, tag)
}

// ResultOf is the same for an assessment that has been read already.
func (p Papers) ResultOf(ctx context.Context, a *assessment.Assessment, tag lang.Tag) (Paper, error) {
	gathered, err := p.Sources().Gather(ctx, a)
	if err != nil {
		return Paper{}, err
	}
	d, err := ResultPaper(gathered, tag)
	return Paper{"result", d}, err
}

// Consent is a consent as it was given, in its own language.
func (p Papers) Consent(ctx context.Context, id uuid.UUID) (Paper, error) {
	r, err := p.Assessments.Consent(ctx, id)
	if err != nil {
		return Paper{}, err
	}
	agreed, err := p.agreement(ctx, r)
	if err != nil {
		return Paper{}, err
	}
	d, err := ConsentPaper(agreed)
	return Paper{"consent", d}, err
}

// Withdrawal is the notice that a consent was withdrawn, in the consent's
// language. Of one that was not it is NotFound.
func (p Papers) Withdrawal(ctx context.Context, id uuid.UUID) (Paper, error) {
	r, err := p.Assessments.Consent(ctx, id)
	if err != nil {
		return Paper{}, err
	}
	if r.Status() != consent.Withdrawn {
		return Paper{}, fault.New(fault.NotFound)
	}
	agreed, err := p.agreement(ctx, r)
	if err != nil {
		return Paper{}, err
	}
	d, err := WithdrawalPaper(agreed)
	return Paper{"withdrawal", d}, err
}

// agreement is a consent with the text that was agreed to. Another instance may
// have a text that this one learns of within a second.
func (p Papers) agreement(ctx context.Context, r consent.Record) (Agreement, error) {
	text, found, err := p.Content.TextVersion(ctx, r.TextVersion)
	if err != nil {
		return Agreement{}, err
	}
	if !found {
		return Agreement{}, &fault.Error{Kind: fault.Unavailable, Code: fault.Unavailable.String(), RetryAfter: time.Second}
	}
	unit, demo, err := p.house(ctx, r.Unit)
	return Agreement{Record: r, Text: text, Unit: unit, Demo: demo}, err
}

// house is a unit's name, and whether everything here is invented.
func (p Papers) house(ctx context.Context, code string) (unit string, demo bool, err error) {
	units, err := p.House.UnitNames(ctx)
	if err != nil {
		return "", false, err
	}
	settings, err := p.House.ReportSettings(ctx)
	return units[code], settings.Demo, err
}

// File is all that is kept about the client of a consent. It holds the time at
// which it was made, so that no two are the same.
func (p Papers) File(ctx context.Context, id uuid.UUID, tag lang.Tag) (Paper, error) {
	kept, err := p.Assessments.File(ctx, id)
	if err != nil {
		return Paper{}, err
	}
	gathered, err := p.Sources().GatherFile(ctx, kept)
	if err != nil {
		return Paper{}, err
	}
	d, err := FilePaper(gathered, tag)
	return Paper{"own-file", d}, err
}

// Brochure is the brochure of the current text of consent.
func (p Papers) Brochure(ctx context.Context, tag lang.Tag, plain bool) (Paper, error) {
	text, err := p.text(ctx)
	if err != nil {
		return Paper{}, err
	}
	return Paper{"brochure", BrochurePaper(text, tag, plain)}, nil
}

// ConsentForm is the current text of consent, to be signed by hand.
func (p Papers) ConsentForm(ctx context.Context, tag lang.Tag, plain bool) (Paper, error) {
	text, err := p.text(ctx)
	if err != nil {
		return Paper{}, err
	}
	return Paper{"consent-form", ConsentFormPaper(text, tag, plain)}, nil
}

func (p Papers) text(ctx context.Context) (consent.Text, error) {
	if _, err := access.Require(ctx, access.ReadContent); err != nil {
		return consent.Text{}, err
	}
	return p.Content.CurrentText(ctx)
}

// Form is the blank form of the client's battery and a professional's that is in
// use; another one is NotFound. at is the address of the service, under which the
// answers are typed in.
func (p Papers) Form(ctx context.Context, battery string, tag lang.Tag, plain bool, at string) (Paper, error) {
	if _, err := access.Require(ctx, access.ReadContent); err != nil {
		return Paper{}, err
	}
	inUse, err := p.Content.Batteries(ctx)
	if err != nil {
		return Paper{}, err
	}
	i := slices.IndexFunc(inUse, func(b *instrument.Battery) bool { return b.Code == battery })
	if i < 0 {
		return Paper{}, fault.New(fault.NotFound)
	}
	code := instrument.FormCode(p.Library.Client(), inUse[i])
	d, err := FormPaper(Form{
		Client: p.Library.Client(), Professional: inUse[i], Plain: plain, Code: code, Link: at + "/paper/" + code,
	}, tag)
	return Paper{"form-" + inUse[i].Code, d}, err
}

// Letter is an invitation on paper, in the client's language. at is the address
// of the service.
func (p Papers) Letter(ctx context.Context, i invitation.Invitation, secrets invitation.Secrets, at string) (Paper, error) {
	unit, demo, err := p.house(ctx, i.Unit)
	if err != nil {
		return Paper{}, err
	}
	d, err := LetterPaper(Letter{
		Link: JoinLink(at, secrets), Code: secrets.Code, Address: JoinAddress(at),
		Unit: unit, Until: i.LastDay(), Plain: i.Plain, Demo: demo,
	}, i.Language)
	return Paper{"letter", d}, err
}

// JoinLink is the address that opens an invitation, once.
func JoinLink(at string, secrets invitation.Secrets) string { return at + "/join/" + secrets.Link }

// JoinAddress is where a code is typed, as people type addresses.
func JoinAddress(at string) string { return strings.TrimPrefix(at, "https://") + "/join" }
