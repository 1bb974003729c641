// Package replay owns what makes a repeated call harmless: the first answer to
// a call with an idempotency key is kept for a day and given again.
//
// It belongs to the first floor and imports fault. The middleware that uses it
// is in package httpapi, the rows are in package store.
package replay

import (
	"bytes"
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// Lifetime is how long an answer is kept.
const Lifetime = 24 * time.Hour

// Takeover is after how long a call that never ended, because its process was
// killed, may be made again. It is longer than any call may take.
const Takeover = 2 * time.Minute

// releaseTime bounds forgetting a failed call.
const releaseTime = 5 * time.Second

// Key names a call: the same key of another user or another route is another
// call.
type Key struct {
	User  uuid.UUID
	Route string // the route's pattern with the ids of the path filled in
	Key   string
}

// Answer is the answer that is given again.
type Answer struct {
	Status      int
	ETag        string
	Location    string
	ContentType string
	Language    string // Content-Language
	Body        []byte
}

// Record is what is known about a call.
type Record struct {
	BodyHash  []byte // SHA-256 of the call's body
	Claim     uuid.UUID
	ClaimedAt time.Time
	Answer    *Answer // nil while the call is under way
}

// Store keeps records.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	// ClaimCall writes a record for a call that has none, or whose record is
	// older than Lifetime or unanswered for longer than Takeover, and returns
	// nil; otherwise it returns the record that is there.
	ClaimCall(ctx context.Context, key Key, r Record) (*Record, error)
	// AnswerCall writes the answer of the call that still has this claim. It
	// returns false when another has taken the call over.
	AnswerCall(ctx context.Context, key Key, claim uuid.UUID, a Answer) (bool, error)
	// ReleaseCall forgets a call that failed, if it still has this claim.
	ReleaseCall(ctx context.Context, key Key, claim uuid.UUID) error
}

// Guard makes repeated calls harmless.
type Guard struct {
	store Store
	clock interface{ Now() time.Time }
}

// NewGuard makes a guard over a store.
func NewGuard(store Store, clock interface{ Now() time.Time }) *Guard { return &Guard{store, clock} }

// Do makes a call unless it was made before. The call runs in one transaction
// with the record of its answer, so that there is never one without the other;
// when it fails, nothing is kept and it may be tried again. The second result
// tells whether the answer is a repeated one.
//
// The same key with another body, or while the first call is under way, is a
// Conflict.
func (g *Guard) Do(ctx context.Context, key Key, bodyHash []byte, call func(ctx context.Context) (Answer, error)) (a Answer, repeated bool, err error) {
	claim := uuid.New()
	at := g.clock.Now().UTC()
	there, err := g.store.ClaimCall(ctx, key, Record{BodyHash: bodyHash, Claim: claim, ClaimedAt: at})
	if err != nil {
		return Answer{}, false, err
	}
	if there != nil {
		if !bytes.Equal(there.BodyHash, bodyHash) || there.Answer == nil {
			return Answer{}, false, fault.New(fault.Conflict)
		}
		return *there.Answer, true, nil
	}
	kept := false
	defer func() { // also when the call panics
		if kept {
			return
		}
		// The caller may have gone away; what the call leaves is tidied all
		// the same. A claim that stays, stays until Takeover.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
		defer cancel()
		_ = g.store.ReleaseCall(ctx, key, claim)
	}()
	err = g.store.InTx(ctx, func(ctx context.Context) error {
		if a, err = call(ctx); err != nil {
			return err
		}
		ours, err := g.store.AnswerCall(ctx, key, claim, a)
		if err == nil && !ours {
			return fault.New(fault.Conflict)
		}
		return err
	})
	if err != nil {
		return Answer{}, false, err
	}
	kept = true
	return a, false, nil
}
