package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// The JSON documents of texts; as in documents.go, their names are part of the
// schema.

type langDocument struct {
	Fi      string `json:"fi"`
	Sv      string `json:"sv"`
	En      string `json:"en"`
	FiPlain string `json:"fi_plain,omitempty"`
	SvPlain string `json:"sv_plain,omitempty"`
}

type sectionDocument struct {
	Heading langDocument `json:"heading"`
	Text    langDocument `json:"text"`
}

type purposeDocument struct {
	Purpose string       `json:"purpose"`
	Label   langDocument `json:"label"`
	Text    langDocument `json:"text"`
}

type consentTextDocument struct {
	Title        langDocument      `json:"title"`
	Brochure     []sectionDocument `json:"brochure"`
	Sentence     langDocument      `json:"sentence"`
	Purposes     []purposeDocument `json:"purposes"`
	PlainHeading langDocument      `json:"plain_heading"`
}

func encodeText(t consent.Text) document {
	doc := consentTextDocument{Title: langDocument(t.Title), Sentence: langDocument(t.Sentence), PlainHeading: langDocument(t.PlainHeading)}
	for _, s := range t.Brochure {
		doc.Brochure = append(doc.Brochure, sectionDocument{langDocument(s.Heading), langDocument(s.Text)})
	}
	for _, p := range t.Purposes {
		doc.Purposes = append(doc.Purposes, purposeDocument{string(p.Purpose), langDocument(p.Label), langDocument(p.Text)})
	}
	return encode(doc)
}

func decodeText(version int, d document) (consent.Text, error) {
	var doc consentTextDocument
	if err := decode(d, &doc); err != nil {
		return consent.Text{}, err
	}
	t := consent.Text{Version: version, Title: lang.Text(doc.Title), Sentence: lang.Text(doc.Sentence), PlainHeading: lang.Text(doc.PlainHeading)}
	for _, s := range doc.Brochure {
		t.Brochure = append(t.Brochure, consent.Section{Heading: lang.Text(s.Heading), Text: lang.Text(s.Text)})
	}
	for _, p := range doc.Purposes {
		t.Purposes = append(t.Purposes, consent.PurposeText{Purpose: consent.Purpose(p.Purpose), Label: lang.Text(p.Label), Text: lang.Text(p.Text)})
	}
	return t, nil
}

type stepDocument struct {
	Service   langDocument `json:"service"`
	FirstStep langDocument `json:"first_step"`
}

type guidanceDocument struct {
	Headline     langDocument   `json:"headline"`
	Strengths    langDocument   `json:"strengths"`
	Heavy        langDocument   `json:"heavy"`
	Together     langDocument   `json:"together"`
	Steps        []stepDocument `json:"steps"`
	Professional langDocument   `json:"professional"`
	Neighbour    langDocument   `json:"neighbour"`
}

func encodeGuidance(g instrument.Guidance) document {
	doc := guidanceDocument{
		Headline: langDocument(g.Headline), Strengths: langDocument(g.Strengths), Heavy: langDocument(g.Heavy),
		Together: langDocument(g.Together), Professional: langDocument(g.Professional), Neighbour: langDocument(g.Neighbour),
	}
	for _, s := range g.Steps {
		doc.Steps = append(doc.Steps, stepDocument{langDocument(s.Service), langDocument(s.FirstStep)})
	}
	return encode(doc)
}

func decodeGuidance(d document) (instrument.Guidance, error) {
	var doc guidanceDocument
	if err := decode(d, &doc); err != nil {
		return instrument.Guidance{}, err
	}
	g := instrument.Guidance{
		Headline: lang.Text(doc.Headline), Strengths: lang.Text(doc.Strengths), Heavy: lang.Text(doc.Heavy),
		Together: lang.Text(doc.Together), Professional: lang.Text(doc.Professional), Neighbour: lang.Text(doc.Neighbour),
	}
	for _, s := range doc.Steps {
		g.Steps = append(g.Steps, instrument.Step{Service: lang.Text(s.Service), FirstStep: lang.Text(s.FirstStep)})
	}
	return g, nil
}

type ownTextRow struct {
	Version   int       `gorm:"column:version"`
	Content   document  `gorm:"column:content"`
	Created   stamp     `gorm:"column:created_at"`
	CreatedBy uuid.UUID `gorm:"column:created_by"`
}

func (ownTextRow) TableName() string { return "own_consent_texts" }

type guidanceRow struct {
	Segment   string    `gorm:"column:segment"`
	Version   int       `gorm:"column:version"`
	Content   document  `gorm:"column:content"`
	Created   stamp     `gorm:"column:created_at"`
	CreatedBy uuid.UUID `gorm:"column:created_by"`
}

func (guidanceRow) TableName() string { return "guidance_texts" }

// OwnTexts implements content.Store.
func (s *Store) OwnTexts(ctx context.Context) ([]consent.Text, error) {
	var rows []ownTextRow
	if err := s.reader(ctx).Order("version").Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	texts := make([]consent.Text, len(rows))
	for i, row := range rows {
		var err error
		if texts[i], err = decodeText(row.Version, row.Content); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// LastTextVersion implements content.Store.
func (s *Store) LastTextVersion(ctx context.Context) (int, error) {
	var last int
	err := s.reader(ctx).Model(&consentTextRow{}).Select("coalesce(max(version), 0)").Scan(&last).Error
	return last, classify(err)
}

// InsertOwnText implements content.Store.
func (s *Store) InsertOwnText(ctx context.Context, t consent.Text, at time.Time, by uuid.UUID) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		row := ownTextRow{t.Version, encodeText(t), stamp{at}, by}
		if err := s.writer(ctx).Create(&row).Error; err != nil {
			return classify(err)
		}
		for _, tag := range lang.All {
			if err := s.registerText(ctx, t, tag); err != nil {
				return err
			}
		}
		return nil
	})
}

// OwnGuidance implements content.Store.
func (s *Store) OwnGuidance(ctx context.Context) (map[segment.Segment]content.OwnGuidance, error) {
	var rows []guidanceRow
	newest := "version = (SELECT max(version) FROM guidance_texts newest WHERE newest.segment = guidance_texts.segment)"
	if err := s.reader(ctx).Where(newest).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	own := make(map[segment.Segment]content.OwnGuidance, len(rows))
	for _, row := range rows {
		of, err := parseSegment(row.Segment)
		if err != nil {
			return nil, err
		}
		g, err := decodeGuidance(row.Content)
		if err != nil {
			return nil, err
		}
		own[of] = content.OwnGuidance{Guidance: g, Version: row.Version, ChangedAt: row.Created.Time}
	}
	return own, nil
}

// InsertGuidance implements content.Store.
func (s *Store) InsertGuidance(ctx context.Context, of segment.Segment, g content.OwnGuidance, by uuid.UUID) error {
	row := guidanceRow{of.Code(), g.Version, encodeGuidance(g.Guidance), stamp{g.ChangedAt}, by}
	return classify(s.writer(ctx).Create(&row).Error)
}

var _ content.Store = (*Store)(nil)
