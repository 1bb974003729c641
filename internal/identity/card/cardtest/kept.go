package cardtest

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Kept are authorities as they were when they were kept, for tests that begin with
// the same ones: to make them takes OpenSSL longer than most of what is tested.
type Kept struct {
	dir         string
	n           int
	files       map[string]string // content by path in dir, "" of a directory with a / at its end
	authorities []Authority
}

// Keep keeps all of a directory, and the authorities in it that are to be given out.
func (p *PKI) Keep(authorities ...*Authority) *Kept {
	p.Helper()
	k := &Kept{dir: p.dir, n: p.n, files: map[string]string{}}
	err := fs.WalkDir(os.DirFS(p.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			k.files[name+"/"] = ""
			return nil
		}
		content, err := os.ReadFile(filepath.Join(p.dir, name))
		k.files[name] = string(content)
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	for _, a := range authorities {
		k.authorities = append(k.authorities, *a)
	}
	return k
}

// For is a test's own copy: what it issues and revokes is not seen elsewhere.
func (k *Kept) For(t testing.TB) (*PKI, []*Authority) {
	t.Helper()
	p := New(t)
	p.n = k.n
	moved := func(text string) string { return strings.ReplaceAll(text, k.dir, p.dir) }
	for _, name := range slices.Sorted(maps.Keys(k.files)) { // a directory before what is in it
		path, err := filepath.Join(p.dir, name), error(nil)
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o700)
		} else {
			err = os.WriteFile(path, []byte(moved(k.files[name])), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	authorities := make([]*Authority, len(k.authorities))
	for i, a := range k.authorities {
		a.pki, a.Key, a.File, a.dir, a.config = p, moved(a.Key), moved(a.File), moved(a.dir), moved(a.config)
		authorities[i] = &a
	}
	return p, authorities
}
