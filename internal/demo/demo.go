package demo

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	trialdiary "github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// User is a login of the demo, with its secrets in plain text: they are shown
// once, to whoever started it.
type User struct {
	Role     string // professional, expert or admin
	Username string
	Password string // for the pages; it need not be changed
	Token    string // of the API, named "demo", in force for TokenLifetime
	Unit     string // code; "" for the expert, who reports on all, and the admin
}

// String keeps the secrets out of error texts.
func (u User) String() string { return "[redacted]" }

// LogValue keeps the secrets out of logs.
func (u User) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// TokenLifetime is how long the demo's API tokens are in force, counted from
// the time given to Replay.
const TokenLifetime = 30 * 24 * time.Hour

// Store is what the use cases of the replay need of the database.
type Store interface {
	access.Store
	assessment.Store
	setting.Store
	trialdiary.Store
	survey.Store
	extract.Store
}

// House is where the replay takes place. The store's schema is up to date and
// the library and texts are registered in it.
type House struct {
	Store   Store
	Library *instrument.Library
	Texts   []consent.Text // in the order of their versions
	Secrets access.Secrets // safe for concurrent use
}

// ErrNotEmpty is a database that has units already. The demo never mixes with
// anything else.
var ErrNotEmpty = errors.New("demo: the database is not empty")

// Replay fills an empty database with the trial and returns the logins, the
// first one a professional of vuosaari-ta. It is all or nothing: one
// transaction.
//
// now is the real time, at which the users, tokens and the permit are made; everything else
// happens at the times of the trial. Two replays with the same content are
// alike to the last comment and id, except for passwords and tokens. progress
// may be nil; it is called as the replay goes on, inside the transaction.
func Replay(ctx context.Context, house House, now time.Time, progress func(done, total int)) ([]User, error) {
	script, err := readScript()
	if err != nil {
		return nil, err
	}
	visits, err := compose(script, house.Library)
	if err != nil {
		return nil, err
	}
	absences, err := absent(script)
	if err != nil {
		return nil, err
	}
	// Hashing passwords takes longer than all the rest; no transaction waits for it.
	secrets, err := prepare(ctx, house.Secrets, script.trial.users())
	if err != nil {
		return nil, err
	}
	random := newIDs()
	var users []User
	err = house.Store.InTx(ctx, func(ctx context.Context) error {
		staff, err := open(ctx, house.Store, access.NewService(house.Store, secrets, fixed(now), random), script, now)
		if err != nil {
			return err
		}
		users = staff.users
		if err := permit(ctx, extract.NewService(house.Store, house.Library, fixed(now), ids{stream(permitStream)}), staff, script, now); err != nil {
			return err
		}
		clock := &clock{}
		service := assessment.NewService(house.Store, house.Library, assessment.FixedContent(house.Library, house.Texts), clock, random)
		asked, err := surveySteps(survey.NewService(house.Store, clock, random), staff, script)
		if err != nil {
			return err
		}
		notes, err := noteSteps(trialdiary.New(house.Store, clock, ids{stream(noteStream)}), staff, script.notes)
		if err != nil {
			return err
		}
		return play(ctx, clock, slices.Concat(visitSteps(service, staff, visits), absenceSteps(service, staff, absences), asked, notes), progress)
	})
	if err != nil {
		return nil, err
	}
	return users, nil
}
