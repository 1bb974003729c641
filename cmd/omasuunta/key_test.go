package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// keyFile is a new key in a file of its own.
func keyFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(must(t, "key", "generate")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// consents gives many consents at once, like one that is there.
func consents(t testing.TB, url, like string, n int) {
	t.Helper()
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := access.WholeHouse(t.Context())
	r, err := db.Consent(ctx, uuid.MustParse(like))
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(ctx, func(ctx context.Context) error {
		for range n {
			r.ID = uuid.New()
			if err := db.InsertConsent(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// From the key in the database to one in a file and on to another, with the server
// answering all the while and the turning killed on its way.
func TestKeysAreTurnedUnderAServer(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		if !strings.Contains(h.log.String(), "the database keeps its own key") {
			t.Error("the log does not say that the key protects nothing")
		}
		form := paperForm(t, h.professional.giveConsent(), 8, 2)
		form["client_answers"].(list)[0].(object)["comment"] = "Sanottua"
		id := h.professional.want(201, "POST", "/assessments", form).JSON(t)["id"].(string)
		consents(t, h.database, form["consent_id"].(string), 5*rotationStep)
		h.stop()

		one, two := "file:"+keyFile(t), "file:"+keyFile(t)
		served := inhabit(t, h.database, "--key", one)
		works := func() {
			t.Helper()
			if a := served.professional.want(200, "GET", "/assessments/"+id, nil); !strings.Contains(string(a.Body), "Sanottua") {
				t.Error("the comment is gone")
			}
			form["consent_id"] = served.professional.giveConsent()
			made := served.professional.want(201, "POST", "/assessments", form).JSON(t)["id"].(string)
			if a := served.professional.want(200, "GET", "/assessments/"+made, nil); !strings.Contains(string(a.Body), "Sanottua") {
				t.Error("a new comment is gone")
			}
		}
		works()
		if log := served.log.String(); strings.Contains(log, "keeps its own key") || !strings.Contains(log, "still wrapped") {
			t.Errorf("the log says of the keys: %s", log)
		}
		db := open(t, h.database)
		killed := killedTurning(t, h.database, one, func() bool {
			return scalar(t, db, "SELECT count(DISTINCT kek) FROM record_keys") == "2" && scalar(t, db, "SELECT count(DISTINCT kek) FROM house_keys") == "1"
		})
		works()
		left := scalar(t, db, "SELECT count(*) FROM record_keys WHERE kek IN (SELECT id FROM keks WHERE secret IS NOT NULL)")
		t.Logf("killed on its way: %v, with %s keys left", killed, left)
		must(t, "key", "rotate", "--database", h.database, "--key", one)
		works()
		if n := scalar(t, db, "SELECT count(*) FROM keks"); n != "1" {
			t.Errorf("%s key-encryption keys are left", n)
		}
		if out := must(t, "key", "status", "--database", h.database, "--key", one); strings.Count(out, "\n") != 1 || !strings.Contains(out, "outside") || !strings.Contains(out, "wraps") {
			t.Errorf("status: %s", out)
		}
		served.stop()

		for what, args := range map[string][]string{"no key": nil, "another key": {"--key", two}} {
			out, errout, code := command(t, append([]string{"serve", "--database", h.database, "--addr", "127.0.0.1:0"}, args...)...)
			if code != exitFailure || out != "" || !strings.Contains(errout, "cannot be opened") || !strings.Contains(errout, "--key") {
				t.Errorf("%s: exit %d, %s", what, code, errout)
			}
		}
		served = inhabit(t, h.database, "--key", two, "--old-key", one)
		must(t, "key", "rotate", "--database", h.database, "--key", two, "--old-key", one)
		works()
		served.stop()
		served = inhabit(t, h.database, "--key", two)
		works()
	})
}

// killedTurning turns keys and kills that as soon as it has begun.
func killedTurning(t *testing.T, url, key string, begun func() bool) bool {
	t.Helper()
	cmd := released(t.Context(), "key", "rotate", "--database", url, "--key", key)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !begun() {
		select {
		case <-tick.C:
		case <-ended:
			return false
		}
	}
	_ = cmd.Process.Kill()
	<-ended
	return cmd.ProcessState.ExitCode() != 0
}

// Several instances of a new database at once agree on one key.
func TestInstancesAgreeOnAKey(t *testing.T) {
	t.Parallel()
	url := testkit.Postgres(t)
	all := make(chan string, 3)
	for range 3 {
		go func() {
			if err := released(context.Background(), "migrate", "up", "--database", url).Run(); err != nil {
				t.Error(err)
			}
			status, err := released(context.Background(), "key", "status", "--database", url).Output()
			if err != nil {
				t.Error(err)
			}
			all <- string(status)
		}()
	}
	first := <-all
	if strings.Count(first, "\n") != 2 || !strings.Contains(first, "in the database") {
		t.Errorf("status: %s", first)
	}
	for range 2 {
		if other := <-all; other != first {
			t.Errorf("one says %s, another %s", first, other)
		}
	}
}

func TestWhereAKeyComesFrom(t *testing.T) {
	t.Parallel()
	key := must(t, "key", "generate")
	dir := t.TempDir()
	file := func(name, content string, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	database := "sqlite:" + filepath.Join(dir, "omasuunta.db")
	for _, one := range []struct {
		name, source string
		code         int
		says         string
	}{
		{"a file", "file:" + file("a", key+"\n", 0o600), 0, ""},
		{"a file for reading alone", "file:" + file("b", key, 0o400), 0, ""},
		{"a file that a group can read", "file:" + file("c", key, 0o640), exitFailure, "chmod 600"},
		{"a file that all can write", "file:" + file("d", key, 0o602), exitFailure, "chmod 600"},
		{"no file", "file:" + filepath.Join(dir, "none"), exitFailure, "no such file"},
		{"a file with something else", "file:" + file("e", "salasana123", 0o600), exitFailure, "no key"},
		{"a file with too much", "file:" + file("f", key+strings.Repeat(" ", 8000)+key, 0o600), 0, ""},
		{"a command", "command:" + file("g", "#!/bin/sh\necho "+key+"\n", 0o700), 0, ""},
		{"a command that fails", "command:" + file("h", "#!/bin/sh\necho "+key+"\necho salasana123 >&2\nexit 3\n", 0o700), exitFailure, "failed"},
		{"a command that is a line for a shell", "command:echo " + key, exitFailure, "failed"},
		{"no such variable", "env:OMASUUNTA_TEST_NO_SUCH", exitFailure, "no such environment variable"},
		{"a key itself", key, exitUsage, "must be file:PATH"},
		{"an unknown kind", "vault:" + key, exitUsage, "must be file:PATH"},
	} {
		_, errout, code := command(t, "key", "status", "--database", database, "--key", one.source)
		if code != one.code || !strings.Contains(errout, one.says) || strings.Contains(errout, key) || strings.Contains(errout, "salasana123") {
			t.Errorf("%s: exit %d, %s", one.name, code, errout)
		}
	}
	cmd := released(t.Context(), "key", "status", "--database", database)
	cmd.Env = append(os.Environ(), "OMASUUNTA_KEY=env:TESTIAVAIN", "TESTIAVAIN="+key)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("from the environment: %v %s", err, out)
	}
}
