package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
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
	flags := cmd.Flags()
	database := databaseFlag(cmd)
	battery := flags.String("battery", instrument.ClientBattery, "a battery's code")
	version := flags.Int("version", 0, "its version; 0 is the current one")
	from := flags.String("from", "", "first day of the visits, as 2023-05-05")
	to := flags.String("to", "", "last day of the visits")
	unit := flags.String("unit", "", "a unit's code")
	answered := flags.String("answered-in", "", "only assessments in this language: fi, sv or en")
	mode := flags.String("mode", "", "only this way of answering: joint, self, phone or paper")
	format := flags.String("format", "table", "table, csv, fi-excel, json or xlsx")
	language := flags.String("language", string(lang.Finnish), "fi, sv or en")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		write, ok := instrumentWriters[*format]
		if !ok {
			return usage("--format must be table, csv, fi-excel, json or xlsx")
		}
		tag, ok := lang.Parse(*language)
		if !ok {
			return usage("--language must be fi, sv or en")
		}
		if _, ok := lang.Parse(*answered); *answered != "" && !ok {
			return usage("--answered-in must be fi, sv or en")
		}
		var wrong fault.Findings
		q := quality.Question{
			Battery: *battery, Version: *version, From: date(&wrong, "/from", *from), To: date(&wrong, "/to", *to),
			Unit: *unit, Language: lang.Tag(*answered), Mode: assessment.Mode(*mode),
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			built, err := loadContent()
			if err != nil {
				return err
			}
			r, err := quality.NewService(db, report.NewService(db), built.library, systemClock{}).Now(ctx, q)
			if err != nil {
				return err
			}
			return write(p.out, r, locale.For(tag))
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
