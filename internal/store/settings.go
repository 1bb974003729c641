package store

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/setting"
)

type settingRow struct {
	Name  string `gorm:"column:name"`
	Value string `gorm:"column:value"`
}

func (settingRow) TableName() string { return "settings" }

// Settings reads every setting that was changed from its default.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	var rows []settingRow
	if err := s.reader(ctx).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	values := make(map[string]string, len(rows))
	for _, row := range rows {
		values[row.Name] = row.Value
	}
	return values, nil
}

// PutSetting writes one setting; package setting checks it.
func (s *Store) PutSetting(ctx context.Context, name, value string) error {
	onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"value"})}
	return classify(s.writer(ctx).Clauses(onConflict).Create(&settingRow{name, value}).Error)
}

// ReportSettings implements report.Store with the settings of this moment.
func (s *Store) ReportSettings(ctx context.Context) (setting.Settings, error) {
	values, err := s.Settings(ctx)
	if err != nil {
		return setting.Settings{}, err
	}
	return setting.Parse(values)
}
