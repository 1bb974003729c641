package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/identity/oidc"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/store"
)

// providers makes the identity providers that the house has set.
func (p *program) providers(set []config.OIDC) []*oidc.Provider {
	var all []*oidc.Provider
	for _, o := range set {
		names := map[lang.Tag]string{}
		for tag, name := range o.Names {
			names[lang.Tag(tag)] = name
		}
		var grants []oidc.Grant
		for _, g := range o.Grants {
			grants = append(grants, oidc.Grant(g))
		}
		all = append(all, oidc.New(oidc.Config{
			Code: o.Code, Names: names, Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), Scopes: o.Scopes,
			Subject: o.Subject, Name: o.Name, UserInfo: o.UserInfo, Algorithms: o.Algorithms, Prompt: o.Prompt, MaxAge: o.MaxAge, Grants: grants,
		}, systemClock{}, p.logger()))
	}
	return all
}

func (p *program) userLink() *cobra.Command {
	link := &cobra.Command{Use: "link", Short: "Let an outside identity log a user in", Args: noArguments}
	return p.identityCommand(link, func(ctx context.Context, db *store.Store, username, issuer, subject string) error {
		return administration(db).LinkIdentity(ctx, username, issuer, subject)
	})
}

func (p *program) userUnlink() *cobra.Command {
	unlink := &cobra.Command{Use: "unlink", Short: "Keep an outside identity from logging a user in, and end the user's sessions", Args: noArguments}
	return p.identityCommand(unlink, func(ctx context.Context, db *store.Store, username, issuer, subject string) error {
		return administration(db).UnlinkIdentity(ctx, username, issuer, subject)
	})
}

func (p *program) identityCommand(cmd *cobra.Command, do func(ctx context.Context, db *store.Store, username, issuer, subject string) error) *cobra.Command {
	database := databaseFlag(cmd)
	username := cmd.Flags().String("username", "", "whose identity it is")
	issuer := cmd.Flags().String("issuer", "", "who vouches for it: a provider's issuer, exactly as in the file of --identity, or a card's authority")
	subject := cmd.Flags().String("subject", "", "the issuer's own identifier of the person")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			return do(ctx, db, *username, *issuer, *subject)
		})
	}
	return required(cmd, "username", "issuer", "subject")
}
