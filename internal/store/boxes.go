package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// The secret fields of a row are one JSON object, sealed. The names in it are part of
// the schema, as those in documents.go are.

type consentSecrets struct {
	ClientRef        string `json:"client_ref,omitempty"`
	SignedName       string `json:"signed_name,omitempty"`
	BeforeName       string `json:"before_name,omitempty"`
	Ground           string `json:"ground,omitempty"`
	WithdrawalReason string `json:"withdrawal_reason,omitempty"`
}

// assessmentSecrets has the comments by the codes of their items.
type assessmentSecrets struct {
	ClientRef    string            `json:"client_ref,omitempty"`
	Client       map[string]string `json:"client,omitempty"`
	Professional map[string]string `json:"professional,omitempty"`
	Reason       string            `json:"reason,omitempty"`
	Actions      []actionDocument  `json:"actions,omitempty"`
}

func (a assessmentSecrets) empty() bool {
	return a.ClientRef == "" && len(a.Client) == 0 && len(a.Professional) == 0 && a.Reason == "" && len(a.Actions) == 0
}

type invitationSecrets struct {
	ClientRef string `json:"client_ref,omitempty"`
}

type nameSecrets struct {
	Name string `json:"name,omitempty"`
}

type commentSecrets struct {
	Comment string `json:"comment,omitempty"`
}

type reasonSecrets struct {
	Reason string `json:"reason,omitempty"`
}

type barrierSecrets struct {
	Page        string `json:"page,omitempty"`
	Description string `json:"description,omitempty"`
	Contact     string `json:"contact,omitempty"`
}

// answerSecrets has what was chosen and written by the codes of the questions.
type answerSecrets struct {
	Unit    string            `json:"unit"`
	Choices map[string]string `json:"choices,omitempty"`
	Texts   map[string]string `json:"texts,omitempty"`
}

type subjectSecrets struct {
	Subject string `json:"subject,omitempty"`
}

// sealedColumn is where the box of a row is, if it has no other place.
const sealedColumn = "sealed"

func boxOf(table, row string) envelope.Place {
	return envelope.Place{Table: table, Row: row, Column: sealedColumn}
}

// pack seals secret fields, into nothing when there are none.
func pack(key envelope.DataKey, at envelope.Place, secrets any) blob {
	text := encode(secrets)
	if string(text) == "{}" {
		return nil
	}
	return key.Seal(text, at)
}

// unpack opens a box. An empty one leaves into as it is.
func unpack(key envelope.DataKey, at envelope.Place, box blob, into any) error {
	if len(box) == 0 {
		return nil
	}
	text, err := key.Open(box, at)
	if err != nil {
		return err
	}
	return decode(document(text), into)
}

// sealedRow is a row with a box that is sealed with the key of a client's record.
type sealedRow interface {
	// key is the consent or the invitation whose key it is.
	key() uuid.UUID
	// box is where the box belongs, the box, and the secrets that it is made of.
	box() (at envelope.Place, sealed *blob, secrets any)
}

// openRows opens the boxes of rows. Where the key was destroyed, the secrets are gone
// and stay empty.
func openRows[R sealedRow](ctx context.Context, s *Store, rows ...R) error {
	var ids []uuid.UUID
	for _, row := range rows {
		if _, sealed, _ := row.box(); len(*sealed) > 0 {
			ids = append(ids, row.key())
		}
	}
	if len(ids) == 0 {
		return nil
	}
	keys, err := s.recordKeys(ctx, ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		at, sealed, secrets := row.box()
		if len(*sealed) == 0 || !keys[row.key()].Valid() {
			continue
		}
		if unpack(keys[row.key()], at, *sealed, secrets) == nil {
			continue
		}
		// The key in memory may be an older one under the same id.
		if err := s.readKeys(ctx, []uuid.UUID{row.key()}, keys); err != nil {
			return err
		}
		if !keys[row.key()].Valid() {
			continue
		}
		if err := unpack(keys[row.key()], at, *sealed, secrets); err != nil {
			return fault.Wrap(fault.Internal, fmt.Errorf("store: a row of %s: %w", at.Table, err))
		}
	}
	return nil
}

// sealRow seals the secrets of a row.
func sealRow(key envelope.DataKey, row sealedRow) {
	at, sealed, secrets := row.box()
	*sealed = pack(key, at, secrets)
}

// packForHouse seals what belongs to no client.
func (s *Store) packForHouse(ctx context.Context, table, row string, secrets any) (blob, error) {
	v, err := s.vault(ctx)
	if err != nil {
		return nil, err
	}
	return pack(v.house, boxOf(table, row), secrets), nil
}

func (s *Store) unpackForHouse(ctx context.Context, table, row string, box blob, into any) error {
	v, err := s.vault(ctx)
	if err != nil {
		return err
	}
	return inTable(table, unpack(v.house, boxOf(table, row), box, into))
}

// Whole values that are sealed in the column where they would stand.

func (s *Store) sealForHouse(ctx context.Context, at envelope.Place, text []byte) (blob, error) {
	if len(text) == 0 {
		return nil, nil
	}
	v, err := s.vault(ctx)
	if err != nil {
		return nil, err
	}
	return v.house.Seal(text, at), nil
}

func (s *Store) openForHouse(ctx context.Context, at envelope.Place, box blob) ([]byte, error) {
	if len(box) == 0 {
		return nil, nil
	}
	v, err := s.vault(ctx)
	if err != nil {
		return nil, err
	}
	text, err := v.house.Open(box, at)
	return text, inTable(at.Table, err)
}

func inTable(table string, err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Internal, fmt.Errorf("store: a row of %s: %w", table, err))
}
