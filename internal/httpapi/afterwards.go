package httpapi

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/assessment"
)

// RecordEvent implements POST /assessments/{id}/events.
func (a *API) RecordEvent(ctx context.Context, in RecordEventRequestObject) (RecordEventResponseObject, error) {
	e, err := a.Assessments.Note(ctx, assessment.Note{Prior: callOf(ctx).findings, ID: in.Id, Kind: string(in.Body.Kind)})
	if err != nil {
		return nil, err
	}
	return RecordEvent201JSONResponse{Kind: EventKind(e.Kind), At: e.At}, nil
}

// GiveFeedback implements POST /assessments/{id}/feedback.
func (a *API) GiveFeedback(ctx context.Context, in GiveFeedbackRequestObject) (GiveFeedbackResponseObject, error) {
	err := a.Assessments.GiveFeedback(ctx, assessment.GiveFeedback{
		Prior: callOf(ctx).findings, ID: in.Id, Usefulness: in.Body.Usefulness,
		Agreement: string(in.Body.Agreement), Comment: value(in.Body.Comment),
	})
	if err != nil {
		return nil, err
	}
	return GiveFeedback201JSONResponse{FeedbackGiven: true}, nil
}

// CreateNonParticipation implements POST /non-participations.
func (a *API) CreateNonParticipation(ctx context.Context, in CreateNonParticipationRequestObject) (CreateNonParticipationResponseObject, error) {
	n, err := a.Assessments.RecordNonParticipation(ctx, assessment.RecordNonParticipation{
		Prior: callOf(ctx).findings, Unit: in.Body.Unit, Battery: value(in.Body.Battery), Kind: string(in.Body.Kind),
		Reason: in.Body.Reason, Date: value(in.Body.Date),
	})
	if err != nil {
		return nil, err
	}
	return CreateNonParticipation201JSONResponse{
		Id: n.ID, Unit: n.Unit, Battery: given(n.Battery), Kind: NonParticipationKind(n.Kind), Reason: n.Reason, Date: n.On.String(),
	}, nil
}
