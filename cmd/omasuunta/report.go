package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/work"
)

// writers are the formats of `report distribution`.
var writers = map[string]func(io.Writer, report.Distribution, export.Labels) error{
	"table": export.DistributionTable,
	"json":  export.DistributionJSON,
	"svg":   export.DistributionSVG,
	"xlsx":  export.DistributionXLSX,
	"csv": func(w io.Writer, d report.Distribution, l export.Labels) error {
		return export.DistributionCSV(w, d, l, export.Standard)
	},
}

// asking is what every report is asked on the command line: about which days and
// which unit, and how it is written.
type asking struct {
	database, from, to, unit, format, language *string
	formats                                    string // in words
}

// ask gives a command the flags of a report about the days of something.
func ask(cmd *cobra.Command, days, formats string) asking {
	flags := cmd.Flags()
	return asking{
		database: databaseFlag(cmd),
		from:     flags.String("from", "", "first day of the "+days+", as 2023-05-05"),
		to:       flags.String("to", "", "last day of the "+days),
		unit:     flags.String("unit", "", "a unit's code"),
		format:   flags.String("format", "table", formats),
		language: flags.String("language", string(lang.Finnish), "fi, sv or en"),
		formats:  formats,
	}
}

// ordered is what was asked for: first and last day, and the words of the answer.
type ordered struct {
	from, to calendar.Date
	words    *locale.Printer
}

// readFlags reads the flags of a report that can be written in several ways.
func readFlags[W any](a asking, writers map[string]W) (write W, q ordered, err error) {
	write, ok := writers[*a.format]
	if !ok {
		return write, q, usage("--format must be %s", a.formats)
	}
	tag, ok := lang.Parse(*a.language)
	if !ok {
		return write, q, usage("--language must be fi, sv or en")
	}
	var wrong fault.Findings
	q = ordered{date(&wrong, "/from", *a.from), date(&wrong, "/to", *a.to), locale.For(tag)}
	return write, q, wrong.Err()
}

// naming is what a report's words come from: units by code, and the questions.
func naming(ctx context.Context, db *store.Store) (units map[string]string, library *instrument.Library, err error) {
	if units, err = db.UnitNames(ctx); err != nil {
		return nil, nil, err
	}
	built, err := loadContent()
	if err != nil {
		return nil, nil, err
	}
	return units, built.library, nil
}

func (p *program) report() *cobra.Command {
	distribution := &cobra.Command{Use: "distribution", Short: "How the clients are distributed over the segments", Args: noArguments}
	a := ask(distribution, "visits", "table, csv, json, svg or xlsx")
	battery := distribution.Flags().String("battery", "", "a battery's code")
	distribution.RunE = func(cmd *cobra.Command, _ []string) error {
		write, q, err := readFlags(a, writers)
		if err != nil {
			return err
		}
		return p.withDatabase(cmd, *a.database, func(ctx context.Context, db *store.Store) error {
			d, err := report.NewService(db).Distribution(ctx, report.Query{From: q.from, To: q.to, Unit: *a.unit, Battery: *battery})
			if err != nil {
				return err
			}
			units, library, err := naming(ctx, db)
			if err != nil {
				return err
			}
			return write(p.out, d, export.DistributionLabels(d, q.words, library, units))
		})
	}
	publish := &cobra.Command{Use: "publish", Short: "Publish the figures that are due, for reports that show published ones", Args: noArguments}
	published := databaseFlag(publish)
	publish.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *published, p.publish)
	}
	return group("report", "Reports", required(distribution, "from", "to"), publish, p.trial(), p.reportInstrument())
}

func (p *program) publish(ctx context.Context, db *store.Store) error {
	done, err := report.NewService(db).Publish(ctx, systemClock{}.Now())
	for _, one := range done {
		fmt.Fprintf(p.out, "published: visits from %s to %s\n", one.From, one.To)
	}
	if err == nil && len(done) == 0 {
		fmt.Fprintln(p.out, "nothing is due")
	}
	return err
}

// publishing looks once a day, while the program serves, whether figures are due
// to be published, and returns what ends it. Another instance may be first.
func (p *program) publishing(ctx context.Context, db *store.Store) (stop func()) {
	s, log := report.NewService(db), p.logger()
	ctx, end := context.WithCancel(access.With(ctx, access.SystemActor))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			publishOnce(ctx, s, db, log)
			work.Rest(ctx, time.Until(nextRun(time.Now())))
		}
	}()
	return func() { end(); <-ended }
}

func publishOnce(ctx context.Context, s *report.Service, db *store.Store, log *slog.Logger) {
	settings, err := db.ReportSettings(ctx)
	if err == nil && settings.Figures == setting.PublishedFigures {
		var done []report.Published
		done, err = s.Publish(ctx, systemClock{}.Now())
		for range done {
			log.Info("report: published figures")
		}
	}
	if err != nil && ctx.Err() == nil && fault.KindOf(err) != fault.Conflict {
		log.Warn("report: publishing ended early", "error", err.Error())
	}
}

func date(wrong *fault.Findings, pointer, text string) calendar.Date {
	d, err := calendar.Parse(text)
	if err != nil {
		wrong.Add(pointer, fault.NotADate, nil)
	}
	return d
}
