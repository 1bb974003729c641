package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// KeyCount is how many keys are wrapped by a key-encryption key.
type KeyCount struct {
	KEK    string
	Inside bool // the database keeps it itself
	Active bool // new keys are wrapped by it
	Keys   int
}

// KeyStatus tells what is wrapped by what, and how many records have lost their key:
// what was sealed in those is gone.
func (s *Store) KeyStatus(ctx context.Context) (counts []KeyCount, lost int, err error) {
	v, err := s.vault(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = s.reader(ctx).Raw(`SELECT k.id AS kek, k.secret IS NOT NULL AS inside,
(SELECT count(*) FROM record_keys r WHERE r.kek = k.id) + (SELECT count(*) FROM house_keys h WHERE h.kek = k.id) AS keys
FROM keks k ORDER BY k.id`).Scan(&counts).Error
	if err != nil {
		return nil, 0, classify(err)
	}
	for i := range counts {
		counts[i].Active = counts[i].KEK == v.ring.Active()
	}
	err = s.reader(access.WholeHouse(ctx)).Raw(`SELECT (SELECT count(*) FROM consents c WHERE NOT EXISTS (SELECT 1 FROM record_keys k WHERE k.id = c.id)) +
(SELECT count(*) FROM invitations i WHERE NOT EXISTS (SELECT 1 FROM record_keys k WHERE k.id = i.id))`).Scan(&lost).Error
	return counts, lost, classify(err)
}

// RotateStep wraps at most limit keys anew with the active key-encryption key, in one
// transaction, and returns how many it did: none when all are. What is read, sealed
// and destroyed meanwhile is not in its way. It can be ended anywhere and begun again.
func (s *Store) RotateStep(ctx context.Context, limit int) (n int, err error) {
	v, err := s.vault(ctx)
	if err != nil {
		return 0, err
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		var others []string
		if err := tx.Raw("SELECT id FROM keks WHERE id <> ?", v.ring.Active()).Scan(&others).Error; err != nil || len(others) == 0 {
			return classify(err)
		}
		if n, err = s.rotateHouse(tx, v, others); err != nil {
			return err
		}
		done, err := s.rotateRecords(tx, v, others, limit)
		n += done
		return err
	})
	return n, err
}

func (s *Store) rotateHouse(tx *gorm.DB, v *vault, others []string) (n int, err error) {
	var rows []houseKeyRow
	if err := s.forRotation(tx).Where("kek IN ?", others).Find(&rows).Error; err != nil {
		return 0, classify(err)
	}
	for _, row := range rows {
		kek, wrapped, err := rewrap(v.ring, row.KEK, row.Wrapped, row.place())
		if err != nil {
			return n, err
		}
		if err := tx.Exec("UPDATE house_keys SET kek = ?, wrapped = ? WHERE name = ?", kek, wrapped, row.Name).Error; err != nil {
			return n, classify(err)
		}
		n++
	}
	return n, nil
}

func (s *Store) rotateRecords(tx *gorm.DB, v *vault, others []string, limit int) (n int, err error) {
	var rows []recordKeyRow
	if err := s.forRotation(tx).Where("kek IN ?", others).Order("kek, id").Limit(limit).Find(&rows).Error; err != nil {
		return 0, classify(err)
	}
	for _, row := range rows {
		kek, wrapped, err := rewrap(v.ring, row.KEK, row.Wrapped, recordKeyPlace(row.ID))
		if err != nil {
			return n, err
		}
		if err := tx.Exec("UPDATE record_keys SET kek = ?, wrapped = ? WHERE id = ?", kek, wrapped, row.ID).Error; err != nil {
			return n, classify(err)
		}
		n++
	}
	return n, nil
}

// forRotation locks the keys that a query finds; what somebody else is destroying is
// waited for and then not there.
func (s *Store) forRotation(tx *gorm.DB) *gorm.DB { return tx.Clauses(forChange) }

func rewrap(ring *envelope.Ring, kek string, wrapped []byte, at envelope.Place) (string, blob, error) {
	key, err := ring.Unwrap(kek, wrapped, at)
	if err != nil {
		return "", nil, fault.Wrap(fault.Internal, fmt.Errorf("store: a key in %s: %w", at.Table, err))
	}
	id, box := ring.Wrap(key, at)
	return id, box, nil
}

// RetireKeys takes key-encryption keys out of the database that nothing is wrapped by
// any more, but for the active one, and returns which. From then on nobody can wrap
// with them. A Conflict is one that somebody has just wrapped with.
func (s *Store) RetireKeys(ctx context.Context) (retired []string, err error) {
	v, err := s.vault(ctx)
	if err != nil {
		return nil, err
	}
	if v.inside {
		return nil, nil
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		if err := tx.Raw("SELECT id FROM keks WHERE id <> ? ORDER BY id", v.ring.Active()).Scan(&retired).Error; err != nil {
			return classify(err)
		}
		return classify(tx.Exec("DELETE FROM keks WHERE id <> ?", v.ring.Active()).Error)
	})
	if err != nil {
		return nil, err
	}
	return slices.Clip(retired), nil
}
