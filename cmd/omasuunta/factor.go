package main

import (
	"context"
	"net"
	"net/netip"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/identity/passkey"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
)

// resetFactors is the way back in for an administrator whose phone is gone.
func (p *program) resetFactors() *cobra.Command {
	cmd := &cobra.Command{Use: "reset-factors", Short: "Take a user's authenticator app, passkeys and recovery codes away", Args: noArguments}
	database := databaseFlag(cmd)
	username := cmd.Flags().String("username", "", "who logs in with the password alone again")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			people := administration(db)
			u, err := people.UserByName(ctx, *username)
			if err != nil {
				return err
			}
			return people.ResetFactors(ctx, u.ID)
		})
	}
	return required(cmd, "username")
}

// factors are what access needs to know about second factors: the address at
// which there are passkeys, and of whom the house wants a factor.
func factors(publicURL, addr string, house *setting.Service) ([]access.Option, error) {
	wanted := access.WithFactorWanted(func(ctx context.Context, role access.Role) (bool, error) {
		s, err := house.Current(ctx)
		return s.SecondFactor.Has(role), err
	})
	if publicURL == "" {
		publicURL = localURL(addr)
	}
	keys, why, err := passkey.New(publicURL)
	if err != nil {
		return nil, err
	}
	if keys == nil {
		return []access.Option{wanted, access.WithoutPasskeys(why)}, nil
	}
	return []access.Option{wanted, access.WithPasskeys(keys)}, nil
}

// localURL is where a browser on this machine reaches a service that listens on
// a loopback address, by name: there are no passkeys for a number. It is "" for
// any other, and while the port is open.
func localURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" {
		return ""
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return ""
	}
	return "http://" + net.JoinHostPort("localhost", port)
}
