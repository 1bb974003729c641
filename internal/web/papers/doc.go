// Package papers has the pages that lead to what is printed besides a result: the
// brochure, the blank forms for an outage or for those who want paper, and the
// client's own file. What the papers say is package document's; how a form that
// was filled by hand comes back in is package transcribe's.
package papers
