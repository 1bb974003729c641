package demo

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
)

// seed makes every replay the same; each stream is for one purpose, so that a
// change in one leaves the others as they were.
const seed = 20230505

const (
	idStream = iota + 1
	diaryStream
	peopleStream
	storyStream
	absenceStream
	noteStream
	surveyStream   // what is answered
	answererStream // by whom and when
	againStream
	permitStream
)

func stream(number uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, number)) }

// ids gives the same identifiers in every replay. That is for the demo alone:
// elsewhere an identifier that appears in a URL is random.
type ids struct{ *rand.Rand }

func newIDs() ids { return ids{stream(idStream)} }

// New implements access.IDs and assessment.IDs with a UUID of version 4.
func (i ids) New() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], i.Uint64())
	binary.BigEndian.PutUint64(id[8:], i.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// clock is the simulated clock of the replay.
type clock struct{ at time.Time }

// Now implements assessment.Clock.
func (c *clock) Now() time.Time { return c.at }

// fixed is a clock that stands still.
type fixed time.Time

// Now implements access.Clock.
func (f fixed) Now() time.Time { return time.Time(f) }

// wallet hands out passwords that were hashed beforehand.
type wallet struct {
	access.Secrets
	ready []password
}

type password struct {
	plain, hash string
	err         error
}

// prepare makes n passwords, as many at once as package identity allows: a good
// hash is slow.
func prepare(ctx context.Context, secrets access.Secrets, n int) (*wallet, error) {
	w := &wallet{Secrets: secrets, ready: make([]password, n)}
	var group sync.WaitGroup
	todo := make(chan *password, n)
	for i := range w.ready {
		todo <- &w.ready[i]
	}
	close(todo)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for p := range todo {
				p.plain, p.hash, p.err = secrets.NewPassword(ctx)
			}
		})
	}
	group.Wait()
	for _, p := range w.ready {
		if p.err != nil {
			return nil, p.err
		}
	}
	return w, nil
}

// NewPassword implements access.Secrets.
func (w *wallet) NewPassword(ctx context.Context) (plain, hash string, err error) {
	if len(w.ready) == 0 {
		return w.Secrets.NewPassword(ctx)
	}
	p := w.ready[0]
	w.ready = w.ready[1:]
	return p.plain, p.hash, nil
}
