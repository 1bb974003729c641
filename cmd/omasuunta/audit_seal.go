package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/store"
)

// sealing starts sealing the audit, and returns what ends it after all that was
// written is sealed.
func (p *program) sealing(ctx context.Context, c config.Serve, db *store.Store) (stop func(), err error) {
	var log audit.Log
	if c.AuditCheckpoints != "" {
		key, err := readKey(c.AuditKey)
		if err != nil {
			return nil, fmt.Errorf("--audit-key: %w", err)
		}
		file := checkpointLog{c.AuditCheckpoints, key}
		if err := file.Append(noCheckpoint); err != nil {
			return nil, fmt.Errorf("--audit-checkpoints: %w", err)
		}
		log = file
	}
	sealer := audit.NewSealer(db.Seals(), log, systemClock{}, p.logger())
	ctx, end := context.WithCancel(context.WithoutCancel(ctx)) // the last answers are still to be sealed
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		sealer.Run(ctx)
	}()
	return func() { end(); <-ended }, nil
}

// noCheckpoint only makes sure that a file of checkpoints can be read and written.
func noCheckpoint(audit.Checkpoint) (audit.Checkpoint, error) { return audit.Checkpoint{}, nil }

// checkpointLog is a file of checkpoints, line by line.
type checkpointLog struct {
	path string
	key  ed25519.PrivateKey
}

// tail is more than a line of checkpoints needs.
const tail = 4096

// Append implements audit.Log. Instances that share the file wait for each other.
func (l checkpointLog) Append(next func(last audit.Checkpoint) (audit.Checkpoint, error)) (err error) {
	f, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := lockFile(f); err != nil { // until it is closed
		return err
	}
	line, err := lastLine(f)
	if err != nil {
		return err
	}
	var last audit.Checkpoint
	if len(line) > 0 {
		if last, err = audit.LastCheckpoint(line); err != nil {
			return fmt.Errorf("the last line of %s: %w", l.path, err)
		}
	}
	what, err := next(last)
	if err != nil || what.Batch == 0 {
		return err
	}
	written, err := audit.NextLine(line, what, l.key)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(written, '\n')); err != nil {
		return err
	}
	if len(line) > 0 {
		return f.Sync()
	}
	return errors.Join(f.Sync(), syncFolder(filepath.Dir(l.path)))
}

// lastLine reads the last line. One without its end is what a crash left of a
// line: nobody was told that it is there, and it is taken away.
func lastLine(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := max(0, info.Size()-2*tail)
	text := make([]byte, info.Size()-from)
	if _, err := f.ReadAt(text, from); err != nil && err != io.EOF {
		return nil, err
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	if torn := len(text) - len(whole); torn > 0 {
		if err := f.Truncate(info.Size() - int64(torn)); err != nil {
			return nil, fmt.Errorf("the last line has no end and cannot be taken away: %w", err)
		}
	}
	if len(whole) == 0 {
		if from > 0 {
			return nil, errors.New("it holds something else than checkpoints")
		}
		return nil, nil
	}
	whole = whole[:len(whole)-1]
	return whole[bytes.LastIndexByte(whole, '\n')+1:], nil
}

// syncFolder makes sure that a new file is still there after a crash.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
