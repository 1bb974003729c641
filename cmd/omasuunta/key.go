package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/store"
)

// tellOfKeys says at the start of a server what the keys do not protect from.
func (p *program) tellOfKeys(ctx context.Context, db *store.Store) error {
	inside, err := db.KeysInside(ctx)
	if err != nil {
		return err
	}
	counts, lost, err := db.KeyStatus(ctx)
	if err != nil {
		return err
	}
	log := p.logger()
	if inside {
		log.Warn("keys: the database keeps its own key, so nothing in it is protected from whoever has the database; see --key in docs/operate/keys.md")
	}
	for _, c := range counts {
		if c.Inside && !inside {
			log.Warn("keys: some are still wrapped by the key that the database keeps; run omasuunta key rotate", "keys", c.Keys)
		}
	}
	if lost > 0 {
		log.Warn("keys: some records have lost their key, and what was sealed in them is gone", "records", lost)
	}
	return nil
}

func (p *program) key() *cobra.Command {
	generate := &cobra.Command{Use: "generate", Short: "Print a new key for --key; nothing else keeps it", Args: noArguments}
	generate.RunE = func(*cobra.Command, []string) error {
		_, err := fmt.Fprintln(p.out, envelope.Generate())
		return err
	}
	status := &cobra.Command{Use: "status", Short: "Count the keys of the database by what they are wrapped by", Args: noArguments}
	statusDatabase := databaseFlag(status)
	status.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *statusDatabase, p.showKeys)
	}
	rotate := &cobra.Command{Use: "rotate", Short: "Wrap all keys of the database anew with the one of --key, also while it is served", Args: noArguments}
	rotate.Long = rotate.Short + ".\n\nEvery running instance must know both keys first. It can be ended at any time and begun again."
	rotateDatabase := databaseFlag(rotate)
	rotate.RunE = func(cmd *cobra.Command, _ []string) error {
		if p.keySources.active == "" {
			return usage("key rotate needs --key, the key to wrap with from now on")
		}
		return p.withDatabase(cmd, *rotateDatabase, p.rotateKeys)
	}
	return group("key", "The keys that secrets in the database are sealed with", generate, rotate, status)
}

func (p *program) showKeys(ctx context.Context, db *store.Store) error {
	counts, lost, err := db.KeyStatus(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "wrapped by\tkeys\tkept\tuse")
	for _, c := range counts {
		kept, use := "outside", "unwraps"
		if c.Inside {
			kept = "in the database"
		}
		if c.Active {
			use = "wraps"
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\n", c.KEK, c.Keys, kept, use)
	}
	if lost > 0 {
		fmt.Fprintf(table, "records that have lost their key: %d\n", lost)
	}
	return table.Flush()
}

// rotationStep is how many keys are wrapped anew in one transaction: few enough that
// nobody waits for it.
const rotationStep = 200

// rotateKeys wraps until nothing is left, and then takes the other keys out of the
// database. Somebody may wrap with one of them in between: then there is one round more.
func (p *program) rotateKeys(ctx context.Context, db *store.Store) error {
	total := 0
	for {
		n, err := db.RotateStep(ctx, rotationStep)
		if err != nil {
			return err
		}
		if total += n; n > 0 {
			continue
		}
		retired, err := db.RetireKeys(ctx)
		if fault.KindOf(err) == fault.Conflict {
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%d keys wrapped anew\n", total)
		for _, id := range retired {
			fmt.Fprintf(p.out, "%s is not needed any more\n", id)
		}
		if len(retired) == 0 {
			return nil
		}
		// On SQLite the key that the database has kept may still be in the log.
		return db.Scrub(ctx)
	}
}
