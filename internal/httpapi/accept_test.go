package httpapi

import "testing"

func TestAcceptChoosesAmongTheOffers(t *testing.T) {
	offers := []string{"application/json", "text/html", "text/plain"}
	for header, want := range map[string]string{
		"":                                  "application/json",
		"*/*":                               "application/json",
		"application/json":                  "application/json",
		"application/*":                     "application/json",
		"text/html":                         "text/html",
		"TEXT/HTML":                         "text/html",
		"text/*":                            "text/html",
		"text/plain;charset=utf-8":          "text/plain",
		"text/plain;charset=iso-8859-1":     "",
		"text/html;q=0.5, text/plain;q=0.8": "text/plain",
		"text/html;q=0, */*":                "application/json",
		"application/json;q=0, */*;q=0.1":   "text/html",
		"text/html,application/xml;q=0.9,*/*;q=0.8": "text/html",
		"application/pdf":                             "",
		"application/pdf, */*;q=0":                    "",
		"application/problem+json":                    "",
		"application/pdf;q=1, application/json;q=0.2": "application/json",
		"nonsense":      "",
		"text/html;q=7": "",
	} {
		var headers []string
		if header != "" {
			headers = []string{header}
		}
		if got, _ := accepted(headers, offers); got != want {
			t.Errorf("%q chose %q, want %q", header, got, want)
		}
	}
}

func TestPreconditionReadsTags(t *testing.T) {
	for header, want := range map[string]struct {
		any       bool
		revisions int
	}{
		`"3"`: {false, 1}, `"3", "4"`: {false, 2}, `*`: {true, 0}, `W/"3"`: {false, 0}, `3`: {false, 0}, `""`: {false, 0}, `"x"`: {false, 0},
	} {
		got := precondition(&header)
		if !got.Given || got.Any != want.any || len(got.Revisions) != want.revisions {
			t.Errorf("%s: %+v", header, got)
		}
	}
	if precondition(nil).Given {
		t.Error("no header counts as given")
	}
}
