package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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

// RenameUnit implements access.Store.
func (s *Store) RenameUnit(ctx context.Context, code, name string) error {
	return found(s.writer(ctx).Exec("UPDATE units SET name = ? WHERE code = ?", name, code))
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
	Role         string    `gorm:"column:role"`
	PasswordHash string    `gorm:"column:password_hash"`
	PasswordOnce bool      `gorm:"column:password_once"`
	Disabled     stamp     `gorm:"column:disabled_at"`
	PasswordAt   stamp     `gorm:"column:password_set_at"`
	Created      stamp     `gorm:"column:created_at"`
	Registers    registers `gorm:"column:registers"`
	Sealed       blob      `gorm:"column:sealed"`
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
		box, err := s.packForHouse(ctx, "users", u.ID.String(), nameSecrets{u.Name})
		if err != nil {
			return err
		}
		row := &userRow{u.ID, u.Username, string(u.Role), u.PasswordHash, u.PasswordOnce, stamp{u.DisabledAt}, stamp{u.PasswordAt}, stamp{u.CreatedAt}, u.Registers, box}
		if err := s.writer(ctx).Create(row).Error; err != nil {
			return classify(err)
		}
		return s.insertUserUnits(ctx, u.ID, u.Units)
	})
}

func (s *Store) toUser(ctx context.Context, row userRow) (access.User, error) {
	name, err := s.nameOf(ctx, row.ID, row.Sealed)
	return access.User{ID: row.ID, Username: row.Username, Name: name, Role: access.Role(row.Role), Registers: row.Registers, PasswordHash: row.PasswordHash,
		PasswordOnce: row.PasswordOnce, PasswordAt: row.PasswordAt.Time, DisabledAt: row.Disabled.Time, CreatedAt: row.Created.Time}, err
}

// nameOf opens the box of a user.
func (s *Store) nameOf(ctx context.Context, user uuid.UUID, box blob) (string, error) {
	var secrets nameSecrets
	err := s.unpackForHouse(ctx, "users", user.String(), box, &secrets)
	return secrets.Name, err
}

// HasUsers implements access.Store.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	var rows []uuid.UUID
	err := s.reader(ctx).Model(&userRow{}).Limit(1).Pluck("id", &rows).Error
	return len(rows) > 0, classify(err)
}

// Users implements access.Store.
func (s *Store) Users(ctx context.Context) ([]access.User, error) {
	var rows []userRow
	if err := s.reader(ctx).Order("username").Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	return s.toUsers(ctx, rows)
}

// toUsers are users with their units.
func (s *Store) toUsers(ctx context.Context, rows []userRow) ([]access.User, error) {
	var places []userUnitRow
	if err := s.reader(ctx).Order("unit").Find(&places).Error; err != nil {
		return nil, classify(err)
	}
	units := map[uuid.UUID][]string{}
	for _, place := range places {
		units[place.UserID] = append(units[place.UserID], place.Unit)
	}
	users := make([]access.User, len(rows))
	for i, row := range rows {
		var err error
		if users[i], err = s.toUser(ctx, row); err != nil {
			return nil, err
		}
		users[i].Units = units[row.ID]
	}
	return users, nil
}

// UserByName implements access.Store.
func (s *Store) UserByName(ctx context.Context, username string) (access.User, error) {
	return s.takeUser(ctx, s.reader(ctx), "username = ?", username)
}

// UserByID implements access.Store.
func (s *Store) UserByID(ctx context.Context, id uuid.UUID) (access.User, error) {
	return s.takeUser(ctx, s.reader(ctx), "id = ?", id)
}

// forChange locks the rows that a query finds. It does not stand in the way of
// rows that refer to them; SQLite has one writer and needs no such thing.
var forChange = clause.Locking{Strength: "NO KEY UPDATE"}

// UserForChange implements access.Store.
func (s *Store) UserForChange(ctx context.Context, id uuid.UUID) (access.User, error) {
	return s.takeUser(ctx, s.writer(ctx).Clauses(forChange), "id = ?", id)
}

// takeUser reads the one user that fits. The units are read apart from the row,
// so that a lock is on the row alone.
func (s *Store) takeUser(ctx context.Context, db *gorm.DB, where string, value any) (access.User, error) {
	var row userRow
	if err := db.Where(where, value).Take(&row).Error; err != nil {
		return access.User{}, classify(err)
	}
	u, err := s.toUser(ctx, row)
	if err != nil {
		return access.User{}, err
	}
	plain := db.Session(&gorm.Session{NewDB: true})
	err = plain.Model(&userUnitRow{}).Where("user_id = ?", u.ID).Order("unit").Pluck("unit", &u.Units).Error
	return u, classify(err)
}

// AdminsForChange implements access.Store. They are locked in the order of
// their ids, so that two who do so never wait for each other.
func (s *Store) AdminsForChange(ctx context.Context) ([]uuid.UUID, error) {
	var rows []userRow
	err := s.writer(ctx).Clauses(forChange).Where("role = ? AND disabled_at IS NULL", string(access.Admin)).Order("id").Find(&rows).Error
	admins := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		admins[i] = row.ID
	}
	return admins, classify(err)
}

// ChangeUser implements access.Store.
func (s *Store) ChangeUser(ctx context.Context, id uuid.UUID, name string, own access.Scope) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		box, err := s.packForHouse(ctx, "users", id.String(), nameSecrets{name})
		if err != nil {
			return err
		}
		if err := found(s.writer(ctx).Exec("UPDATE users SET sealed = ?, registers = ? WHERE id = ?", box, registers(own.Registers), id)); err != nil {
			return err
		}
		if err := s.writer(ctx).Exec("DELETE FROM user_units WHERE user_id = ?", id).Error; err != nil {
			return classify(err)
		}
		return s.insertUserUnits(ctx, id, own.Units)
	})
}

func (s *Store) insertUserUnits(ctx context.Context, user uuid.UUID, units []string) error {
	for _, unit := range units {
		if err := s.writer(ctx).Create(&userUnitRow{user, unit}).Error; err != nil {
			return classify(err)
		}
	}
	return nil
}

// DisableUser implements access.Store. Who is disabled already stays so since
// the first time.
func (s *Store) DisableUser(ctx context.Context, id uuid.UUID, at time.Time) error {
	return classify(s.writer(ctx).Exec("UPDATE users SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", stamp{at}, id).Error)
}

// EnableUser implements access.Store.
func (s *Store) EnableUser(ctx context.Context, id uuid.UUID) error {
	return found(s.writer(ctx).Exec("UPDATE users SET disabled_at = NULL WHERE id = ?", id))
}

// SetPassword implements access.Store.
func (s *Store) SetPassword(ctx context.Context, id uuid.UUID, hash string, once bool, at time.Time) error {
	return found(s.writer(ctx).Exec("UPDATE users SET password_hash = ?, password_once = ?, password_set_at = ? WHERE id = ?", hash, once, stamp{at}, id))
}

// found makes a statement that changed no row NotFound.
func found(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.NotFound)
	}
	return classify(done.Error)
}

type tokenRow struct {
	ID        uuid.UUID `gorm:"column:id"`
	UserID    uuid.UUID `gorm:"column:user_id"`
	Hash      []byte    `gorm:"column:hash"`
	Expires   stamp     `gorm:"column:expires_at"`
	Created   stamp     `gorm:"column:created_at"`
	Sealed    blob      `gorm:"column:sealed"`
	NameIndex blob      `gorm:"column:name_index"`
}

func (tokenRow) TableName() string { return "api_tokens" }

// InsertToken implements access.Store.
func (s *Store) InsertToken(ctx context.Context, t access.Token) error {
	box, err := s.packForHouse(ctx, "api_tokens", t.ID.String(), nameSecrets{t.Name})
	if err != nil {
		return err
	}
	index, err := s.indexOf(ctx, tokenIndex, t.Name)
	if err != nil {
		return err
	}
	return classify(s.writer(ctx).Create(&tokenRow{t.ID, t.UserID, t.Hash, stamp{t.ExpiresAt}, stamp{t.CreatedAt}, box, index}).Error)
}

// RevokeToken implements access.Store.
func (s *Store) RevokeToken(ctx context.Context, user uuid.UUID, name string, at time.Time) (int, error) {
	index, err := s.indexOf(ctx, tokenIndex, name)
	if err != nil {
		return 0, err
	}
	done := s.writer(ctx).Exec("UPDATE api_tokens SET revoked_at = ? WHERE user_id = ? AND name_index = ? AND revoked_at IS NULL", stamp{at}, user, index)
	return int(done.RowsAffected), classify(done.Error)
}

const actorByToken = `SELECT u.id, u.sealed, u.role, u.registers, uu.unit
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
	var box blob
	for rows.Next() {
		var unit optional
		if err := rows.Scan(&actor.ID, &box, &actor.Role, (*registers)(&actor.Registers), &unit); err != nil {
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
	actor.Name, err = s.nameOf(ctx, actor.ID, box)
	return actor, err
}

var _ access.Store = (*Store)(nil)
