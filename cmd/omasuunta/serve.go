package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/httpapi"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/server"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/web"
)

// serveFlags adds what serve and demo have in common.
func serveFlags(cmd *cobra.Command, c *config.Serve) {
	flags := cmd.Flags()
	flags.StringVar(&c.Addr, "addr", config.DefaultAddr, "HOST:PORT to listen on; port 0 is any free one")
	flags.StringVar(&c.PublicURL, "public-url", "", "the address that people type, when it is another")
	flags.StringSliceVar(&c.Proxies, "trusted-proxy", nil, "an address or network of proxies whose X-Forwarded-For is believed, repeatable")
	flags.IntVar(&c.CallsPerSecond, "calls-per-second", config.DefaultCallsPerSecond, "how many calls one token, or one user on pages, may make in a second over a longer time")
	flags.BoolVar(&c.InsecurePlainHTTP, "insecure-plain-http", false, "serve other machines without https, too, though others can read passwords on the way; for a closed test network")
	flags.StringVar(&c.Archive, "archive", "", "a directory to archive consents and confirmed results in; without it they wait")
	flags.StringVar(&c.AuditCheckpoints, "audit-checkpoints", "", "a file outside the database to write signed checkpoints of the audit to")
	flags.StringVar(&c.AuditKey, "audit-key", "", "the key that signs them, made by omasuunta audit keygen")
	flags.StringVar(&c.Identity, "identity", "", "a file (YAML) that says at which providers, or with which cards, people can log in, too")
	flags.StringVar(&c.ReadyFile, "ready-file", "", "a file to write the address to when ready")
}

func (p *program) serve() *cobra.Command {
	var c config.Serve
	cmd := &cobra.Command{Use: "serve", Short: "Serve", Args: noArguments}
	serveFlags(cmd, &c)
	database := databaseFlag(cmd)
	cmd.Flags().BoolVar(&c.Retention, "retention", false, "delete once a day what is past the time that the house keeps it")
	cmd.Flags().BoolVar(&c.Migrate, "migrate", false, "bring a PostgreSQL schema up to date first; SQLite is by itself")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c.Database = config.Secret(*database)
		if err := errors.Join(c.Check(), c.ReadOutside(os.LookupEnv)); err != nil {
			return usageError{err}
		}
		db, err := p.ready(cmd.Context(), *database, c.Migrate)
		if err != nil {
			return err
		}
		err = errors.Join(p.warnOfRights(cmd.Context(), db), p.tellOfKeys(cmd.Context(), db))
		if err == nil {
			err = p.listen(cmd.Context(), c, db, nil)
		}
		return errors.Join(err, db.Close())
	}
	return cmd
}

// warnOfRights says in the log what the program's role in the database could do
// beyond its work. The house may have its reasons.
func (p *program) warnOfRights(ctx context.Context, db *store.Store) error {
	r, err := db.Rights(ctx)
	if err == nil && r != (store.Rights{}) {
		p.logger().Warn("database: the role of this program has more rights than it needs; see docs/operate/database.md",
			"owns_tables", r.Owns, "bypasses_row_security", r.Bypasses)
	}
	return err
}

// login is one user of the demo, as the ready file shows it.
type login struct {
	Role     string `json:"role"`
	Username string `json:"username"`
	Password string `json:"password"`
	Token    string `json:"token"`
	Unit     string `json:"unit"`
}

// listen serves until the context ends.
func (p *program) listen(ctx context.Context, c config.Serve, db *store.Store, users []login) error {
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", c.Addr, err)
	}
	defer listener.Close() // when something else fails before it is served
	address := "http://" + listener.Addr().String()
	shown := reachedAt(c, listener.Addr(), len(users) > 0)
	c.InsecurePlainHTTP = c.InsecurePlainHTTP || len(users) > 0 // in the demo everything is made up
	p.warnOfPlainHTTP(ctx, c, listener.Addr())
	if p.cards, err = newCards(c); err != nil {
		return err
	}
	handler, err := p.assemble(c, shown, db)
	if err != nil {
		return err
	}
	stopSealing, err := p.sealing(ctx, c, db)
	if err != nil {
		return err
	}
	defer stopSealing()
	stopArchiving, err := p.archiving(ctx, c, db)
	if err != nil {
		return err
	}
	defer stopArchiving()
	defer p.retaining(ctx, c, db)()
	defer p.folding(ctx, db)()
	told := ctx
	ctx, end := context.WithCancelCause(told)
	defer end(nil)
	stopReading, err := p.readingCards(ctx, c, handler.Handler(), db, end)
	if err != nil {
		return err
	}
	defer stopReading()
	p.announce(shown, users)
	if err := p.inviteFirstAdmin(ctx, shown, db); err != nil {
		return err
	}
	// Last: whoever waits for the file may stop the program at once.
	if err := writeReady(c.ReadyFile, address, users); err != nil {
		return err
	}
	return errors.Join(handler.Serve(ctx, listener), endedBy(told, ctx))
}

// endedBy is the trouble that a context was ended for, nil when its parent was: then
// somebody told the program to end.
func endedBy(parent, ctx context.Context) error {
	if parent.Err() != nil {
		return nil
	}
	return context.Cause(ctx)
}

// assemble wires the use cases and the server, which people reach at an address.
func (p *program) assemble(c config.Serve, reached string, db *store.Store) (*server.Server, error) {
	built, err := loadContent()
	if err != nil {
		return nil, err
	}
	house := settings(db, built)
	second, err := factors(c.PublicURL, c.Addr, house)
	if err != nil {
		return nil, err
	}
	var (
		clock, ids  = systemClock{}, randomIDs{}
		people      = access.NewService(db, identity.Secrets{}, clock, ids, append(second, access.WithLimits(sessionLimits(house)), alarm(p.logger()))...)
		texts       = content.New(db, built.library, built.texts, house, clock, ids)
		assessments = assessment.NewService(db, built.library, texts, clock, ids)
		invitations = invitation.NewService(db, assessments, people, identity.Secrets{}, texts, clock, ids)
		reports     = report.NewService(db)
	)
	api, err := httpapi.New(httpapi.Deps{
		Assessments: assessments, Reports: reports, Library: built.library, Names: db, Content: texts, Invitations: invitations,
		Repetitions: replay.NewGuard(db, clock), PublicURL: reached,
	})
	if err != nil {
		return nil, err
	}
	pages, err := web.New(web.Deps{
		Access: people, Assessments: assessments, Content: texts, Reports: reports, Settings: house, Library: built.library, House: db,
		Invitations: invitations, Archive: archive.NewService(db, clock, c.Archive != ""), Retention: retention.NewService(db, clock), Clock: clock, PublicURL: reached,
		Providers: p.providers(c.Outside.OIDC), Card: p.cards,
	})
	if err != nil {
		return nil, err
	}
	proxies, err := c.TrustedProxies()
	if err != nil {
		return nil, err
	}
	return server.New(server.Config{
		HTTPS: c.HTTPS(), TrustedProxies: proxies, Uncounted: loopback,
		CallsPerSecond: float64(c.CallsPerSecond), InsecurePlainHTTP: c.InsecurePlainHTTP,
	}, server.Deps{
		API: api, Authenticator: people, Database: db, Clock: clock, Log: p.logger(), Pages: pages,
	})
}

// sessionLimits are how long a session lasts, as the house has set it.
func sessionLimits(house *setting.Service) func(context.Context) (access.Limits, error) {
	return func(ctx context.Context) (access.Limits, error) {
		s, err := house.Current(ctx)
		return access.Limits{Idle: s.SessionIdle, Absolute: s.SessionMax, FirstPassword: s.FirstPassword, Emergency: s.EmergencyMax}, err
	}
}

// announce tells a person where the service is and, in the demo, how to get in.
func (p *program) announce(address string, users []login) {
	fmt.Fprintf(p.out, "Omasuunta is ready at %s (API description: %s/docs)\n", address, address)
	if len(users) == 0 {
		return
	}
	fmt.Fprintln(p.out, "\nEverybody in this demo is made up. To log in on the pages, by role and unit, username and password:")
	for _, u := range users {
		fmt.Fprintf(p.out, "  %-12s  %-30s  %-24s  %s\n", u.Role, u.Unit, u.Username, u.Password)
	}
	fmt.Fprintln(p.out, "\nTokens for the API, by username:")
	for _, u := range users {
		fmt.Fprintf(p.out, "  %-24s  %s\n", u.Username, u.Token)
	}
}

// inviteFirstAdmin prints a one-time link for creating the first administrator,
// a fresh one at every start until there is a user.
func (p *program) inviteFirstAdmin(ctx context.Context, address string, db *store.Store) error {
	people := administration(db)
	needed, err := people.SetupNeeded(ctx)
	if err != nil || !needed {
		return err
	}
	link, err := people.NewSetupLink(access.With(ctx, access.SystemActor))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "There are no users yet. Create the first administrator with this one-time link: %s/setup/%s\n", address, link)
	return nil
}

// writeReady writes the ready file whole or not at all: a reader never sees a
// half-written one.
func writeReady(path, address string, users []login) error {
	if path == "" {
		return nil
	}
	data, err := json.Marshal(struct {
		URL   string  `json:"url"`
		Users []login `json:"users,omitempty"`
	}{address, users})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".ready-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
