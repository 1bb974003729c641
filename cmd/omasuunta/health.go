package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/config"
)

// healthPatience is shorter than the --timeout of the container's HEALTHCHECK,
// so that the reason is seen.
const healthPatience = 3 * time.Second

// health asks the service on this machine whether it is ready. A container
// image without a shell has nothing else to ask with.
func (p *program) health() *cobra.Command {
	cmd := &cobra.Command{Use: "health", Short: "Ask the service on this machine whether it is ready", Args: noArguments}
	addr := cmd.Flags().String("addr", config.DefaultAddr, "HOST:PORT that the service listens on")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		_, port, err := net.SplitHostPort(*addr)
		if err != nil {
			return usage("--addr must be HOST:PORT")
		}
		return askReady(cmd.Context(), "http://"+net.JoinHostPort("127.0.0.1", port)+"/readyz")
	}
	return cmd
}

func askReady(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Timeout: healthPatience}).Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the service answers %s", answer.Status)
	}
	return nil
}
