// Package page is what all pages have in common: the layout, who may see a page,
// forms with their findings, the reader's language and preferences, and the
// style sheet, scripts and fonts.
//
// It doesn't know what any page is about. A package of pages declares its routes
// ([Route]), parses its templates ([Kit.Templates]) and answers with a [Request].
// Every page works without JavaScript: forms are plain POST, redirect and GET,
// and scripts only make them quicker.
//
// It belongs to the third floor and imports what is below it.
package page
