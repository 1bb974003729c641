// Command omasuunta is the whole program: the server, its demo, and the
// commands of an administrator. It is the only place that knows every room.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Exit codes.
const (
	exitFailure = 1
	exitUsage   = 2
)

// gcPercent lets the heap grow fivefold between collections unless GOGC says
// otherwise: the live heap is some ten megabytes, so that this costs little
// memory and saves a tenth of the processor under load.
const gcPercent = 400

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
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
