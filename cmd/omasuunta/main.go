// Command omasuunta is the whole program: the server, its demo, and the
// commands of an administrator. It is the only place that knows every room.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{out: os.Stdout, err: os.Stderr}
	root := p.command()
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "omasuunta: "+explain(err))
		if !p.started || isUsage(err) {
			return exitUsage
		}
		return exitFailure
	}
	return 0
}
