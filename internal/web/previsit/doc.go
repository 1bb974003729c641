// Package previsit is the pages of what comes before a visit (ennakkokutsut): a
// professional invites a client to answer the own part at home and prints or
// sends the invitation, and the client comes in with its link or its code.
//
// What an invitation is, and when it ends, package invitation decides; consent
// and the questions are the pages of visit and answering. Opening a link changes
// nothing: only the button on its page does, because machines open links, too.
//
// It belongs to the third floor and imports page and what is below it.
package previsit
