package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/fault"
)

type diaryRow struct {
	ID          uuid.UUID `gorm:"column:id"`
	Kind        string    `gorm:"column:kind"`
	First       day       `gorm:"column:first_day"`
	Last        day       `gorm:"column:last_day"`
	Text        string    `gorm:"column:text"`
	Minutes     int       `gorm:"column:minutes"`
	WithClients int       `gorm:"column:with_clients"`
	Others      int       `gorm:"column:others"`
}

func (diaryRow) TableName() string { return "diary_entries" }

func diaryRowOf(e diary.Entry) diaryRow {
	return diaryRow{e.ID, string(e.Kind), day{e.From}, day{e.To}, e.Text, e.Minutes, e.WithClients, e.Others}
}

func (r diaryRow) entry() diary.Entry {
	return diary.Entry{
		ID: r.ID, Kind: diary.Kind(r.Kind), From: r.First.Date, To: r.Last.Date, Text: r.Text,
		Minutes: r.Minutes, WithClients: r.WithClients, Others: r.Others,
	}
}

// DiaryEntries implements diary.Store.
func (s *Store) DiaryEntries(ctx context.Context, from, to calendar.Date) ([]diary.Entry, error) {
	query := s.reader(ctx).Order("first_day, kind, text, id").Limit(diary.MaxEntries)
	if !from.IsZero() {
		query = query.Where("last_day >= ?", day{from})
	}
	if !to.IsZero() {
		query = query.Where("first_day <= ?", day{to})
	}
	var rows []diaryRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	list := make([]diary.Entry, len(rows))
	for i, r := range rows {
		list[i] = r.entry()
	}
	return list, nil
}

// DiaryEntry implements diary.Store.
func (s *Store) DiaryEntry(ctx context.Context, id uuid.UUID) (diary.Entry, error) {
	var row diaryRow
	if err := s.reader(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return diary.Entry{}, classify(err)
	}
	return row.entry(), nil
}

// CountDiary implements diary.Store.
func (s *Store) CountDiary(ctx context.Context) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&diaryRow{}).Count(&n).Error
	return int(n), classify(err)
}

// InsertDiary implements diary.Store.
func (s *Store) InsertDiary(ctx context.Context, e diary.Entry) error {
	row := diaryRowOf(e)
	return classify(s.writer(ctx).Create(&row).Error)
}

// UpdateDiary implements diary.Store.
func (s *Store) UpdateDiary(ctx context.Context, e diary.Entry) error {
	row := diaryRowOf(e)
	done := s.writer(ctx).Model(&diaryRow{}).Where("id = ?", e.ID).
		Select("kind", "first_day", "last_day", "text", "minutes", "with_clients", "others").Updates(&row)
	return touched(done.RowsAffected, done.Error)
}

// DeleteDiary implements diary.Store.
func (s *Store) DeleteDiary(ctx context.Context, id uuid.UUID) error {
	done := s.writer(ctx).Where("id = ?", id).Delete(&diaryRow{})
	return touched(done.RowsAffected, done.Error)
}

// touched is NotFound where a change met no row.
func touched(rows int64, err error) error {
	if err == nil && rows == 0 {
		return fault.New(fault.NotFound)
	}
	return classify(err)
}

var _ diary.Store = (*Store)(nil)
