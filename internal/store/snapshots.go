package store

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/report"
)

type publishedRow struct {
	First   day      `gorm:"column:first_day"`
	Last    day      `gorm:"column:last_day"`
	On      day      `gorm:"column:published_on"`
	Content document `gorm:"column:content"`
}

func (publishedRow) TableName() string { return "published_reports" }

// PublishedReports implements report.Store.
func (s *Store) PublishedReports(ctx context.Context, from, to calendar.Date) ([]report.Published, error) {
	var rows []publishedRow
	err := s.reader(ctx).Where("first_day <= ? AND last_day >= ?", day{to}, day{from}).Order("first_day").Find(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	list := make([]report.Published, len(rows))
	for i, r := range rows {
		list[i] = report.Published{From: r.First.Date, To: r.Last.Date, On: r.On.Date, Document: r.Content}
	}
	return list, nil
}

// InsertPublished implements report.Store.
func (s *Store) InsertPublished(ctx context.Context, p report.Published) error {
	return classify(s.writer(ctx).Create(&publishedRow{day{p.From}, day{p.To}, day{p.On}, p.Document}).Error)
}
