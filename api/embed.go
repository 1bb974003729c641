// Package api holds the contract of the service: openapi.yaml, written first,
// from which the server's interface is generated and against which it is
// tested. It imports nothing of ours.
package api

import _ "embed"

// Spec is openapi.yaml, OpenAPI 3.1.
//
//go:embed openapi.yaml
var Spec []byte
