package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/mattn/go-isatty"
)

// delivery is where the result of a command goes: standard output, or a file
// that is there whole or not at all.
type delivery struct {
	to   io.Writer
	file *os.File // nil for standard output
}

// deliver runs f with a place for its result. The place is made ready before f
// begins, so that what f changes is not changed for nothing. A file belongs to
// the user alone, and replaces the one that is there when f has written it.
func (p *program) deliver(path string, f func(*delivery) error) error {
	if path == "" {
		if out, ok := p.out.(*os.File); ok && isatty.IsTerminal(out.Fd()) {
			return usage("a PDF says nothing on a terminal: give --out FILE, or send the output elsewhere")
		}
		return f(&delivery{to: p.out})
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usage("--out must be a file, not a folder")
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".omasuunta-*") // 0600
	if err != nil {
		return err
	}
	d := &delivery{to: file, file: file}
	err = f(d)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// write writes the whole result.
func (d *delivery) write(data []byte) error {
	if _, err := d.to.Write(data); err != nil {
		return err
	}
	if d.file != nil {
		return d.file.Sync()
	}
	return nil
}
