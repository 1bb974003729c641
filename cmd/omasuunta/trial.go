package main

import (
	"bytes"
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/trial"
	trialpages "github.com/omasuunta/omasuunta/internal/web/trial"
)

// trialWriter writes a trial's report in one format.
type trialWriter func(w io.Writer, r trial.Report, l export.TrialLabels, words *locale.Printer) error

// trialWriters are the formats of `report trial`.
var trialWriters = map[string]trialWriter{
	"table": func(w io.Writer, r trial.Report, l export.TrialLabels, _ *locale.Printer) error {
		return export.TrialTable(w, l.Tell(r), l)
	},
	"xlsx": func(w io.Writer, r trial.Report, l export.TrialLabels, _ *locale.Printer) error {
		return export.TrialXLSX(w, l.Tell(r))
	},
	"json": func(w io.Writer, r trial.Report, l export.TrialLabels, _ *locale.Printer) error {
		return export.TrialJSON(w, r, l)
	},
	"pdf": trialpages.PDF,
}

func (p *program) trial() *cobra.Command {
	cmd := &cobra.Command{Use: "trial", Short: "Everything that decides how a trial went", Args: noArguments}
	a := ask(cmd, "trial", "table, pdf, xlsx or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		write, q, err := readFlags(a, trialWriters)
		if err != nil {
			return err
		}
		return p.withDatabase(cmd, *a.database, func(ctx context.Context, db *store.Store) error {
			return p.writeTrial(ctx, db, trial.Query{From: q.from, To: q.to, Unit: *a.unit}, q.words, write)
		})
	}
	return required(cmd, "from", "to")
}

func (p *program) writeTrial(ctx context.Context, db *store.Store, q trial.Query, words *locale.Printer, write trialWriter) error {
	clock, ids := systemClock{}, randomIDs{}
	service := trial.NewService(db, report.NewService(db), diary.New(db, clock, ids), survey.NewService(db, clock, ids))
	r, err := service.Trial(ctx, q)
	if err != nil {
		return err
	}
	units, library, err := naming(ctx, db)
	if err != nil {
		return err
	}
	var whole bytes.Buffer // nothing is written when it fails half-way
	if err := write(&whole, r, export.NewTrialLabels(r, words, library, units), words); err != nil {
		return err
	}
	_, err = whole.WriteTo(p.out)
	return err
}
