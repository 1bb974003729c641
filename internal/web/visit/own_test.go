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
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// invited is a client who has come in with a code.
func (h *house) invited(ctx context.Context) (*pagetest.Browser, invitation.Invitation) {
	h.Helper()
	i, secrets, err := h.Invitations.Invite(ctx, invitation.NewInvitation{
		Unit: "vuosaari-ta", Register: "health", Battery: "functioning", Language: "sv", Plain: true, ClientRef: "viite-17",
	})
	h.Must(err)
	token, err := h.Invitations.EnterCode(h.Context(), secrets.Code)
	h.Must(err)
	return h.Browse(token), i
}

func TestAnInvitedClientConsentsAtHome(t *testing.T) {
	h := newHouse(t)
	_, ctx := h.professional("anna", "vuosaari-ta")
	b, i := h.invited(ctx)
	asked := b.Get("/own").Follow()
	asked.Says("Bedömningen hjälper dig och personalen att prata om din situation.")
	for _, hidden := range []string{"viite-17", "client_ref", `name="form"`, "/new"} {
		if strings.Contains(asked.Source, hidden) {
			t.Errorf("a client at home sees %q", hidden)
		}
	}
	asked = asked.Form("consent").Press("_set", "language:fi").Form("consent").Press("show", "ordinary")
	asked.Says("Haluatko tehdä Omasuunta-arvion?", "Arvio on keskustelun apuväline.")
	f := asked.Form("consent")
	f.Add("purposes", "assessment")
	f.Set("form", "paper") // nobody is there to take the paper
	unsigned := f.Send()
	unsigned.Says("Nimesi: Tämä tieto tarvitaan.")
	f = unsigned.Form("consent")
	f.Set("signed_name", "Testi Asiakas")
	to := f.Send()
	mine, err := h.Invitations.Invitation(ctx, i.ID)
	h.Must(err)
	if mine.Assessment == uuid.Nil || to.To != "/assessments/"+mine.Assessment.String()+"/client" {
		t.Fatalf("it leads to %q: %s", to.To, to.Text)
	}
	a, err := h.Assessments.Assessment(ctx, mine.Assessment)
	h.Must(err)
	if a.Mode != assessment.Self || a.Language != "fi" || a.Plain || a.ClientRef != "viite-17" {
		t.Error("the assessment is not what the client chose")
	}
	if again := b.Get("/own"); again.To != to.To {
		t.Errorf("coming back leads to %q", again.To)
	}
	if copied := b.Get("/own/consent"); copied.Status != http.StatusOK || !strings.Contains(copied.Text, "Vuosaaren terveysasema") || strings.Contains(copied.Text, "/withdrawal") {
		t.Errorf("the client's copy of the consent: %d\n%s", copied.Status, copied.Text)
	}
	for _, path := range []string{"/new", "/", "/assessments/" + a.ID.String() + "/details", "/assessments/" + a.ID.String() + "/consent"} {
		if s := b.Get(path); s.Status != http.StatusForbidden {
			t.Errorf("a client gets %d at %s", s.Status, path)
		}
	}
}

func TestAnInvitedClientDeclines(t *testing.T) {
	h := newHouse(t)
	_, ctx := h.professional("anna", "vuosaari-ta")
	b, i := h.invited(ctx)
	asked := b.Get("/own/consent")
	values := asked.Form("consent").Values
	thanks := b.Send("/own/decline", values).Follow()
	thanks.Says("Tack för att du berättade", "Du får samma hjälp som förut.")
	if s := b.Get("/own"); s.Status != http.StatusUnauthorized {
		t.Errorf("the session goes on: %d", s.Status)
	}
	mine, err := h.Invitations.Invitation(ctx, i.ID)
	h.Must(err)
	if mine.State != invitation.Cancelled {
		t.Errorf("the invitation is %s", mine.State)
	}
	if _, err := h.Assessments.Assessment(ctx, mine.Assessment); fault.KindOf(err) != fault.NotFound {
		t.Errorf("there is an assessment: %v", err)
	}
}
