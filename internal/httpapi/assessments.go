package httpapi

import (
	"context"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// CreateAssessment implements POST /assessments.
func (a *API) CreateAssessment(ctx context.Context, in CreateAssessmentRequestObject) (CreateAssessmentResponseObject, error) {
	body := in.Body
	made, err := a.Assessments.Start(ctx, assessment.Start{
		Prior: callOf(ctx).findings, ConsentID: value(body.ConsentId), Unit: body.Unit, Register: string(body.Register),
		Language: string(body.Language), Battery: body.Battery, Mode: string(value(body.Mode)),
		AssessedOn: value(body.AssessedOn), ClientRef: value(body.ClientRef), Expected: string(value(body.ExpectedSegment)),
		Client: answersIn(body.ClientAnswers), Professional: answersIn(body.ProfessionalAnswers), Complete: value(body.Complete),
	})
	if err != nil {
		return nil, err
	}
	return CreateAssessment201JSONResponse{
		Body: assessmentOut(made, words(ctx)),
		Headers: CreateAssessment201ResponseHeaders{
			ETag: etag(made), Location: Prefix + "/assessments/" + made.ID.String(),
		},
	}, nil
}

// ListAssessments implements GET /assessments.
func (a *API) ListAssessments(ctx context.Context, in ListAssessmentsRequestObject) (ListAssessmentsResponseObject, error) {
	page, err := a.Assessments.List(ctx, assessment.List{
		Prior: callOf(ctx).findings, Unit: value(in.Params.Unit), From: value(in.Params.From), To: value(in.Params.To),
		Segment: string(value(in.Params.Segment)), Cursor: value(in.Params.Cursor), Limit: value(in.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	out := ListAssessments200JSONResponse{Data: make([]Assessment, len(page.Assessments)), Next: given(page.Next)}
	for i, one := range page.Assessments {
		out.Data[i] = assessmentOut(one, words(ctx))
	}
	return out, nil
}

// ReadAssessment implements GET /assessments/{id}.
func (a *API) ReadAssessment(ctx context.Context, in ReadAssessmentRequestObject) (ReadAssessmentResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	found, err := a.Assessments.Assessment(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	return ReadAssessment200JSONResponse{
		Body: assessmentOut(found, words(ctx)), Headers: ReadAssessment200ResponseHeaders{ETag: etag(found)},
	}, nil
}

// UpdateAssessment implements PATCH /assessments/{id}.
func (a *API) UpdateAssessment(ctx context.Context, in UpdateAssessmentRequestObject) (UpdateAssessmentResponseObject, error) {
	body := in.Body
	changed, err := a.Assessments.Change(ctx, assessment.Change{
		Prior: callOf(ctx).findings, ID: in.Id, Precondition: precondition(in.Params.IfMatch),
		Register: optional(body.Register), Language: optional(body.Language), Battery: body.Battery,
		Mode: optional(body.Mode), AssessedOn: body.AssessedOn, ClientRef: body.ClientRef,
		Expected: optional(body.ExpectedSegment), Client: answersIn(body.ClientAnswers),
		Professional: answersIn(body.ProfessionalAnswers),
	})
	if err != nil {
		return nil, err
	}
	return UpdateAssessment200JSONResponse{
		Body: assessmentOut(changed, words(ctx)), Headers: UpdateAssessment200ResponseHeaders{ETag: etag(changed)},
	}, nil
}

// CompleteAssessment implements POST /assessments/{id}/completion.
func (a *API) CompleteAssessment(ctx context.Context, in CompleteAssessmentRequestObject) (CompleteAssessmentResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	done, err := a.Assessments.Complete(ctx, assessment.Complete{ID: in.Id, Precondition: precondition(in.Params.IfMatch)})
	if err != nil {
		return nil, err
	}
	return CompleteAssessment200JSONResponse{
		Body: assessmentOut(done, words(ctx)), Headers: CompleteAssessment200ResponseHeaders{ETag: etag(done)},
	}, nil
}

// ConfirmAssessment implements POST /assessments/{id}/confirmation.
func (a *API) ConfirmAssessment(ctx context.Context, in ConfirmAssessmentRequestObject) (ConfirmAssessmentResponseObject, error) {
	command := assessment.Confirm{Prior: callOf(ctx).findings, ID: in.Id, Precondition: precondition(in.Params.IfMatch)}
	if in.Body != nil {
		command.Segment, command.Reason = string(value(in.Body.Segment)), value(in.Body.Reason)
		command.ReviewOn = value(in.Body.ReviewOn)
		for _, action := range value(in.Body.Actions) {
			command.Actions = append(command.Actions, assessment.PlannedAction{
				Text: action.Text, Responsible: value(action.Responsible), Due: value(action.Due),
			})
		}
	}
	agreed, err := a.Assessments.Confirm(ctx, command)
	if err != nil {
		return nil, err
	}
	return ConfirmAssessment200JSONResponse{
		Body: assessmentOut(agreed, words(ctx)), Headers: ConfirmAssessment200ResponseHeaders{ETag: etag(agreed)},
	}, nil
}

// words is the printer of the answer's language.
func words(ctx context.Context) *locale.Printer { return locale.For(callOf(ctx).language) }

// etag is the strong tag of an assessment's revision.
func etag(a *assessment.Assessment) string { return `"` + strconv.Itoa(a.Revision) + `"` }

// precondition reads If-Match (RFC 9110, 13.1.1). Tags that we never gave,
// weak ones among them, match nothing.
func precondition(header *string) assessment.Precondition {
	if header == nil {
		return assessment.Precondition{}
	}
	out := assessment.Precondition{Given: true, Any: strings.TrimSpace(*header) == "*"}
	for _, tag := range strings.Split(*header, ",") {
		tag = strings.TrimSpace(tag)
		quoted := len(tag) > 2 && tag[0] == '"' && tag[len(tag)-1] == '"'
		if !quoted {
			continue
		}
		if revision, err := strconv.Atoi(tag[1 : len(tag)-1]); err == nil {
			out.Revisions = append(out.Revisions, revision)
		}
	}
	return out
}
