package outcome

import (
	"errors"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// staff is the professional's part of the page, in the reader's own language.
type staff struct {
	Expected, Advice string // "" for none
	Notes            []document.Remark
	Record           string // the text for the record, "" where the consent does not cover it
	RecordLines      int
	// When each was done last, in words; "" for not yet.
	Discussed, Printed, Recorded string
}

func (p *Pages) staff(r *page.Request, a *assessment.Assessment, gathered document.Result, own *locale.Printer) (s staff, err error) {
	gathered.Plain = false
	told, err := document.Tell(gathered, own.Tag())
	if err != nil {
		return s, err
	}
	s.Expected, s.Advice, s.Notes = own.Segment(a.Expected), told.Advice(), told.Notes()
	if s.Record, err = p.record(r, a, gathered, own); err != nil {
		return s, err
	}
	s.RecordLines = min(strings.Count(s.Record, "\n")+1, 24)
	events, err := p.assessments.Events(r.Ctx(), a.ID)
	if err != nil {
		return s, err
	}
	last := map[assessment.EventKind]time.Time{}
	if a.Confirmation != nil { // agreeing upon a result is talking it through
		last[assessment.Discussed] = a.Confirmation.At
	}
	for _, e := range events {
		last[e.Kind] = e.At
	}
	said := func(kind assessment.EventKind) string {
		if at, ok := last[kind]; ok {
			return own.DateTime(at)
		}
		return ""
	}
	s.Discussed, s.Printed, s.Recorded = said(assessment.Discussed), said(assessment.Printed), said(assessment.Recorded)
	return s, nil
}

// record is the text for the record, "" where the consent does not cover it.
func (p *Pages) record(r *page.Request, a *assessment.Assessment, gathered document.Result, own *locale.Printer) (string, error) {
	if a.Status == assessment.Withdrawn {
		return "", nil
	}
	_, err := p.assessments.ResultForRecord(r.Ctx(), a.ID)
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Code == fault.CodeConsentRequired {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = document.Text(&text, gathered, document.Register(a.Register), own.Tag())
	return text.String(), err
}
