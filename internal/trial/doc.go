// Package trial owns the trial's report: one value with every table and figure
// that decides how a trial went, counted from what the service holds. The
// distribution is package report's, what the expert wrote down package diary's,
// what the professionals answered package survey's; the clients' feedback, the reasons for not taking part, the minutes and the
// professionals' target it counts itself.
//
// No count below the smallest cell leaves it, neither alone nor as the difference
// of two: see Service.Trial. It names nothing in a language, draws nothing and
// writes no files.
//
// It belongs to the first floor and imports access, assessment, diary, report,
// setting and survey beside it, and calendar and fault.
package trial
