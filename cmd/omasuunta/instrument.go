package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/instrument"
)

// maxBatteryFile bounds what is read of an author's file; a little more than
// the checker accepts, so that it can say that the file is too large.
const maxBatteryFile = 2 << 20

func (p *program) instrument() *cobra.Command {
	check := &cobra.Command{Use: "check FILE…", Short: "Say in words what is wrong with battery files", Args: cobra.MinimumNArgs(1)}
	check.RunE = func(_ *cobra.Command, files []string) error {
		library, err := instrument.Builtin()
		if err != nil {
			return err
		}
		bad := 0
		for _, file := range files {
			data, err := readBounded(file)
			if err != nil {
				return err
			}
			battery, mistakes := library.Check(file, data)
			for _, m := range mistakes {
				fmt.Fprintln(p.out, m)
			}
			if battery == nil {
				bad++
				continue
			}
			fmt.Fprintf(p.out, "%s: %s, %d items, no mistakes\n", file, battery.Ref(), len(battery.Items))
		}
		if bad > 0 {
			return errors.New("there are mistakes in the batteries")
		}
		return nil
	}
	return group("instrument", "Batteries", check)
}

func readBounded(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxBatteryFile))
}
