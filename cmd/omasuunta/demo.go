package main

import (
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/spf13/cobra"
)

func (p *program) demo() *cobra.Command {
	var c config.Serve
	cmd := &cobra.Command{Use: "demo", Short: "Serve the trial of 2023, replayed with made-up people", Args: cobra.NoArgs}
	serveFlags(cmd, &c)
	return cmd
}
