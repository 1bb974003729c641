package archivedir

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/lang"
)

var now = time.Date(2023, 9, 14, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *Directory {
	t.Helper()
	d, err := Open(path, now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func anItem(content string) archive.Item {
	return archive.Item{
		ID: uuid.New(), Kind: archive.Consent, Subject: uuid.New(), Consent: uuid.New(), Unit: "vuosaari-ta", Language: lang.Swedish,
		At: now, TextVersion: 1, TextSHA256: "abc", MediaType: mediaType, Content: []byte(content),
	}
}

// look reads what is in an archive: the manifests by id, and how many unfinished
// folders there are. Anything else, and a document that does not fit its manifest,
// is an error.
func look(t *testing.T, path string) (found map[string]manifest, left int) {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	found = map[string]manifest{}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), unfinished) {
			left++
			continue
		}
		data, err := os.ReadFile(filepath.Join(path, entry.Name(), manifestName))
		if err != nil {
			t.Errorf("a document without its manifest: %v", err)
			continue
		}
		m, err := decode(data)
		if err != nil {
			t.Errorf("%s: %v", entry.Name(), err)
		}
		content, err := os.ReadFile(filepath.Join(path, entry.Name(), documentName))
		if err != nil || !m.fits(entry.Name(), content) {
			t.Errorf("%s does not fit its manifest: %v", entry.Name(), err)
		}
		found[entry.Name()] = m
	}
	return found, left
}

func TestADocumentIsThereOnceUnderItsID(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive")
	d := open(t, path)
	item := anItem("paper")
	sum, err := d.Deliver(t.Context(), item)
	if err != nil || sum != item.SHA256() {
		t.Fatalf("%s, %v", sum, err)
	}
	// Again, and with other bytes: what is there stays, and its hash is the answer.
	again := item
	again.Content = []byte("another paper")
	if got, err := d.Deliver(t.Context(), again); err != nil || got != sum {
		t.Errorf("again: %s, %v; want %s", got, err, sum)
	}
	found, left := look(t, path)
	if len(found) != 1 || left != 0 || found[item.ID.String()].SHA256 != sum {
		t.Errorf("%v, %d unfinished", found, left)
	}
}

// Names and manifests are codes, ids, times and hashes; the files are their
// owner's alone.
func TestNothingPersonalOutsideTheDocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive")
	item := anItem("Salaisuus on asiakirjassa.")
	if _, err := open(t, path).Deliver(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{}
	for _, name := range []string{"format", "id", "kind", "subject", "consent", "unit", "register", "language", "at", "text_version", "text_sha256",
		"file", "media_type", "bytes", "sha256"} {
		allowed[name] = true
	}
	data, err := os.ReadFile(filepath.Join(path, item.ID.String(), manifestName))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	for name := range fields {
		if !allowed[name] {
			t.Errorf("the manifest has %q", name)
		}
	}
	if bytes.Contains(data, []byte("Salaisuus")) || strings.Contains(fmt.Sprint(item), "Salaisuus") {
		t.Errorf("the document is outside the document: %s", data)
	}
	modes := map[string]fs.FileMode{
		path: 0o700, filepath.Join(path, item.ID.String()): 0o700,
		filepath.Join(path, item.ID.String(), documentName): 0o600, filepath.Join(path, item.ID.String(), manifestName): 0o600,
	}
	for name, want := range modes {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %o", filepath.Base(name), info.Mode(), err, want)
		}
	}
}

var errKilled = errors.New("killed")

// killed does so many steps and then none, as a process that is killed: not even
// what would be tidied up. A file that is just being written is torn.
type killed struct {
	files
	left  *int
	steps *[]string
}

func (k killed) step(name string) error {
	if k.steps != nil {
		*k.steps = append(*k.steps, name)
	}
	if *k.left--; *k.left < 0 {
		return errKilled
	}
	return nil
}

func (k killed) Mkdir(name string) error {
	if err := k.step("mkdir"); err != nil {
		return err
	}
	return k.files.Mkdir(name)
}

func (k killed) Write(name string, data []byte) error {
	if err := k.step("begin " + filepath.Base(name)); err != nil {
		return err
	}
	if err := k.step("write " + filepath.Base(name)); err != nil {
		return errors.Join(err, k.files.Write(name, data[:len(data)/2]))
	}
	return k.files.Write(name, data)
}

func (k killed) Sync(folder string) error {
	name := "sync folder"
	if folder == "." {
		name = "sync archive"
	}
	if err := k.step(name); err != nil {
		return err
	}
	return k.files.Sync(folder)
}

func (k killed) Rename(from, to string) error {
	if err := k.step("rename"); err != nil {
		return err
	}
	return k.files.Rename(from, to)
}

func (k killed) RemoveAll(name string) error {
	if err := k.step("remove"); err != nil {
		return err
	}
	return k.files.RemoveAll(name)
}

// A process is killed between any two steps, and at the next start the same is
// tried again.
func TestKilledBetweenAnyTwoSteps(t *testing.T) {
	var steps []string
	whole := 100
	d := open(t, t.TempDir())
	d.wrap = func(f files) files { return killed{f, &whole, &steps} }
	if _, err := d.Deliver(t.Context(), anItem("paper")); err != nil {
		t.Fatal(err)
	}
	want := "mkdir begin document.pdf write document.pdf begin manifest.json write manifest.json sync folder rename sync archive"
	if got := strings.Join(steps, " "); got != want {
		t.Fatalf("the steps are\n%s, not\n%s", got, want)
	}
	for n := range steps {
		t.Run("before "+steps[n], func(t *testing.T) {
			path := t.TempDir()
			item := anItem("paper")
			before, left := open(t, path), n
			before.wrap = func(f files) files { return killed{f, &left, nil} }
			if _, err := before.Deliver(t.Context(), item); !errors.Is(err, errKilled) {
				t.Fatalf("a kill is told as %v", err)
			}
			renamed := n > len(steps)-2
			found, unfinished := look(t, path)
			if (len(found) == 1) != renamed || unfinished > 1 {
				t.Errorf("right after the kill: %v, %d unfinished", found, unfinished)
			}
			// The document may come out with other bytes the next time.
			item.Content = []byte("paper, made again")
			sum, err := open(t, path).Deliver(t.Context(), item)
			if err != nil {
				t.Fatal(err)
			}
			found, _ = look(t, path)
			if len(found) != 1 || found[item.ID.String()].SHA256 != sum || (sum == item.SHA256()) == renamed {
				t.Errorf("after the next try: %v, answered %s", found, sum)
			}
			// What was left is gone at a later start.
			if _, err := Open(path, time.Now().Add(2*stale)); err != nil {
				t.Fatal(err)
			}
			if found, unfinished = look(t, path); len(found) != 1 || unfinished != 0 {
				t.Errorf("after a later start: %v, %d unfinished", found, unfinished)
			}
		})
	}
}

// What another instance is just writing is not taken for left behind.
func TestAFreshUnfinishedFolderIsLeftAlone(t *testing.T) {
	path := t.TempDir()
	open(t, path)
	if err := os.Mkdir(filepath.Join(path, unfinished+"x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, time.Now().Add(stale/2)); err != nil {
		t.Fatal(err)
	}
	if _, left := look(t, path); left != 1 {
		t.Errorf("%d unfinished folders, want 1", left)
	}
}

// Several write the same documents at once, with bytes of their own.
func TestManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive")
	items := make([]archive.Item, 10)
	for i := range items {
		items[i] = anItem("")
	}
	sums := make([][8]string, len(items))
	var group sync.WaitGroup
	for w := range 8 {
		d := open(t, path)
		group.Go(func() {
			for i, item := range items {
				item.Content = []byte(strings.Repeat("x", 50_000+w))
				var err error
				if sums[i][w], err = d.Deliver(context.Background(), item); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	found, left := look(t, path)
	if len(found) != len(items) || left != 0 {
		t.Errorf("%d documents, %d unfinished", len(found), left)
	}
	for i, item := range items {
		for w, sum := range sums[i] {
			if sum != found[item.ID.String()].SHA256 {
				t.Errorf("worker %d was told %s of document %d, which is not what is there", w, sum, i)
			}
		}
	}
}

// Somebody else's document that comes into its place between two looks is whole.
func TestADocumentThatComesWhileItIsLookedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive")
	other, d, item := open(t, path), open(t, path), anItem("")
	var sum string
	d.wrap = func(f files) files {
		return &meanwhile{files: f, do: func() {
			var err error
			if sum, err = other.Deliver(context.Background(), item); err != nil {
				t.Error(err)
			}
		}}
	}
	item.Content = append(item.Content, ' ')
	if got, err := d.Deliver(context.Background(), item); err != nil || got != sum {
		t.Errorf("%q %v, want %q", got, err, sum)
	}
}

// meanwhile is a file system on which something is done between the first look at
// a manifest and what follows.
type meanwhile struct {
	files
	do func()
}

func (m *meanwhile) Read(name string) ([]byte, error) {
	data, err := m.files.Read(name)
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return data, err
}

// failing is a file system on which one step goes wrong.
type failing struct {
	files
	at  string
	err error
}

func (f failing) Write(name string, data []byte) error {
	if f.at == "write" {
		return errors.Join(&fs.PathError{Op: "write", Path: name, Err: f.err}, f.files.Write(name, data[:len(data)/2]))
	}
	return f.files.Write(name, data)
}

func (f failing) Mkdir(name string) error {
	if f.at == "mkdir" {
		return &fs.PathError{Op: "mkdir", Path: name, Err: f.err}
	}
	return f.files.Mkdir(name)
}

func (f failing) Sync(folder string) error {
	if f.at == "sync" {
		return &fs.PathError{Op: "sync", Path: folder, Err: f.err}
	}
	return f.files.Sync(folder)
}

func (f failing) Rename(from, to string) error {
	if f.at == "rename" {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: f.err}
	}
	return f.files.Rename(from, to)
}

// What goes wrong is told as a code, leaves nothing, and is over with its cause.
func TestProblems(t *testing.T) {
	codes := map[syscall.Errno]archive.Problem{
		syscall.ENOSPC: archive.Full, syscall.EDQUOT: archive.Full, syscall.EROFS: archive.ReadOnly,
		syscall.EACCES: archive.Denied, syscall.ESTALE: archive.Missing, syscall.EIO: archive.Failed,
	}
	for errno, want := range codes {
		for _, at := range []string{"mkdir", "write", "sync", "rename"} {
			path, item := t.TempDir(), anItem("paper")
			d := open(t, path)
			d.wrap = func(f files) files { return failing{f, at, errno} }
			_, err := d.Deliver(t.Context(), item)
			if got := archive.ProblemOf(err); err == nil || got != want {
				t.Errorf("%v at %s: %v is %q, want %q", errno, at, err, got, want)
			}
			if found, left := look(t, path); len(found) != 0 || left != 0 {
				t.Errorf("%v at %s left %v and %d unfinished", errno, at, found, left)
			}
			if _, err := open(t, path).Deliver(t.Context(), item); err != nil {
				t.Errorf("%v at %s: not over: %v", errno, at, err)
			}
		}
	}
}

// The directory goes away, as a disk that is not mounted any more, and comes back.
func TestADirectoryThatIsAwayIsNotMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive")
	d, item := open(t, path), anItem("paper")
	if err := os.Rename(path, path+"-away"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Deliver(t.Context(), item); archive.ProblemOf(err) != archive.Missing {
		t.Errorf("away: %v", err)
	}
	if err := os.Rename(path+"-away", path); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Deliver(t.Context(), item); err != nil {
		t.Errorf("back: %v", err)
	}
}

// A document that somebody changed or took is not passed over in silence.
func TestWhatWasTamperedWithIsDamaged(t *testing.T) {
	for name, tamper := range map[string]func(folder string) error{
		"changed":          func(f string) error { return os.WriteFile(filepath.Join(f, documentName), []byte("other"), 0o600) },
		"taken":            func(f string) error { return os.Remove(filepath.Join(f, documentName)) },
		"without manifest": func(f string) error { return os.Remove(filepath.Join(f, manifestName)) },
		"torn manifest":    func(f string) error { return os.Truncate(filepath.Join(f, manifestName), 20) },
		"another's path": func(f string) error {
			return os.WriteFile(filepath.Join(f, manifestName), []byte(`{"format":1,"file":"../x"}`), 0o600)
		},
	} {
		path := t.TempDir()
		d, item := open(t, path), anItem("paper")
		if _, err := d.Deliver(t.Context(), item); err != nil {
			t.Fatal(err)
		}
		if err := tamper(filepath.Join(path, item.ID.String())); err != nil {
			t.Fatal(err)
		}
		if sum, err := d.Deliver(t.Context(), item); archive.ProblemOf(err) != archive.Damaged || err == nil {
			t.Errorf("%s: %q, %v", name, sum, err)
		}
	}
}

func TestAnArchiveThatCannotBeIsRefusedAtTheStart(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(dir, "no", "such", "folder"), filepath.Join(file, "below"), "/proc/omasuunta", "/proc/self"} {
		if _, err := Open(path, now); err == nil {
			t.Errorf("%s was taken for an archive", path)
		}
	}
}
