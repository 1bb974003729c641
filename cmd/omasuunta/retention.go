package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/work"
)

// retention are the commands about how long what is kept.
func (p *program) retention() *cobra.Command {
	// each makes a command that works on a database that is ready.
	each := func(use, short string, args cobra.PositionalArgs, flags func(cmd *cobra.Command), do func(ctx context.Context, s *retention.Service, args []string) error) *cobra.Command {
		cmd := &cobra.Command{Use: use, Short: short, Args: args}
		database := databaseFlag(cmd)
		flags(cmd)
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
				return do(ctx, retention.NewService(db, systemClock{}), args)
			})
		}
		return cmd
	}
	var (
		ids             bool
		format          string
		consent, reason string
	)
	none := func(*cobra.Command) {}
	consentFlag := func(cmd *cobra.Command) { cmd.Flags().StringVar(&consent, "consent", "", "the consent's id") }
	rules := each("rules", "List how long each kind of record is kept", noArguments, none,
		func(ctx context.Context, s *retention.Service, _ []string) error {
			list, err := s.Rules(ctx)
			if err != nil {
				return err
			}
			return p.showRules(list)
		})
	set := each("set KIND DAYS|keep", "Change how long a kind of record is kept", cobra.ExactArgs(2), none,
		func(ctx context.Context, s *retention.Service, args []string) error {
			return s.ChangeRules(ctx, map[string]string{args[0]: args[1]})
		})
	plan := each("plan", "Count what a run would delete today, and delete nothing", noArguments, func(cmd *cobra.Command) {
		cmd.Flags().BoolVar(&ids, "ids", false, "list the records' ids too")
		cmd.Flags().StringVar(&format, "format", "table", "table or json")
	}, func(ctx context.Context, s *retention.Service, _ []string) error {
		if format != "table" && format != "json" {
			return usage("--format is table or json")
		}
		found, err := s.Plan(ctx, ids)
		if err != nil {
			return err
		}
		return p.showPlan(found, format == "json")
	})
	run := each("run", "Delete what is due today", noArguments, none,
		func(ctx context.Context, s *retention.Service, _ []string) error {
			done, err := s.Run(ctx)
			for _, d := range done {
				fmt.Fprintf(p.out, "%s: %d\n", d.Kind, d.Count)
			}
			if fault.KindOf(err) == fault.Conflict {
				return fmt.Errorf("another run is under way: %w", err)
			}
			if err == nil && len(done) == 0 {
				fmt.Fprintln(p.out, "nothing is due")
			}
			return err
		})
	hold := each("hold", "Keep a consent with all under it, whatever falls due", noArguments, func(cmd *cobra.Command) {
		consentFlag(cmd)
		cmd.Flags().StringVar(&reason, "reason", "", "why: "+reasons())
	}, func(ctx context.Context, s *retention.Service, _ []string) error {
		return ofConsent(consent, func(id uuid.UUID) error { return s.Hold(ctx, id, reason) })
	})
	release := each("release", "End the hold on a consent", noArguments, consentFlag,
		func(ctx context.Context, s *retention.Service, _ []string) error {
			return ofConsent(consent, func(id uuid.UUID) error { return s.Release(ctx, id) })
		})
	return group("retention", "How long what is kept", rules, set, plan, run, required(hold, "consent", "reason"), required(release, "consent"))
}

func reasons() string {
	list := make([]string, len(retention.Reasons))
	for i, r := range retention.Reasons {
		list[i] = string(r)
	}
	return strings.Join(list, ", ")
}

func ofConsent(text string, do func(id uuid.UUID) error) error {
	id, err := uuid.Parse(text)
	if err != nil {
		return usage("--consent is no id")
	}
	return do(id)
}

func (p *program) showRules(list []retention.Rule) error {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "kind\tdays\t")
	for _, r := range list {
		note := ""
		if r.Days == r.Default {
			note = "(default)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.Kind, daysOrKeep(r.Days), note)
	}
	return table.Flush()
}

func daysOrKeep(days int) string {
	if days == retention.Keep {
		return retention.KeepWord
	}
	return fmt.Sprint(days)
}

// dueJSON is a line of a plan as JSON.
type dueJSON struct {
	Kind   string   `json:"kind"`
	Unit   string   `json:"unit"`
	Count  int      `json:"count"`
	Oldest string   `json:"oldest"`
	IDs    []string `json:"ids,omitempty"`
}

func (p *program) showPlan(found retention.Plan, asJSON bool) error {
	if asJSON {
		due := make([]dueJSON, len(found.Due))
		for i, d := range found.Due {
			due[i] = dueJSON{string(d.Kind), d.Unit, d.Count, d.Oldest.String(), d.IDs}
		}
		e := json.NewEncoder(p.out)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			Day string    `json:"day"`
			Due []dueJSON `json:"due"`
		}{found.Day.String(), due})
	}
	if len(found.Due) == 0 {
		fmt.Fprintf(p.out, "nothing is due on %s\n", found.Day)
		return nil
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "kind\tunit\tcount\toldest")
	for _, d := range found.Due {
		unit := d.Unit
		if unit == "" {
			unit = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", d.Kind, unit, d.Count, d.Oldest)
		for _, id := range d.IDs {
			fmt.Fprintf(table, "  %s\n", id)
		}
	}
	return table.Flush()
}

// retaining deletes what is due once a day while the program serves, if it was
// told to, and returns what ends it after the batch that is under way.
func (p *program) retaining(ctx context.Context, c config.Serve, db *store.Store) (stop func()) {
	if !c.Retention {
		return func() {}
	}
	s, log := retention.NewService(db, systemClock{}), p.logger()
	ctx, end := context.WithCancel(access.With(ctx, access.SystemActor))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			runOnce(ctx, s, log)
			work.Rest(ctx, time.Until(nextRun(time.Now())))
		}
	}()
	return func() { end(); <-ended }
}

// runOnce deletes what is due. What fails is due tomorrow too.
func runOnce(ctx context.Context, s *retention.Service, log *slog.Logger) {
	done, err := s.Run(ctx)
	for _, d := range done {
		log.Info("retention: deleted what was due", "kind", string(d.Kind), "count", d.Count)
	}
	switch {
	case err == nil, ctx.Err() != nil:
	case fault.KindOf(err) == fault.Conflict:
		log.Info("retention: another instance is at it")
	default:
		log.Warn("retention: the run ended early", "error", err.Error())
	}
}

// nextRun is three in the morning in Helsinki, the next time.
func nextRun(now time.Time) time.Time {
	const hour = 3
	day := calendar.DayOf(now)
	at := time.Date(day.Year, day.Month, day.Day, hour, 0, 0, 0, calendar.Helsinki)
	if !at.After(now) {
		at = time.Date(day.Year, day.Month, day.Day+1, hour, 0, 0, 0, calendar.Helsinki)
	}
	return at
}
