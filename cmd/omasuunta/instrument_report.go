package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/store"
)

// instrumentWriters are the formats of `report instrument`.
var instrumentWriters = map[string]func(io.Writer, quality.Report, *locale.Printer) error{
	"table": export.InstrumentTable,
	"json":  export.InstrumentJSON,
	"xlsx":  export.InstrumentXLSX,
	"csv": func(w io.Writer, r quality.Report, words *locale.Printer) error {
		return export.InstrumentCSV(w, export.InstrumentPanels(r, words), export.Standard)
	},
	"fi-excel": func(w io.Writer, r quality.Report, words *locale.Printer) error {
		return export.InstrumentCSV(w, export.InstrumentPanels(r, words), export.FiExcel)
	},
}

func (p *program) reportInstrument() *cobra.Command {
	cmd := &cobra.Command{Use: "instrument", Short: "How well the questions of a battery work as a measure", Args: noArguments}
	a := ask(cmd, "visits", "table, csv, fi-excel, json or xlsx")
	flags := cmd.Flags()
	battery := flags.String("battery", instrument.ClientBattery, "a battery's code")
	version := flags.Int("version", 0, "its version; 0 is the current one")
	answered := flags.String("answered-in", "", "only assessments in this language: fi, sv or en")
	mode := flags.String("mode", "", "only this way of answering: joint, self, phone or paper")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		write, asked, err := readFlags(a, instrumentWriters)
		if err != nil {
			return err
		}
		if _, ok := lang.Parse(*answered); *answered != "" && !ok {
			return usage("--answered-in must be fi, sv or en")
		}
		q := quality.Question{
			Battery: *battery, Version: *version, From: asked.from, To: asked.to,
			Unit: *a.unit, Language: lang.Tag(*answered), Mode: assessment.Mode(*mode),
		}
		return p.withDatabase(cmd, *a.database, func(ctx context.Context, db *store.Store) error {
			built, err := loadContent()
			if err != nil {
				return err
			}
			r, err := quality.NewService(db, report.NewService(db), built.library, systemClock{}).Now(ctx, q)
			if err != nil {
				return err
			}
			return write(p.out, r, asked.words)
		})
	}
	return required(cmd, "from", "to")
}

// measuring makes the figures about the questions that somebody waits for, until
// stop is called.
func (p *program) measuring(ctx context.Context, db *store.Store) (stop func(), err error) {
	built, err := loadContent()
	if err != nil {
		return nil, err
	}
	s := quality.NewService(db, report.NewService(db), built.library, systemClock{})
	ctx, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx, p.logger())
	}()
	return func() { end(); <-ended }, nil
}
