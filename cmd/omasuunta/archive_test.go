package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// unfinishedFolder begins the name of what is not in its place in an archive yet.
const unfinishedFolder = ".new-"

// archived is one document of an archive, with its manifest.
type archived struct {
	ID, Kind, Subject, Consent, Unit, Register, Language, File string
	TextSHA256                                                 string `json:"text_sha256"`
	SHA256                                                     string `json:"sha256"`
	document                                                   []byte
}

// lookInto reads an archive: its documents by id, and what is unfinished. Anything
// else, or a document that does not fit its manifest, ends the test.
func lookInto(t testing.TB, folder string) (found map[string]archived, unfinished []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found = map[string]archived{}
	for _, entry := range entries {
		place := filepath.Join(folder, entry.Name())
		if strings.HasPrefix(entry.Name(), unfinishedFolder) {
			unfinished = append(unfinished, place)
			continue
		}
		data, err := os.ReadFile(filepath.Join(place, "manifest.json"))
		if err != nil {
			t.Fatalf("a document without a manifest: %v", err)
		}
		var a archived
		if err := json.Unmarshal(data, &a); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if a.document, err = os.ReadFile(filepath.Join(place, a.File)); err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(a.document); a.SHA256 != hex.EncodeToString(sum[:]) || a.ID != entry.Name() || !bytes.HasPrefix(a.document, []byte("%PDF-")) {
			t.Fatalf("%s is not what its manifest says", entry.Name())
		}
		if files, _ := os.ReadDir(place); len(files) != 2 {
			t.Fatalf("%s holds %d files", entry.Name(), len(files))
		}
		found[a.ID] = a
	}
	return found, unfinished
}

// fillQueue does what puts n documents of each kind into the queue. What is
// planted is personal data.
func (h *house) fillQueue(n int, planted string) {
	h.t.Helper()
	c := h.professional
	for range n {
		consent := c.giveConsent()
		form := paperForm(h.t, consent, 8, 2)
		form["client_ref"] = planted
		id := c.want(201, "POST", "/assessments", form).JSON(h.t)["id"].(string)
		c.want(200, "POST", "/assessments/"+id+"/confirmation", object{"actions": list{object{"text": planted, "responsible": planted}}})
		withdrawn := c.giveConsent()
		c.want(200, "POST", "/consents/"+withdrawn+"/withdrawal", object{"reason": planted})
	}
}

// waiting is how many documents wait for the archive.
func waiting(t testing.TB, db *sql.DB) string {
	t.Helper()
	return scalar(t, db, "SELECT count(*) FROM archive_jobs WHERE state = 'waiting'")
}

// archivedWithin is how long what the server does by itself may take, on a busy machine
// and with the race detector.
const archivedWithin = 4 * time.Minute

// until waits for a condition.
func until(t testing.TB, what string, met func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(archivedWithin); !met(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", archivedWithin, what)
		}
	}
}

// stages are moments in the life of a document that can be seen from outside, of
// what is in an archive now and was not before.
var stages = []string{"begun", "written", "described", "in its place", "another in its place"}

// reached tells whether a stage is reached.
func reached(folder, stage string, before int) bool {
	has := func(pattern string) bool {
		found, _ := filepath.Glob(filepath.Join(folder, pattern))
		return len(found) > 0
	}
	places, _ := filepath.Glob(filepath.Join(folder, "????????-*"))
	switch stage {
	case "begun":
		return has(unfinishedFolder + "????????-*")
	case "written":
		return has(unfinishedFolder + "????????-*/document.pdf")
	case "described":
		return has(unfinishedFolder + "????????-*/manifest.json")
	case "in its place":
		return len(places) > before
	default:
		return len(places) > before+1
	}
}

func changedAt(t testing.TB, folder string) time.Time {
	t.Helper()
	info, err := os.Stat(folder)
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime()
}

// killWhileArchiving starts the server and kills it as soon as a stage is reached.
// It returns false when the queue was empty before that.
func (h *house) killWhileArchiving(db *sql.DB, folder, stage string) bool {
	h.t.Helper()
	found, unfinished := lookInto(h.t, folder)
	for _, one := range unfinished { // so that only what is new is seen
		if err := os.RemoveAll(one); err != nil {
			h.t.Fatal(err)
		}
	}
	cmd := released(context.Background(), "serve", "--database", h.database, "--addr", "127.0.0.1:0", "--archive", folder)
	var log lockedBuffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	defer func() { _ = cmd.Process.Kill(); <-ended }()
	// The server tries the archive out when it opens it: from then on every moment
	// counts, and until then the processor is the server's.
	opened := changedAt(h.t, folder)
	until(h.t, "the archive is opened", func() bool { return changedAt(h.t, folder).After(opened) })
	looked := 0
	for deadline := time.Now().Add(archivedWithin); time.Now().Before(deadline); looked++ {
		if reached(folder, stage, len(found)) {
			return true
		}
		if looked%500 == 499 && waiting(h.t, db) == "0" {
			return false
		}
		select {
		case <-ended:
			h.t.Fatalf("the server ended: %s", &log)
		default:
			runtime.Gosched()
		}
	}
	h.t.Fatalf("%s was not reached: %s", stage, &log)
	return false
}

// The real process is killed again and again while it archives, at every moment
// that can be seen from outside; what comes of a kill between any two steps inside
// is tested in package archivedir. Nothing is lost and nothing is there twice.
func TestKilledWhileArchiving(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const planted = "Salaisuus-37"
		h.fillQueue(8, planted)
		h.stop()
		if out := must(t, "archive", "status", "--database", h.database); !strings.Contains(out, "never tried: 32") {
			t.Fatalf("before there is an archive:\n%s", out)
		}
		folder := filepath.Join(t.TempDir(), "archive")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		db, kills := open(t, h.database), map[string]int{}
		for _, stage := range stages {
			// What the killed one was at work on is its own until the lease ends.
			if _, err := db.Exec("UPDATE archive_jobs SET next_at = queued_at"); err != nil {
				t.Fatal(err)
			}
			if !h.killWhileArchiving(db, folder, stage) {
				break
			}
			kills[stage]++
			lookInto(t, folder) // whole right after every kill
		}
		for _, stage := range stages {
			if kills[stage] == 0 {
				t.Errorf("it was never killed when a document was %s", stage)
			}
		}
		t.Logf("%v; %s tries for 32 documents", kills, scalar(t, db, "SELECT sum(attempts) FROM archive_jobs"))

		must(t, "archive", "retry", "--database", h.database)
		s := start(t, "serve", "--database", h.database, "--archive", folder)
		until(t, "nothing waits", func() bool { return waiting(t, db) == "0" })
		s.stop()
		h.checkArchive(db, folder, planted)
		if strings.Contains(s.log.String(), planted) {
			t.Error("what was planted is in the log")
		}

		// What the killed ones left is gone at a start that comes later.
		if err := os.Mkdir(filepath.Join(folder, unfinishedFolder+"left"), 0o700); err != nil {
			t.Fatal(err)
		}
		_, unfinished := lookInto(t, folder)
		for _, one := range unfinished {
			if err := os.Chtimes(one, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		start(t, "serve", "--database", h.database, "--archive", folder).stop()
		if _, left := lookInto(t, folder); len(left) != 0 {
			t.Errorf("still there: %v", left)
		}
	})
}

// checkArchive compares an archive with the queue and the audit: everything that
// was queued is there once, and nothing else.
func (h *house) checkArchive(db *sql.DB, folder, planted string) {
	h.t.Helper()
	found, _ := lookInto(h.t, folder)
	rows, err := db.Query("SELECT id, kind, subject_id, unit, state, sha256 FROM archive_jobs")
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	jobs, kinds := 0, map[string]int{}
	for rows.Next() {
		var id, kind, subject, unit, state, sum string
		if err := rows.Scan(&id, &kind, &subject, &unit, &state, &sum); err != nil {
			h.t.Fatal(err)
		}
		jobs++
		kinds[kind]++
		a := found[id]
		if state != "delivered" || a.Kind != kind || a.Subject != subject || a.Unit != unit || a.SHA256 != sum {
			h.t.Errorf("queued %s %s, %s with %s; the archive has %s %s with %s", kind, id, state, sum, a.Kind, a.ID, a.SHA256)
		}
		if kind == "result" != (a.Register == "health") || kind == "result" == (a.TextSHA256 != "") || a.Language != "fi" {
			h.t.Errorf("a %s of register %q in %q with text %q", kind, a.Register, a.Language, a.TextSHA256)
		}
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	if jobs != 32 || len(found) != jobs || kinds["consent"] != 16 || kinds["withdrawal"] != 8 || kinds["result"] != 8 {
		h.t.Errorf("%d jobs %v, %d documents", jobs, kinds, len(found))
	}
	for kind, n := range kinds {
		action := "'" + kind + ".archived'"
		told := scalar(h.t, db, "SELECT count(*) FROM audit_events WHERE role = 'system' AND action = "+action)
		once := scalar(h.t, db, "SELECT count(DISTINCT subject_id) FROM audit_events WHERE action = "+action)
		if told != fmt.Sprint(n) || once != told {
			h.t.Errorf("%s: %s rows in the audit about %s, want %d", action, told, once, n)
		}
	}
	err = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || strings.Contains(path, planted) {
			h.t.Errorf("%s: %v", path, err)
		}
		if strings.HasSuffix(path, "manifest.json") {
			if data, err := os.ReadFile(path); err != nil || bytes.Contains(data, []byte(planted)) {
				h.t.Errorf("a manifest tells about a person: %s, %v", data, err)
			}
		}
		return nil
	})
	if err != nil {
		h.t.Error(err)
	}
}

// The archive is away for a while. Nobody notices at work, the reason is to be
// seen as a code, and when it is back everything gets there.
func TestAnArchiveThatIsAway(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "archive")
	h := inhabit(t, testkit.SQLiteFrom(t, "house", build), "--archive", folder)
	if err := os.Rename(folder, folder+"-away"); err != nil {
		t.Fatal(err)
	}
	h.professional.giveConsent()
	until(t, "the problem is seen", func() bool {
		return strings.Contains(must(t, "archive", "status", "--database", h.database), "problem missing: 1")
	})
	if out := must(t, "archive", "retry", "--database", h.database); !strings.HasPrefix(out, "1 waiting") {
		t.Errorf("retry says %q", out)
	}
	if err := os.Rename(folder+"-away", folder); err != nil {
		t.Fatal(err)
	}
	must(t, "archive", "retry", "--database", h.database)
	db := open(t, h.database)
	until(t, "it is archived", func() bool { return waiting(t, db) == "0" })
	if found, _ := lookInto(t, folder); len(found) != 1 {
		t.Errorf("%d documents", len(found))
	}
	out := must(t, "archive", "status", "--database", h.database)
	if strings.Contains(out, "problem") || !strings.Contains(out, "last delivered: ") || strings.Contains(out, "oldest") {
		t.Errorf("afterwards:\n%s", out)
	}
}

// Two instances on one database and one archive share the work.
func TestTwoInstancesArchiveOnce(t *testing.T) {
	t.Parallel()
	h := inhabitBy(t, raced, testkit.PostgresFrom(t, "house", build))
	h.fillQueue(8, "Salaisuus-38")
	folder := filepath.Join(t.TempDir(), "archive")
	for range 2 {
		start(t, "serve", "--database", h.database, "--archive", folder)
	}
	db := open(t, h.database)
	until(t, "nothing waits", func() bool { return waiting(t, db) == "0" })
	h.checkArchive(db, folder, "Salaisuus-38")
	if n := scalar(t, db, "SELECT sum(attempts) FROM archive_jobs"); n != "32" {
		t.Errorf("%s tries for 32 documents", n)
	}
}

func TestAnArchiveThatCannotBeEndsTheStart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, exitFailure, "--archive", "serve", "--addr", "127.0.0.1:0", "--database", testkit.SQLite(t), "--archive", file)
}

// What the replay of the trial did waits for nobody, and goes to an archive that
// was given.
func TestTheDemoAndTheArchive(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"", filepath.Join(t.TempDir(), "archive")} {
		database := testkit.SQLite(t)
		h := &house{database: database, instance: start(t, "demo", "--database", database, "--archive", folder)}
		db := open(t, database)
		if folder == "" {
			if n := scalar(t, db, "SELECT count(*) FROM archive_jobs"); n != "0" {
				t.Errorf("%s documents of the replay wait for an archive that there isn't", n)
			}
			h.stop()
			continue
		}
		until(t, "all is archived", func() bool { return waiting(t, db) == "0" })
		found, _ := lookInto(t, folder)
		const clients = 86 - 12 // so many come a second time, under the same consent
		languages := map[string]int{}
		for _, a := range found {
			if a.Kind == "consent" {
				languages[a.Language]++
			}
		}
		if total := languages["fi"] + languages["sv"] + languages["en"]; total != clients || languages["sv"] == 0 {
			t.Errorf("consents by language: %v", languages)
		}
		if !slices.Contains(strings.Fields(must(t, "archive", "status", "--database", database)), strconv.Itoa(clients)) {
			t.Errorf("the status does not tell of %d consents", clients)
		}
	}
}
