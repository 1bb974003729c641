package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/fault"
)

type permitRow struct {
	ID        uuid.UUID     `gorm:"column:id"`
	User      uuid.UUID     `gorm:"column:user_id"`
	Reference string        `gorm:"column:reference"`
	Purposes  string        `gorm:"column:purposes"`
	Units     string        `gorm:"column:units"`
	Registers registers     `gorm:"column:registers"`
	From      day           `gorm:"column:visits_from"`
	To        day           `gorm:"column:visits_to"`
	Items     bool          `gorm:"column:items"`
	Days      bool          `gorm:"column:days"`
	Valid     day           `gorm:"column:valid_from"`
	Until     day           `gorm:"column:valid_until"`
	GrantedBy uuid.UUID     `gorm:"column:granted_by"`
	Granted   stamp         `gorm:"column:granted_at"`
	RevokedBy uuid.NullUUID `gorm:"column:revoked_by"`
	Revoked   stamp         `gorm:"column:revoked_at"`
}

func (permitRow) TableName() string { return "research_permits" }

// spaced are codes with a space between them.
func spaced[T ~string](codes []T) string {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = string(code)
	}
	return strings.Join(texts, " ")
}

func toPermitRow(p extract.Permit) *permitRow {
	return &permitRow{
		p.ID, p.User, p.Reference, spaced(p.Purposes), spaced(p.Units), p.Registers, day{p.From}, day{p.To}, p.Items, p.Days,
		day{p.ValidFrom}, day{p.ValidUntil}, p.GrantedBy, stamp{p.GrantedAt}, nullable(p.RevokedBy), stamp{p.RevokedAt},
	}
}

func (row *permitRow) permit() extract.Permit {
	p := extract.Permit{
		ID: row.ID, User: row.User, Reference: row.Reference, Units: strings.Fields(row.Units), Registers: row.Registers,
		From: row.From.Date, To: row.To.Date, Items: row.Items, Days: row.Days, ValidFrom: row.Valid.Date, ValidUntil: row.Until.Date,
		GrantedBy: row.GrantedBy, GrantedAt: row.Granted.Time, RevokedBy: row.RevokedBy.UUID, RevokedAt: row.Revoked.Time,
	}
	for _, code := range strings.Fields(row.Purposes) {
		p.Purposes = append(p.Purposes, extract.Purpose(code))
	}
	return p
}

// newKey makes the key of a permit or a file, under its id.
func (s *Store) newKey(ctx context.Context, id uuid.UUID, at time.Time) error {
	v, err := s.vault(ctx)
	if err == nil {
		_, err = s.newRecordKey(ctx, v, id, at)
	}
	return err
}

// InsertPermit implements extract.Store.
func (s *Store) InsertPermit(ctx context.Context, p extract.Permit) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writer(ctx).Create(toPermitRow(p)).Error; err != nil {
			return classify(err)
		}
		return s.newKey(ctx, p.ID, p.GrantedAt)
	})
}

// Permits implements extract.Store.
func (s *Store) Permits(ctx context.Context, user uuid.UUID, limit int) ([]extract.Permit, error) {
	db := s.reader(ctx).Order("granted_at DESC, id").Limit(limit)
	if user != uuid.Nil {
		db = db.Where("user_id = ?", user)
	}
	var rows []permitRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	list := make([]extract.Permit, len(rows))
	for i := range rows {
		list[i] = rows[i].permit()
	}
	return list, nil
}

// Permit implements extract.Store and extract.Queue.
func (s *Store) Permit(ctx context.Context, id uuid.UUID) (extract.Permit, error) {
	var row permitRow
	if err := s.reader(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return extract.Permit{}, classify(err)
	}
	return row.permit(), nil
}

// PermitKey implements extract.Queue.
func (s *Store) PermitKey(ctx context.Context, id uuid.UUID) (envelope.IndexKey, error) {
	key, err := s.keyToSealWith(ctx, id)
	if err != nil {
		return envelope.IndexKey{}, err
	}
	return key.Index(), nil
}

// RevokePermit implements extract.Store.
func (s *Store) RevokePermit(ctx context.Context, id, by uuid.UUID, at time.Time) (changed bool, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		done := tx.Exec("UPDATE research_permits SET revoked_by = ?, revoked_at = ? WHERE id = ? AND revoked_at IS NULL", by, stamp{at}, id)
		if done.Error != nil || done.RowsAffected == 0 {
			return classify(done.Error)
		}
		changed = true
		if err := tx.Exec("UPDATE extracts SET state = 'gone' WHERE permit_id = ?", id).Error; err != nil {
			return classify(err)
		}
		var files []uuid.UUID
		if err := tx.Raw("SELECT id FROM extracts WHERE permit_id = ?", id).Scan(&files).Error; err != nil {
			return classify(err)
		}
		return s.destroyFiles(ctx, append(files, id)...)
	})
	return changed, err
}

// destroyFiles deletes bytes and keys.
func (s *Store) destroyFiles(ctx context.Context, ids ...uuid.UUID) error {
	tx := s.writer(access.WholeHouse(ctx))
	s.unlocked.drop(ids...)
	return execAll(tx, ids, "DELETE FROM extract_chunks WHERE extract_id IN ?", destroyKeys)
}

type extractRow struct {
	ID       uuid.UUID `gorm:"column:id"`
	Permit   uuid.UUID `gorm:"column:permit_id"`
	User     uuid.UUID `gorm:"column:user_id"`
	Format   string    `gorm:"column:format"`
	State    string    `gorm:"column:state"`
	Attempts int       `gorm:"column:attempts"`
	Tries    int       `gorm:"column:tries"`
	Next     stamp     `gorm:"column:next_at"`
	Asked    stamp     `gorm:"column:asked_at"`
	Total    int       `gorm:"column:total"`
	Done     int       `gorm:"column:done"`
	Removals int       `gorm:"column:removals"`
	AsOf     stamp     `gorm:"column:as_of"`
	Made     stamp     `gorm:"column:made_at"`
	Expires  stamp     `gorm:"column:expires_at"`
	Bytes    int64     `gorm:"column:bytes"`
	Chunks   int       `gorm:"column:chunks"`
	SHA256   optional  `gorm:"column:sha256"`
	Problem  optional  `gorm:"column:problem"`
	Fetched  stamp     `gorm:"column:fetched_at"`
}

func (extractRow) TableName() string { return "extracts" }

func (row *extractRow) job() extract.Job {
	return extract.Job{
		ID: row.ID, Permit: row.Permit, User: row.User, Format: extract.Format(row.Format), State: extract.State(row.State), Attempts: row.Attempts, Tries: row.Tries,
		NextAt: row.Next.Time, AskedAt: row.Asked.Time, Total: row.Total, Rows: row.Done, Removals: row.Removals, AsOf: row.AsOf.Time, MadeAt: row.Made.Time,
		Expires: row.Expires.Time, Bytes: row.Bytes, Chunks: row.Chunks, SHA256: string(row.SHA256), Problem: extract.Problem(row.Problem), Fetched: row.Fetched.Time,
	}
}

// InsertJob implements extract.Store.
func (s *Store) InsertJob(ctx context.Context, j extract.Job) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		row := &extractRow{ID: j.ID, Permit: j.Permit, User: j.User, Format: string(j.Format), State: string(j.State), Next: stamp{j.NextAt}, Asked: stamp{j.AskedAt}, Total: j.Total}
		if err := s.writer(ctx).Create(row).Error; err != nil {
			return classify(err)
		}
		return s.newKey(ctx, j.ID, j.AskedAt)
	})
}

// Jobs implements extract.Store.
func (s *Store) Jobs(ctx context.Context, user uuid.UUID, limit int) ([]extract.Job, error) {
	var rows []extractRow
	if err := s.reader(ctx).Where("user_id = ?", user).Order("asked_at DESC, id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	return jobsOf(rows), nil
}

func jobsOf(rows []extractRow) []extract.Job {
	list := make([]extract.Job, len(rows))
	for i := range rows {
		list[i] = rows[i].job()
	}
	return list
}

// CountJobs implements extract.Store.
func (s *Store) CountJobs(ctx context.Context, user uuid.UUID, states ...extract.State) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&extractRow{}).Where("user_id = ? AND state IN ?", user, states).Count(&n).Error
	return int(n), classify(err)
}

// JobOf implements extract.Store.
func (s *Store) JobOf(ctx context.Context, user, id uuid.UUID) (extract.Job, error) {
	var row extractRow
	if err := s.reader(ctx).Where("id = ? AND user_id = ?", id, user).Take(&row).Error; err != nil {
		return extract.Job{}, classify(err)
	}
	return row.job(), nil
}

// FetchedJob implements extract.Store.
func (s *Store) FetchedJob(ctx context.Context, id uuid.UUID, at time.Time) (bool, error) {
	done := s.writer(ctx).Exec("UPDATE extracts SET fetched_at = ? WHERE id = ? AND state = 'done'", stamp{at}, id)
	return done.RowsAffected == 1, classify(done.Error)
}

// RemakeJob implements extract.Store. Attempts go on counting: somebody may still be
// reading what the one before has made, and must not get a mixture.
func (s *Store) RemakeJob(ctx context.Context, id uuid.UUID, at time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(access.WholeHouse(ctx))
		done := tx.Exec("UPDATE extracts SET state = 'waiting', next_at = ?, tries = 0, done = 0, chunks = 0, bytes = 0, sha256 = NULL, made_at = NULL, expires_at = NULL WHERE id = ? AND state = 'done'",
			stamp{at}, id)
		if done.Error != nil || done.RowsAffected == 0 {
			return classify(done.Error)
		}
		return classify(tx.Exec("DELETE FROM extract_chunks WHERE extract_id = ?", id).Error)
	})
}

// DropJob implements extract.Store and extract.Queue.
func (s *Store) DropJob(ctx context.Context, id uuid.UUID) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		done := s.writer(ctx).Exec("UPDATE extracts SET state = 'gone' WHERE id = ? AND state IN ('done', 'failed')", id)
		if done.Error != nil || done.RowsAffected == 0 {
			return classify(done.Error)
		}
		return s.destroyFiles(ctx, id)
	})
}

// takeExtract is one statement, so that no two workers take the same job.
var takeExtract = map[string]string{
	PostgreSQL: takeExtractSQL(" FOR UPDATE SKIP LOCKED"),
	SQLite:     takeExtractSQL(""), // one writer
}

func takeExtractSQL(lock string) string {
	return `UPDATE extracts SET attempts = attempts + 1, tries = tries + 1, next_at = @until, state = 'running', done = 0
WHERE id = (SELECT id FROM extracts WHERE state IN ('waiting', 'running') AND next_at <= @now ORDER BY next_at, id LIMIT 1` + lock + `)
RETURNING *`
}

// TakeJob implements extract.Queue.
func (s *Store) TakeJob(ctx context.Context, now, until time.Time) (extract.Job, bool, error) {
	var rows []extractRow
	err := s.writer(ctx).Raw(takeExtract[s.dialect], map[string]any{"now": stamp{now}, "until": stamp{until}}).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return extract.Job{}, false, classify(err)
	}
	return rows[0].job(), true, nil
}

// ofAttempt is the condition that a job is still that of an attempt.
const ofAttempt = " WHERE id = ? AND state = 'running' AND attempts = ?"

// KeepJob implements extract.Queue.
func (s *Store) KeepJob(ctx context.Context, j extract.Job, rows int, until time.Time) (bool, error) {
	done := s.writer(ctx).Exec("UPDATE extracts SET done = ?, next_at = ?"+ofAttempt, rows, stamp{until}, j.ID, j.Attempts)
	return done.RowsAffected == 1, classify(done.Error)
}

// chunkPlace is where a part of a file belongs, and no other.
func chunkPlace(j extract.Job, number int) envelope.Place {
	return envelope.Place{Table: "extract_chunks", Row: fmt.Sprintf("%s %d %d", j.ID, j.Attempts, number), Column: sealedColumn}
}

// squeeze makes parts of files smaller before they are sealed, and stretch makes them
// what they were. Both may be used by many at once.
var (
	squeeze = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	})
	stretch = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(8<<20))
	})
)

// PutChunk implements extract.Queue.
func (s *Store) PutChunk(ctx context.Context, j extract.Job, number int, part []byte) (bool, error) {
	small, err := squeeze()
	if err != nil {
		return false, err
	}
	key, err := s.keyOf(ctx, j.ID)
	if err != nil {
		return false, err
	}
	box := blob(key.Seal(small.EncodeAll(part, nil), chunkPlace(j, number)))
	done := s.writer(access.WholeHouse(ctx)).Exec(`INSERT INTO extract_chunks (extract_id, attempt, number, sealed)
SELECT e.id, e.attempts, ?, ? FROM extracts e`+ofAttempt, number, box, j.ID, j.Attempts)
	return done.RowsAffected == 1, classify(done.Error)
}

// keyOf is the key of a file, also from memory. What was destroyed is Gone.
func (s *Store) keyOf(ctx context.Context, id uuid.UUID) (envelope.DataKey, error) {
	keys, err := s.recordKeys(ctx, []uuid.UUID{id})
	if err == nil && !keys[id].Valid() {
		err = fault.New(fault.Gone)
	}
	return keys[id], err
}

// Chunk implements extract.Store.
func (s *Store) Chunk(ctx context.Context, j extract.Job, number int) ([]byte, error) {
	var boxes []blob
	if err := s.reader(ctx).Raw("SELECT sealed FROM extract_chunks WHERE extract_id = ? AND attempt = ? AND number = ?", j.ID, j.Attempts, number).Scan(&boxes).Error; err != nil {
		return nil, classify(err)
	}
	if len(boxes) == 0 {
		return nil, fault.New(fault.Gone)
	}
	key, err := s.keyOf(ctx, j.ID)
	if err != nil {
		return nil, err
	}
	small, err := key.Open(boxes[0], chunkPlace(j, number))
	if err != nil {
		return nil, inTable("extract_chunks", err)
	}
	large, err := stretch()
	if err != nil {
		return nil, err
	}
	part, err := large.DecodeAll(small, nil)
	return part, inTable("extract_chunks", err)
}

// FinishJob implements extract.Queue.
func (s *Store) FinishJob(ctx context.Context, j extract.Job) (mine bool, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(access.WholeHouse(ctx))
		done := tx.Exec(`UPDATE extracts SET state = 'done', total = ?, done = ?, removals = ?, as_of = ?, made_at = ?, expires_at = ?, bytes = ?, chunks = ?, sha256 = ?, problem = NULL`+
			ofAttempt, j.Rows, j.Rows, j.Removals, stamp{j.AsOf}, stamp{j.MadeAt}, stamp{j.Expires}, j.Bytes, j.Chunks, optional(j.SHA256), j.ID, j.Attempts)
		if mine = done.RowsAffected == 1; done.Error != nil || !mine {
			return classify(done.Error)
		}
		return classify(tx.Exec("DELETE FROM extract_chunks WHERE extract_id = ? AND attempt <> ?", j.ID, j.Attempts).Error)
	})
	return mine, err
}

// FailJob implements extract.Queue.
func (s *Store) FailJob(ctx context.Context, j extract.Job, problem extract.Problem) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		done := s.writer(ctx).Exec("UPDATE extracts SET state = 'failed', problem = ?"+ofAttempt, string(problem), j.ID, j.Attempts)
		if done.Error != nil || done.RowsAffected == 0 {
			return classify(done.Error)
		}
		return s.destroyFiles(ctx, j.ID)
	})
}

// LeaveJob implements extract.Queue.
func (s *Store) LeaveJob(ctx context.Context, j extract.Job, at time.Time) error {
	return classify(s.writer(ctx).Exec("UPDATE extracts SET state = 'waiting', next_at = ?, tries = tries - 1, done = 0"+ofAttempt, stamp{at}, j.ID, j.Attempts).Error)
}

// OverdueJobs implements extract.Queue.
func (s *Store) OverdueJobs(ctx context.Context, now time.Time, today calendar.Date, limit int) ([]extract.Job, error) {
	var rows []extractRow
	err := s.reader(ctx).Where("state = 'done' AND (expires_at <= ? OR permit_id IN (SELECT id FROM research_permits WHERE valid_until < ?))", stamp{now}, day{today}).
		Order("id").Limit(limit).Find(&rows).Error
	return jobsOf(rows), classify(err)
}

// CountRemovals implements extract.Store.
func (s *Store) CountRemovals(ctx context.Context, units []string) (n int, err error) {
	err = s.reader(ctx).Raw("SELECT count(*) FROM extract_removals WHERE unit IN ?", units).Scan(&n).Error
	return n, classify(err)
}

// CountRows implements extract.Store.
func (s *Store) CountRows(ctx context.Context, scope extract.Scope) (n int, err error) {
	where, err := s.rowsWhere(scope)
	if err != nil {
		return 0, err
	}
	err = s.reader(ctx).Raw("SELECT count(*) FROM assessments a WHERE " + where).Scan(&n).Error
	return n, classify(err)
}

var (
	_ extract.Store = (*Store)(nil)
	_ extract.Queue = (*Store)(nil)
)

// errUnitCode is a unit that cannot be written into a statement.
var errUnitCode = errors.New("store: the code of a unit holds what no code can")
