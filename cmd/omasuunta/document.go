package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/store"
)

// tokenVariable holds the API token of whoever asks for a document about a
// client. It is no flag: everybody on a machine can read what others type.
const tokenVariable = config.EnvPrefix + "TOKEN"

// paperKind is a command for one kind of document.
type paperKind struct {
	name, short  string
	needs, takes []string // flags
	aboutClient  bool     // made in the name of the person whose token it is
	make         func(ctx context.Context, d *desk, w *wanted) (document.Paper, error)
}

var paperKinds = []paperKind{
	{"result", "The result of an assessment, for the client", []string{"id"}, []string{"language"}, true,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) {
			return d.papers.Result(ctx, w.ref, w.tag)
		}},
	{"consent", "A consent as it was given, in its own language", []string{"id"}, nil, true,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) {
			return d.papers.Consent(ctx, w.ref)
		}},
	{"withdrawal", "The notice that a consent was withdrawn", []string{"id"}, nil, true,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) {
			return d.papers.Withdrawal(ctx, w.ref)
		}},
	{"file", "All that is kept about the client of a consent, and who has read it", []string{"id"}, []string{"language"}, true,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) {
			return d.papers.File(ctx, w.ref, w.tag)
		}},
	{"letter", "An invitation with a new link and code; the old ones end", []string{"invitation", "public-url"}, nil, true,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) { return d.letter(ctx, w) }},
	{"brochure", "What the assessment is, for the client", nil, []string{"language", "plain"}, false,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) {
			return d.papers.Brochure(ctx, w.tag, w.plain)
		}},
	{"form", "A blank form, to be answered by hand", []string{"battery", "public-url"}, []string{"language", "plain"}, false,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) {
			return d.papers.Form(ctx, w.battery, w.tag, w.plain, w.address())
		}},
	{"consent-form", "A blank consent, to be signed by hand", nil, []string{"language", "plain"}, false,
		func(ctx context.Context, d *desk, w *wanted) (document.Paper, error) {
			return d.papers.ConsentForm(ctx, w.tag, w.plain)
		}},
}

// document has a command for every kind of document.
func (p *program) document() *cobra.Command {
	var all []*cobra.Command
	for _, kind := range paperKinds {
		all = append(all, p.paper(kind))
	}
	return group("document", "Documents to hand out, as PDF", all...)
}

func (p *program) paper(kind paperKind) *cobra.Command {
	cmd := &cobra.Command{Use: kind.name, Short: kind.short, Args: noArguments}
	if kind.aboutClient {
		cmd.Long = kind.short + ".\n\nThe API token of a professional of the client's unit is read from " + tokenVariable +
			": the same is allowed, and written down, as over the API."
	}
	w := &wanted{}
	w.database = databaseFlag(cmd)
	w.register(cmd, append(kind.needs, kind.takes...))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := w.check(kind); err != nil {
			return usageError{err}
		}
		return p.deliver(w.out, func(out *delivery) error {
			return p.withDatabase(cmd, *w.database, func(ctx context.Context, db *store.Store) error {
				return p.print(ctx, db, kind, w, out)
			})
		})
	}
	return required(cmd, kind.needs...)
}

// wanted is what was asked for.
type wanted struct {
	database                                   *string
	id, battery, language, publicURL, out, key string
	plain                                      bool

	ref uuid.UUID // of --id or --invitation
	tag lang.Tag
}

func (w *wanted) register(cmd *cobra.Command, names []string) {
	flags := cmd.Flags()
	flags.StringVar(&w.out, "out", "", "a file to write to; without it standard output, unless that is a terminal")
	for _, name := range names {
		switch name {
		case "id", "invitation":
			w.key = name
			flags.StringVar(&w.id, name, "", "its id, as the API and the pages' addresses have it")
		case "battery":
			flags.StringVar(&w.battery, name, "", "code of a battery of the professional, for example functioning")
		case "language":
			flags.StringVar(&w.language, name, string(lang.Finnish), "fi, sv or en")
		case "plain":
			flags.BoolVar(&w.plain, name, false, "in plain language; English has none of its own")
		case "public-url":
			flags.StringVar(&w.publicURL, name, "", "where people reach the service; it is printed")
		}
	}
}

// check reads what was typed and reports everything that is wrong with it.
func (w *wanted) check(kind paperKind) error {
	place := config.Serve{Addr: config.DefaultAddr, Database: config.Secret(*w.database), PublicURL: w.publicURL, CallsPerSecond: config.DefaultCallsPerSecond}
	problems := []error{place.Check()}
	var err error
	if w.key != "" {
		if w.ref, err = uuid.Parse(w.id); err != nil || len(w.id) != len(w.ref.String()) {
			problems = append(problems, fmt.Errorf("--%s must be an id such as 0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978", w.key))
		}
	}
	if tag, ok := lang.Parse(w.language); ok {
		w.tag = tag
	} else if w.language != "" {
		problems = append(problems, errors.New("--language must be fi, sv or en"))
	}
	if kind.aboutClient && token() == "" {
		problems = append(problems, fmt.Errorf("a document about a client needs the API token of a professional in %s", tokenVariable))
	}
	return errors.Join(problems...)
}

func token() string { return strings.TrimSpace(os.Getenv(tokenVariable)) }

// address is where people reach the service, without a slash at its end.
func (w *wanted) address() string { return strings.TrimRight(w.publicURL, "/") }

// print makes a document and writes it.
func (p *program) print(ctx context.Context, db *store.Store, kind paperKind, w *wanted, out *delivery) error {
	d, err := newDesk(db)
	if err != nil {
		return err
	}
	if kind.aboutClient {
		if ctx, err = d.inTheNameOf(ctx, token()); err != nil {
			return err
		}
	}
	made, err := kind.make(ctx, d, w)
	if err != nil {
		return err
	}
	printed, err := made.Document.PDF()
	if err != nil {
		return err
	}
	if printed.Replaced > 0 {
		fmt.Fprintf(p.err, "omasuunta: characters that no font has, printed as boxes: %d\n", printed.Replaced)
	}
	return out.write(printed.Bytes)
}

// desk is the use cases that documents come from.
type desk struct {
	people      *access.Service
	invitations *invitation.Service
	papers      document.Papers
}

func newDesk(db *store.Store) (*desk, error) {
	built, err := loadContent()
	if err != nil {
		return nil, err
	}
	var (
		clock, ids  = systemClock{}, randomIDs{}
		people      = administration(db)
		texts       = content.New(db, built.library, built.texts, settings(db, built), clock, ids)
		assessments = assessment.NewService(db, built.library, texts, clock, ids)
	)
	return &desk{
		people:      people,
		invitations: invitation.NewService(db, assessments, people, identity.Secrets{}, texts, clock, ids),
		papers:      document.Papers{Assessments: assessments, Library: built.library, Content: texts, House: db},
	}, nil
}

// inTheNameOf lets a token's user act, as the API does.
func (d *desk) inTheNameOf(ctx context.Context, token string) (context.Context, error) {
	actor, err := d.people.Authenticate(ctx, token)
	if fault.KindOf(err) == fault.Unauthenticated {
		return nil, errors.New("the token in " + tokenVariable + " is unknown, revoked or past its time")
	}
	return access.With(ctx, actor), err
}

// letter renews an invitation, because nobody knows its old link and code.
func (d *desk) letter(ctx context.Context, w *wanted) (document.Paper, error) {
	secrets, err := d.invitations.Renew(ctx, w.ref)
	if err != nil {
		return document.Paper{}, err
	}
	i, err := d.invitations.Invitation(ctx, w.ref)
	if err != nil {
		return document.Paper{}, err
	}
	return d.papers.Letter(ctx, i, secrets, w.address())
}
