package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/store"
)

// audit are the commands about the audit.
func (p *program) audit() *cobra.Command {
	return group("audit", "The audit and the chain over it", p.auditVerify(), p.auditExport(), p.auditKeygen())
}

func (p *program) auditVerify() *cobra.Command {
	verify := &cobra.Command{Use: "verify [FILE]", Short: "Walk the chain of the database, or of an export, and say whether it is sound", Args: atMostOneFile}
	database := databaseFlag(verify)
	checkpoints := verify.Flags().StringSlice("checkpoints", nil, "a file of checkpoints to hold it against, repeatable")
	publicKeys := verify.Flags().StringSlice("public-key", nil, "the public key of those who signed them, repeatable")
	verify.RunE = func(cmd *cobra.Command, args []string) error {
		if len(*publicKeys) > 0 && len(*checkpoints) == 0 {
			return usage("--public-key is for the signatures of --checkpoints")
		}
		keys, err := readPublicKeys(*publicKeys)
		if err != nil {
			return err
		}
		var logs []iter.Seq2[audit.Checkpoint, error]
		for _, path := range *checkpoints {
			if err := readable(path); err != nil {
				return err
			}
			logs = append(logs, audit.ReadCheckpoints(linesOf(path), keys...))
		}
		if len(args) == 1 {
			if err := readable(args[0]); err != nil {
				return err
			}
			return p.judgeAudit(audit.ReadExport(linesOf(args[0])), logs, len(keys) > 0)
		}
		return p.withAudit(cmd.Context(), *database, func(db *store.Store) error {
			return p.judgeAudit(db.Audit(cmd.Context()), logs, len(keys) > 0)
		})
	}
	return verify
}

// judgeAudit verifies and tells what was found.
func (p *program) judgeAudit(records iter.Seq2[audit.Record, error], logs []iter.Seq2[audit.Checkpoint, error], signed bool) error {
	report, err := audit.Verify(records, logs...)
	var found *audit.Finding
	if err != nil && !errors.As(err, &found) {
		return err
	}
	if found != nil {
		return fmt.Errorf("the audit was tampered with: %w\nbefore that, %d rows in %d batches are sound", err, report.Rows, report.Batches)
	}
	fmt.Fprintf(p.out, "The audit is sound: %d rows in %d batches.\n", report.Rows, report.Batches)
	if report.Unsealed > 0 {
		fmt.Fprintf(p.out, "Not sealed yet: %d rows, the oldest of %s. A running server seals them within a second.\n", report.Unsealed, report.OldestUnsealed)
	}
	if len(logs) == 0 {
		fmt.Fprintln(p.out, "Without --checkpoints nobody can tell whether its end was cut off, or all of it written anew.")
		return nil
	}
	fmt.Fprintf(p.out, "Checkpoints that fit: %d, up to batch %d of %d.\n", report.Checkpoints, report.Covered, report.Batches)
	if !signed {
		fmt.Fprintln(p.out, "Their signatures were not looked at: give --public-key.")
	}
	return nil
}

func (p *program) auditExport() *cobra.Command {
	export := &cobra.Command{Use: "export FILE", Short: "Write the audit with its chain to a file, JSON line by line", Args: oneFile}
	database := databaseFlag(export)
	export.RunE = func(cmd *cobra.Command, args []string) error {
		return p.withAudit(cmd.Context(), *database, func(db *store.Store) error {
			return writeLines(args[0], audit.ExportLines(db.Audit(cmd.Context()), time.Now().UTC().Format(audit.TimeForm)))
		})
	}
	return export
}

func (p *program) auditKeygen() *cobra.Command {
	return &cobra.Command{
		Use: "keygen FILE", Short: "Make a key to sign checkpoints with: FILE, and FILE.pub to verify by", Args: oneFile,
		RunE: func(_ *cobra.Command, args []string) error {
			public, err := makeKey(args[0])
			if err == nil {
				fmt.Fprintf(p.out, "Key %s: %s is secret and belongs on another medium than the database; %s.pub is for verifying.\n",
					audit.KeyID(public), args[0], args[0])
			}
			return err
		},
	}
}

func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("%s needs one file; see %s --help", cmd.CommandPath(), cmd.CommandPath())
	}
	return nil
}

func atMostOneFile(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("%s takes one file at most; see %s --help", cmd.CommandPath(), cmd.CommandPath())
	}
	return nil
}

// readable turns a file that cannot be opened into a failure of its own: it is
// nobody's tampering.
func readable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// withAudit opens a database only to look at it: nothing in it is brought up to
// date, and none is made.
func (p *program) withAudit(ctx context.Context, url string, f func(*store.Store) error) error {
	if err := config.CheckDatabase(config.Secret(url)); err != nil {
		return usageError{err}
	}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if err := readable(path); err != nil {
			return err
		}
	}
	db, err := store.Open(ctx, url, p.logger())
	if err != nil {
		return err
	}
	err = db.CheckSchema(ctx)
	if err == nil {
		err = f(db)
	}
	return errors.Join(err, db.Close())
}

// longestLine bounds what one line of an export or of checkpoints may need.
const longestLine = 1 << 20

// linesOf are the lines of a file without their ends. What stands behind the last
// end is no line yet: an export without its last line is found to be one, and the
// last checkpoint may be under way.
func linesOf(path string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(make([]byte, 64<<10), longestLine)
		lines.Split(wholeLine)
		for lines.Scan() {
			if !yield(lines.Bytes(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(nil, fmt.Errorf("%s: %w", path, err))
		}
	}
}

// wholeLine is a bufio.SplitFunc.
func wholeLine(data []byte, _ bool) (advance int, line []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	return 0, nil, nil
}

// writeLines writes a file that is there whole or not at all, for its owner
// alone, and takes the place of none.
func writeLines(path string, lines iter.Seq2[[]byte, error]) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".export-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	out := bufio.NewWriterSize(f, 1<<16)
	if err := errors.Join(writeAll(out, lines), out.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func writeAll(out io.Writer, lines iter.Seq2[[]byte, error]) error {
	for line, err := range lines {
		if err != nil {
			return err
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func readPublicKeys(paths []string) (keys []ed25519.PublicKey, err error) {
	for _, path := range paths {
		key, err := readPublicKey(path)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}
