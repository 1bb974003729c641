package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

type unitRow struct {
	Code string `gorm:"column:code"`
	Name string `gorm:"column:name"`
}

func (unitRow) TableName() string { return "units" }

// InsertUnit implements access.Store.
func (s *Store) InsertUnit(ctx context.Context, u access.Unit) error {
	return classify(s.writer(ctx).Create(&unitRow{u.Code, u.Name}).Error)
}

// Units implements access.Store. They come in the order of their codes.
func (s *Store) Units(ctx context.Context) ([]access.Unit, error) {
	var rows []unitRow
	if err := s.reader(ctx).Order("code").Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	units := make([]access.Unit, len(rows))
	for i, row := range rows {
		units[i] = access.Unit{Code: row.Code, Name: row.Name}
	}
	return units, nil
}

type userRow struct {
	ID           uuid.UUID `gorm:"column:id"`
	Username     string    `gorm:"column:username"`
	Name         string    `gorm:"column:name"`
	Role         string    `gorm:"column:role"`
	PasswordHash string    `gorm:"column:password_hash"`
	PasswordOnce bool      `gorm:"column:password_once"`
	Disabled     stamp     `gorm:"column:disabled_at"`
	Created      stamp     `gorm:"column:created_at"`
}

func (userRow) TableName() string { return "users" }

type userUnitRow struct {
	UserID uuid.UUID `gorm:"column:user_id"`
	Unit   string    `gorm:"column:unit"`
}

func (userUnitRow) TableName() string { return "user_units" }

// InsertUser implements access.Store.
func (s *Store) InsertUser(ctx context.Context, u access.User) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		row := &userRow{u.ID, u.Username, u.Name, string(u.Role), u.PasswordHash, u.PasswordOnce, stamp{u.DisabledAt}, stamp{u.CreatedAt}}
		if err := s.writer(ctx).Create(row).Error; err != nil {
			return classify(err)
		}
		for _, unit := range u.Units {
			if err := s.writer(ctx).Create(&userUnitRow{u.ID, unit}).Error; err != nil {
				return classify(err)
			}
		}
		return nil
	})
}

// UserByName implements access.Store.
func (s *Store) UserByName(ctx context.Context, username string) (access.User, error) {
	var row userRow
	if err := s.reader(ctx).Where("username = ?", username).Take(&row).Error; err != nil {
		return access.User{}, classify(err)
	}
	u := access.User{ID: row.ID, Username: row.Username, Name: row.Name, Role: access.Role(row.Role), PasswordHash: row.PasswordHash,
		PasswordOnce: row.PasswordOnce, DisabledAt: row.Disabled.Time, CreatedAt: row.Created.Time}
	err := s.reader(ctx).Model(&userUnitRow{}).Where("user_id = ?", u.ID).Order("unit").Pluck("unit", &u.Units).Error
	return u, classify(err)
}

// DisableUser implements access.Store.
func (s *Store) DisableUser(ctx context.Context, id uuid.UUID, at time.Time) error {
	return classify(s.writer(ctx).Exec("UPDATE users SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", stamp{at}, id).Error)
}

type tokenRow struct {
	ID      uuid.UUID `gorm:"column:id"`
	UserID  uuid.UUID `gorm:"column:user_id"`
	Name    string    `gorm:"column:name"`
	Hash    []byte    `gorm:"column:hash"`
	Expires stamp     `gorm:"column:expires_at"`
	Created stamp     `gorm:"column:created_at"`
}

func (tokenRow) TableName() string { return "api_tokens" }

// InsertToken implements access.Store.
func (s *Store) InsertToken(ctx context.Context, t access.Token) error {
	return classify(s.writer(ctx).Create(&tokenRow{t.ID, t.UserID, t.Name, t.Hash, stamp{t.ExpiresAt}, stamp{t.CreatedAt}}).Error)
}

// RevokeToken implements access.Store.
func (s *Store) RevokeToken(ctx context.Context, user uuid.UUID, name string, at time.Time) (int, error) {
	done := s.writer(ctx).Exec("UPDATE api_tokens SET revoked_at = ? WHERE user_id = ? AND name = ? AND revoked_at IS NULL", stamp{at}, user, name)
	return int(done.RowsAffected), classify(done.Error)
}

const actorByToken = `SELECT u.id, u.name, u.role, uu.unit
FROM api_tokens t JOIN users u ON u.id = t.user_id LEFT JOIN user_units uu ON uu.user_id = u.id
WHERE t.hash = ? AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?) AND u.disabled_at IS NULL
ORDER BY uu.unit`

// ActorByToken implements access.Store. Every call to the API begins with it,
// so it is one query, read row by row: one row for each unit of the user, and
// one without a unit for a user who has none.
func (s *Store) ActorByToken(ctx context.Context, hash []byte, at time.Time) (access.Actor, error) {
	rows, err := s.reader(ctx).Raw(actorByToken, hash, stamp{at}).Rows()
	if err != nil {
		return access.Actor{}, classify(err)
	}
	defer rows.Close()
	var actor access.Actor
	for rows.Next() {
		var unit optional
		if err := rows.Scan(&actor.ID, &actor.Name, &actor.Role, &unit); err != nil {
			return access.Actor{}, classify(err)
		}
		if unit != "" {
			actor.Units = append(actor.Units, string(unit))
		}
	}
	if err := rows.Err(); err != nil {
		return access.Actor{}, classify(err)
	}
	if actor.Role == "" {
		return access.Actor{}, fault.New(fault.NotFound)
	}
	return actor, nil
}

var _ access.Store = (*Store)(nil)
