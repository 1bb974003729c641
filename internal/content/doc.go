// Package content owns what people read that a house may change: the batteries
// in use, the consent texts and the guidance of the segments, each embedded in
// the program and, where the house wrote its own, replaced by that. It also
// takes in what readers report back: items that are unclear, and barriers to
// using the pages.
//
// What a text must be like is said on the ground floor (packages consent and
// instrument); how a client consents is package assessment's. It belongs to the
// first floor and imports access, audit, memo and setting beside it.
package content
