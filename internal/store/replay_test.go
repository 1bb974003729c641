package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestRepeatedCallIsMadeOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		clock := testkit.NewClock(start)
		guard := replay.NewGuard(h.Store, clock)
		key := replay.Key{User: userID, Route: "POST /consents", Key: "k1"}
		want := replay.Answer{Status: 201, ETag: `"1"`, Location: "/x", ContentType: "application/json", Language: "fi", Body: []byte(`{"a":"ö"}`)}
		made := 0
		call := func(ctx context.Context) (replay.Answer, error) {
			made++
			return want, h.InsertUnit(ctx, access.Unit{Code: "unit-" + uuid.NewString(), Name: "x"})
		}
		for i := range 2 {
			got, repeated, err := guard.Do(h.Context(), key, []byte("body"), call)
			h.must(err)
			if diff := cmp.Diff(want, got); diff != "" || repeated != (i == 1) {
				t.Errorf("call %d: repeated %v, %s", i+1, repeated, diff)
			}
		}
		if made != 1 {
			t.Errorf("made %d times", made)
		}
		if _, _, err := guard.Do(h.Context(), key, []byte("another"), call); fault.KindOf(err) != fault.Conflict {
			t.Errorf("another body with the same key: %v", err)
		}
		other := key
		other.User = uuid.New()
		_, repeated, err := guard.Do(h.Context(), other, []byte("body"), call)
		h.must(err)
		if repeated {
			t.Error("one user got another's answer")
		}
		clock.Advance(replay.Lifetime)
		if _, repeated, err = guard.Do(h.Context(), key, []byte("another"), call); err != nil || repeated {
			t.Errorf("after a day: repeated %v, %v", repeated, err)
		}
	})
}

func TestFailedCallLeavesNothingAndMayBeRepeated(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		guard := replay.NewGuard(h.Store, testkit.NewClock(start))
		key := replay.Key{User: userID, Route: "POST /consents", Key: "k1"}
		failed := errors.New("failed")
		_, _, err := guard.Do(h.Context(), key, []byte("body"), func(ctx context.Context) (replay.Answer, error) {
			h.must(h.InsertUnit(ctx, access.Unit{Code: "half", Name: "x"}))
			return replay.Answer{}, failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		_, repeated, err := guard.Do(h.Context(), key, []byte("other body"), func(ctx context.Context) (replay.Answer, error) {
			return replay.Answer{Status: 201}, h.InsertUnit(ctx, access.Unit{Code: "half", Name: "x"})
		})
		if err != nil || repeated {
			t.Errorf("the failed call left something behind: repeated %v, %v", repeated, err)
		}
	})
}

// Twenty clients send the same call at the same moment: it is made once, the
// others hear of the conflict or get the same answer.
func TestSameCallAtOnceIsMadeOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		guard := replay.NewGuard(h.Store, testkit.NewClock(start))
		key := replay.Key{User: userID, Route: "POST /consents", Key: "k1"}
		var made atomic.Int32
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				_, _, err := guard.Do(h.Context(), key, []byte("body"), func(context.Context) (replay.Answer, error) {
					made.Add(1)
					return replay.Answer{Status: 201}, nil
				})
				if err != nil && fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 {
			t.Errorf("made %d times", made.Load())
		}
	})
}

// A process is killed in the middle of a call. Until Takeover the call counts as
// under way, then it may be made again, and the killed one cannot answer late.
func TestKilledCallIsTakenOver(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		clock := testkit.NewClock(start)
		guard := replay.NewGuard(h.Store, clock)
		key := replay.Key{User: userID, Route: "POST /consents", Key: "k1"}
		killed := replay.Record{BodyHash: []byte("body"), Claim: uuid.New(), ClaimedAt: start}
		there, err := h.ClaimCall(h.Context(), key, killed)
		h.must(err)
		if there != nil {
			t.Fatal("claimed already")
		}
		call := func(context.Context) (replay.Answer, error) { return replay.Answer{Status: 201}, nil }
		clock.Advance(replay.Takeover - time.Second)
		if _, _, err := guard.Do(h.Context(), key, []byte("body"), call); fault.KindOf(err) != fault.Conflict {
			t.Errorf("while under way: %v", err)
		}
		clock.Advance(time.Second)
		_, repeated, err := guard.Do(h.Context(), key, []byte("body"), call)
		h.must(err)
		if repeated {
			t.Error("an answer that nobody gave was repeated")
		}
		ours, err := h.AnswerCall(h.Context(), key, killed.Claim, replay.Answer{Status: 500})
		h.must(err)
		if ours {
			t.Error("the killed call answered late")
		}
	})
}
