package main

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// races is how many come at once: fewer in the suite than what was tried with
// OMASUUNTA_TEST_RACES=1000 on both databases, where each of the tests below held.
func races(t *testing.T, usually int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("OMASUUNTA_TEST_RACES"), strconv.Itoa(usually)))
	if err != nil || n < 1 {
		t.Fatal("OMASUUNTA_TEST_RACES must be a number")
	}
	return n
}

// allAtOnce runs f so many times at once, all beginning at the same moment.
func allAtOnce(n int, f func(i int)) {
	var group sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-begin
			f(i)
		})
	}
	close(begin)
	group.Wait()
}

// However many follow one link at the same moment, one comes in and all others are
// told that it was used, or to come later where the machine is too slow. (1,000 at once: see races.)
func TestManyFollowOneLink(t *testing.T) {
	receptions(t, func(t *testing.T, h *reception) {
		link, _, _ := h.invite(h.enter("ammattilainen"))
		n := races(t, 200)
		readers := make([]*reader, n)
		for i := range readers {
			readers[i] = h.reader()
			readers[i].header["X-Forwarded-For"] = fmt.Sprintf("198.51.%d.%d", i/250, i%250)
		}
		var in, gone, later atomic.Int64
		allAtOnce(n, func(i int) {
			switch s := readers[i].post(link, nil); {
			case s.status == http.StatusSeeOther && s.to() == "/own" && readers[i].session() != "":
				in.Add(1)
			case s.status == http.StatusGone && readers[i].session() == "":
				gone.Add(1)
			case s.status == http.StatusServiceUnavailable && s.header.Get("Retry-After") != "": // waited for its turn for too long
				later.Add(1)
			default:
				t.Errorf("%d to %q", s.status, s.to())
			}
		})
		if in.Load() != 1 || gone.Load()+later.Load() != int64(n-1) || gone.Load() == 0 {
			t.Errorf("of %d, %d came in, %d were told that the link was used and %d to come later", n, in.Load(), gone.Load(), later.Load())
		}
		if kept := scalar(t, open(t, h.database), "SELECT count(*) FROM sessions WHERE invitation_id IS NOT NULL"); kept != "1" {
			t.Errorf("%s sessions are kept", kept)
		}
	}, "--trusted-proxy", "127.0.0.1")
}

// edit is a change of a draft that was acknowledged.
type edit struct {
	item  string
	value float64
	after string // the version that it made
}

// However many edit one draft at the same moment, no acknowledged edit is lost:
// each was made on what another left, one after the other without a gap, and all
// others were told of the clash, or to come later where the machine is too slow. (1,000 at once: see races.)
func TestManyEditsLoseNothing(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		c := h.professional
		first := c.want(201, "POST", "/assessments", without(paperForm(t, c.giveConsent(), 8, 2), "complete"))
		address := "/assessments/" + first.JSON(t)["id"].(string)
		items := answersTo(t, "individual-client", 5)
		var mu sync.Mutex
		var later, clashes atomic.Int64
		made, n := map[string]edit{}, races(t, 200)
		try := func(i int) (again bool) {
			read, err := c.try("GET", address, nil)
			if err != nil || read.Status == http.StatusTooManyRequests { // hung up on before it was sent, or waited for its turn for too long
				later.Add(1)
				return false
			}
			if read.Status != http.StatusOK {
				t.Errorf("reading: %d %s", read.Status, read.Body)
				return false
			}
			before := read.Header.Get("ETag")
			item, value := items[i%len(items)].(object)["item"].(string), float64(i%11)
			a, err := c.with("If-Match", before).try("PATCH", address, object{"client_answers": list{object{"item": item, "value": value, "comment": strconv.Itoa(i)}}})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil: // hung up on before it was sent; had it been made all the same, the chain below would have a gap
				later.Add(1)
			case a.Status == http.StatusPreconditionFailed:
				return true
			case a.Status == http.StatusTooManyRequests:
				later.Add(1)
			case a.Status != http.StatusOK:
				t.Errorf("%d %s", a.Status, a.Body)
			case made[before] != edit{}:
				t.Errorf("two edits of one version were acknowledged")
			default:
				made[before] = edit{item, value, a.Header.Get("ETag")}
			}
			return false
		}
		allAtOnce(n, func(i int) {
			for range 3 { // reading again what others have left, as people do
				if !try(i) {
					return
				}
			}
			clashes.Add(1)
		})
		want := map[string]float64{}
		version, steps := first.Header.Get("ETag"), 0
		for next, ok := made[version]; ok; next, ok = made[version] {
			want[next.item], version = next.value, next.after
			steps++
		}
		if steps != len(made) || steps+int(clashes.Load()+later.Load()) != n || steps == 0 {
			t.Errorf("of %d edits %d were acknowledged, %d one after the other, %d clashed and %d were told to come later", n, len(made), steps, clashes.Load(), later.Load())
		}
		t.Logf("of %d edits %d were acknowledged, %d clashed, %d were told to come later", n, len(made), clashes.Load(), later.Load())
		last := c.want(200, "GET", address, nil)
		if last.Header.Get("ETag") != version {
			t.Error("the last version is not that of the last edit")
		}
		for _, one := range last.JSON(t)["client_answers"].([]any) {
			answer := one.(object)
			if value, edited := want[answer["item"].(string)]; edited && answer["value"] != value {
				t.Errorf("%s is %v, acknowledged was %v", answer["item"], answer["value"], value)
			}
		}
	})
}

// However often a withdrawal meets a recording: what is asked for once the
// withdrawal is acknowledged is refused, the text for the record and the event
// alike; and in the audit nothing recorded comes behind it. (1,000 races: see
// races.)
func TestManyRecordingsMeetAWithdrawal(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		n := races(t, 40)
		db, cut := open(t, h.database), "SELECT count(*) FROM audit_events r JOIN assessments a ON r.subject_id = %s JOIN audit_events w ON w.subject_id = %s "+
			"WHERE r.action = 'result.recorded' AND w.action = 'consent.withdrawn' AND r.id > w.id"
		var recorded, refused atomic.Int64
		next := make(chan struct{})
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range next {
					h.recordAndWithdraw(&recorded, &refused)
				}
			})
		}
		for range n {
			next <- struct{}{}
		}
		close(next)
		group.Wait()
		if late := scalar(t, db, fmt.Sprintf(cut, asText(h.database, "a.id"), asText(h.database, "a.consent_id"))); late != "0" {
			t.Errorf("%s recordings stand behind their withdrawal", late)
		}
		if got := scalar(t, db, "SELECT count(*) FROM audit_events WHERE action = 'result.recorded'"); got != strconv.FormatInt(recorded.Load(), 10) {
			t.Errorf("%s recordings are in the audit, %d were acknowledged", got, recorded.Load())
		}
		t.Logf("of %d races, %d recordings came before the withdrawal; %d calls were refused", n, recorded.Load(), refused.Load())
	})
}

// recordAndWithdraw is one race.
func (h *house) recordAndWithdraw(recorded, refused *atomic.Int64) {
	t, c := h.t, h.professional
	fail := func(a answer, err error) { t.Errorf("%d %v %s", a.Status, err, a.Body) }
	given, err := c.try("POST", "/consents", object{"language": "fi", "form": "electronic", "purposes": list{"assessment", "record"}, "given_by": "client"})
	if err != nil || given.Status != http.StatusCreated {
		fail(given, err)
		return
	}
	consent := given.JSON(t)["id"].(string)
	done, err := c.try("POST", "/assessments", paperForm(t, consent, 8, 2))
	if err != nil || done.Status != http.StatusCreated {
		fail(done, err)
		return
	}
	address := "/assessments/" + done.JSON(t)["id"].(string)
	record := func() (answer, error) { return c.try("POST", address+"/events", object{"kind": "recorded"}) }
	text := func() (answer, error) { return c.with("Accept", "text/plain").try("GET", address+"/result", nil) }
	tell := func(a answer, err error, late bool) {
		switch {
		case err != nil:
			fail(a, err)
		case a.Status < 300 && late:
			t.Errorf("%d after the withdrawal was acknowledged", a.Status)
		case a.Status >= 300 && a.JSON(t)["code"] != "consent_withdrawn":
			fail(a, err)
		case a.Status >= 300:
			refused.Add(1)
		}
	}
	var withdrawn atomic.Bool
	calls := []func(){
		func() {
			a, err := c.try("POST", "/consents/"+consent+"/withdrawal", object{})
			if withdrawn.Store(true); err != nil || a.Status != http.StatusOK {
				fail(a, err)
			}
		},
	}
	for range 3 {
		calls = append(calls, func() {
			late := withdrawn.Load()
			a, err := record()
			if err == nil && a.Status < 300 {
				recorded.Add(1)
			}
			tell(a, err, late)
		}, func() {
			late := withdrawn.Load()
			a, err := text()
			tell(a, err, late)
		})
	}
	allAtOnce(len(calls), func(i int) { calls[i]() })
	a, err := record()
	tell(a, err, true)
	a, err = text()
	tell(a, err, true)
}

// The races hold on PostgreSQL with two instances of the program, too: nothing is
// decided in the memory of one.
func TestOneLinkAtTwoInstances(t *testing.T) {
	t.Parallel()
	database := testkit.PostgresFrom(t, "reception", staff)
	here, there := receive(t, database), receive(t, database)
	for range 5 {
		link, _, _ := here.invite(here.enter("ammattilainen"))
		var in atomic.Int64
		allAtOnce(8, func(i int) {
			r := []*reception{here, there}[i%2].reader()
			if s := r.post(link, nil); s.status == http.StatusSeeOther {
				in.Add(1)
			}
		})
		if in.Load() != 1 {
			t.Errorf("%d came in by one link", in.Load())
		}
	}
}
