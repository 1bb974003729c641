// Package invitation owns how a client answers the own part at home before the
// visit (ennakkokutsu): a one-time link and a code of eight characters, how
// long they are good, what locks and ends them, and what the client may do with
// them: give consent, answer, say that it is ready, or decline.
//
// It does not know how codes are made and hashed (package identity), what a
// session is (package access), nor how consent and answers are kept (package
// assessment). It belongs to the first floor and imports access, assessment,
// audit and the ground; Store states what it needs of the database.
package invitation
