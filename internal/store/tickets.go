package store

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
)

type ticketRow struct {
	Hash    []byte `gorm:"column:hash"`
	State   []byte `gorm:"column:state_hash"`
	Sealed  blob   `gorm:"column:sealed"`
	Refused string `gorm:"column:refused"`
	Begun   stamp  `gorm:"column:begun_at"`
}

func (ticketRow) TableName() string { return "card_tickets" }

// InsertTicket implements access.Tickets.
func (s *Store) InsertTicket(ctx context.Context, t access.Ticket) error {
	box, err := s.packForHouse(ctx, "card_tickets", hex.EncodeToString(t.Hash), subjectSecrets{t.Subject})
	if err != nil {
		return err
	}
	return classify(s.writer(ctx).Create(&ticketRow{t.Hash, t.State, box, t.Refused, stamp{t.Begun}}).Error)
}

// TakeTicket implements access.Tickets.
func (s *Store) TakeTicket(ctx context.Context, hash []byte) (access.Ticket, error) {
	var row ticketRow
	err := s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writer(ctx).Where("hash = ?", hash).Take(&row).Error; err != nil {
			return classify(err)
		}
		// Of two who have read it, the second one finds nothing left to delete.
		return found(s.writer(ctx).Exec("DELETE FROM card_tickets WHERE hash = ?", hash))
	})
	if err != nil {
		return access.Ticket{}, err
	}
	var secrets subjectSecrets
	err = s.unpackForHouse(ctx, "card_tickets", hex.EncodeToString(row.Hash), row.Sealed, &secrets)
	return access.Ticket{Hash: row.Hash, State: row.State, Subject: secrets.Subject, Refused: row.Refused, Begun: row.Begun.Time}, err
}

// DeleteTicketsBefore implements access.Tickets. Whoever clears away at the same
// time takes others.
func (s *Store) DeleteTicketsBefore(ctx context.Context, at time.Time, most int) error {
	old := "SELECT hash FROM card_tickets WHERE begun_at < ? ORDER BY begun_at LIMIT ?"
	if s.dialect == PostgreSQL {
		old += " FOR UPDATE SKIP LOCKED"
	}
	return classify(s.writer(ctx).Exec("DELETE FROM card_tickets WHERE hash IN ("+old+")", stamp{at}, most).Error)
}
