package httpapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// Prefix is where the API is.
const Prefix = "/api/v1"

// Deps are the use cases behind the API.
type Deps struct {
	Assessments *assessment.Service
	Reports     *report.Service
	Trials      *trial.Service
	Library     *instrument.Library
	Names       document.House
	Content     document.Content
	Invitations *invitation.Service
	Repetitions *replay.Guard
	Extracts    *extract.Service
	Deadline    func() time.Time // until when a reader may take for the next part of a large file; nil for the server's own
	PublicURL   string           // where people reach the service; links in papers and answers begin so
}

// API answers the calls under Prefix.
type API struct {
	Deps
	papers     document.Papers
	operations []*operation
}

var _ StrictServerInterface = (*API)(nil)

// New compiles the contract and makes the API. It fails when the contract
// asks for checks that nobody makes.
func New(deps Deps) (*API, error) {
	doc, err := LoadContract()
	if err != nil {
		return nil, err
	}
	all, err := operations(doc)
	if err != nil {
		return nil, err
	}
	papers := document.Papers{Assessments: deps.Assessments, Library: deps.Library, Content: deps.Content, House: deps.Names}
	return &API{Deps: deps, papers: papers, operations: all}, nil
}

// Register adds the routes. guard decides who comes in at all, and puts the
// actor into the request's context; it runs before the checks. e.Binder must
// be a Binder.
//
// The middleware is given to every route by itself: a Group with middleware
// would answer a wrong method with 404.
func (a *API) Register(e *echo.Echo, guard echo.MiddlewareFunc) {
	chains := map[string][]echo.MiddlewareFunc{}
	for _, op := range a.operations {
		chain := []echo.MiddlewareFunc{guard, op.check}
		if op.repeatable {
			chain = append(chain, repeatable(a.Repetitions))
		}
		chains[op.id] = chain
	}
	RegisterHandlersWithOptions(e, NewStrictHandler(a, nil), RegisterHandlersOptions{OperationMiddlewares: chains})
}

// sound ends a call that the checks found something wrong with, where no use
// case has more to say about it.
func sound(ctx context.Context) error { return callOf(ctx).findings.Err() }
