package assessment_test

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

func TestTheClientChoosesTheLanguageOfADraft(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a := h.begun() // Swedish and plain
		ordinary := false
		client := h.as(invited(a.ID))
		h.must(h.Speak(client, a.ID, lang.Finnish, nil))
		h.must(h.Speak(client, a.ID, "", &ordinary))
		now, err := h.Assessment(h.as(professional), a.ID)
		h.must(err)
		if now.Language != lang.Finnish || now.Plain || now.Revision != a.Revision+2 {
			t.Errorf("%s, plain %v, revision %d", now.Language, now.Plain, now.Revision)
		}
		h.must(h.Speak(client, a.ID, lang.Finnish, &ordinary))
		if n := h.noted(audit.AssessmentChanged); n != 2 {
			t.Errorf("%d changes are in the audit, want 2", n)
		}

		h.refused("an unknown language", h.Speak(client, a.ID, "no", nil), fault.Invalid)
		h.refused("another client", h.Speak(h.as(invited(h.begun().ID)), a.ID, lang.English, nil), fault.NotFound)
		h.refused("another unit", h.Speak(h.as(colleague), a.ID, lang.English, nil), fault.NotFound)
		done := h.done(func(*assessment.Begin) {})
		h.refused("a result", h.Speak(h.as(professional), done.ID, lang.English, nil), fault.Conflict)
	})
}
