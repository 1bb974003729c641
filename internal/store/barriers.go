package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/content"
)

type barrierRow struct {
	ID         uuid.UUID `gorm:"column:id"`
	ReportedOn day       `gorm:"column:reported_on"`
	Sealed     blob      `gorm:"column:sealed"`
}

func (barrierRow) TableName() string { return "barrier_reports" }

// InsertBarrier implements content.Store.
func (s *Store) InsertBarrier(ctx context.Context, id uuid.UUID, b content.Barrier) error {
	box, err := s.packForHouse(ctx, "barrier_reports", id.String(), barrierSecrets{b.Page, b.Description, b.Contact})
	if err != nil {
		return err
	}
	row := barrierRow{id, day{b.ReportedOn}, box}
	return classify(s.writer(ctx).Create(&row).Error)
}

// Barriers implements content.Store. Within a day the order is any, but always
// the same.
func (s *Store) Barriers(ctx context.Context, limit int) ([]content.Barrier, error) {
	var rows []barrierRow
	if err := s.reader(ctx).Order("reported_on DESC, id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	list := make([]content.Barrier, len(rows))
	for i, row := range rows {
		var secrets barrierSecrets
		if err := s.unpackForHouse(ctx, "barrier_reports", row.ID.String(), row.Sealed, &secrets); err != nil {
			return nil, err
		}
		list[i] = content.Barrier{Page: secrets.Page, Description: secrets.Description, Contact: secrets.Contact, ReportedOn: row.ReportedOn.Date}
	}
	return list, nil
}

// unclearAnswers takes the answers marked as unclear out of the documents, for
// one side: the columns of its battery, version and answers. The row is looked
// at before its answers are taken apart, because few rows have such an answer;
// that look may find the words in a comment too, which does no harm.
const unclearAnswers = `SELECT %[1]s AS battery, %[2]s AS version, answer.value->>'item' AS item
FROM assessments CROSS JOIN json_each(%[3]s, '$.answers') AS answer
WHERE status <> 'withdrawn' AND instr(%[3]s, '"unclear":true') AND answer.value->>'unclear' = 1`

// unclearItems are the answers marked as unclear, counted. On PostgreSQL a function
// does it, for experts, who see no answers, ask for it too.
var unclearItems = map[string]string{
	PostgreSQL: "report_unclear()",
	SQLite: "(SELECT battery, version, item, count(*) AS n FROM (" +
		fmt.Sprintf(unclearAnswers, "client_battery", "client_version", "client_answers") + " UNION ALL " +
		fmt.Sprintf(unclearAnswers, "battery", "battery_version", "professional_answers") + ") GROUP BY battery, version, item)",
}

// UnclearItems implements content.Store.
func (s *Store) UnclearItems(ctx context.Context) ([]content.Unclear, error) {
	sql := "SELECT battery, version, item, n FROM " + unclearItems[s.dialect] + " AS unclear ORDER BY n DESC, battery, version DESC, item"
	var rows []struct {
		Battery string `gorm:"column:battery"`
		Version int    `gorm:"column:version"`
		Item    string `gorm:"column:item"`
		Count   int    `gorm:"column:n"`
	}
	if err := s.reader(ctx).Raw(sql).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	list := make([]content.Unclear, len(rows))
	for i, row := range rows {
		list[i] = content.Unclear(row)
	}
	return list, nil
}
