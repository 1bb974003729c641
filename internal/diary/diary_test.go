package diary_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var day = calendar.MustParse

// What is written down is read back, changed and taken away, and every change is
// in the audit.
func TestTheDiaryIsKept(t *testing.T) {
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		expert := h.As(h.Hire("aino", access.Expert))
		watched := &housetest.Watched{Store: h.Store}
		h.Diary = diary.New(watched, h.Clock, housetest.IDs{})
		training, err := h.Diary.Add(expert, diary.Written{Kind: "training", From: day("2023-04-13"), Minutes: 150, WithClients: 7, Others: 4})
		h.Must(err)
		outage, err := h.Diary.Add(expert, diary.Written{Kind: "outage", From: day("2023-09-01"), To: day("2023-10-04"), Text: "  Kirjautuminen ei toiminut.  ", Minutes: 90})
		h.Must(err)
		if outage.Text != "Kirjautuminen ei toiminut." || outage.Days() != 34 || outage.Minutes != 0 || training.Days() != 1 {
			t.Errorf("%+v, %+v", outage, training)
		}
		all, err := h.Diary.Entries(expert, calendar.Date{}, calendar.Date{})
		h.Must(err)
		if !slices.Equal(all, []diary.Entry{training, outage}) {
			t.Errorf("all: %+v", all)
		}
		for _, c := range []struct {
			from, to string
			want     int
		}{{"2023-10-04", "2023-12-31", 1}, {"2023-10-05", "2023-12-31", 0}, {"2023-04-01", "2023-04-13", 1}, {"2023-01-01", "2023-12-31", 2}} {
			some, err := h.Diary.Entries(expert, day(c.from), day(c.to))
			if err != nil || len(some) != c.want {
				t.Errorf("%s to %s: %d entries, %v", c.from, c.to, len(some), err)
			}
		}
		h.Must(h.Diary.Change(expert, training.ID, diary.Written{Kind: "support", From: day("2023-06-14"), Minutes: 60, Text: "Tuki"}))
		changed, err := h.Diary.Entry(expert, training.ID)
		h.Must(err)
		if changed != (diary.Entry{ID: training.ID, Kind: diary.Support, From: day("2023-06-14"), To: day("2023-06-14"), Text: "Tuki", Minutes: 60}) {
			t.Errorf("changed: %+v", changed)
		}
		h.Must(h.Diary.Remove(expert, training.ID))
		for name, err := range map[string]error{
			"reading": second(h.Diary.Entry(expert, training.ID)), "changing": h.Diary.Change(expert, training.ID, diary.Written{Kind: "note", From: day("2023-06-14"), Text: "x"}),
			"removing": h.Diary.Remove(expert, training.ID), "removing none": h.Diary.Remove(expert, uuid.New()),
		} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s what is gone: %v", name, err)
			}
		}
		var done []string
		for _, e := range watched.Audit() {
			done = append(done, string(e.Action))
		}
		if want := []string{"diary.added", "diary.added", "diary.changed", "diary.removed"}; !slices.Equal(done, want) {
			t.Errorf("the audit has %v", done)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestWhatIsWrongIsSaidAtOnce(t *testing.T) {
	h := housetest.New(t)
	expert := h.As(h.Hire("aino", access.Expert))
	long := strings.Repeat("å", diary.MaxText+1)
	for name, c := range map[string]struct {
		in   diary.Written
		want string
	}{
		"nothing":       {diary.Written{}, "/from required /kind not_in_list /text required"},
		"the wrong way": {diary.Written{Kind: "outage", From: day("2023-10-04"), To: day("2023-09-01"), Text: "x"}, "/to end_before_start"},
		"too much": {diary.Written{Kind: "training", From: day("2023-05-05"), Text: long, Minutes: 1441, WithClients: -1, Others: 1001},
			"/minutes too_great /others too_great /text too_long /with_clients too_small"},
		"a unit without a name": {diary.Written{Kind: "taking_part", From: day("2023-05-05"), Text: " "}, "/text required"},
	} {
		_, err := h.Diary.Add(expert, c.in)
		if got := findings(err); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func findings(err error) string {
	var known *fault.Error
	if !errors.As(err, &known) {
		return "no fault"
	}
	var list []string
	for _, f := range known.Findings {
		list = append(list, f.Pointer+" "+f.Code)
	}
	return strings.Join(list, " ")
}

// Only the expert writes; whoever reads reports reads.
func TestOnlyTheExpertKeepsTheDiary(t *testing.T) {
	h := housetest.New(t)
	note := diary.Written{Kind: "note", From: day("2023-05-05"), Text: "Kokeilu alkoi."}
	e, err := h.Diary.Add(h.As(h.Hire("aino", access.Expert)), note)
	h.Must(err)
	for name, ctx := range map[string]struct {
		actor access.Actor
		reads bool
	}{
		"a professional": {h.Hire("eino", access.Professional, housetest.Unit), false}, "an administrator": {h.Hire("pilvi", access.Admin), false},
		"the command line": {access.SystemActor, true},
	} {
		as := access.With(t.Context(), ctx.actor)
		_, err := h.Diary.Add(as, note)
		for what, err := range map[string]error{
			"writes": err, "changes": h.Diary.Change(as, e.ID, note), "removes": h.Diary.Remove(as, e.ID), "opens": second(h.Diary.Entry(as, e.ID)),
		} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s %s: %v", name, what, err)
			}
		}
		if _, err := h.Diary.Entries(as, calendar.Date{}, calendar.Date{}); (err == nil) != ctx.reads {
			t.Errorf("%s reads: %v", name, err)
		}
	}
}
