package store

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/survey"
)

type surveyRoundRow struct {
	ID      uuid.UUID `gorm:"column:id"`
	Name    string    `gorm:"column:name"`
	From    day       `gorm:"column:from_day"`
	To      day       `gorm:"column:to_day"`
	Last    day       `gorm:"column:last_day"`
	Units   string    `gorm:"column:units"`
	Version int       `gorm:"column:version"`
	Digest  string    `gorm:"column:digest"`
	Opened  day       `gorm:"column:opened_on"`
	Closed  day       `gorm:"column:closed_on"`
	Asked   int       `gorm:"column:asked"`
}

func (surveyRoundRow) TableName() string { return "survey_rounds" }

func (row surveyRoundRow) round(answers int) survey.Round {
	return survey.Round{
		ID: row.ID, Name: row.Name, From: row.From.Date, To: row.To.Date, LastDay: row.Last.Date, Units: strings.Fields(row.Units),
		Version: row.Version, Digest: row.Digest, OpenedOn: row.Opened.Date, ClosedOn: row.Closed.Date, Asked: row.Asked, Answers: answers,
	}
}

// InsertSurveyRound implements survey.Store.
func (s *Store) InsertSurveyRound(ctx context.Context, r survey.Round) error {
	return classify(s.writer(ctx).Create(&surveyRoundRow{
		r.ID, r.Name, day{r.From}, day{r.To}, day{r.LastDay}, strings.Join(r.Units, " "), r.Version, r.Digest, day{r.OpenedOn}, day{r.ClosedOn}, r.Asked,
	}).Error)
}

// SurveyRounds implements survey.Store. Those of one day come in the order of
// their names.
func (s *Store) SurveyRounds(ctx context.Context) ([]survey.Round, error) {
	var rows []surveyRoundRow
	if err := s.reader(ctx).Order("opened_on DESC, name, id").Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	list := make([]survey.Round, len(rows))
	for i, row := range rows {
		answers, err := s.countAnswers(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		list[i] = row.round(answers)
	}
	return list, nil
}

func (s *Store) countAnswers(ctx context.Context, round uuid.UUID) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&surveyAnswerRow{}).Where("round_id = ?", round).Count(&n).Error
	return int(n), classify(err)
}

// SurveyRound implements survey.Store.
func (s *Store) SurveyRound(ctx context.Context, id uuid.UUID) (survey.Round, error) {
	return s.surveyRound(ctx, id, false)
}

// SurveyRoundForChange implements survey.Store.
func (s *Store) SurveyRoundForChange(ctx context.Context, id uuid.UUID) (survey.Round, error) {
	return s.surveyRound(ctx, id, true)
}

func (s *Store) surveyRound(ctx context.Context, id uuid.UUID, lock bool) (survey.Round, error) {
	db := s.reader(ctx)
	if lock {
		db = s.writer(ctx).Clauses(forChange)
	}
	var row surveyRoundRow
	if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
		return survey.Round{}, classify(err)
	}
	answers, err := s.countAnswers(ctx, id)
	return row.round(answers), err
}

// CloseSurveyRound implements survey.Store.
func (s *Store) CloseSurveyRound(ctx context.Context, r survey.Round) error {
	return found(s.writer(ctx).Exec("UPDATE survey_rounds SET closed_on = ?, asked = ? WHERE id = ?", day{r.ClosedOn}, r.Asked, r.ID))
}

type surveyAnswerRow struct {
	ID     uuid.UUID `gorm:"column:id"`
	Round  uuid.UUID `gorm:"column:round_id"`
	Sealed blob      `gorm:"column:sealed"`
}

func (surveyAnswerRow) TableName() string { return "survey_answers" }

// SurveyAnswers implements survey.Store.
func (s *Store) SurveyAnswers(ctx context.Context, round uuid.UUID) ([]survey.Answer, error) {
	var rows []surveyAnswerRow
	if err := s.reader(ctx).Where("round_id = ?", round).Order("id").Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	list := make([]survey.Answer, len(rows))
	for i, row := range rows {
		var secrets answerSecrets
		if err := s.unpackForHouse(ctx, "survey_answers", row.ID.String(), row.Sealed, &secrets); err != nil {
			return nil, err
		}
		list[i] = survey.Answer(secrets)
	}
	return list, nil
}

// surveyBatch is how many rows are written in one statement.
const surveyBatch = 200

// ReplaceSurveyAnswers implements survey.Store. A box is sealed anew too, so that it
// can't be told from the others by what it looked like before.
func (s *Store) ReplaceSurveyAnswers(ctx context.Context, round uuid.UUID, answers []survey.Kept) error {
	rows := make([]surveyAnswerRow, len(answers))
	for i, a := range answers {
		box, err := s.packForHouse(ctx, "survey_answers", a.ID.String(), answerSecrets(a.Answer))
		if err != nil {
			return err
		}
		rows[i] = surveyAnswerRow{a.ID, round, box}
	}
	tx := s.writer(ctx)
	if err := tx.Exec("DELETE FROM survey_answers WHERE round_id = ?", round).Error; err != nil || len(rows) == 0 {
		return classify(err)
	}
	return classify(tx.CreateInBatches(rows, surveyBatch).Error)
}

type surveyMarkRow struct {
	Round uuid.UUID `gorm:"column:round_id"`
	User  uuid.UUID `gorm:"column:user_id"`
}

func (surveyMarkRow) TableName() string { return "survey_marks" }

// SurveyMarks implements survey.Store.
func (s *Store) SurveyMarks(ctx context.Context, round uuid.UUID) ([]uuid.UUID, error) {
	var users []uuid.UUID
	err := s.reader(ctx).Model(&surveyMarkRow{}).Where("round_id = ?", round).Order("user_id").Pluck("user_id", &users).Error
	return users, classify(err)
}

// ReplaceSurveyMarks implements survey.Store.
func (s *Store) ReplaceSurveyMarks(ctx context.Context, round uuid.UUID, users []uuid.UUID) error {
	rows := make([]surveyMarkRow, len(users))
	for i, user := range users {
		rows[i] = surveyMarkRow{round, user}
	}
	tx := s.writer(ctx)
	if err := tx.Exec("DELETE FROM survey_marks WHERE round_id = ?", round).Error; err != nil || len(rows) == 0 {
		return classify(err)
	}
	return classify(tx.CreateInBatches(rows, surveyBatch).Error)
}

// Members implements survey.Store.
func (s *Store) Members(ctx context.Context, units []string) ([]access.User, error) {
	var rows []userRow
	err := s.reader(ctx).Where("role = ? AND disabled_at IS NULL AND id IN (SELECT user_id FROM user_units WHERE unit IN ?)",
		string(access.Professional), units).Order("username").Find(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	list, err := s.toUsers(ctx, rows)
	for i := range list {
		list[i].PasswordHash = ""
	}
	return list, err
}

var _ survey.Store = (*Store)(nil)
