// Package exports has the pages about rows for research: an administrator grants and
// revokes research permits, an expert asks for files under one, sees how far they are
// and fetches them.
//
// It belongs to the third floor. What may be had and how it is made is decided in
// package extract; how files look is package export's.
package exports
