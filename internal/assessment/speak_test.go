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
		client := h.As(invited(a.ID))
		h.Must(h.Speak(client, a.ID, lang.Finnish, nil))
		h.Must(h.Speak(client, a.ID, "", &ordinary))
		now, err := h.Assessment(h.As(professional), a.ID)
		h.Must(err)
		if now.Language != lang.Finnish || now.Plain || now.Revision != a.Revision+2 {
			t.Errorf("%s, plain %v, revision %d", now.Language, now.Plain, now.Revision)
		}
		h.Must(h.Speak(client, a.ID, lang.Finnish, &ordinary))
		if n := h.db.Noted(audit.AssessmentChanged); n != 2 {
			t.Errorf("%d changes are in the audit, want 2", n)
		}

		h.refused("an unknown language", h.Speak(client, a.ID, "no", nil), fault.Invalid)
		h.refused("another client", h.Speak(h.As(invited(h.begun().ID)), a.ID, lang.English, nil), fault.NotFound)
		h.refused("another unit", h.Speak(h.As(colleague), a.ID, lang.English, nil), fault.NotFound)
		done := h.done(func(*assessment.Begin) {})
		h.refused("a result", h.Speak(h.As(professional), done.ID, lang.English, nil), fault.Conflict)
	})
}
