package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
)

type archiveJobRow struct {
	ID        uuid.UUID `gorm:"column:id"`
	Kind      string    `gorm:"column:kind"`
	SubjectID uuid.UUID `gorm:"column:subject_id"`
	Revision  int       `gorm:"column:revision"`
	Unit      string    `gorm:"column:unit"`
	Queued    stamp     `gorm:"column:queued_at"`
	State     string    `gorm:"column:state"`
	Attempts  int       `gorm:"column:attempts"`
	Next      stamp     `gorm:"column:next_at"`
	Problem   optional  `gorm:"column:problem"`
	Delivered stamp     `gorm:"column:delivered_at"`
	SHA256    optional  `gorm:"column:sha256"`
}

func (archiveJobRow) TableName() string { return "archive_jobs" }

func toArchiveJobRow(j archive.Job) *archiveJobRow {
	return &archiveJobRow{
		ID: j.ID, Kind: string(j.Kind), SubjectID: j.Subject, Revision: j.Revision, Unit: j.Unit, Queued: stamp{j.QueuedAt},
		State: string(j.State), Attempts: j.Attempts, Next: stamp{j.NextAt}, Problem: optional(j.Problem),
		Delivered: stamp{j.DeliveredAt}, SHA256: optional(j.SHA256),
	}
}

func (row *archiveJobRow) job() archive.Job {
	return archive.Job{
		ID: row.ID, Kind: archive.Kind(row.Kind), Subject: row.SubjectID, Revision: row.Revision, Unit: row.Unit, QueuedAt: row.Queued.Time,
		State: archive.State(row.State), Attempts: row.Attempts, NextAt: row.Next.Time, Problem: archive.Problem(row.Problem),
		DeliveredAt: row.Delivered.Time, SHA256: string(row.SHA256),
	}
}

// QueueArchive implements assessment.Store.
func (s *Store) QueueArchive(ctx context.Context, j archive.Job) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		older := tx.Exec("UPDATE archive_jobs SET state = 'dropped' WHERE kind = ? AND subject_id = ? AND revision < ? AND state = 'waiting'",
			string(j.Kind), j.Subject, j.Revision)
		if older.Error != nil {
			return classify(older.Error)
		}
		return classify(tx.Create(toArchiveJobRow(j)).Error)
	})
}

// DropResults implements assessment.Store. They may be of any unit.
func (s *Store) DropResults(ctx context.Context, consentID uuid.UUID) error {
	return classify(s.writer(access.WholeHouse(ctx)).Exec(`UPDATE archive_jobs SET state = 'dropped' WHERE kind = 'result' AND state = 'waiting'
AND subject_id IN (SELECT id FROM assessments WHERE consent_id = ?)`, consentID).Error)
}

// takeArchiveJob is one statement, so that no two workers take the same job. The
// state is written out: PostgreSQL takes the partial index only then.
var takeArchiveJob = map[string]string{
	PostgreSQL: takeArchiveJobSQL(" FOR UPDATE SKIP LOCKED"),
	SQLite:     takeArchiveJobSQL(""), // one writer
}

func takeArchiveJobSQL(lock string) string {
	return `UPDATE archive_jobs SET attempts = attempts + 1, next_at = @until
WHERE id = (SELECT id FROM archive_jobs WHERE state = 'waiting' AND next_at <= @now ORDER BY next_at, id LIMIT 1` + lock + `)
RETURNING *`
}

// TakeArchiveJob implements archive.Queue.
func (s *Store) TakeArchiveJob(ctx context.Context, now, until time.Time) (archive.Job, bool, error) {
	var rows []archiveJobRow
	err := s.writer(ctx).Raw(takeArchiveJob[s.dialect], map[string]any{"now": stamp{now}, "until": stamp{until}}).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return archive.Job{}, false, classify(err)
	}
	return rows[0].job(), true, nil
}

// ArchiveDelivered implements archive.Queue. A job that was dropped while it was
// under way is delivered all the same: the archive has it.
func (s *Store) ArchiveDelivered(ctx context.Context, id uuid.UUID, at time.Time, sha256 string) (bool, error) {
	done := s.writer(ctx).Exec(`UPDATE archive_jobs SET state = 'delivered', delivered_at = ?, sha256 = ?, problem = NULL
WHERE id = ? AND state <> 'delivered'`, stamp{at}, sha256, id)
	return done.RowsAffected == 1, classify(done.Error)
}

// ArchiveFailed implements archive.Queue.
func (s *Store) ArchiveFailed(ctx context.Context, j archive.Job, next time.Time, problem archive.Problem) error {
	return classify(s.writer(ctx).Exec("UPDATE archive_jobs SET next_at = ?, problem = ? WHERE id = ? AND state = 'waiting' AND attempts = ?",
		stamp{next}, string(problem), j.ID, j.Attempts).Error)
}

// HurryArchive implements archive.Store. What is due already keeps its place.
func (s *Store) HurryArchive(ctx context.Context, now time.Time) (n int, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		if err := tx.Exec("UPDATE archive_jobs SET next_at = ? WHERE state = 'waiting' AND next_at > ?", stamp{now}, stamp{now}).Error; err != nil {
			return classify(err)
		}
		return classify(tx.Raw("SELECT count(*) FROM archive_jobs WHERE state = 'waiting'").Scan(&n).Error)
	})
	return n, err
}

// ArchiveJobs implements archive.Store.
func (s *Store) ArchiveJobs(ctx context.Context, limit int) ([]archive.Job, error) {
	var rows []archiveJobRow
	if err := s.reader(ctx).Order("queued_at DESC, id DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	jobs := make([]archive.Job, len(rows))
	for i, row := range rows {
		jobs[i] = row.job()
	}
	return jobs, nil
}

// archiveGroup is some jobs that are alike.
type archiveGroup struct {
	Kind      string
	State     string
	Problem   optional
	Untried   bool
	N         int
	Oldest    stamp
	Delivered stamp
}

// ArchiveStatus implements archive.Store. It is one question, so that the numbers
// fit each other.
func (s *Store) ArchiveStatus(ctx context.Context) (archive.Status, error) {
	var groups []archiveGroup
	err := s.reader(ctx).Raw(`SELECT kind, state, problem, attempts = 0 AS untried, count(*) AS n, min(queued_at) AS oldest, max(delivered_at) AS delivered
FROM archive_jobs GROUP BY kind, state, problem, attempts = 0`).Scan(&groups).Error
	if err != nil {
		return archive.Status{}, classify(err)
	}
	return archiveStatus(groups), nil
}

func archiveStatus(groups []archiveGroup) (status archive.Status) {
	counts, problems := map[archive.Count]int{}, map[archive.Problem]int{}
	for _, g := range groups {
		counts[archive.Count{Kind: archive.Kind(g.Kind), State: archive.State(g.State)}] += g.N
		if g.Delivered.After(status.LastDelivered) {
			status.LastDelivered = g.Delivered.Time
		}
		if archive.State(g.State) != archive.Waiting {
			continue
		}
		problems[archive.Problem(g.Problem)] += g.N
		if g.Untried {
			status.NeverTried += g.N
		}
		if status.OldestWaiting.IsZero() || g.Oldest.Before(status.OldestWaiting) {
			status.OldestWaiting = g.Oldest.Time
		}
	}
	for _, kind := range archive.Kinds {
		for _, state := range archive.States {
			c := archive.Count{Kind: kind, State: state}
			c.N = counts[c]
			status.Counts = append(status.Counts, c)
		}
	}
	for _, p := range archive.Problems {
		if n := problems[p]; n > 0 {
			status.Problems = append(status.Problems, archive.ProblemCount{Problem: p, N: n})
		}
	}
	return status
}

var (
	_ archive.Queue = (*Store)(nil)
	_ archive.Store = (*Store)(nil)
)
