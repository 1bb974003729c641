package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

type freshIDs struct{}

func (freshIDs) New() uuid.UUID { return uuid.New() }

// words is the house's content, and an administrator to change it.
func (h *house) words(embedded ...consent.Text) (*content.Service, *testkit.Clock, context.Context) {
	h.Helper()
	library, err := instrument.Builtin()
	h.must(err)
	if embedded == nil {
		embedded, err = consent.BuiltinTexts()
		h.must(err)
	}
	clock := testkit.NewClock(start)
	s := content.New(h.Store, library, embedded, setting.New(h.Store, clock, []string{"functioning", "illness-care"}), clock, freshIDs{})
	return s, clock, access.With(h.Context(), access.Actor{ID: userID, Role: access.Admin})
}

// audited counts the rows of the audit about an action.
func (h *house) audited(action, subject string) (n int) {
	h.Helper()
	pool, err := h.Pool()
	h.must(err)
	h.must(pool.QueryRowContext(h.Context(), "SELECT count(*) FROM audit_events WHERE action = $1 AND subject_id = $2", action, subject).Scan(&n))
	return n
}

func TestOwnConsentTextTakesThePlaceOfTheEmbeddedOne(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		s, _, admin := h.words()
		first, err := s.CurrentText(h.Context())
		h.must(err)
		mine := first
		mine.Brochure = append([]consent.Section{{
			Heading: lang.Text{Fi: " Meillä ", Sv: "Hos oss", En: "With us"},
			Text:    lang.Text{Fi: "Yksi.\r\nKaksi.", Sv: "Ett.", En: "One.", FiPlain: "Yksi.", SvPlain: "Ett."},
		}}, first.Brochure[1:]...)
		version, err := s.AddText(admin, mine)
		h.must(err)
		if version != 2 {
			t.Errorf("the own text has version %d, want 2", version)
		}
		got, err := s.CurrentText(h.Context())
		h.must(err)
		want := mine.Tidy()
		want.Version = 2
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("written and read differ:\n%s", diff)
		}
		all, err := s.Texts(h.Context())
		h.must(err)
		if len(all) != 2 || !cmp.Equal(all[0], first) {
			t.Errorf("%d versions, and the first one is not the embedded one", len(all))
		}
		// A client can consent to it: the version is registered with its digest.
		r := h.consent()
		r.ID, r.TextVersion, r.TextSHA256 = uuid.New(), 2, got.SHA256(lang.Finnish)
		h.must(h.InsertConsent(h.Context(), r))
		if version, err = s.AddText(admin, mine); err != nil || version != 3 {
			t.Errorf("the next text has version %d, %v", version, err)
		}
		if n := h.audited("consent_text.added", "2"); n != 1 {
			t.Errorf("%d rows in the audit about version 2", n)
		}
	})
}

// A later release brings an embedded text whose number the house has given to
// its own. The own one stays, and the program starts.
func TestALaterReleaseDoesNotReplaceOwnTexts(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		s, _, admin := h.words()
		embedded, err := consent.BuiltinTexts()
		h.must(err)
		mine := embedded[0]
		mine.Title.Fi = "Meidän oma otsikkomme"
		_, err = s.AddText(admin, mine)
		h.must(err)
		for version := 2; version <= 3; version++ {
			later := embedded[0]
			later.Version = version
			later.Title.Fi = "Ohjelman uusi otsikko"
			embedded = append(embedded, later)
		}
		h.must(h.RegisterContent(h.Context(), nil, embedded))
		after, _, _ := h.words(embedded...)
		got, err := after.CurrentText(h.Context())
		h.must(err)
		if got.Title.Fi != mine.Title.Fi || got.Version != 2 {
			t.Errorf("version %d %q is shown after the update", got.Version, got.Title.Fi)
		}
		if version, err := after.AddText(admin, mine); err != nil || version != 3 {
			t.Errorf("the next own text has version %d, %v", version, err)
		}
		h.must(h.RegisterContent(h.Context(), nil, embedded)) // and the next start
	})
}

func TestConsentTextsThatDoNotFitAreNotAdded(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		s, _, admin := h.words()
		text, err := s.CurrentText(h.Context())
		h.must(err)
		for name, c := range map[string]struct {
			ctx  context.Context
			text consent.Text
			want fault.Kind
		}{
			"empty":        {admin, consent.Text{}, fault.Invalid},
			"nobody":       {t.Context(), text, fault.Unauthenticated},
			"professional": {access.With(t.Context(), access.Actor{ID: userID, Role: access.Professional}), text, fault.Forbidden},
			"command line": {access.With(t.Context(), access.SystemActor), text, fault.Forbidden},
			"no such user": {access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Admin}), text, fault.Conflict},
		} {
			if _, err := s.AddText(c.ctx, c.text); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if last, err := h.LastTextVersion(h.Context()); err != nil || last != 1 {
			t.Errorf("the last version is %d, %v", last, err)
		}
		if n := h.audited("consent_text.added", "2"); n != 0 {
			t.Errorf("%d rows in the audit about nothing", n)
		}
	})
}

func TestOwnGuidanceTakesThePlaceOfTheEmbeddedOne(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		s, clock, admin := h.words()
		other, otherClock, _ := h.words() // another instance
		before, err := other.AllGuidance(h.Context())
		h.must(err)
		mine := before[segment.Community]
		mine.Headline.Fi = "  Meidän sanamme \"lainauksin\"\r\n"
		mine.Steps = mine.Steps[:1]
		h.must(s.PutGuidance(admin, segment.Community, mine))
		clock.Advance(time.Minute)
		mine.Headline.Sv = "Våra egna ord"
		h.must(s.PutGuidance(admin, segment.Community, mine))

		got, err := s.Guidance(h.Context(), segment.Community)
		h.must(err)
		if diff := cmp.Diff(mine.Tidy(), got); diff != "" {
			t.Errorf("written and read differ:\n%s", diff)
		}
		version, at, err := s.GuidanceVersion(h.Context(), segment.Community)
		h.must(err)
		if version != 2 || !at.Equal(start.Add(time.Minute)) {
			t.Errorf("version %d of %v", version, at)
		}
		version, at, err = s.GuidanceVersion(h.Context(), segment.Network)
		h.must(err)
		if version != 0 || !at.IsZero() {
			t.Errorf("the embedded one has version %d of %v", version, at)
		}
		otherClock.Advance(time.Second)
		after, err := other.AllGuidance(h.Context())
		h.must(err)
		before[segment.Community] = mine.Tidy()
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("a second later the other instance has:\n%s", diff)
		}
		if n := h.audited("guidance.changed", "yhteiso"); n != 2 {
			t.Errorf("%d rows in the audit about two changes", n)
		}
		for name, err := range map[string]error{
			"incomplete":   s.PutGuidance(admin, segment.Network, instrument.Guidance{}),
			"command line": s.PutGuidance(access.With(t.Context(), access.SystemActor), segment.Network, mine),
			"no segment":   s.PutGuidance(admin, 0, mine),
		} {
			if err == nil {
				t.Errorf("%s was stored", name)
			}
		}
	})
}

func TestBatteriesInUseAreChosenInSettings(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		s, clock, admin := h.words()
		codes := func() (list []string) {
			batteries, err := s.Batteries(h.Context())
			h.must(err)
			in, err := s.InUse(h.Context())
			h.must(err)
			for _, b := range batteries {
				if list = append(list, b.Code); !in[b.Code] {
					t.Errorf("%s is listed but not in use", b.Code)
				}
			}
			if len(in) != len(list) {
				t.Errorf("in use are %v, listed %v", in, list)
			}
			return list
		}
		if diff := cmp.Diff([]string{"functioning", "illness-care", "social-wellbeing", "health-risk"}, codes()); diff != "" {
			t.Error(diff)
		}
		elsewhere := setting.New(h.Store, clock, []string{"functioning", "illness-care"})
		h.must(elsewhere.Change(admin, setting.Batteries, "illness-care,functioning"))
		clock.Advance(time.Second)
		if diff := cmp.Diff([]string{"functioning", "illness-care"}, codes()); diff != "" {
			t.Error(diff)
		}
		h.must(h.PutSetting(h.Context(), setting.Batteries, "gone")) // of an older release
		clock.Advance(time.Second)
		if got := codes(); got != nil {
			t.Errorf("in use: %v", got)
		}
	})
}

func TestUnclearItemsAreCountedOnBothSides(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c, withdrawn := h.consent(), h.consent()
		both := func(a *assessment.Assessment) {
			completed(segment.Network)(a) // everyday-life is unclear
			a.Client[1].Comment = `he wrote "unclear":true`
			a.Professional = instrument.Sheet{{Item: "falls", Value: 0, Unclear: true}, {Item: "memory", Skip: instrument.Declined}}
		}
		h.assessment(c, both)
		h.assessment(c, completed(segment.SelfActing))
		h.assessment(c, func(a *assessment.Assessment) { // a draft counts too
			a.Client = instrument.Sheet{{Item: "money", Skip: instrument.Discuss, Unclear: true}}
		})
		h.assessment(c, nil) // no answers at all
		h.assessment(withdrawn, both)
		_, err := h.WithdrawConsent(h.Context(), withdrawn.ID, start, "")
		h.must(err)

		s, _, admin := h.words()
		got, err := s.UnclearReports(admin)
		h.must(err)
		want := []content.Unclear{
			{Battery: "individual-client", Version: 1, Item: "everyday-life", Count: 2},
			{Battery: "functioning", Version: 1, Item: "falls", Count: 1},
			{Battery: "individual-client", Version: 1, Item: "money", Count: 1},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		for role, allowed := range map[access.Role]bool{access.Expert: true, access.Professional: false, access.Client: false} {
			if _, err := s.UnclearReports(access.With(t.Context(), access.Actor{Role: role})); (err == nil) != allowed {
				t.Errorf("%s: %v", role, err)
			}
		}
	})
}

func TestBarriersAreReportedByAnybodyAndReadByAdministrators(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		s, clock, admin := h.words()
		h.must(s.ReportBarrier(h.Context(), content.Barrier{Page: "/login", Description: " Painike ei näy.\r\nEi mitenkään. ", Contact: "puhelimella"}))
		clock.Set(time.Date(2023, 5, 5, 22, 30, 0, 0, time.UTC)) // the 6th in Helsinki
		h.must(s.ReportBarrier(h.Context(), content.Barrier{Description: "Texten är för liten."}))
		got, err := s.Barriers(admin)
		h.must(err)
		want := []content.Barrier{
			{Description: "Texten är för liten.", ReportedOn: calendar.MustParse("2023-05-06")},
			{Page: "/login", Description: "Painike ei näy.\nEi mitenkään.", Contact: "puhelimella", ReportedOn: calendar.MustParse("2023-05-05")},
		}
		// Compared by their parts: a Barrier prints itself as redacted.
		if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%d reports, not the two that were made, newest first", len(got))
		}
		for range 100 {
			h.must(s.ReportBarrier(h.Context(), content.Barrier{Description: "x"}))
		}
		if got, err = s.Barriers(admin); err != nil || len(got) != 100 {
			t.Errorf("%d of 102 reports are listed, %v", len(got), err)
		}
		if _, err := s.Barriers(access.With(t.Context(), access.Actor{Role: access.Expert})); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an expert reads them: %v", err)
		}
	})
}

func TestSettingsAreKeptForAllInstances(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		clock := testkit.NewClock(start)
		admin := access.With(t.Context(), access.Actor{ID: userID, Role: access.Admin})
		one, two := setting.New(h.Store, clock, nil), setting.New(h.Store, clock, nil)
		h.must(one.ChangeAll(admin, map[string]string{setting.MinCell: "3", setting.Contact: "Neuvonta"}))
		got, err := two.Current(h.Context())
		h.must(err)
		if got.MinCell != 3 || got.Contact != "Neuvonta" {
			t.Errorf("the other instance has %+v", got)
		}
		if err := one.ChangeAll(admin, map[string]string{setting.MinCell: "9", setting.Target: "x"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("half wrong: %v", err)
		}
		// Reports never go by remembered settings.
		h.must(one.Change(admin, setting.MinCell, "4"))
		now, err := h.ReportSettings(h.Context())
		h.must(err)
		if now.MinCell != 4 || h.audited("setting.changed", setting.MinCell) != 2 {
			t.Errorf("min cell %d, %d rows in the audit", now.MinCell, h.audited("setting.changed", setting.MinCell))
		}
	})
}
