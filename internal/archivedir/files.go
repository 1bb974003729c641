package archivedir

import (
	"errors"
	"io/fs"
	"os"
)

// files is what is done in an archive, step by step. Names are below it, "." is
// the archive itself.
type files interface {
	Mkdir(name string) error
	// Write makes a new file, which is on the disk when it returns.
	Write(name string, data []byte) error
	// Sync puts on the disk what a folder holds.
	Sync(folder string) error
	// Rename moves a folder. A place that is taken is fs.ErrExist.
	Rename(from, to string) error
	RemoveAll(name string) error
	Read(name string) ([]byte, error)
	Stat(name string) (fs.FileInfo, error)
}

// directory is the real one.
type directory struct{ *os.Root }

func (d directory) Mkdir(name string) error { return d.Root.Mkdir(name, 0o700) }

func (d directory) Write(name string, data []byte) error {
	f, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (d directory) Sync(folder string) error {
	f, err := d.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d directory) Read(name string) ([]byte, error) { return d.ReadFile(name) }
