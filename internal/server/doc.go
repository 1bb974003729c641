// Package server assembles the service's HTTP side: request ids, the access
// log, recovery, safe headers, who gets in and how many at once, the one table
// from kinds of error to statuses, health, the API's description, and an
// orderly end.
//
// What is answered under /api/v1 is package httpapi's, pages are package
// web's. It is the topmost edge: only cmd imports it. It may import httpapi,
// web, the first floor and the ground, never an adapter.
package server
