package assessment

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/consent"
)

// queue queues a document for the archive. It is called in the transaction of
// what the document tells about.
func (s *Service) queue(ctx context.Context, kind archive.Kind, subject uuid.UUID, revision int, unit string) error {
	return s.store.QueueArchive(ctx, archive.NewJob(s.ids.New(), kind, subject, revision, unit, s.now()))
}

// archiveWithdrawal queues the notice that a consent was withdrawn. What was to be
// archived under it, and isn't yet, is not any more; the consent itself still is,
// because what was done under it was done with consent.
func (s *Service) archiveWithdrawal(ctx context.Context, r consent.Record) error {
	if err := s.store.DropResults(ctx, r.ID); err != nil {
		return err
	}
	return s.queue(ctx, archive.Withdrawal, r.ID, 1, r.Unit)
}

// archiveResult queues a confirmed result, if the client consented to its being
// recorded.
func (s *Service) archiveResult(ctx context.Context, a *Assessment) error {
	c, err := s.store.Consent(ctx, a.ConsentID)
	if err != nil || !c.Covers(consent.Recording) {
		return err
	}
	return s.queue(ctx, archive.Result, a.ID, a.Revision, a.Unit)
}
