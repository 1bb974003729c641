// Package instrument owns the batteries (kysymyspatteristot): their items,
// scales, texts, glossary and guidance, the answer sheets given to them, and
// the files in which authors write them.
//
// The built-in content is embedded from content/ (Builtin, Library). A battery
// version is immutable once used; its Digest is what the store compares. Check
// reads an author's file and finds all its mistakes at once, each with line and
// column; their English wording for the command line is in wording.go, the
// wording on pages is package locale's work.
//
// It belongs to the ground floor and imports fault, lang and segment.
package instrument
