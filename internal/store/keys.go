package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/envelope"
)

// Keys are the key-encryption keys that a house keeps outside of the database.
// Without an active one the database keeps it itself.
type Keys struct {
	Active envelope.KEK
	Old    []envelope.KEK // unwrap only
}

// ErrKeys is a database whose keys were wrapped by a key-encryption key that was
// not given.
var ErrKeys = errors.New("store: the keys of the database cannot be opened")

// vault is what a store seals with, opened.
type vault struct {
	ring   *envelope.Ring
	house  envelope.DataKey  // for what belongs to no client
	index  envelope.IndexKey // for what must be found
	inside bool              // the key-encryption key is in the database
}

// What blind indexes are for.
const (
	clientIndex  = "client_ref"
	subjectIndex = "identities.subject"
	tokenIndex   = "api_tokens.name"
)

// The names of the house's keys.
const (
	houseKey = "house"
	indexKey = "index"
)

type kekRow struct {
	ID     string `gorm:"column:id"`
	Secret blob   `gorm:"column:secret"` // empty for one that is kept outside
}

func (kekRow) TableName() string { return "keks" }

type houseKeyRow struct {
	Name    string `gorm:"column:name"`
	KEK     string `gorm:"column:kek"`
	Wrapped blob   `gorm:"column:wrapped"`
}

func (houseKeyRow) TableName() string { return "house_keys" }

func (row houseKeyRow) place() envelope.Place {
	return envelope.Place{Table: "house_keys", Row: row.Name, Column: "wrapped"}
}

// OpenKeys opens the keys of the database with those that the store was given, and
// makes the active one known to it. Without it they are opened when they are first
// needed. It fails with [ErrKeys]. The schema must be up to date.
func (s *Store) OpenKeys(ctx context.Context) error {
	v, err := s.openVault(ctx)
	if err != nil {
		return err
	}
	if err := s.addKEK(ctx, kekRow{ID: v.ring.Active()}); err != nil {
		return err
	}
	s.opened.Store(v)
	return nil
}

// KeysInside tells whether new keys are wrapped by a key that the database keeps
// itself.
func (s *Store) KeysInside(ctx context.Context) (bool, error) {
	v, err := s.vault(ctx)
	if err != nil {
		return false, err
	}
	return v.inside, nil
}

func (s *Store) vault(ctx context.Context) (*vault, error) {
	if v := s.opened.Load(); v != nil {
		return v, nil
	}
	v, err := s.openVault(ctx)
	if err == nil {
		s.opened.Store(v)
	}
	return v, err
}

// forgetKeys lets them be opened anew.
func (s *Store) forgetKeys() {
	s.opened.Store(nil)
	s.unlocked.empty()
}

func (s *Store) openVault(ctx context.Context) (*vault, error) {
	ring, inside, err := s.ring(ctx)
	if err != nil {
		return nil, err
	}
	v := &vault{ring: ring, inside: inside}
	var rows []houseKeyRow
	if err := s.reader(ctx).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	for _, row := range rows {
		key, err := ring.Unwrap(row.KEK, row.Wrapped, row.place())
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKeys, err)
		}
		switch row.Name {
		case houseKey:
			v.house = key
		case indexKey:
			v.index = key.Index()
		}
	}
	if len(rows) != 2 {
		return nil, fmt.Errorf("%w: the house's own are not there", ErrKeys)
	}
	return v, nil
}

// ring puts together what was given and what the database keeps. Every key that
// something may be wrapped by must be in it.
func (s *Store) ring(ctx context.Context) (_ *envelope.Ring, inside bool, err error) {
	var rows []kekRow
	if err := s.reader(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, false, classify(err)
	}
	active, others := s.keys.Active, s.keys.Old
	for _, row := range rows {
		if len(row.Secret) == 0 {
			continue
		}
		kept, err := envelope.NewKEK(row.Secret)
		if err != nil || kept.ID() != row.ID {
			return nil, false, fmt.Errorf("%w: the one that it keeps itself is damaged", ErrKeys)
		}
		if others = append(others[:len(others):len(others)], kept); active.ID() == "" {
			active, inside = kept, true
		}
	}
	if active.ID() == "" {
		return nil, false, fmt.Errorf("%w: they are wrapped by a key that is kept outside, and none was given", ErrKeys)
	}
	ring := envelope.NewRing(active, others...)
	for _, row := range rows {
		if !ring.Has(row.ID) {
			return nil, false, fmt.Errorf("%w: they are wrapped by the key %s, which was not given", ErrKeys, row.ID)
		}
	}
	return ring, inside, nil
}

func (s *Store) addKEK(ctx context.Context, row kekRow) error {
	return classify(s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// makeHouseKeys makes the keys of a database that has none, wrapped by the key that
// was given or by one that the database keeps.
func (s *Store) makeHouseKeys(ctx context.Context) error {
	active := s.keys.Active
	kept := kekRow{ID: active.ID()}
	if active.ID() == "" {
		secret, made, err := envelope.NewSecret()
		if err != nil {
			return err
		}
		active, kept = made, kekRow{ID: made.ID(), Secret: secret}
	}
	if err := s.addKEK(ctx, kept); err != nil {
		return err
	}
	ring := envelope.NewRing(active)
	for _, name := range []string{houseKey, indexKey} {
		row := houseKeyRow{Name: name}
		kek, wrapped := ring.Wrap(envelope.NewDataKey(), row.place())
		row.KEK, row.Wrapped = kek, wrapped
		if err := s.writer(ctx).Create(&row).Error; err != nil {
			return classify(err)
		}
	}
	return nil
}

// indexOf is the blind index of a text, NULL for none.
func (s *Store) indexOf(ctx context.Context, purpose, text string) (blob, error) {
	if text == "" {
		return nil, nil
	}
	v, err := s.vault(ctx)
	if err != nil {
		return nil, err
	}
	return v.index.Of(purpose, text), nil
}
