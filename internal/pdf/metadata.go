package pdf

import (
	_ "embed"
	"encoding/xml"
	"strings"
	"text/template"
	"time"
)

// xmpText is the metadata (ISO 16684-1), with the description of PDF/UA's schema
// that PDF/A asks for (ISO 19005-2, 6.6.2.3).
//
//go:embed metadata.xmp
var xmpText string

var xmp = template.Must(template.New("metadata").Funcs(template.FuncMap{"text": func(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(clean(s)))
	return b.String(), err
}}).Parse(xmpText))

// producer is the program that files name as theirs.
const producer = "Omasuunta"

// undated is the date of files whose content has none.
var undated = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func (i Info) created() time.Time {
	if i.Created.IsZero() {
		return undated
	}
	return i.Created.UTC()
}

// date is the date of the file as PDF writes it (ISO 32000-1, 7.9.4).
func (i Info) date() string { return "(D:" + i.created().Format("20060102150405") + "+00'00')" }

// metadata is the same as XMP.
func (i Info) metadata() (string, error) {
	var b strings.Builder
	err := xmp.Execute(&b, map[string]string{
		"Title": i.Title, "Subject": i.Subject, "Language": i.Language, "Producer": producer,
		"Created": i.created().Format("2006-01-02T15:04:05Z"),
	})
	return b.String(), err
}
