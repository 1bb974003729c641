package document

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// The form has the whole text that is consented to, which its digest covers, and
// a page for the client with the same choices.
func TestConsentFormHasWhatIsSigned(t *testing.T) {
	t.Parallel()
	text := consentText(t)
	for _, form := range forms {
		doc := ConsentFormPaper(text, form.tag, form.plain)
		said := flat(doc)
		s := edition{plain: form.plain, p: printerOf(form.tag)}
		for _, part := range append([]consent.Section{{Heading: text.Title, Text: text.Sentence}}, text.Brochure...) {
			if !strings.Contains(said, "## "+s.in(part.Heading)+"\n"+s.in(part.Text)+"\n") {
				t.Errorf("%s: %q is not there", form.name, s.in(part.Heading))
			}
		}
		if strings.Count(said, text.SHA256(form.tag)) != 2 {
			t.Errorf("%s: the digest is not on both the unit's and the client's page", form.name)
		}
		boxes := 0
		for _, block := range everyBlock(doc.Blocks) {
			if list, ok := block.(typeset.List); ok && list.Marker == typeset.Boxes {
				boxes += len(list.Items)
			}
		}
		if want := 2*len(text.Purposes) + 1; boxes != want {
			t.Errorf("%s: %d boxes to tick, want %d", form.name, boxes, want)
		}
		if _, kept, ok := strings.Cut(said, s.Say("paper_form.consent.keep")); !ok || !strings.Contains(kept, s.Say("visit_consent.record.how.text")) {
			t.Errorf("%s: the client's page does not tell how to withdraw", form.name)
		}
	}
}
