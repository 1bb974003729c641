package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// The key of a consent seals what is secret in it and in the assessments under it,
// the key of an invitation what is secret in that. The keys are deleted with them;
// what they have sealed is then gone for good, in every copy.

type recordKeyRow struct {
	ID      uuid.UUID `gorm:"column:id"`
	KEK     string    `gorm:"column:kek"`
	Wrapped blob      `gorm:"column:wrapped"`
	Created stamp     `gorm:"column:created_at"`
}

func (recordKeyRow) TableName() string { return "record_keys" }

func recordKeyPlace(id uuid.UUID) envelope.Place {
	return envelope.Place{Table: "record_keys", Row: id.String(), Column: "wrapped"}
}

// newRecordKey makes the key of a consent or an invitation.
func (s *Store) newRecordKey(ctx context.Context, v *vault, id uuid.UUID, at time.Time) (envelope.DataKey, error) {
	key := envelope.NewDataKey()
	kek, wrapped := v.ring.Wrap(key, recordKeyPlace(id))
	if err := s.writer(ctx).Create(&recordKeyRow{id, kek, wrapped, stamp{at}}).Error; err != nil {
		return envelope.DataKey{}, classify(err)
	}
	s.unlocked.put(id, key)
	return key, nil
}

// recordKeys are keys by the ids of consents and invitations, from memory or, what
// is not there, by one query. One that is in neither was destroyed.
func (s *Store) recordKeys(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]envelope.DataKey, error) {
	keys := make(map[uuid.UUID]envelope.DataKey, len(ids))
	var missing []uuid.UUID
	for _, id := range ids {
		if _, there := keys[id]; there {
			continue
		}
		key, there := s.unlocked.get(id)
		if keys[id] = key; !there {
			missing = append(missing, id)
		}
	}
	err := s.readKeys(ctx, missing, keys)
	return keys, err
}

// readKeys reads keys from the database, whatever is in memory.
func (s *Store) readKeys(ctx context.Context, ids []uuid.UUID, into map[uuid.UUID]envelope.DataKey) error {
	if len(ids) == 0 {
		return nil
	}
	v, err := s.vault(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		delete(into, id)
	}
	var rows []recordKeyRow
	if err := s.reader(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return classify(err)
	}
	for _, row := range rows {
		key, err := v.ring.Unwrap(row.KEK, row.Wrapped, recordKeyPlace(row.ID))
		if err != nil {
			return fault.Wrap(fault.Internal, fmt.Errorf("store: the key of a record: %w", err))
		}
		s.unlocked.put(row.ID, key)
		into[row.ID] = key
	}
	return nil
}

// keyToSealWith is the key of a record as the database has it now. One that was
// destroyed is Gone: nothing is added to what is erased.
func (s *Store) keyToSealWith(ctx context.Context, id uuid.UUID) (envelope.DataKey, error) {
	keys := map[uuid.UUID]envelope.DataKey{}
	if err := s.readKeys(ctx, []uuid.UUID{id}, keys); err != nil {
		return envelope.DataKey{}, err
	}
	if !keys[id].Valid() {
		return envelope.DataKey{}, fault.New(fault.Gone)
	}
	return keys[id], nil
}
