package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/stream"
)

// mayExport asks for the permission to export rows at all, before anything is said
// about what was sent.
func mayExport(ctx context.Context) error {
	if _, err := access.Require(ctx, access.ExportRows); err != nil {
		return err
	}
	return sound(ctx)
}

// ListExports implements GET /exports.
func (a *API) ListExports(ctx context.Context, _ ListExportsRequestObject) (ListExportsResponseObject, error) {
	if err := mayExport(ctx); err != nil {
		return nil, err
	}
	permits, err := a.Extracts.Permits(ctx)
	if err != nil {
		return nil, err
	}
	files, err := a.Extracts.Files(ctx)
	if err != nil {
		return nil, err
	}
	out := ListExports200JSONResponse{Data: []Export{}, Permits: []ResearchPermit{}}
	for _, one := range files {
		out.Data = append(out.Data, exported(one))
	}
	for _, p := range permits {
		out.Permits = append(out.Permits, a.permitted(p))
	}
	return out, nil
}

func (a *API) permitted(p extract.Permit) ResearchPermit {
	out := ResearchPermit{
		Id: p.ID, Reference: p.Reference, State: ResearchPermitState(p.StateOn(a.Extracts.Today())), Purposes: []string{}, Units: p.Units, Registers: []Register{},
		From: p.From.String(), To: p.To.String(), Items: p.Items, Days: p.Days, ValidFrom: p.ValidFrom.String(), ValidUntil: p.ValidUntil.String(),
	}
	for _, purpose := range p.Purposes {
		out.Purposes = append(out.Purposes, string(purpose))
	}
	for _, register := range p.Registers {
		out.Registers = append(out.Registers, Register(register))
	}
	return out
}

func exported(one extract.Listed) Export {
	return Export{
		Id: one.ID, Permit: one.Job.Permit, Format: ExportFormat(one.Format), State: ExportState(one.State), Rows: one.Rows, Total: one.Total,
		AskedAt: one.AskedAt, AsOf: givenTime(one.AsOf), ExpiresAt: givenTime(one.Expires), Bytes: one.Bytes, Sha256: given(one.SHA256),
		Removed: one.Removed, Problem: given(string(one.Problem)),
	}
}

// CreateExport implements POST /exports. Who has no permit that is valid is told so,
// and not whether there is such a one.
func (a *API) CreateExport(ctx context.Context, in CreateExportRequestObject) (CreateExportResponseObject, error) {
	if err := mayExport(ctx); err != nil {
		return nil, err
	}
	permit, err := uuid.Parse(in.Body.Permit)
	if err != nil {
		return nil, fault.New(fault.Forbidden)
	}
	j, err := a.Extracts.Ask(ctx, permit, string(in.Body.Format))
	if fault.KindOf(err) == fault.NotFound {
		err = fault.New(fault.Forbidden)
	}
	if err != nil {
		return nil, err
	}
	return CreateExport201JSONResponse{
		Body: exported(extract.Listed{Job: j}), Headers: CreateExport201ResponseHeaders{Location: Prefix + "/exports/" + j.ID.String()},
	}, nil
}

// ReadExport implements GET /exports/{id}.
func (a *API) ReadExport(ctx context.Context, in ReadExportRequestObject) (ReadExportResponseObject, error) {
	if err := mayExport(ctx); err != nil {
		return nil, err
	}
	one, err := a.Extracts.File(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	return ReadExport200JSONResponse(exported(one)), nil
}

// FetchExport implements GET /exports/{id}/file.
func (a *API) FetchExport(ctx context.Context, in FetchExportRequestObject) (FetchExportResponseObject, error) {
	if err := mayExport(ctx); err != nil {
		return nil, err
	}
	content, err := a.Extracts.Fetch(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	return &streamed{ctx, content, a.Deadline}, nil
}

// streamed is an answer that is sent part by part.
type streamed struct {
	ctx      context.Context
	content  *extract.Content
	deadline func() time.Time // until when the reader may take for the next part; nil for the server's own
}

// VisitFetchExportResponse implements FetchExportResponseObject.
func (s *streamed) VisitFetchExportResponse(w http.ResponseWriter) error {
	stream.Send(s.ctx, w, s.content, s.deadline)
	return nil
}
