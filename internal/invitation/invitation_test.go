package invitation_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/invitation"
)

// The whole way: invited, let in by the link, consent, away, back by the code,
// ready, and found by the professional.
func TestClientAnswersBeforehand(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		if i.State != invitation.Waiting || i.LastDay() != calendar.MustParse("2023-05-19") || i.ClientRef != "viite-17" {
			t.Errorf("state %s, last day %s", i.State, i.LastDay())
		}
		token, err := h.FollowLink(t.Context(), secrets.Link)
		h.Must(err)
		ctx := h.Acting(token)
		mine, err := h.Mine(ctx)
		h.Must(err)
		if mine.ID != i.ID || mine.Language != "sv" || !mine.Plain || mine.Assessment != uuid.Nil {
			t.Error("the client's own invitation is another one")
		}
		h.want("ready before consent", h.Ready(ctx), fault.Invalid, fault.CodeConsentRequired)
		no := false
		in := yes
		in.Language, in.Plain = "en", &no
		a, err := h.Accept(ctx, in)
		h.Must(err)
		if a.Mode != assessment.Self || a.Unit != "vuosaari-ta" || a.Register != access.Health || a.ClientRef != "viite-17" ||
			a.ProfessionalBattery.Code != "functioning" || a.Language != "en" || a.Plain || a.CreatedBy != pro.ID {
			t.Errorf("the assessment is not what was invited to: %+v", a.ProfessionalBattery)
		}
		c, err := h.Assessments.Consent(h.As(pro), a.ConsentID)
		h.Must(err)
		if c.Form != consent.Electronic || c.SignedName != "Testi Asiakas" || c.BeforeID != pro.ID || c.Covers(consent.Statistics) {
			t.Error("the consent is not the one that was given")
		}
		if got := h.state(i.ID); got != invitation.Started {
			t.Errorf("after consent: %s", got)
		}

		ctx = h.enter(secrets)
		again, err := h.Accept(ctx, yes)
		h.Must(err)
		if again.ID != a.ID {
			t.Error("consent a second time began another assessment")
		}
		h.Must(h.Ready(ctx))
		h.Clock.Advance(time.Hour)
		h.Must(h.Ready(ctx))
		if got := h.state(i.ID); got != invitation.Answered {
			t.Errorf("after ready: %s", got)
		}
		ready, err := h.AnsweredBeforehand(h.As(pro))
		h.Must(err)
		if at, ok := ready[a.ID]; !ok || !at.Equal(start) || len(ready) != 1 {
			t.Errorf("the professional finds %v", ready)
		}
		if theirs, err := h.AnsweredBeforehand(h.As(other)); err != nil || len(theirs) != 0 {
			t.Errorf("another unit finds it too: %v", err)
		}
		_, err = h.Renew(h.As(pro), i.ID)
		h.want("renewing what is answered", err, fault.Conflict, "conflict")
	})
}

func TestFiveWrongCodesLock(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		_, theirs := h.invite()
		try := func(code string) error {
			_, err := h.EnterCode(t.Context(), code)
			return err
		}
		for range invitation.MaxFailures - 1 {
			h.want("a wrong code", try(wrong(secrets.Code)), fault.Invalid, "invalid")
		}
		h.enter(secrets) // the right one forgives the slips before it
		for range invitation.MaxFailures - 1 {
			h.want("a wrong code", try(wrong(secrets.Code)), fault.Invalid, "invalid")
		}
		for _, code := range []string{"", "abc", "12345678901234567890"} { // no code at all is no guess
			h.want("no code", try(code), fault.Invalid, "invalid")
		}
		h.want("the fifth wrong code", try(wrong(secrets.Code)), fault.Gone, fault.CodeInvitationLocked)
		h.want("the right code when locked", try(secrets.Code), fault.Gone, fault.CodeInvitationLocked)
		_, err := h.FollowLink(t.Context(), secrets.Link)
		h.want("the link when locked", err, fault.Gone, fault.CodeInvitationLocked)
		if got := h.state(i.ID); got != invitation.Locked {
			t.Errorf("state %s", got)
		}
		h.enter(theirs) // another client is not harmed

		token, err := h.Access.OpenClientSession(t.Context(), i.ID)
		h.Must(err)
		renewed, err := h.Renew(h.As(pro), i.ID)
		h.Must(err)
		if _, err := h.Access.Session(t.Context(), token); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("what the old ones opened goes on: %v", err)
		}
		h.want("the old code", try(secrets.Code), fault.Invalid, "invalid")
		_, err = h.FollowLink(t.Context(), secrets.Link)
		h.want("the old link", err, fault.Gone, "gone")
		h.enter(renewed)
		if token, err := h.FollowLink(t.Context(), renewed.Link); err != nil || token == "" {
			t.Errorf("the new link: %v", err)
		}
	})
}

func TestInvitationIsGoodUntilTheEndOfItsLastDay(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		in := ordinary
		in.Days = 1
		i, secrets, err := h.Invite(h.As(pro), in)
		h.Must(err)
		h.Clock.Set(time.Date(2023, 5, 6, 20, 59, 59, 0, time.UTC)) // 23.59.59 in Helsinki
		ctx := h.enter(secrets)
		h.Clock.Advance(time.Second)
		_, err = h.EnterCode(t.Context(), secrets.Code)
		h.want("the code after midnight", err, fault.Gone, "gone")
		_, err = h.FollowLink(t.Context(), secrets.Link)
		h.want("the link after midnight", err, fault.Gone, "gone")
		_, err = h.Accept(ctx, yes)
		h.want("consent after midnight", err, fault.Gone, "gone")
		if got := h.state(i.ID); got != invitation.Expired {
			t.Errorf("state %s", got)
		}
		for range 2 { // as long as the first time, however often
			_, err = h.Renew(h.As(pro), i.ID)
			h.Must(err)
		}
		renewed, err := h.Service.Invitation(h.As(pro), i.ID)
		h.Must(err)
		if renewed.LastDay() != calendar.MustParse("2023-05-08") || renewed.State != invitation.Waiting {
			t.Errorf("renewed on the 7th it is good until %s, %s", renewed.LastDay(), renewed.State)
		}
	})
}

func TestCancellingEndsEverything(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		token, err := h.EnterCode(t.Context(), secrets.Code)
		h.Must(err)
		ctx := h.Acting(token)
		h.Must(h.Cancel(h.As(pro), i.ID))
		h.Must(h.Cancel(h.As(pro), i.ID))
		if _, err := h.Access.Session(t.Context(), token); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("the client's session goes on: %v", err)
		}
		_, err = h.Accept(ctx, yes)
		h.want("consent", err, fault.Gone, "gone")
		_, err = h.EnterCode(t.Context(), secrets.Code)
		h.want("the code", err, fault.Gone, "gone")
		_, err = h.FollowLink(t.Context(), secrets.Link)
		h.want("the link", err, fault.Gone, "gone")
		_, err = h.Renew(h.As(pro), i.ID)
		h.want("renewing", err, fault.Conflict, "conflict")
		if got := h.state(i.ID); got != invitation.Cancelled {
			t.Errorf("state %s", got)
		}
	})
}

func TestDecliningIsCountedAndEndsTheInvitation(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		token, err := h.EnterCode(t.Context(), secrets.Code)
		h.Must(err)
		ctx := h.Acting(token)
		h.want("a novel for a reason", h.Decline(ctx, strings.Repeat("a", 201)), fault.Invalid, "invalid")
		h.Must(h.Decline(ctx, ""))
		if _, err := h.Access.Session(t.Context(), token); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("the client's session goes on: %v", err)
		}
		if got := h.state(i.ID); got != invitation.Cancelled {
			t.Errorf("state %s", got)
		}
		if len(h.db.Declined()) != 1 {
			t.Fatalf("counted %d times", len(h.db.Declined()))
		}
		n := h.db.Declined()[0]
		want := assessment.NonParticipation{ID: n.ID, Unit: "vuosaari-ta", Battery: "functioning", Kind: assessment.DeclinedToTakePart,
			Reason: "not_interested", On: calendar.DayOf(start), By: pro.ID, At: start}
		if n != want {
			t.Errorf("counted as %+v", n)
		}
		h.want("declining twice", h.Decline(ctx, ""), fault.Gone, "gone")

		_, secrets = h.invite()
		ctx = h.enter(secrets)
		_, err = h.Accept(ctx, yes)
		h.Must(err)
		h.want("declining after consent", h.Decline(ctx, ""), fault.Conflict, "conflict")
	})
}

// A draft that the professional gave up leaves an invitation with which the
// client can begin again.
func TestGivenUpDraftCanBeBegunAgain(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		ctx := h.enter(secrets)
		a, err := h.Accept(ctx, yes)
		h.Must(err)
		h.Must(h.Ready(ctx))
		_, err = h.Assessments.Abandon(h.As(pro), assessment.Abandon{ID: a.ID, Reason: "no_time"})
		h.Must(err)
		if got := h.state(i.ID); got != invitation.Waiting {
			t.Errorf("after giving up: %s", got)
		}
		ctx = h.enter(secrets)
		h.want("ready without an assessment", h.Ready(ctx), fault.Invalid, fault.CodeConsentRequired)
		second, err := h.Accept(ctx, yes)
		h.Must(err)
		if got := h.state(i.ID); got != invitation.Started || second.ID == a.ID {
			t.Errorf("begun again: %s", got)
		}
	})
}

func TestWhatIsWrongIsSaidAtOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		check := func(what string, err error, want ...string) {
			t.Helper()
			var got []string
			for _, f := range findings(err) {
				got = append(got, f.Pointer+" "+f.Code)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		_, _, err := h.Invite(h.As(pro), invitation.NewInvitation{})
		check("nothing", err, "/battery required", "/language required", "/register required", "/unit required")
		_, _, err = h.Invite(h.As(pro), invitation.NewInvitation{Unit: "seniori-info", Register: "x", Battery: "individual-client",
			Language: "de", ClientRef: strings.Repeat("ä", 65), Days: 61})
		check("all wrong", err, "/battery unknown_battery", "/client_ref too_long", "/days too_great", "/language not_in_list",
			"/register not_in_list", "/unit unknown_unit")
		in := ordinary
		in.Days = -1
		_, _, err = h.Invite(h.As(pro), in)
		check("days", err, "/days too_small")

		_, secrets := h.invite()
		_, err = h.EnterCode(t.Context(), wrong(secrets.Code))
		check("a wrong code", err, "/code wrong_code")
		ctx := h.enter(secrets)
		_, err = h.Accept(ctx, invitation.Accept{Purposes: []string{"record"}, GivenBy: "client"})
		check("consent to something else", err, "/purposes consent_purpose")
		_, err = h.Accept(ctx, invitation.Accept{Purposes: []string{"assessment"}, GivenBy: "representative"})
		check("a representative", err, "/representative_ground ground_required")
		mine, err := h.Mine(ctx)
		h.Must(err)
		if mine.Assessment != uuid.Nil {
			t.Error("a refused consent began an assessment")
		}
	})
}

func findings(err error) fault.Findings {
	if e, ok := err.(*fault.Error); ok {
		return e.Findings
	}
	return nil
}

func TestEverybodyStaysWithTheirOwn(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		ctx := h.As(other)
		_, err := h.Service.Invitation(ctx, i.ID)
		h.want("another unit's", err, fault.NotFound, "not_found")
		_, err = h.Renew(ctx, i.ID)
		h.want("renewing another unit's", err, fault.NotFound, "not_found")
		h.want("cancelling another unit's", h.Cancel(ctx, i.ID), fault.NotFound, "not_found")
		if list, err := h.Service.Invitations(ctx); err != nil || len(list) != 0 {
			t.Errorf("another unit's list: %d, %v", len(list), err)
		}
		h.Clock.Advance(time.Minute)
		newer, _ := h.invite()
		list, err := h.Service.Invitations(h.As(pro))
		h.Must(err)
		if len(list) != 2 || list[0].ID != newer.ID || list[1].State != invitation.Waiting {
			t.Errorf("the own list: %d", len(list))
		}
		for _, one := range append(list, i) {
			if one.Hashes.Code != "" || one.Hashes.Link != nil || one.Hashes.Selector != "" {
				t.Error("hashes leave the service")
			}
		}

		client := h.enter(secrets)
		_, _, err = h.Invite(client, ordinary)
		h.want("a client invites", err, fault.Forbidden, "forbidden")
		h.want("a client cancels", h.Cancel(client, newer.ID), fault.Forbidden, "forbidden")
		_, err = h.Service.Invitations(client)
		h.want("a client lists", err, fault.Forbidden, "forbidden")
		_, err = h.AnsweredBeforehand(client)
		h.want("a client looks at drafts", err, fault.Forbidden, "forbidden")
		for _, a := range []access.Actor{pro, {Role: access.Expert}, {Role: access.Admin}, access.SystemActor} {
			_, err = h.Accept(h.As(a), yes)
			h.want("accepting as "+string(a.Role), err, fault.Forbidden, "forbidden")
			_, err = h.Mine(h.As(a))
			h.want("mine as "+string(a.Role), err, fault.Forbidden, "forbidden")
			h.want("ready as "+string(a.Role), h.Ready(h.As(a)), fault.Forbidden, "forbidden")
			h.want("declining as "+string(a.Role), h.Decline(h.As(a), ""), fault.Forbidden, "forbidden")
		}
		_, err = h.Mine(t.Context())
		h.want("nobody", err, fault.Unauthenticated, "unauthenticated")
	})
}

// The audit says who did what to which invitation, and nothing of the client.
func TestAuditTellsTheStory(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		for range invitation.MaxFailures {
			_, err := h.EnterCode(t.Context(), wrong(secrets.Code))
			if err == nil {
				t.Fatal("a wrong code lets in")
			}
		}
		secrets, err := h.Renew(h.As(pro), i.ID)
		h.Must(err)
		ctx := h.enter(secrets)
		_, err = h.Accept(ctx, yes)
		h.Must(err)
		h.Must(h.Ready(ctx))
		h.Must(h.Ready(ctx))
		h.Must(h.Cancel(h.As(pro), i.ID))
		h.Must(h.Cancel(h.As(pro), i.ID))
		type line struct {
			action audit.Action
			actor  uuid.UUID
			role   string
		}
		want := []line{
			{audit.InvitationMade, pro.ID, "professional"}, {audit.InvitationLocked, uuid.Nil, ""}, {audit.InvitationMade, pro.ID, "professional"},
			{audit.LoggedIn, i.ID, "client"}, {audit.InvitationAnswered, i.ID, "client"}, {audit.InvitationCancelled, pro.ID, "professional"},
		}
		var got []line
		for _, e := range h.db.Audit() {
			got = append(got, line{e.Action, e.Actor, e.Role})
			if e.Subject != audit.Invitation || e.SubjectID != i.ID.String() || e.Unit != "vuosaari-ta" || !e.At.Equal(start) || e.RequestID != "" {
				t.Errorf("a row says more or less: %+v", e)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	})
}

func TestSecretsAreKeptAsHashesAndNeverPrinted(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		i, secrets := h.invite()
		kept, err := h.db.Invitation(h.System(), i.ID)
		h.Must(err)
		bare := strings.ReplaceAll(secrets.Code, "-", "")
		for _, hash := range []string{kept.Hashes.Code, string(kept.Hashes.Link)} {
			if strings.Contains(hash, bare[3:]) || strings.Contains(hash, secrets.Link) {
				t.Error("a secret is kept as it is")
			}
		}
		if !strings.HasPrefix(kept.Hashes.Code, "$argon2id$") || len(kept.Hashes.Link) != 32 {
			t.Error("the hashes are not argon2id and SHA-256")
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secrets", secrets, "invitation", kept)
		printed := log.String() + fmt.Sprintf("%v %+v %#v %s %v %+v", secrets, secrets, secrets, secrets, kept, kept)
		for _, secret := range []string{secrets.Link, secrets.Code, kept.Hashes.Code, "viite-17"} {
			if strings.Contains(printed, secret) {
				t.Errorf("printed: %s", printed)
			}
		}
	})
}
