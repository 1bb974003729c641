package main

import (
	"context"
	"errors"
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
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/store"
)

// emergency are the commands about the sealed codes for an outage.
func (p *program) emergency() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the sealed codes that there are, without the codes", Args: noArguments}
	listDatabase := databaseFlag(list)
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *listDatabase, func(ctx context.Context, db *store.Store) error {
			sets, err := administration(db).EmergencySets(ctx)
			if err != nil {
				return err
			}
			return p.listEmergencySets(sets, time.Now())
		})
	}
	revoke := &cobra.Command{Use: "revoke", Short: "Take sealed codes back, and end what they opened", Args: noArguments}
	revokeDatabase := databaseFlag(revoke)
	set := revoke.Flags().String("set", "", "id of the pair of sheets, as `list` has it")
	revoke.RunE = func(cmd *cobra.Command, _ []string) error {
		id, err := uuid.Parse(*set)
		if err != nil {
			return usage("--set is no id; see omasuunta emergency list")
		}
		return p.withDatabase(cmd, *revokeDatabase, func(ctx context.Context, db *store.Store) error {
			return administration(db).RevokeEmergency(ctx, id)
		})
	}
	return group("emergency", "Sealed codes for when an identity provider is down", p.prepareEmergency(), list, required(revoke, "set"))
}

// prepareEmergency makes both sheets of a unit as PDF.
func (p *program) prepareEmergency() *cobra.Command {
	cmd := &cobra.Command{Use: "prepare", Short: "Make two sheets of sealed codes for a unit, as PDF", Args: noArguments}
	database := databaseFlag(cmd)
	flags := cmd.Flags()
	unit := flags.String("unit", "", "code of the unit")
	codes := flags.Int("codes", access.DefaultEmergencyCodes, "how many codes a sheet has")
	days := flags.Int("days", access.DefaultEmergencyDays, "how many days they are good")
	language := flags.String("language", string(lang.Finnish), "fi, sv or en")
	publicURL := flags.String("public-url", "", "where people reach the service; it is printed")
	out := flags.String("out", "", "a file to write to; without it standard output, unless that is a terminal")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		tag, ok := lang.Parse(*language)
		if !ok {
			return usage("--language must be fi, sv or en")
		}
		if err := config.CheckPublicURL(*publicURL); err != nil {
			return usageError{err}
		}
		return p.deliver(*out, func(to *delivery) error {
			return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
				sheets, err := administration(db).PrepareEmergency(ctx, *unit, *codes, *days)
				if err != nil {
					return err
				}
				err = printEmergency(ctx, db, sheets, *publicURL, tag, to)
				if err != nil { // what nobody has on paper is good for nobody
					err = errors.Join(err, administration(db).RevokeEmergency(ctx, sheets.Set.ID))
				}
				return err
			})
		})
	}
	return required(cmd, "unit")
}

func printEmergency(ctx context.Context, db *store.Store, sheets access.EmergencySheets, publicURL string, tag lang.Tag, to *delivery) error {
	names, err := db.UnitNames(ctx)
	if err != nil {
		return err
	}
	settings, err := db.ReportSettings(ctx)
	if err != nil {
		return err
	}
	e := document.Emergency{EmergencySheets: sheets, Unit: names[sheets.Set.Unit], Demo: settings.Demo}
	if _, address, ok := strings.Cut(strings.TrimRight(publicURL, "/"), "://"); ok {
		e.Address = address + "/login"
	}
	d, err := document.EmergencyPaper(e, tag)
	if err != nil {
		return err
	}
	printed, err := d.PDF()
	if err != nil {
		return err
	}
	return to.write(printed.Bytes)
}

func (p *program) listEmergencySets(sets []access.EmergencySet, now time.Time) error {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "set\tunit\tgood until\tleft on 1\tleft on 2\t")
	for _, s := range sets {
		state := ""
		if !s.InForce(now) {
			state = "(not in force)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%s\n", s.ID, s.Unit, calendar.DayOf(s.ExpiresAt), s.Left[0], s.Left[1], state)
	}
	return table.Flush()
}

// alarm writes into the log that an emergency login was opened: ids, no names.
func alarm(log *slog.Logger) access.Option {
	return access.WithAlarm(func(ctx context.Context, l access.EmergencyLogin) {
		log.LogAttrs(ctx, slog.LevelWarn, "emergency login", slog.String("emergency", l.ID.String()), slog.String("user", l.User.String()),
			slog.String("witness", l.Witness.String()), slog.String("unit", l.Unit), slog.Time("ends", l.EndsAt))
	})
}
