package visit_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/invitation"
)

// invited is a client who has come in with a code.
func (h *house) invited(ctx context.Context) (*browser, invitation.Invitation) {
	h.Helper()
	i, secrets, err := h.invitations.Invite(ctx, invitation.NewInvitation{
		Unit: "vuosaari-ta", Register: "health", Battery: "functioning", Language: "sv", Plain: true, ClientRef: "viite-17",
	})
	h.must(err)
	token, err := h.invitations.EnterCode(h.Context(), secrets.Code)
	h.must(err)
	return h.browse(token), i
}

func TestAnInvitedClientConsentsAtHome(t *testing.T) {
	h := newHouse(t)
	_, ctx := h.professional("anna", "vuosaari-ta")
	b, i := h.invited(ctx)
	asked := b.get("/own").follow()
	asked.says("Bedömningen hjälper dig och personalen att prata om din situation.")
	for _, hidden := range []string{"viite-17", "client_ref", `name="form"`, "/new"} {
		if strings.Contains(asked.HTML, hidden) {
			t.Errorf("a client at home sees %q", hidden)
		}
	}
	asked = asked.form("consent").press("_set", "language:fi").form("consent").press("show", "ordinary")
	asked.says("Haluatko tehdä Omasuunta-arvion?", "Arvio on keskustelun apuväline.")
	f := asked.form("consent")
	f.Add("purposes", "assessment")
	f.Set("form", "paper") // nobody is there to take the paper
	unsigned := f.send()
	unsigned.says("Nimesi: Tämä tieto tarvitaan.")
	f = unsigned.form("consent")
	f.Set("signed_name", "Testi Asiakas")
	to := f.send()
	mine, err := h.invitations.Invitation(ctx, i.ID)
	h.must(err)
	if mine.Assessment == uuid.Nil || to.To != "/assessments/"+mine.Assessment.String()+"/client" {
		t.Fatalf("it leads to %q: %s", to.To, to.Text)
	}
	a, err := h.assessments.Assessment(ctx, mine.Assessment)
	h.must(err)
	if a.Mode != assessment.Self || a.Language != "fi" || a.Plain || a.ClientRef != "viite-17" {
		t.Error("the assessment is not what the client chose")
	}
	if again := b.get("/own"); again.To != to.To {
		t.Errorf("coming back leads to %q", again.To)
	}
	if copied := b.get("/own/consent"); copied.Status != http.StatusOK || !strings.Contains(copied.Text, "Vuosaaren terveysasema") || strings.Contains(copied.Text, "/withdrawal") {
		t.Errorf("the client's copy of the consent: %d\n%s", copied.Status, copied.Text)
	}
	for _, path := range []string{"/new", "/", "/assessments/" + a.ID.String() + "/details", "/assessments/" + a.ID.String() + "/consent"} {
		if s := b.get(path); s.Status != http.StatusForbidden {
			t.Errorf("a client gets %d at %s", s.Status, path)
		}
	}
}

func TestAnInvitedClientDeclines(t *testing.T) {
	h := newHouse(t)
	_, ctx := h.professional("anna", "vuosaari-ta")
	b, i := h.invited(ctx)
	asked := b.get("/own/consent")
	values := asked.form("consent").Values
	thanks := b.post("/own/decline", values).follow()
	thanks.says("Tack för att du berättade", "Du får samma hjälp som förut.")
	if s := b.get("/own"); s.Status != http.StatusUnauthorized {
		t.Errorf("the session goes on: %d", s.Status)
	}
	mine, err := h.invitations.Invitation(ctx, i.ID)
	h.must(err)
	if mine.State != invitation.Cancelled {
		t.Errorf("the invitation is %s", mine.State)
	}
	if _, err := h.assessments.Assessment(ctx, mine.Assessment); fault.KindOf(err) != fault.NotFound {
		t.Errorf("there is an assessment: %v", err)
	}
}
