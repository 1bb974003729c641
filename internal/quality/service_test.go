package quality_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"gonum.org/v1/gonum/stat"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// panel is a house with clients who answer the client's battery, and an expert.
type panel struct {
	*housetest.House
	*quality.Service
	visits, expert context.Context
	random         *rand.Rand
	consents       []string
	values         [][]int // what was answered, -1 for a skip
	scores         []float64
	answered       int
}

func panels(t *testing.T, test func(t *testing.T, p *panel)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		p := &panel{
			House: h, Service: quality.NewService(h.Store, h.Reports, h.Library, h.Clock), random: rand.New(rand.NewPCG(44, 21)),
			visits: h.As(h.Hire("paula", access.Professional, housetest.Unit)),
			expert: h.As(h.Hire("eeva", access.Expert)),
		}
		p.Must(h.Settings.Change(h.System(), setting.MinCell, "1"))
		test(t, p)
	})
}

// answer makes assessments under new consents, or anew under those from the first
// one on.
func (p *panel) answer(count int, again bool, change func(i int, in *assessment.Start)) {
	p.Helper()
	for i := range count {
		if !again {
			c, err := p.Assessments.GiveConsent(p.visits, assessment.GiveConsent{
				Form: "paper", Purposes: []string{"assessment", "record", "statistics"}, GivenBy: "client", Language: "fi",
			})
			p.Must(err)
			p.consents = append(p.consents, c.ID.String())
		}
		at := i
		if !again {
			at = len(p.consents) - 1
		}
		in := assessment.Start{ConsentID: p.consents[at], Unit: housetest.Unit, Register: "health", Language: "fi", Battery: "functioning", Complete: true}
		level := 5 + 2*p.random.NormFloat64()
		var row []int
		for j, item := range p.Library.Client().Items {
			value := min(max(int(math.Round(level+1.5*p.random.NormFloat64())), 0), 10)
			given := assessment.Answer{Item: item.Code, Value: &value}
			if j == 3 && i%6 == 0 {
				given = assessment.Answer{Item: item.Code, Skip: "declined", Unclear: true}
				value = -1
			} else if item.Reverse {
				value = 10 - value
				shown := 10 - value
				given.Value = &shown
			}
			row = append(row, value)
			in.Client = append(in.Client, given)
		}
		professional, _ := p.Library.Current("functioning")
		for _, item := range professional.Items {
			value := p.random.IntN(11)
			in.Professional = append(in.Professional, assessment.Answer{Item: item.Code, Value: &value})
		}
		if change != nil {
			change(i, &in)
		}
		p.Clock.Advance(time.Minute)
		a, err := p.Assessments.Start(p.visits, in)
		p.Must(err)
		p.values, p.scores = append(p.values, row), append(p.scores, a.Result.Resources.Value())
	}
	p.answered += count
}

func (p *panel) ask(change func(q *quality.Question)) quality.Report {
	p.Helper()
	q := quality.Question{Battery: instrument.ClientBattery, From: calendar.Date{Year: 2023, Month: 9, Day: 1}, To: calendar.Date{Year: 2023, Month: 12, Day: 31}}
	if change != nil {
		change(&q)
	}
	r, err := p.Report(p.expert, q)
	p.Must(err)
	return r
}

// What is counted row by row is what was answered.
func TestFiguresAreThoseOfTheAnswers(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		guesses := []string{"omatoimi", "yhteiso", "yhteistyo", "verkosto"}
		p.answer(40, false, func(i int, in *assessment.Start) {
			in.Expected = guesses[i%4]
			if i >= 30 {
				in.Language = "sv"
			}
		})
		p.Clock.Advance(14 * 24 * time.Hour)
		p.answer(32, true, nil)
		r := p.ask(nil)
		if !r.Ready || r.N == nil || *r.N != 72 || !r.Preliminary || r.Making || r.AsOf.IsZero() {
			t.Fatalf("not ready: %+v", r)
		}
		item := r.Items[0]
		var column []float64
		floor, ceiling := 0, 0
		for _, row := range p.values {
			column = append(column, float64(row[0]))
			floor += btoi(row[0] == 0)
			ceiling += btoi(row[0] == 10)
		}
		if *item.Spread.N != 72 || math.Abs(*item.Spread.Mean-stat.Mean(column, nil)) > 1e-9 || math.Abs(*item.Spread.SD-stat.StdDev(column, nil)) > 1e-9 ||
			*item.Spread.Floor != floor || *item.Spread.Ceiling != ceiling {
			t.Errorf("item %s: %+v", item.Code, item.Spread)
		}
		declined := r.Items[3]
		if *declined.Declined != 7+6 || *declined.Unclear != 13 || *declined.Spread.N != 72-13 || *declined.Blank != 0 || *declined.Discuss != 0 {
			t.Errorf("skipped: %+v", declined)
		}
		if math.Abs(*r.Score.Mean-stat.Mean(p.scores, nil)) > 0.05 {
			t.Errorf("score %v, want %v", *r.Score.Mean, stat.Mean(p.scores, nil))
		}
		if r.Alpha == nil || r.Alpha.Value < 0.85 || r.Alpha.Value > 0.98 || r.Alpha.Low >= r.Alpha.Value || r.Alpha.High <= r.Alpha.Value || r.Pairs != 59 {
			t.Errorf("α %v of %d", r.Alpha, r.Pairs)
		}
		if r.Omega == nil || math.Abs(r.Omega.Value-r.Alpha.Value) > 0.03 {
			t.Errorf("ω %v", r.Omega)
		}
		if *r.Stability[0]+*r.Stability[1]+*r.Stability[2] != 72 || *r.Borderline.Of != 72 {
			t.Errorf("stability %v, borderline %v", r.Stability, r.Borderline)
		}
		if *r.Guess.N != 40 || r.Guess.Segment == nil || math.Abs(r.Guess.Segment.Value) > 0.4 {
			t.Errorf("guesses: %+v", r.Guess)
		}
		if *r.Retest.N != 32 || r.Retest.ICC == nil || math.Abs(r.Retest.ICC.Value) > 0.5 {
			t.Errorf("repeated: %+v", r.Retest)
		}
		if *r.Languages[0].N != 62 || *r.Languages[1].N != 10 || r.Languages[0].Mean == nil || r.Languages[1].Mean != nil || r.Languages[1].Difference != nil {
			t.Errorf("languages %+v", r.Languages)
		}
		if one := p.ask(func(q *quality.Question) { q.Language = "sv" }); !one.Few || one.Ready || *one.N != 10 {
			t.Errorf("ten in Swedish: %+v", one)
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Groups that are large enough are compared, and items within them.
func TestGroupsAreCompared(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		p.answer(55, false, nil)
		p.answer(50, false, func(i int, in *assessment.Start) {
			in.Language, in.Mode = "sv", "phone"
			lower := 0
			in.Client[5].Value = &lower // one item that nobody agrees with in Swedish
		})
		r := p.ask(nil)
		sv := r.Languages[1]
		if sv.Code != "sv" || sv.Difference == nil || sv.Mean == nil || len(sv.Items) == 0 {
			t.Fatalf("languages: %+v", r.Languages)
		}
		i := slices.IndexFunc(sv.Items, func(d quality.Differing) bool { return d.Item == p.Library.Client().Items[5].Code })
		if d := sv.Items[i]; d.Degree != "large" || math.Abs(d.Estimate.Value) < 1 || d.Matched < 0.5 {
			t.Errorf("the item that nobody agrees with: %+v", d)
		}
		if r.Modes[0].Code != "joint" || r.Modes[2].Difference == nil || *r.Modes[1].N != 0 {
			t.Errorf("ways of answering: %+v", r.Modes)
		}
	})
}

// Few assessments have no figures, and nobody sees numbers below the smallest cell.
func TestFewHaveNoFigures(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		p.answer(29, false, nil)
		if r := p.ask(nil); r.Ready || !r.Few || *r.N != 29 || r.Alpha != nil || r.Items != nil {
			t.Errorf("29 have figures: %+v", r)
		}
		p.answer(11, false, func(i int, in *assessment.Start) {
			if i < 3 {
				in.Language = "sv"
			}
		})
		p.Clock.Advance(25 * time.Hour)
		p.Must(p.Settings.Change(p.System(), setting.MinCell, "5"), p.Settings.Change(p.System(), setting.Periods, "autumn 2023-09-01 2023-12-31"))
		p.Clock.Advance(time.Minute)
		r := p.ask(nil)
		if !r.Ready || *r.N != 40 {
			t.Fatalf("40 have no figures: %+v", r)
		}
		for _, g := range r.Languages {
			if g.N != nil && *g.N > 0 && *g.N < 5 || g.Mean != nil {
				t.Errorf("beside three in Swedish %s tells %+v", g.Code, g)
			}
		}
		if r.Languages[0].N != nil || r.Languages[1].N != nil {
			t.Errorf("three in Swedish can be worked out: %+v", r.Languages)
		}
		for _, i := range r.Items {
			for what, n := range map[string]*int{"declined": i.Declined, "unclear": i.Unclear, "floor": i.Spread.Floor, "ceiling": i.Spread.Ceiling} {
				if n != nil && *n > 0 && *n < 5 {
					t.Errorf("%s shows %d as %s", i.Code, *n, what)
				}
			}
		}
		if one := p.ask(func(q *quality.Question) { q.Language = "sv" }); one.N != nil || one.Ready || one.Few {
			t.Errorf("three in Swedish: %+v", one)
		}
	})
}

// Figures stay as they are for a day, unless somebody they were made of has left:
// then they are made anew at once.
func TestWithdrawalEndsKeptFigures(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		p.answer(44, false, nil)
		first := p.ask(nil)
		p.answer(1, false, nil)
		if r := p.ask(nil); *r.N != 44 || !r.AsOf.Equal(first.AsOf) || *r.Alpha != *first.Alpha {
			t.Errorf("another question gave other figures: %d as of %s", *r.N, r.AsOf)
		}
		r, err := p.Renew(p.expert, quality.Question{Battery: "individual-client", From: calendar.Date{Year: 2023, Month: 9, Day: 1}, To: calendar.Date{Year: 2023, Month: 12, Day: 31}})
		p.Must(err)
		if *r.N != 45 {
			t.Errorf("made anew: %d", *r.N)
		}
		_, err = p.Assessments.WithdrawConsent(p.visits, assessment.WithdrawConsent{ID: p.consent(0)})
		p.Must(err)
		if r := p.ask(nil); *r.N != 44 || !r.Ready {
			t.Errorf("after a withdrawal %d are told", *r.N)
		}
	})
}

// watched counts how often all assessments of a question are counted.
type watched struct {
	*store.Store
	counts int
}

func (w *watched) QualityStanding(ctx context.Context, scope quality.Scope, upTo time.Time) (quality.Standing, error) {
	w.counts++
	return w.Store.QualityStanding(ctx, scope, upTo)
}

// A page that is opened counts nobody, unless somebody has left the units since, or a
// day has gone by.
func TestAnOpenedPageCountsNobody(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		p.answer(1, false, func(_ int, in *assessment.Start) { in.AssessedOn = "2023-08-01" }) // before the period
		p.answer(40, false, nil)
		w := &watched{Store: p.House.Store}
		p.Service = quality.NewService(w, p.Reports, p.Library, p.Clock)
		first := p.ask(nil)
		opened := func(after string, want, n int) quality.Report {
			t.Helper()
			w.counts = 0
			r := p.ask(nil)
			if w.counts != want || r.N == nil || *r.N != n || !r.Ready {
				t.Errorf("after %s: counted %d times, want %d; %v", after, w.counts, want, r.N)
			}
			return r
		}
		opened("nothing", 0, 40)
		_, err := p.Assessments.WithdrawConsent(p.visits, assessment.WithdrawConsent{ID: p.consent(0)})
		p.Must(err)
		if r := opened("somebody else left", 1, 40); !r.AsOf.Equal(first.AsOf) {
			t.Error("figures were made anew though all are still there")
		}
		opened("that was looked at", 0, 40)
		p.Clock.Advance(25 * time.Hour)
		opened("a day", 1, 40)
		opened("that day's look", 0, 40)
		_, err = p.Assessments.WithdrawConsent(p.visits, assessment.WithdrawConsent{ID: p.consent(1)})
		p.Must(err)
		w.counts = 0
		if r := p.ask(nil); *r.N != 39 || w.counts == 0 {
			t.Errorf("after one of them left %d are told", *r.N)
		}
		opened("they were made anew", 0, 39)
	})
}

// A long count is made in the background, by one instance at a time; who asks is
// told how far it is.
func TestOneIsMadeAtATime(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		p.answer(30, false, nil)
		now := p.Clock.Now()
		p.Must(p.Store.WantQuality(p.System(), "a", []byte(`{}`), 0, now, quality.Kept), p.Store.WantQuality(p.System(), "b", []byte(`{}`), 0, now.Add(time.Second), quality.Kept))
		r, taken, err := p.Store.TakeQuality(p.System(), "", now, now.Add(quality.Lease))
		if p.Must(err); !taken || r.ID != "a" {
			t.Fatalf("took %q", r.ID)
		}
		if _, taken, err := p.Store.TakeQuality(p.System(), "", now, now.Add(quality.Lease)); taken || err != nil {
			t.Errorf("a second one at once: %v", err)
		}
		p.Clock.Advance(2 * time.Second)
		if r := p.ask(nil); !r.Making || r.Ready || *r.N != 30 {
			t.Errorf("beside another count: %+v", r)
		}
		r.Done, r.Total = 10, 20
		if ours, err := p.Store.QualityProgress(p.System(), r, now.Add(quality.Lease)); err != nil || !ours {
			t.Errorf("progress: %v", err)
		}
		later := now.Add(2 * quality.Lease)
		if again, taken, err := p.Store.TakeQuality(p.System(), "", later, later.Add(quality.Lease)); err != nil || !taken || again.ID != "a" {
			t.Errorf("what was left is taken up: %q %v", again.ID, err)
		}
		p.Must(p.Store.DropQuality(p.System(), "a"), p.Store.DropQuality(p.System(), "b"))
		made, err := p.Next(p.System())
		if p.Must(err); !made {
			t.Fatal("nothing was made")
		}
		if r := p.ask(nil); r.Making || !r.Ready {
			t.Errorf("after it was made: %+v", r)
		}
		p.Clock.Advance(25 * time.Hour)
		p.answer(1, false, nil)
		p.Must(p.Tidy(p.System()))
		if made, err := p.Next(p.System()); err != nil || !made {
			t.Errorf("what is old and has changed isn't made anew: %v", err)
		}
		if r := p.ask(nil); *r.N != 31 {
			t.Errorf("made anew: %d", *r.N)
		}
		p.Clock.Advance(quality.Unasked + 48*time.Hour)
		p.Must(p.Tidy(p.System()))
		if list, err := p.Store.OldQuality(p.System(), p.Clock.Now()); err != nil || len(list) != 0 {
			t.Errorf("what nobody asks for is kept: %v %v", list, err)
		}
	})
}

func TestWhatIsWrongWithAQuestion(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		_, err := p.Report(p.expert, quality.Question{Battery: "no-such", Language: "de", Mode: "owl"})
		var pointers []string
		var wrong *fault.Error
		if !errors.As(err, &wrong) {
			t.Fatalf("nothing wrong: %v", err)
		}
		for _, f := range wrong.Findings {
			pointers = append(pointers, f.Pointer)
		}
		slices.Sort(pointers)
		if got := strings.Join(pointers, " "); got != "/battery /from /language /mode /mode /to" {
			t.Errorf("found %s", got)
		}
		if _, err := p.Report(p.visits, quality.Question{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a professional: %v", err)
		}
		if _, err := p.Next(p.expert); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an expert reads rows: %v", err)
		}
	})
}

// An expert of one unit gets figures of that unit alone.
func TestFiguresOfTheOwnUnits(t *testing.T) {
	panels(t, func(t *testing.T, p *panel) {
		p.answer(31, false, nil)
		p.ask(nil)
		p.expert = p.As(p.Hire("emma", access.Expert, housetest.OtherUnit))
		if r := p.ask(nil); *r.N != 0 || r.Ready {
			t.Errorf("of another unit: %+v", r)
		}
	})
}

// consent is the id of one that was given.
func (p *panel) consent(i int) uuid.UUID {
	p.Helper()
	id, err := uuid.Parse(p.consents[i])
	p.Must(err)
	return id
}
