// Package httpapi owns the REST API under /api/v1: the interface generated
// from api/openapi.yaml, the checks that every call goes through before a use
// case sees it, and the thin handlers between the two.
//
// A call is checked against the contract in one pass (call.go): the path's
// ids, the query, Accept, If-Match and the body. What is wrong is collected,
// wrong parts are cut out so that the rest still reaches the use case, and the
// findings travel along in the command, so that the use case adds its own and
// everything is answered at once.
//
// It does not decide who may do what (package access, asked by the use cases),
// nor how an error is shown (package server). It is an edge: it may import the
// first floor, the adapters and the ground, never server or web.
package httpapi
