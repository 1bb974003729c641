package pagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/demo"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// afterTrial is a day in the year after the trial.
var afterTrial = time.Date(2024, 2, 14, 8, 0, 0, 0, time.UTC)

// replayed are the users of the one replay of this process.
var replayed []demo.User

// Replayed is a house after the demo's replay of the trial, with its users. The trial is
// replayed once, and each test has a copy of its own.
func Replayed(t testing.TB) (*housetest.House, []demo.User) {
	t.Helper()
	h := housetest.Open(t, testkit.SQLiteFrom(t, "replayed", func(url string) error {
		if err := housetest.Prepare(url); err != nil {
			return err
		}
		h := housetest.Open(t, url)
		var err error
		replayed, err = demo.Replay(context.Background(), demo.House{Store: h.Store, Library: h.Library, Texts: h.Texts, Secrets: identity.Weak()}, afterTrial, nil)
		return errors.Join(err, h.Store.Close())
	}))
	h.Clock.Set(afterTrial)
	return h, replayed
}
