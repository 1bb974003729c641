// Package instrument owns the batteries (kysymyspatteristot): their items,
// scales, texts, glossary and guidance, the answer sheets given to them, and
// the files in which authors write them.
//
// The built-in content is embedded from content/. A battery version is
// immutable once used; its Digest is what the store compares.
//
// It belongs to the ground floor and imports fault, lang and segment.
package instrument
