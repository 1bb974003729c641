package main

import (
	"bytes"
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
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
	flags := cmd.Flags()
	database := databaseFlag(cmd)
	from := flags.String("from", "", "first day of the trial, as 2023-05-05")
	to := flags.String("to", "", "last day of the trial")
	unit := flags.String("unit", "", "a unit's code")
	format := flags.String("format", "table", "table, pdf, xlsx or json")
	language := flags.String("language", string(lang.Finnish), "fi, sv or en")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		write, ok := trialWriters[*format]
		if !ok {
			return usage("--format must be table, pdf, xlsx or json")
		}
		tag, ok := lang.Parse(*language)
		if !ok {
			return usage("--language must be fi, sv or en")
		}
		var wrong fault.Findings
		q := trial.Query{From: date(&wrong, "/from", *from), To: date(&wrong, "/to", *to), Unit: *unit}
		if err := wrong.Err(); err != nil {
			return err
		}
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			return p.writeTrial(ctx, db, q, locale.For(tag), write)
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
	units, err := db.UnitNames(ctx)
	if err != nil {
		return err
	}
	built, err := loadContent()
	if err != nil {
		return err
	}
	var whole bytes.Buffer // nothing is written when it fails half-way
	if err := write(&whole, r, export.NewTrialLabels(r, words, built.library, units), words); err != nil {
		return err
	}
	_, err = whole.WriteTo(p.out)
	return err
}
