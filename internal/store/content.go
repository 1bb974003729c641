package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// ErrContentChanged is a version of a battery or of a consent text whose
// content is not the one this database has been used with.
var ErrContentChanged = errors.New("store: a version that was used before has another content now; a change needs a new version")

type batteryRow struct {
	Code    string   `gorm:"column:code"`
	Version int      `gorm:"column:version"`
	Side    string   `gorm:"column:side"`
	Digest  string   `gorm:"column:digest"`
	Content document `gorm:"column:content"`
}

func (batteryRow) TableName() string { return "batteries" }

type consentTextRow struct {
	Version  int    `gorm:"column:version"`
	Language string `gorm:"column:language"`
	SHA256   string `gorm:"column:sha256"`
	Content  string `gorm:"column:content"`
}

func (consentTextRow) TableName() string { return "consent_texts" }

// RegisterContent writes down the batteries and consent texts of this program,
// so that an answer or a consent can be understood for as long as it is kept.
// The same version with another content is ErrContentChanged, and nothing is
// written.
//
// Once the house has written a consent text of its own, an embedded one with the
// same number or a higher one is not registered: it comes with a later release,
// is never shown (see content.InForce), and its number is or may become that of
// an own text.
func (s *Store) RegisterContent(ctx context.Context, batteries []*instrument.Battery, texts []consent.Text) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for _, b := range batteries {
			if err := s.registerBattery(ctx, b); err != nil {
				return err
			}
		}
		own, err := s.firstOwnText(ctx)
		if err != nil {
			return err
		}
		for _, t := range texts {
			if own > 0 && t.Version >= own {
				continue
			}
			for _, tag := range lang.All {
				if err := s.registerText(ctx, t, tag); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// firstOwnText is the lowest version of an own consent text, 0 for none.
func (s *Store) firstOwnText(ctx context.Context) (int, error) {
	var first int
	err := s.reader(ctx).Model(&ownTextRow{}).Select("coalesce(min(version), 0)").Scan(&first).Error
	return first, classify(err)
}

func (s *Store) registerBattery(ctx context.Context, b *instrument.Battery) error {
	content, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("store: battery %s: %w", b.Ref(), err)
	}
	row := batteryRow{b.Code, b.Version, string(b.Side), instrument.Digest(b), content}
	if err := s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return classify(err)
	}
	var kept batteryRow
	if err := s.writer(ctx).Select("digest").Where("code = ? AND version = ?", b.Code, b.Version).Take(&kept).Error; err != nil {
		return classify(err)
	}
	if kept.Digest != row.Digest {
		return fmt.Errorf("%w: battery %s", ErrContentChanged, b.Ref())
	}
	return nil
}

func (s *Store) registerText(ctx context.Context, t consent.Text, tag lang.Tag) error {
	row := consentTextRow{t.Version, string(tag), t.SHA256(tag), t.Rendered(tag)}
	if err := s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return classify(err)
	}
	var kept consentTextRow
	if err := s.writer(ctx).Select("sha256").Where("version = ? AND language = ?", t.Version, string(tag)).Take(&kept).Error; err != nil {
		return classify(err)
	}
	if kept.SHA256 != row.SHA256 {
		return fmt.Errorf("%w: consent text %d in %s", ErrContentChanged, t.Version, tag)
	}
	return nil
}
