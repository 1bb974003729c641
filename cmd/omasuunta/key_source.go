package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/store"
)

// The flags that say where a house keeps its key-encryption keys.
const (
	keyFlag    = "key"
	oldKeyFlag = "old-key"
)

func keyFlags(cmd *cobra.Command) {
	cmd.Flags().String(keyFlag, "", "the key that wraps the keys of the database: file:PATH, env:NAME or command:PATH; without it the database keeps one itself")
	cmd.Flags().StringSlice(oldKeyFlag, nil, "a key that still unwraps, from such a source, repeatable")
}

// keySources are the values of the flags. They hold no secret: a key itself is never
// on a command line.
type keySources struct {
	active string
	old    []string
}

func keySourcesOf(cmd *cobra.Command) (k keySources) {
	k.active, _ = cmd.Flags().GetString(keyFlag) // "" for a command without the flag
	k.old, _ = cmd.Flags().GetStringSlice(oldKeyFlag)
	return k
}

// Bounds of a source.
const (
	keySourceBytes    = 4096
	keySourcePatience = 10 * time.Second
	maxOldKeys        = 16
)

// read reads the keys. All that is wrong is said at once, and never what was read.
func (k keySources) read(ctx context.Context) (keys store.Keys, err error) {
	var problems []error
	one := func(flag, source string) envelope.KEK {
		kek, err := readKEK(ctx, source)
		if err != nil {
			problems = append(problems, fmt.Errorf("--%s: %w", flag, err))
		}
		return kek
	}
	if k.active != "" {
		keys.Active = one(keyFlag, k.active)
	}
	if len(k.old) > maxOldKeys {
		return store.Keys{}, usage("--%s: at most %d", oldKeyFlag, maxOldKeys)
	}
	for _, source := range k.old {
		keys.Old = append(keys.Old, one(oldKeyFlag, source))
	}
	return keys, errors.Join(problems...)
}

func readKEK(ctx context.Context, source string) (envelope.KEK, error) {
	kind, what, _ := strings.Cut(source, ":")
	var text []byte
	var err error
	switch {
	case what == "":
		err = usage("must be file:PATH, env:NAME or command:PATH")
	case kind == "file":
		text, err = keyInFile(what)
	case kind == "env":
		value, there := os.LookupEnv(what)
		if text = []byte(value); !there {
			err = errors.New("there is no such environment variable")
		}
	case kind == "command":
		text, err = keyOfCommand(ctx, what)
	default:
		err = usage("must be file:PATH, env:NAME or command:PATH")
	}
	if err != nil {
		return envelope.KEK{}, err
	}
	kek, err := envelope.ParseKEK(string(text))
	if err != nil {
		return envelope.KEK{}, errors.New("what is there is no key; omasuunta key generate makes one")
	}
	return kek, nil
}

// keyInFile refuses a file that others can read.
func keyInFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s is open to others: chmod 600 it", path)
	}
	return io.ReadAll(io.LimitReader(f, keySourceBytes))
}

// keyOfCommand runs a program, without a shell and without arguments. What it writes
// to standard error is not repeated.
func keyOfCommand(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, keySourcePatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path)
	cmd.WaitDelay = time.Second // for what it has started itself
	out := &bounded{left: keySourceBytes}
	cmd.Stdout = out
	switch err := cmd.Run(); {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the command took longer than %s", keySourcePatience)
	case err != nil:
		return nil, errors.New("the command failed, or there is none: a path to a program is wanted, without arguments")
	}
	return out.Bytes(), nil
}

// bounded keeps so many bytes and throws the rest away.
type bounded struct {
	bytes.Buffer
	left int
}

// Write implements io.Writer and never fails.
func (b *bounded) Write(p []byte) (int, error) {
	kept := p[:min(len(p), b.left)]
	b.left -= len(kept)
	b.Buffer.Write(kept)
	return len(p), nil
}
