package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/archivedir"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// archiving starts handing documents to the archive, if the program was given
// one, and returns what ends it and waits for the try that is under way.
func (p *program) archiving(ctx context.Context, c config.Serve, db *store.Store) (stop func(), err error) {
	if c.Archive == "" {
		return func() {}, nil
	}
	target, err := archivedir.Open(c.Archive, time.Now())
	if err != nil {
		return nil, fmt.Errorf("--archive: %w", err)
	}
	renderer, err := newPapers(db, p.logger())
	if err != nil {
		return nil, err
	}
	worker := archive.NewWorker(db, renderer, target, systemClock{}, renderer.log)
	ctx, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		worker.Run(ctx)
	}()
	return func() { end(); <-ended }, nil
}

// papers makes the documents of the archive. It reads through the store and asks
// for nobody's permission: see package archive.
type papers struct {
	db      *store.Store
	texts   *content.Service
	sources document.Sources
	log     *slog.Logger
}

func newPapers(db *store.Store, log *slog.Logger) (*papers, error) {
	built, err := loadContent()
	if err != nil {
		return nil, err
	}
	texts := content.New(db, built.library, built.texts, settings(db, built), systemClock{}, randomIDs{})
	return &papers{db, texts, document.Sources{
		Library: built.library, Guidance: texts, House: db,
		Batteries: assessment.NewService(db, built.library, texts, systemClock{}, randomIDs{}),
	}, log}, nil
}

// Render implements archive.Renderer.
func (p *papers) Render(ctx context.Context, job archive.Job) (item archive.Item, err error) {
	var paper typeset.Document
	switch job.Kind {
	case archive.Consent, archive.Withdrawal:
		item, paper, err = p.agreement(ctx, job)
	case archive.Result:
		item, paper, err = p.result(ctx, job)
	default:
		err = errors.New("there is no such kind of document")
	}
	if err != nil {
		return archive.Item{}, err
	}
	printed, err := paper.PDF()
	if err != nil {
		return archive.Item{}, err
	}
	if printed.Replaced > 0 { // no font has them; each is a visible box
		p.log.Warn("archive: characters were replaced", "job", job.ID.String(), "replaced", printed.Replaced)
	}
	item.ID, item.Kind, item.Subject, item.Unit = job.ID, job.Kind, job.Subject, job.Unit
	item.MediaType, item.Content = "application/pdf", printed.Bytes
	return item, nil
}

// agreement is a consent as it was given, or the notice of its withdrawal.
func (p *papers) agreement(ctx context.Context, job archive.Job) (archive.Item, typeset.Document, error) {
	r, err := p.db.Consent(ctx, job.Subject)
	if err != nil {
		return archive.Item{}, typeset.Document{}, err
	}
	text, found, err := p.texts.TextVersion(ctx, r.TextVersion)
	if err == nil && !found {
		err = errors.New("the text of the consent is not known")
	}
	if err != nil {
		return archive.Item{}, typeset.Document{}, err
	}
	item := archive.Item{Consent: r.ID, Language: r.Language, At: r.GivenAt, TextVersion: r.TextVersion, TextSHA256: r.TextSHA256}
	write := document.ConsentPaper
	if job.Kind == archive.Withdrawal {
		item.At, write = r.WithdrawnAt, document.WithdrawalPaper
	} else { // as it was given, whatever came of it since
		r.WithdrawnAt, r.WithdrawalReason = time.Time{}, ""
	}
	a := document.Agreement{Record: r, Text: text}
	if a.Unit, a.Demo, err = p.house(ctx, r.Unit); err != nil {
		return archive.Item{}, typeset.Document{}, err
	}
	paper, err := write(a)
	return item, paper, err
}

// result is a confirmed result, in the client's language.
func (p *papers) result(ctx context.Context, job archive.Job) (archive.Item, typeset.Document, error) {
	a, err := p.db.Assessment(ctx, job.Subject)
	if err == nil && a.Status != assessment.Confirmed {
		err = errors.New("the result is not confirmed, or its consent was withdrawn")
	}
	if err != nil {
		return archive.Item{}, typeset.Document{}, err
	}
	told, err := p.sources.Gather(ctx, a)
	if err != nil {
		return archive.Item{}, typeset.Document{}, err
	}
	item := archive.Item{Consent: a.ConsentID, Register: string(a.Register), Language: a.Language, At: a.Confirmation.At}
	paper, err := document.ResultPaper(told, a.Language)
	return item, paper, err
}

// house is the name of a unit, and whether everything is made up.
func (p *papers) house(ctx context.Context, unit string) (name string, demo bool, err error) {
	names, err := p.db.UnitNames(ctx)
	if err != nil {
		return "", false, err
	}
	s, err := p.db.ReportSettings(ctx)
	return names[unit], s.Demo, err
}

// archive are the commands about the queue.
func (p *program) archive() *cobra.Command {
	status := &cobra.Command{Use: "status", Short: "Count what waits for the archive and what it has", Args: noArguments}
	database := databaseFlag(status)
	status.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			s, err := archive.NewService(db, systemClock{}, false).Status(ctx)
			if err != nil {
				return err
			}
			return p.showArchive(s)
		})
	}
	retry := &cobra.Command{Use: "retry", Short: "Make everything that waits for the archive due at once", Args: noArguments}
	retryDatabase := databaseFlag(retry)
	retry.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *retryDatabase, func(ctx context.Context, db *store.Store) error {
			n, err := archive.NewService(db, systemClock{}, false).Retry(ctx)
			if err == nil {
				fmt.Fprintf(p.out, "%d waiting, all due now; a server that was given --archive takes them\n", n)
			}
			return err
		})
	}
	return group("archive", "The archive of consents and results", status, retry)
}

// showArchive prints a table of numbers and, under it, what is to be known of
// what waits.
func (p *program) showArchive(s archive.Status) error {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "kind")
	for _, state := range archive.States {
		fmt.Fprintf(table, "\t%s", state)
	}
	for i, c := range s.Counts {
		if i%len(archive.States) == 0 {
			fmt.Fprintf(table, "\n%s", c.Kind)
		}
		fmt.Fprintf(table, "\t%d", c.N)
	}
	fmt.Fprintln(table)
	if err := table.Flush(); err != nil {
		return err
	}
	if !s.OldestWaiting.IsZero() {
		fmt.Fprintf(p.out, "oldest waiting: queued %s\n", s.OldestWaiting.Format(time.RFC3339))
	}
	if s.NeverTried > 0 {
		fmt.Fprintf(p.out, "never tried: %d; a server that was given --archive takes them within seconds\n", s.NeverTried)
	}
	for _, one := range s.Problems {
		fmt.Fprintf(p.out, "problem %s: %d\n", one.Problem, one.N)
	}
	if !s.LastDelivered.IsZero() {
		fmt.Fprintf(p.out, "last delivered: %s\n", s.LastDelivered.Format(time.RFC3339))
	}
	return nil
}

// unarchived is the database for the replay of a demo that was given no archive:
// what was done in 2023 would wait for ever. What is done in the demo itself is
// queued as always.
type unarchived struct{ *store.Store }

// QueueArchive implements assessment.Store.
func (unarchived) QueueArchive(context.Context, archive.Job) error { return nil }
