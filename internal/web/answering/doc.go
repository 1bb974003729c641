// Package answering is the pages on which an assessment is answered: the
// client's part, one topic at a time and in the client's language, the
// professional's part with all items on one page, saving answer by answer, and
// handing the screen over to the client and taking it back.
//
// It doesn't begin an assessment and doesn't show a result. Answers that two
// devices gave at the same time are merged by package assessment; here a clash
// is shown, and whoever sees it chooses.
//
// It belongs to the third floor and imports page and what is below it.
package answering
