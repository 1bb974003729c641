package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// printed runs `omasuunta document …` with a token and returns what it wrote.
func printed(t testing.TB, token string, args ...string) (out []byte, errout string, code int) {
	t.Helper()
	cmd := released(t.Context(), append([]string{"document"}, args...)...)
	cmd.Env = append(cmd.Env, tokenVariable+"="+token)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return stdout.Bytes(), stderr.String(), cmd.ProcessState.ExitCode()
}

// The command line gives the same bytes as the API, to the same people, and what
// it reads is written down in the same way.
func TestCommandLinePrintsWhatTheAPIPrints(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.professional
		consent, id := c.giveConsent(), c.complete(8, 2)
		withdrawn := c.withdraw(c.giveConsent())
		for _, one := range []struct {
			path string
			args []string
		}{
			{"/assessments/" + id + "/document.pdf", []string{"result", "--id", id}},
			{"/assessments/" + id + "/document.pdf?language=en", []string{"result", "--id", id, "--language", "en"}},
			{"/consents/" + consent + "/document.pdf", []string{"consent", "--id", consent}},
			{"/consents/" + withdrawn + "/withdrawal/document.pdf", []string{"withdrawal", "--id", withdrawn}},
			{"/brochure/document.pdf?language=sv&plain=true", []string{"brochure", "--language", "sv", "--plain"}},
			{"/consent-texts/form/document.pdf", []string{"consent-form"}},
			{"/instruments/functioning/form/document.pdf?language=sv", []string{"form", "--battery", "functioning", "--language", "sv", "--public-url", h.URL + "/"}},
		} {
			over := c.want(200, "GET", one.path, nil)
			out, errout, code := printed(t, c.token, append(one.args, "--database", h.database)...)
			if code != 0 || errout != "" || !bytes.Equal(out, over.Body) {
				t.Errorf("%v: exit %d, %d bytes for %d over the API\n%s", one.args, code, len(out), len(over.Body), errout)
			}
		}
		out, errout, code := printed(t, c.token, "file", "--id", consent, "--language", "en", "--database", h.database)
		if code != 0 {
			t.Errorf("the file: exit %d\n%s", code, errout)
		}
		isPDF(t, "the file", out)

		db := open(t, h.database)
		for action, want := range map[string]string{"result.read": "4", "consent.read": "4", "client_file.read": "1"} {
			if n := scalar(t, db, "SELECT count(*) FROM audit_events WHERE role = 'professional' AND action = '"+action+"'"); n != want {
				t.Errorf("%s rows of %s in the audit, want %s", n, action, want)
			}
		}
	})
}

// A letter has a new link and code, and the ones before it end.
func TestLetterFromTheCommandLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	i := h.professional.want(201, "POST", "/invitations", newInvitation()).JSON(t)
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, []byte("an older one"), 0o644); err != nil {
		t.Fatal(err)
	}
	letter := func(more ...string) (string, int) {
		_, errout, code := printed(t, h.professional.token, append([]string{"letter", "--invitation", i["id"].(string), "--out", file, "--database", h.database}, more...)...)
		return errout, code
	}
	if errout, code := letter(); code != exitUsage || !strings.Contains(errout, "public-url") {
		t.Errorf("without an address: exit %d, %s", code, errout)
	}
	if errout, code := letter("--public-url", "https://omasuunta.example.org/"); code != 0 {
		t.Fatalf("exit %d\n%s", code, errout)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	isPDF(t, "the letter", data)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file: %v %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if text := textOf(t, data); !strings.Contains(text, "omasuunta.example.org/join") || strings.Contains(text, i["code"].(string)) {
		t.Errorf("the letter says:\n%s", text)
	}
	if got := follow(t, i["link"].(string)); got != 410 {
		t.Errorf("the old link: %d", got)
	}
}

func TestDocumentsAreRefusedInWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	consent, id := h.professional.giveConsent(), h.professional.complete(8, 2)
	other := "7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b"
	folder := t.TempDir()
	for _, one := range []struct {
		name, token, says string
		code              int
		args              []string
	}{
		{"no token", "", tokenVariable, exitUsage, []string{"result", "--id", id}},
		{"a wrong token", "oma_wrong", tokenVariable, exitFailure, []string{"result", "--id", id}},
		{"another unit", h.neighbour.token, "Not found", exitFailure, []string{"result", "--id", id}},
		{"another unit's consent", h.neighbour.token, "Not found", exitFailure, []string{"file", "--id", consent}},
		{"an expert", h.expert.token, "not allowed", exitFailure, []string{"result", "--id", id}},
		{"an administrator", h.admin.token, "not allowed", exitFailure, []string{"file", "--id", consent}},
		{"nothing there", h.professional.token, "Not found", exitFailure, []string{"consent", "--id", other}},
		{"not withdrawn", h.professional.token, "Not found", exitFailure, []string{"withdrawal", "--id", consent}},
		{"no invitation", h.professional.token, "Not found", exitFailure, []string{"letter", "--invitation", other, "--public-url", "https://a.example"}},
		{"no battery", "", "Not found", exitFailure, []string{"form", "--battery", "horoscope", "--public-url", "https://a.example"}},
		{"no id", h.professional.token, `"id"`, exitUsage, []string{"result"}},
		{"all wrong", "", "--id must be an id", exitUsage, []string{"result", "--id", "7", "--language", "de"}},
		{"and the language", "", "--language must be fi, sv or en", exitUsage, []string{"result", "--id", "7", "--language", "de"}},
		{"and the address", "", "--public-url", exitUsage, []string{"form", "--battery", "functioning", "--public-url", "ftp://a"}},
		{"nowhere to write to", "", "no such file", exitFailure, []string{"brochure", "--out", filepath.Join(folder, "no", "brochure.pdf")}},
		{"a folder", "", "not a folder", exitUsage, []string{"brochure", "--out", folder}},
		{"an unknown kind", "", `no command "poster"`, exitUsage, []string{"poster"}},
	} {
		args := one.args
		if one.name != "an unknown kind" {
			args = append(args, "--database", h.database)
		}
		out, errout, code := printed(t, one.token, args...)
		if code != one.code || !strings.Contains(errout, one.says) || len(out) > 0 {
			t.Errorf("%s: exit %d, want %d, with %q in %q and %d bytes", one.name, code, one.code, one.says, errout, len(out))
		}
		if one.token != "" && strings.Contains(errout, one.token) {
			t.Errorf("%s: the token is repeated: %s", one.name, errout)
		}
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A PDF is not poured over a terminal, and nothing is read for it.
func TestNoPDFOnATerminal(t *testing.T) {
	t.Parallel()
	script, err := exec.LookPath("script")
	if err != nil {
		t.Skip("there is no script(1) here to make a terminal")
	}
	database := testkit.SQLiteFrom(t, "house", build)
	inner := released(context.Background())
	cmd := exec.CommandContext(t.Context(), script, "--quiet", "--return", "--command", inner.Path+" document brochure --database "+database, os.DevNull)
	cmd.Env = inner.Env
	out, _ := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != exitUsage || !bytes.Contains(out, []byte("--out FILE")) || bytes.Contains(out, []byte("%PDF")) {
		t.Errorf("exit %d: %.300q", cmd.ProcessState.ExitCode(), out)
	}
}
