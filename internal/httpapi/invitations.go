package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/invitation"
)

// CreateInvitation implements POST /invitations.
func (a *API) CreateInvitation(ctx context.Context, in CreateInvitationRequestObject) (CreateInvitationResponseObject, error) {
	body, findings := in.Body, callOf(ctx).findings
	unit := value(body.Unit)
	if actor, _ := access.From(ctx); unit == "" && len(actor.Units) > 0 && !findings.Touches("/unit") {
		unit = actor.Units[0]
	}
	made, secrets, err := a.Invitations.Invite(ctx, invitation.NewInvitation{
		Prior: findings, Unit: unit, Register: string(body.Register), Battery: body.Battery, Language: string(body.Language),
		Plain: value(body.Plain), ClientRef: value(body.ClientRef), Days: value(body.Days),
	})
	if err != nil {
		return nil, err
	}
	return a.give(ctx, made, secrets)
}

// RenewInvitation implements POST /invitations/{id}/renewal.
func (a *API) RenewInvitation(ctx context.Context, in RenewInvitationRequestObject) (RenewInvitationResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	secrets, err := a.Invitations.Renew(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	made, err := a.Invitations.Invitation(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	return a.give(ctx, made, secrets)
}

// ReadInvitation implements GET /invitations/{id}.
func (a *API) ReadInvitation(ctx context.Context, in ReadInvitationRequestObject) (ReadInvitationResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	i, err := a.Invitations.Invitation(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	out := ReadInvitation200JSONResponse{
		Id: i.ID, State: InvitationState(i.State), Unit: i.Unit, Register: Register(i.Register), Battery: i.Battery,
		Language: LanguageCode(i.Language), Plain: i.Plain, ClientRef: given(i.ClientRef), ExpiresOn: i.LastDay().String(),
		CreatedAt: i.CreatedAt, AnsweredAt: givenTime(i.AnsweredAt),
	}
	if i.Assessment != uuid.Nil {
		out.AssessmentId = &i.Assessment
	}
	return out, nil
}

// give answers with an invitation and its secrets, as JSON or as the letter. They
// are given once: an answer that is kept to be given again is without them.
func (a *API) give(ctx context.Context, i invitation.Invitation, secrets invitation.Secrets) (*written, error) {
	full := func(ctx context.Context) (*written, error) {
		if callOf(ctx).media == mimePDF {
			p, err := a.papers.Letter(ctx, i, secrets, a.address())
			out, err := printed(ctx, p, err)
			return made(i, out), err
		}
		link := document.JoinLink(a.address(), secrets)
		return invited(i, &link, &secrets.Code)
	}
	if in := callOf(ctx); in.held {
		in.once = full
		return invited(i, nil, nil)
	}
	return full(ctx)
}

func invited(i invitation.Invitation, link, code *string) (*written, error) {
	out := &written{media: echo.MIMEApplicationJSON}
	return made(i, out), json.NewEncoder(&out.body).Encode(InvitationMade{
		Id: i.ID, Link: link, Code: code, State: InvitationState(i.State), Unit: i.Unit, Register: Register(i.Register),
		Battery: i.Battery, Language: LanguageCode(i.Language), Plain: i.Plain, ClientRef: given(i.ClientRef),
		ExpiresOn: i.LastDay().String(), CreatedAt: i.CreatedAt,
	})
}

// made turns an answer into that of something that was made.
func made(i invitation.Invitation, out *written) *written {
	if out != nil {
		out.status, out.location = http.StatusCreated, Prefix+"/invitations/"+i.ID.String()
	}
	return out
}

// VisitCreateInvitationResponse implements CreateInvitationResponseObject.
func (d *written) VisitCreateInvitationResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitRenewInvitationResponse implements RenewInvitationResponseObject.
func (d *written) VisitRenewInvitationResponse(w http.ResponseWriter) error { return d.send(w) }
