// Package web puts the pages together: every package below it owns the pages of
// one part of the way through, and internal/web/page what they have in common.
//
//	entry           logging in and out, passwords, the first administrator, accessibility
//	visit           start page, beginning an assessment, consent, lists
//	previsit        invitations to answer beforehand, and joining with a link or code
//	answering       the client's part and the professional's part, saved answer by answer
//	outcome         the result, what was agreed, print, text for the record, feedback
//	insight         the expert's distribution
//	administration  units, users, texts and settings
package web
