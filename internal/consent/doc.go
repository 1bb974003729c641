// Package consent owns consent (suostumus): the texts and their versions, the
// purposes, who gave it and how, and whether it is valid.
//
// It belongs to the ground floor: values and rules, no I/O besides reading the
// embedded texts. It imports fault and lang. Giving and withdrawing are use
// cases of package assessment.
package consent
