// Package locale owns the words and number forms of the user interface in
// Finnish, Swedish and English: the message catalogues, the choice of language
// from an Accept-Language header, and how numbers, percentages, days and times
// are written.
//
// It doesn't own the content of batteries (package instrument) or consent texts
// (package consent), which are versioned by their authors.
//
// Catalogues are the files messages/<topic>.<language>.yaml, flat keys to
// texts. A text may hold {{.name}}; numbers and days given as arguments are
// written in the language's form. A key ending in ".plain" is the
// plain-language form (selkokieli, lättläst) of the key before it, in Finnish
// and Swedish only.
//
// It stands beside the floors: it imports the ground packages lang, fault,
// calendar and segment, and any package above the ground may import it.
package locale
