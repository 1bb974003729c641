package extract_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/store"
)

// A file has the rows that the permit opens, no others, and nobody's words.
func TestAFileHasWhatThePermitOpens(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Clock.Advance(minute)
		a := h.visit("HENKILO-77", nil)
		h.visit("", nil)
		_, err := h.Assessments.Confirm(h.professional, assessment.Confirm{ID: a.ID, Segment: "yhteiso", Reason: "Salaisuus", Actions: []assessment.PlannedAction{{Text: "Salaisuus", Responsible: "Kanervan"}}})
		h.Must(err)
		_, err = h.Assessments.Note(h.professional, assessment.Note{ID: a.ID, Kind: "printed"})
		h.Must(err)
		h.visit("", func(b *assessment.Begin) { b.Start.Unit = housetest.OtherUnit })
		h.visit("", func(b *assessment.Begin) { b.Start.Register = "social" })
		h.visit("", func(b *assessment.Begin) { b.Start.AssessedOn = "2022-12-31" })
		h.visit("", func(b *assessment.Begin) { b.Consent.Purposes = []string{"assessment", "record"} })
		h.Begun(h.professional, nil)
		p := h.grant(nil)

		rows := h.rows(h.made(p, extract.CSV))
		if len(rows) != 2 {
			t.Fatalf("%d rows", len(rows))
		}
		i := slices.IndexFunc(rows, func(r map[string]string) bool { return r["agreed"] != "" })
		if i < 0 {
			t.Fatal("the confirmed assessment is missing")
		}
		row := rows[i]
		for heading, want := range map[string]string{
			"year": "2023", "month": "9", "unit": housetest.Unit, "register": "health", "language": "fi", "mode": "joint", "battery": "functioning",
			"battery_version": "1", "client_version": "1", "scoring": "1", "segment": "omatoimi", "agreed": "yhteiso", "expected": "", "resources": "80.00",
			"challenge": "20.00", "borderline": "", "printed": "TRUE", "recorded": "FALSE", "discussed": "FALSE", "feedback": "FALSE",
			"minutes_client": "5.5", "minutes_result": "",
		} {
			if row[heading] != want {
				t.Errorf("%s is %q, want %q", heading, row[heading], want)
			}
		}
		items := h.Items(a, "client")
		first, second := "client_"+strings.ReplaceAll(items[0], "-", "_"), "client_"+strings.ReplaceAll(items[1], "-", "_")
		if row[first] != "8" || row[first+"_skip"] != "" || row[second] != "" || row[second+"_skip"] != "discuss" {
			t.Errorf("items: %q %q, %q %q", row[first], row[first+"_skip"], row[second], row[second+"_skip"])
		}
		if _, there := row["day"]; there {
			t.Error("the day is there, which the permit does not open")
		}
		bare := h.rows(h.made(h.grant(func(g *extract.Grant) { g.Items, g.Days = false, true }), extract.CSV))
		if len(bare) != 2 || bare[0]["day"] != "2023-09-14" {
			t.Errorf("with days and without items: %v", bare)
		}
		if _, there := bare[0][first]; there {
			t.Error("items are there, which the permit does not open")
		}
		both := h.rows(h.made(h.grant(func(g *extract.Grant) {
			g.Units, g.Registers = []string{housetest.Unit, housetest.OtherUnit}, []string{"social", "health"}
		}), extract.CSV))
		if len(both) != 4 {
			t.Errorf("%d rows of both units and registers", len(both))
		}
	})
}

// Whatever stands beside the answers comes out in no format.
func TestNoWordsInAnyFormat(t *testing.T) {
	h := newHouse(t)
	h.Clock.Advance(minute)
	a, b := h.visit("HENKILO-77", nil), h.visit("HENKILO-77", nil)
	p := h.grant(func(g *extract.Grant) { g.Days = true })
	for _, f := range extract.FormatCodes {
		file := h.made(p, f)
		h.tellsNothing(string(f), opened(t, f, file), a.ID, b.ID, a.ConsentID, b.ConsentID, h.expert.ID, a.CreatedBy)
	}
}

// opened is a file with what is packed in it unpacked beside it.
func opened(t *testing.T, f extract.Format, file []byte) []byte {
	if f != extract.XLSX {
		return file
	}
	book, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range book.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, content...)
	}
	return file
}

// A client has one pseudonym under a permit and another under the next.
func TestPseudonymsAreThePermits(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Clock.Advance(minute)
		for range 3 {
			h.visit("HENKILO-77", nil)
		}
		for range 12 {
			h.visit("", nil)
		}
		one, other := h.grant(nil), h.grant(nil)
		first, again, second := h.rows(h.made(one, extract.CSV)), h.rows(h.made(one, extract.CSV)), h.rows(h.made(other, extract.CSV))
		for _, heading := range []string{"client", "assessment"} {
			a, b := column(first, heading), column(second, heading)
			if !slices.Equal(a, column(again, heading)) {
				t.Errorf("%s: the same permit gives other pseudonyms", heading)
			}
			for _, pseudonym := range a {
				if slices.Contains(b, pseudonym) {
					t.Errorf("%s: two permits share a pseudonym", heading)
				}
			}
		}
		clients := slices.Compact(column(first, "client"))
		if len(clients) != 13 || len(slices.Compact(column(first, "assessment"))) != 15 {
			t.Errorf("%d clients", len(clients))
		}
		// Nor does the place of a row tell: who came three times stands elsewhere.
		places := func(rows []map[string]string) (at []int) {
			count := map[string]int{}
			for _, row := range rows {
				count[row["client"]]++
			}
			for i, row := range rows {
				if count[row["client"]] == 3 {
					at = append(at, i)
				}
			}
			return at
		}
		if slices.Equal(places(first), places(second)) || slices.Equal(places(first), []int{0, 1, 2}) {
			t.Errorf("the rows of one client stand at %v and %v", places(first), places(second))
		}
	})
}

// What is withdrawn after a file was made is in no file that is given out.
func TestWithdrawnRowsAreNotGivenOut(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Clock.Advance(minute)
		a := h.visit("", nil)
		b := h.visit("", nil)
		p := h.grant(nil)
		j := h.ask(p, extract.CSV)
		h.work()
		if rows := h.rows(h.fetch(j.ID)); len(rows) != 2 {
			t.Fatalf("%d rows", len(rows))
		}
		gone := func() string {
			_, err := h.Extracts.Fetch(h.asExpert(), j.ID)
			return fault.CodeOf(err)
		}
		h.Clock.Advance(minute)
		_, err := h.Assessments.WithdrawConsent(h.professional, assessment.WithdrawConsent{ID: a.ConsentID})
		h.Must(err)
		if one := h.state(j.ID); one.Removed != 1 {
			t.Errorf("%d rows are said to be taken back", one.Removed)
		}
		if code := gone(); code != fault.CodeExportOutdated {
			t.Errorf("fetched after a withdrawal: %q", code)
		}
		if code := gone(); code != fault.CodeExportNotReady {
			t.Errorf("fetched again at once: %q", code)
		}
		h.work()
		if rows := h.rows(h.fetch(j.ID)); len(rows) != 1 {
			t.Errorf("%d rows after the withdrawal", len(rows))
		}
		// In another unit it is nobody's concern here.
		c := h.visit("", func(b *assessment.Begin) { b.Start.Unit = housetest.OtherUnit })
		_, err = h.Assessments.WithdrawConsent(h.professional, assessment.WithdrawConsent{ID: c.ConsentID})
		h.Must(err)
		if rows := h.rows(h.fetch(j.ID)); len(rows) != 1 {
			t.Errorf("%d rows after another unit's withdrawal", len(rows))
		}
		_, err = h.Assessments.WithdrawConsent(h.professional, assessment.WithdrawConsent{ID: b.ConsentID})
		h.Must(err)
		if code := gone(); code != fault.CodeExportOutdated {
			t.Errorf("fetched after another withdrawal: %q", code)
		}
		h.work()
		if rows := h.rows(h.fetch(j.ID)); len(rows) != 0 {
			t.Errorf("%d rows when nobody consents any more", len(rows))
		}
	})
}

// A revoked permit ends everything, a fetch that is under way too.
func TestARevokedPermitEndsEverything(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Clock.Advance(minute)
		h.visit("", nil)
		p := h.grant(nil)
		made := h.ask(p, extract.CSV)
		h.work()
		content, err := h.Extracts.Fetch(h.asExpert(), made.ID)
		h.Must(err)
		waiting := h.ask(p, extract.Parquet).ID
		h.Must(h.Extracts.Revoke(h.System(), p.ID), h.Extracts.Revoke(h.System(), p.ID))

		if err := content.Copy(h.asExpert(), io.Discard); fault.KindOf(err) != fault.Gone {
			t.Errorf("reading on: %v", err)
		}
		h.work()
		for _, id := range []uuid.UUID{made.ID, waiting} {
			if one := h.state(id); one.State != extract.Gone || one.Fetch {
				t.Errorf("a file is %s", one.State)
			}
			if _, err := h.Extracts.Fetch(h.asExpert(), id); fault.KindOf(err) != fault.NotFound {
				t.Errorf("fetching: %v", err)
			}
		}
		if _, err := h.Extracts.Ask(h.asExpert(), p.ID, "csv"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("asking: %v", err)
		}
		if _, err := h.Store.PermitKey(h.System(), p.ID); fault.KindOf(err) != fault.Gone {
			t.Errorf("the key of the permit: %v", err)
		}
		j := h.state(made.ID).Job
		j.Chunks = 1
		if _, err := h.Store.Chunk(access.WholeHouse(h.Context()), j, 0); fault.KindOf(err) != fault.Gone {
			t.Errorf("the bytes: %v", err)
		}
	})
}

// The role alone opens nothing, and another's permit and files do not exist.
func TestWithoutAPermitThereIsNothing(t *testing.T) {
	h := newHouse(t)
	h.Clock.Advance(minute)
	h.visit("", nil)
	p := h.grant(nil)
	j := h.ask(p, extract.CSV)
	h.work()
	other := h.Hire("toinen", access.Expert)
	calls := map[string]func(ctx context.Context) error{
		"permit": func(ctx context.Context) error { _, err := h.Extracts.Permit(ctx, p.ID); return err },
		"ask":    func(ctx context.Context) error { _, err := h.Extracts.Ask(ctx, p.ID, "csv"); return err },
		"file":   func(ctx context.Context) error { _, err := h.Extracts.File(ctx, j.ID); return err },
		"fetch":  func(ctx context.Context) error { _, err := h.Extracts.Fetch(ctx, j.ID); return err },
		"drop":   func(ctx context.Context) error { return h.Extracts.Drop(ctx, j.ID) },
	}
	for name, call := range calls {
		if err := call(h.As(other)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s as another expert: %v", name, err)
		}
		for _, role := range []access.Role{access.Professional, access.Admin, access.Emergency, access.Client, access.Visitor, access.System} {
			if err := call(h.As(access.Actor{ID: h.expert.ID, Role: role})); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s as %s: %v", name, role, err)
			}
		}
		if err := call(h.Context()); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%s as nobody: %v", name, err)
		}
	}
	for _, role := range []access.Role{access.Professional, access.Expert, access.Emergency, access.Client, access.Visitor} {
		ctx := h.As(access.Actor{ID: h.expert.ID, Role: role})
		_, granting := h.Extracts.Grant(ctx, extract.Grant{})
		_, listing := h.Extracts.AllPermits(ctx)
		for _, err := range []error{granting, listing, h.Extracts.Revoke(ctx, p.ID)} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s manages permits: %v", role, err)
			}
		}
	}
	// Before its time and after it, a permit is as good as none.
	for day, valid := range map[string]bool{"2023-08-31": false, "2023-09-01": true, "2023-12-31": true, "2024-01-01": false} {
		h.Clock.Set(noon(day))
		_, err := h.Extracts.Ask(h.asExpert(), p.ID, "csv")
		if (err == nil) != valid || err != nil && fault.KindOf(err) != fault.NotFound {
			t.Errorf("on %s: %v", day, err)
		}
	}
}

// Several instances make every file once.
func TestInstancesShareTheWork(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Clock.Advance(minute)
		h.visit("", nil)
		watched := &counting{Store: h.Store}
		p := h.grant(nil)
		jobs := []extract.Job{h.ask(p, extract.CSV), h.ask(p, extract.XLSX)}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				worker := h.newWorker(watched)
				for {
					if found, err := worker.Next(h.Context()); err != nil || !found {
						if err != nil {
							t.Error(err)
						}
						return
					}
				}
			})
		}
		all.Wait()
		for _, j := range jobs {
			if one := h.state(j.ID); one.State != extract.Done || one.Attempts != 1 {
				t.Errorf("%s after %d attempts", one.State, one.Attempts)
			}
			h.fetch(j.ID)
		}
		if watched.made != 2 {
			t.Errorf("%d files were made", watched.made)
		}
	})
}

// counting counts what is written down as made.
type counting struct {
	*store.Store
	mu   sync.Mutex
	made int
}

func (c *counting) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	c.mu.Lock()
	for _, e := range entries {
		if e.Action == audit.RowsMade {
			c.made++
		}
	}
	c.mu.Unlock()
	return c.Store.AppendAudit(ctx, entries...)
}

// stopping lets something happen in the middle of a file.
type stopping struct {
	*store.Store
	before func(row int) error
}

func (s *stopping) Rows(ctx context.Context, scope extract.Scope, key envelope.IndexKey, begin func(total, removals int) error, each func(*extract.Source) error) error {
	n := 0
	return s.Store.Rows(ctx, scope, key, begin, func(src *extract.Source) error {
		if n++; s.before != nil {
			if err := s.before(n); err != nil {
				return err
			}
		}
		return each(src)
	})
}

// A file whose program was ended, or killed, is begun anew; one that never gets
// finished is given up, in words.
func TestAFileIsBegunAnewAfterARestart(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Clock.Advance(minute)
		h.visit("", nil)
		h.visit("", nil)
		j := h.ask(h.grant(nil), extract.CSV)

		// Ended: the next one takes it at once.
		ctx, end := context.WithCancel(h.Context())
		ended := h.newWorker(&stopping{h.Store, func(row int) error { end(); return ctx.Err() }})
		if _, err := ended.Next(ctx); err != nil {
			t.Fatal(err)
		}
		if one := h.state(j.ID); one.State != extract.Waiting {
			t.Errorf("after the end of the program it is %s", one.State)
		}

		// Killed: nothing is written down, and it is the others' when the lease is over.
		taken, found, err := h.Store.TakeJob(h.System(), h.Clock.Now(), h.Clock.Now().Add(extract.Lease))
		h.Must(err)
		if !found || taken.ID != j.ID {
			t.Fatal("it was not taken")
		}
		if found, _ := h.worker.Next(h.Context()); found {
			t.Error("somebody else took what is at work")
		}
		h.Clock.Advance(extract.Lease)
		h.work()
		if one := h.state(j.ID); one.State != extract.Done || one.Rows != 2 {
			t.Errorf("it is %s with %d rows", one.State, one.Rows)
		}
		if len(h.rows(h.fetch(j.ID))) != 2 {
			t.Error("it is not whole")
		}
		// Whoever had it before comes too late for everything.
		if mine, err := h.Store.PutChunk(h.System(), taken, 0, []byte("late")); err != nil || mine {
			t.Errorf("a part of the attempt before: %v %v", mine, err)
		}
		if mine, err := h.Store.FinishJob(h.System(), taken); err != nil || mine {
			t.Errorf("the end of the attempt before: %v %v", mine, err)
		}

		// Killed every time.
		j = h.ask(h.grant(nil), extract.CSV)
		for range extract.MaxTries {
			_, found, err := h.Store.TakeJob(h.System(), h.Clock.Now(), h.Clock.Now().Add(extract.Lease))
			h.Must(err)
			if !found {
				t.Fatal("it was not taken")
			}
			h.Clock.Advance(extract.Lease)
		}
		h.work()
		if one := h.state(j.ID); one.State != extract.Failed || one.Problem != extract.Interrupted {
			t.Errorf("it is %s, %s", one.State, one.Problem)
		}
	})
}

// What goes wrong in the middle leaves nothing that can be fetched.
func TestAFileIsWholeOrFailed(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.Clock.Advance(minute)
		h.visit("", nil)
		h.visit("", nil)
		j := h.ask(h.grant(nil), extract.CSV)
		failing := h.newWorker(&stopping{h.Store, func(row int) error {
			if row == 2 {
				return errors.New("the disk is full")
			}
			return nil
		}})
		_, err := failing.Next(h.Context())
		h.Must(err)
		if one := h.state(j.ID); one.State != extract.Failed || one.Problem != extract.Broken || one.Fetch {
			t.Errorf("it is %s, %s", one.State, one.Problem)
		}
		// A permit that is revoked meanwhile.
		p := h.grant(nil)
		j = h.ask(p, extract.CSV)
		revoking := h.newWorker(&stopping{h.Store, func(row int) error {
			if row == 2 {
				return h.Extracts.Revoke(h.System(), p.ID)
			}
			return nil
		}})
		_, err = revoking.Next(h.Context())
		h.Must(err)
		if one := h.state(j.ID); one.State != extract.Gone {
			t.Errorf("it is %s", one.State)
		}
	})
}

// Files are bounded in number and time.
func TestFilesAreBounded(t *testing.T) {
	h := newHouse(t)
	h.Clock.Advance(minute)
	h.visit("", nil)
	p := h.grant(nil)
	var first extract.Job
	for i := range extract.MaxKept {
		j := h.ask(p, extract.CSV)
		if i == 0 {
			first = j
		}
		h.work()
	}
	if _, err := h.Extracts.Ask(h.asExpert(), p.ID, "csv"); fault.CodeOf(err) != fault.CodeTooManyExports {
		t.Errorf("one more: %v", err)
	}
	h.Must(h.Extracts.Drop(h.asExpert(), first.ID))
	h.ask(p, extract.CSV)
	h.work()
	h.Clock.Advance(extract.KeptFor)
	h.work()
	files, err := h.Extracts.Files(h.asExpert())
	h.Must(err)
	for _, one := range files {
		if one.State != extract.Gone {
			t.Errorf("after its time a file is %s", one.State)
		}
	}
	for range extract.MaxOpen {
		h.ask(p, extract.CSV)
	}
	if _, err := h.Extracts.Ask(h.asExpert(), p.ID, "csv"); fault.CodeOf(err) != fault.CodeTooManyExports {
		t.Errorf("while two wait: %v", err)
	}
	big := extract.NewService(&many{h.Store}, h.Library, h.Clock, housetest.IDs{})
	h.work()
	for format, code := range map[string]string{"xlsx": fault.TooManyForWorkbook, "csv": "", "exe": fault.NotInList} {
		_, err := big.Ask(h.asExpert(), p.ID, format)
		var f *fault.Error
		if code == "" && err != nil || code != "" && (!errors.As(err, &f) || len(f.Findings) != 1 || f.Findings[0].Code != code) {
			t.Errorf("%s of more rows than a workbook takes: %v", format, err)
		}
	}
}

// many has more rows than a workbook takes.
type many struct{ *store.Store }

func (*many) CountRows(context.Context, extract.Scope) (int, error) {
	return extract.MaxRowsXLSX + 1, nil
}

// What an administrator typed is said back, all at once.
func TestAGrantIsChecked(t *testing.T) {
	h := newHouse(t)
	_, err := h.Extracts.Grant(h.System(), extract.Grant{
		User: uuid.New(), Reference: "<b>", Purposes: []string{"fun"}, Units: nil, Registers: []string{"health"}, From: "2023-02-30", To: "2023-01-01", ValidFrom: "2023-02-01", ValidUntil: "2023-01-01",
	})
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatal(err)
	}
	var at []string
	for _, one := range f.Findings {
		at = append(at, one.Pointer)
	}
	if want := []string{"/from", "/purpose", "/reference", "/unit", "/valid_until"}; !slices.Equal(at, want) {
		t.Errorf("findings at %v, want %v", at, want)
	}
	professional := h.Hire("joku", access.Professional, housetest.Unit)
	_, err = h.Extracts.Grant(h.System(), extract.Grant{
		User: professional.ID, Reference: "1", Purposes: []string{"research"}, Units: []string{housetest.Unit}, Registers: []string{"health"}, From: "2023-01-01", To: "2023-01-01", ValidFrom: "2023-01-01", ValidUntil: "2023-01-01",
	})
	if !errors.As(err, &f) || f.Findings[0].Pointer != "/user" {
		t.Errorf("a permit for a professional: %v", err)
	}
}

// A worker that asked for more than the permit's units would see nothing of them: on
// PostgreSQL the database guards its rows.
func TestRowsAreReadWithThePermitsSightAlone(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		if h.Store.Dialect() != store.PostgreSQL {
			return // SQLite guards no rows
		}
		h.Clock.Advance(minute)
		h.visit("", nil)
		p := h.grant(nil)
		key, err := h.Store.PermitKey(h.System(), p.ID)
		h.Must(err)
		for unit, want := range map[string]int{housetest.Unit: 1, housetest.OtherUnit: 0} {
			ctx, n := access.OfUnits(h.System(), []string{unit}), 0
			h.Must(h.Store.Rows(ctx, p.Scope(), key, func(total, _ int) error {
				n = total
				return nil
			}, func(*extract.Source) error {
				n += 10
				return nil
			}))
			if n != want*11 {
				t.Errorf("with the sight of %s: %d", unit, n)
			}
		}
	})
}
