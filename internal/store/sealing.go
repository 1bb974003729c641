package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/envelope"
)

// Migration 13 seals what 00012 has made room for, and going down opens it again. It
// is one transaction, so that a program that is killed has done nothing; its steps
// bound what is in memory. As a released migration never changes, it has its own
// pictures of the tables and shares with the rest of the package only what is part of
// the schema: boxes, places and indexes.

const (
	sealingVersion = 13
	sealingStep    = 500 // rows
)

func (s *Store) sealingMigration() *goose.Migration {
	return goose.NewGoMigration(sealingVersion,
		&goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			return s.reseal(ctx, tx, sealTable, sealAssessments, sealIdentities, sealValues)
		}},
		&goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			return s.reseal(ctx, tx, unsealTable, unsealAssessments, unsealIdentities, unsealValues)
		}})
}

// sealer is one run of the migration.
type sealer struct {
	*vault
	tx *gorm.DB
}

func (s *Store) reseal(ctx context.Context, tx *sql.Tx, table func(sealer, plainTable) error, assessments, identities func(sealer) error, values func(sealer, plainValue) error) error {
	db := s.write.Session(&gorm.Session{NewDB: true, Context: ctx})
	db.Statement.ConnPool = tx
	ctx = access.WholeHouse(ctx)
	ctx = context.WithValue(ctx, txKey{}, &transacted{DB: db})
	if err := s.joined(ctx).Error; err != nil { // with the rows of all units in sight
		return classify(err)
	}
	var made int64
	if err := db.Model(&houseKeyRow{}).Count(&made).Error; err != nil {
		return classify(err)
	}
	if made == 0 {
		if err := s.makeHouseKeys(ctx); err != nil {
			return err
		}
	}
	v, err := s.openVault(ctx)
	if err != nil {
		return err
	}
	one := sealer{v, db}
	for _, t := range plainTables {
		if err := table(one, t); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	if err := assessments(one); err != nil {
		return fmt.Errorf("assessments: %w", err)
	}
	if err := identities(one); err != nil {
		return fmt.Errorf("identities: %w", err)
	}
	for _, v := range plainValues {
		if err := values(one, v); err != nil {
			return fmt.Errorf("%s: %w", v.table, err)
		}
	}
	return nil
}

// plainTable is a table whose texts go into a box, by the names of their columns.
type plainTable struct {
	name    string
	texts   []string
	indexed string // one of them that must be found, "" for none
	index   string // the column of its blind index
	purpose string
	made    string // when a row with a key of its own was made, "" where the house's seals
	marked  bool   // the row has the mark of its key
}

var plainTables = []plainTable{
	{name: "consents", texts: []string{"client_ref", "signed_name", "before_name", "ground", "withdrawal_reason"}, indexed: "client_ref", index: "client_index", purpose: clientIndex, made: "given_at", marked: true},
	{name: "invitations", texts: []string{"client_ref"}, indexed: "client_ref", index: "client_index", purpose: clientIndex, made: "created_at"},
	{name: "users", texts: []string{"name"}},
	{name: "feedback", texts: []string{"comment"}},
	{name: "non_participations", texts: []string{"reason"}},
	{name: "barrier_reports", texts: []string{"page", "description", "contact"}},
	{name: "api_tokens", texts: []string{"name"}, indexed: "name", index: "name_index", purpose: tokenIndex},
	{name: "passkeys", texts: []string{"name"}},
}

// plainRow is a row's id and some of its columns.
type plainRow struct {
	id     string
	values []sql.NullString
}

// eachStep reads a table by its id, a step at a time. No row has the nil UUID.
func eachStep(tx *gorm.DB, table, id string, columns []string, do func([]plainRow) error) error {
	query := "SELECT CAST(" + id + " AS text)"
	for _, c := range columns {
		query += ", CAST(" + c + " AS text)"
	}
	query += fmt.Sprintf(" FROM %s WHERE %s > ? ORDER BY %s LIMIT %d", table, id, id, sealingStep)
	for last := uuid.Nil.String(); ; {
		step, err := readStep(tx, query, last, len(columns))
		if err != nil || len(step) == 0 {
			return err
		}
		if err := do(step); err != nil {
			return err
		}
		last = step[len(step)-1].id
	}
}

func readStep(tx *gorm.DB, query, last string, columns int) (step []plainRow, err error) {
	rows, err := tx.Raw(query, last).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		row := plainRow{values: make([]sql.NullString, columns)}
		into := []any{&row.id}
		for i := range row.values {
			into = append(into, &row.values[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, classify(err)
		}
		step = append(step, row)
	}
	return step, classify(rows.Err())
}

func sealTable(s sealer, t plainTable) error {
	return eachStep(s.tx, t.name, "id", t.texts, func(step []plainRow) error {
		for _, row := range step {
			if err := s.sealOne(t, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// sealOne puts the texts of a row into its box and empties their columns: one that
// must not be NULL becomes the empty text.
func (s sealer) sealOne(t plainTable, row plainRow) error {
	key := s.house
	if t.made != "" {
		key = envelope.NewDataKey()
		kek, wrapped := s.ring.Wrap(key, envelope.Place{Table: "record_keys", Row: row.id, Column: "wrapped"})
		err := s.tx.Exec("INSERT INTO record_keys (id, kek, wrapped, created_at) SELECT id, ?, ?, "+t.made+" FROM "+t.name+" WHERE id = ?", kek, wrapped, row.id).Error
		if err != nil {
			return classify(err)
		}
	}
	secrets := map[string]string{}
	set, values := []string{"sealed = ?"}, []any{nil}
	for i, c := range t.texts {
		if text := row.values[i].String; text != "" {
			secrets[c] = text
		}
		set = append(set, c+" = substr("+c+", 1, 0)")
	}
	values[0] = pack(key, boxOf(t.name, row.id), secrets)
	if t.indexed != "" {
		set, values = append(set, t.index+" = ?"), append(values, blob(s.index.Of(t.purpose, secrets[t.indexed])))
	}
	if t.marked {
		set, values = append(set, "key_mark = ?"), append(values, key.Mark())
	}
	return classify(s.tx.Exec("UPDATE "+t.name+" SET "+strings.Join(set, ", ")+" WHERE id = ?", append(values, row.id)...).Error)
}

// boxColumn is a column of bytes as hexadecimal digits, to be read as text.
func boxColumn(tx *gorm.DB, column string) string {
	if tx.Name() == PostgreSQL {
		return "encode(" + column + ", 'hex')"
	}
	return "hex(" + column + ")"
}

func unsealTable(s sealer, t plainTable) error {
	return eachStep(s.tx, t.name, "id", []string{boxColumn(s.tx, "sealed")}, func(step []plainRow) error {
		keys, err := s.keysOf(t, step)
		if err != nil {
			return err
		}
		for _, row := range step {
			secrets := map[string]string{}
			if err := s.unpackHex(keys[row.id], boxOf(t.name, row.id), row.values[0].String, &secrets); err != nil {
				return err
			}
			var set []string
			var values []any
			for _, c := range t.texts {
				if secrets[c] != "" {
					set, values = append(set, c+" = ?"), append(values, secrets[c])
				}
			}
			if len(set) == 0 {
				continue
			}
			if err := s.tx.Exec("UPDATE "+t.name+" SET "+strings.Join(set, ", ")+" WHERE id = ?", append(values, row.id)...).Error; err != nil {
				return classify(err)
			}
		}
		if t.name == "consents" { // the rule that comes back in 00012, also where a key was destroyed
			return classify(s.tx.Exec("UPDATE consents SET ground = '' WHERE given_by = 'representative' AND ground IS NULL").Error)
		}
		return nil
	})
}

// keysOf are the keys of rows; one that was destroyed is not valid.
func (s sealer) keysOf(t plainTable, step []plainRow) (map[string]envelope.DataKey, error) {
	ids := make([]string, len(step))
	for i, row := range step {
		ids[i] = row.id
	}
	if t.made != "" {
		return s.recordKeys(ids)
	}
	keys := map[string]envelope.DataKey{}
	for _, id := range ids {
		keys[id] = s.house
	}
	return keys, nil
}

func (s sealer) recordKeys(ids []string) (map[string]envelope.DataKey, error) {
	var rows []struct {
		ID, KEK string
		Wrapped blob
	}
	if err := s.tx.Raw("SELECT CAST(id AS text) AS id, kek, wrapped FROM record_keys WHERE id IN ?", ids).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	keys := map[string]envelope.DataKey{}
	for _, row := range rows {
		var err error
		if keys[row.ID], err = s.ring.Unwrap(row.KEK, row.Wrapped, envelope.Place{Table: "record_keys", Row: row.ID, Column: "wrapped"}); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func (s sealer) unpackHex(key envelope.DataKey, at envelope.Place, digits string, into any) error {
	if digits == "" || !key.Valid() {
		return nil
	}
	text, err := openHex(key, at, digits)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
