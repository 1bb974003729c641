package archivedir

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/omasuunta/omasuunta/internal/archive"
)

// Names in the archive.
const (
	unfinished   = ".new-" // begins the name of what is not in its place yet
	manifestName = "manifest.json"
	documentName = "document.pdf"
)

// mediaType is the only one that documents have.
const mediaType = "application/pdf"

// stale is the age from which something unfinished is taken for left behind by a
// process that was killed. No try takes that long.
const stale = time.Hour

// Directory is an archive. It is safe for concurrent use, also by several
// processes on one directory.
type Directory struct {
	path string
	wrap func(files) files // for tests, that come between two steps
}

// Open makes sure that a directory can be an archive: it is there, or can be made
// in a folder that is, and takes files. What a killed process left unfinished more
// than an hour before now is deleted.
func Open(path string, now time.Time) (*Directory, error) {
	d := &Directory{path: path, wrap: func(f files) files { return f }}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("the archive cannot be made: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("the archive cannot be opened: %w", err)
	}
	defer root.Close()
	if err := tryOut(directory{root}); err != nil {
		return nil, fmt.Errorf("nothing can be written into the archive: %w", err)
	}
	if err := tidy(root, now.Add(-stale)); err != nil {
		return nil, fmt.Errorf("the archive cannot be read: %w", err)
	}
	return d, nil
}

// tryOut writes something and takes it away.
func tryOut(f files) error {
	name := unfinished + rand.Text()
	if err := f.Mkdir(name); err != nil {
		return err
	}
	return errors.Join(f.Write(path.Join(name, "try"), []byte("\n")), f.Sync("."), f.RemoveAll(name))
}

// tidy deletes what was left unfinished before a time.
func tidy(root *os.Root, before time.Time) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), unfinished) {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) { // another instance finished it or tidied too
			continue
		}
		if err == nil && info.ModTime().Before(before) {
			err = root.RemoveAll(entry.Name())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Deliver implements archive.Target.
func (d *Directory) Deliver(ctx context.Context, item archive.Item) (sha256 string, err error) {
	if err := ctx.Err(); err != nil { // what comes now is not waited for by anybody
		return "", err
	}
	if item.MediaType != mediaType {
		return "", fmt.Errorf("archivedir: a document of type %q", item.MediaType)
	}
	root, err := os.OpenRoot(d.path) // each time: the disk may have been away meanwhile
	if err != nil {
		return "", classify(err)
	}
	defer root.Close()
	sha256, err = deliver(d.wrap(directory{root}), item)
	return sha256, classify(err)
}

// deliver puts a document in its place, unless it is there already.
func deliver(f files, item archive.Item) (string, error) {
	place := item.ID.String()
	if sum, there, err := find(f, place); there || err != nil {
		return sum, err
	}
	m := manifestOf(item)
	taken, err := put(f, place, m, item.Content)
	if err != nil {
		return "", err
	}
	if taken { // by another who was at it at the same time
		sum, _, err := find(f, place)
		return sum, err
	}
	return m.SHA256, nil
}

// put writes a document beside its place and moves it there. It returns true, and
// leaves nothing, when the place is taken.
func put(f files, place string, m manifest, content []byte) (taken bool, err error) {
	beside := unfinished + place + "-" + rand.Text()
	defer func() {
		if taken || err != nil {
			_ = f.RemoveAll(beside) // what stays is tidied at a later start
		}
	}()
	if err := f.Mkdir(beside); err != nil {
		return false, err
	}
	if err := f.Write(path.Join(beside, documentName), content); err != nil {
		return false, err
	}
	if err := f.Write(path.Join(beside, manifestName), m.encode()); err != nil {
		return false, err
	}
	if err := f.Sync(beside); err != nil {
		return false, err
	}
	if err := f.Rename(beside, place); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return true, nil
		}
		return false, err
	}
	return false, f.Sync(".")
}

var errDamaged = errors.New("archivedir: what is there does not fit its manifest")

// find looks whether a document is in its place for good, and whole, and returns
// its hash.
func find(f files, place string) (sum string, there bool, err error) {
	data, err := f.Read(path.Join(place, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := f.Stat(place); err != nil {
			return "", false, nil
		}
		// It comes with its manifest or not at all, but may have come since the first look.
		if data, err = f.Read(path.Join(place, manifestName)); errors.Is(err, fs.ErrNotExist) {
			return "", true, errDamaged
		}
	}
	if err != nil {
		return "", false, err
	}
	m, err := decode(data)
	if err != nil {
		return "", true, errDamaged
	}
	content, err := f.Read(path.Join(place, m.File))
	if err != nil || !m.fits(place, content) {
		return "", true, errors.Join(errDamaged, err)
	}
	// Whoever put it there may have been killed before this.
	return m.SHA256, true, f.Sync(".")
}

// classify names the problem that an error of the file system is.
func classify(err error) error {
	if err == nil {
		return nil
	}
	is := func(codes ...syscall.Errno) bool {
		for _, code := range codes {
			if errors.Is(err, code) {
				return true
			}
		}
		return false
	}
	switch {
	case errors.Is(err, errDamaged):
		return archive.Fail(archive.Damaged, err)
	case is(syscall.ENOSPC, syscall.EDQUOT):
		return archive.Fail(archive.Full, err)
	case is(syscall.EROFS):
		return archive.Fail(archive.ReadOnly, err)
	case is(syscall.EACCES, syscall.EPERM):
		return archive.Fail(archive.Denied, err)
	case is(syscall.ENOENT, syscall.ENOTDIR, syscall.ESTALE, syscall.ENOTCONN, syscall.ENODEV, syscall.EHOSTDOWN):
		return archive.Fail(archive.Missing, err)
	default:
		return archive.Fail(archive.Failed, err)
	}
}

var _ archive.Target = (*Directory)(nil)
