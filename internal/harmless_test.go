package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// forbidden are packages with which a program runs other programs, reads what can
// do more than be data, opens a view on its inside, or uses cryptography that is
// broken or not audited, and who may import them all the same, with the reason.
var forbidden = map[string]map[string]string{
	"os/exec": {
		"cmd/omasuunta/key_source.go": "the operator's own program that hands out the key, named on the command line, without a shell",
	},
	"plugin": {}, "unsafe": {}, "encoding/gob": {}, "net/smtp": {}, "net/rpc": {}, "mime/multipart": {},
	"archive/zip": {
		"internal/export/rows_xlsx.go": "writes only",
	},
	"expvar": {}, "net/http/pprof": {}, "net/http/cgi": {}, "net/http/httputil": {},
	"crypto/md5": {}, "crypto/des": {}, "crypto/rc4": {}, "crypto/dsa": {}, "math/rand": {},
	"crypto/sha1": {
		"internal/identity/totp.go":      "an HMAC, which is what authenticator apps know",
		"internal/identity/card/ocsp.go": "names a certificate in a question, proves nothing",
	},
	"math/rand/v2": {
		"internal/demo":                   "invented people, the same every time",
		"internal/psychometrics/omega.go": "samples of a bootstrap, the same every time",
	},
	"text/template": {
		"internal/pdf/metadata.go": "XML with an escaping function of its own",
	},
	"encoding/xml": {
		"internal/pdf/metadata.go":     "writes only",
		"internal/export/rows_xlsx.go": "writes only",
	},
}

// ours lists the Go files of the program itself: no tests and nothing that only
// tests import.
func ours(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, root := range []string{"cmd", "internal", "api", "migrations"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, err := filepath.Rel("..", path)
			if err != nil {
				return err
			}
			if d.IsDir() && slices.Contains(testOnly, filepath.ToSlash(name)) {
				return filepath.SkipDir
			}
			if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				files = append(files, filepath.ToSlash(name))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 200 {
		t.Fatalf("only %d files", len(files))
	}
	return files
}

func TestNothingDangerousIsImported(t *testing.T) {
	unused := map[string]bool{}
	for name, users := range forbidden {
		for user := range users {
			unused[name+" by "+user] = true
		}
	}
	for _, file := range ours(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range parsed.Imports {
			name, err := strconv.Unquote(one.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			users, dangerous := forbidden[name]
			if !dangerous {
				continue
			}
			allowed := false
			for user := range users {
				if file == user || strings.HasPrefix(file, user+"/") {
					allowed = true
					delete(unused, name+" by "+user)
				}
			}
			if !allowed {
				t.Errorf("%s imports %s", file, name)
			}
		}
	}
	for one := range maps.Keys(unused) {
		t.Errorf("%s: it does not any more", one)
	}
}

// What a script must not do: run text as a program, put text into a page as
// markup, talk to other windows or keep anything in the browser.
var (
	harmful = regexp.MustCompile(`\b(eval|Function|importScripts|postMessage|WebSocket|EventSource|XMLHttpRequest|sessionStorage|indexedDB|innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc|__proto__)\b|document\.(write|cookie|domain)|\.prototype\b|set(Timeout|Interval)\(\s*["'` + "`" + `]|javascript:|https?://`)
	// Two choices of how a page behaves may be kept.
	kept = regexp.MustCompile(`localStorage\.setItem\((kept|remembered), \w+(\.checked)? \? "(yes|on)" : "(no|off)"\)`)
)

func TestScriptsAreHarmless(t *testing.T) {
	files, err := filepath.Glob("web/page/static/js/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(code), "\n") {
			if found := harmful.FindString(line); found != "" {
				t.Errorf("%s:%d: %s", file, n+1, found)
			}
			if strings.Contains(line, "localStorage.setItem") && !kept.MatchString(line) {
				t.Errorf("%s:%d keeps something: %s", file, n+1, line)
			}
		}
	}
}
