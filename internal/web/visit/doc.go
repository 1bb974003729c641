// Package visit is the pages on which a visit begins and which lead to it: a
// professional's start page, the choices for a new assessment, information and
// consent on one page, and who did not take part; the list of assessments with
// their details and the consent as it was given; and how an invited client
// consents at home.
//
// What is asked and answered after consent is in package answering, the result
// in outcome, invitations in previsit.
//
// It belongs to the third floor and imports what is below it and package page.
package visit
