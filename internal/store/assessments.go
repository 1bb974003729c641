package store

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

type assessmentRow struct {
	ID                  uuid.UUID `gorm:"column:id"`
	Revision            int       `gorm:"column:revision"`
	Status              string    `gorm:"column:status"`
	ConsentID           uuid.UUID `gorm:"column:consent_id"`
	Statistics          bool      `gorm:"column:statistics"`
	Unit                string    `gorm:"column:unit"`
	Register            string    `gorm:"column:register"`
	Language            string    `gorm:"column:language"`
	Mode                string    `gorm:"column:mode"`
	Plain               bool      `gorm:"column:plain"`
	Present             string    `gorm:"column:present"` // codes, a space between them
	AssessedOn          day       `gorm:"column:assessed_on"`
	AssessedMonth       string    `gorm:"column:assessed_month"`
	ExpectedSegment     optional  `gorm:"column:expected_segment"`
	ClientBattery       string    `gorm:"column:client_battery"`
	ClientVersion       int       `gorm:"column:client_version"`
	Battery             string    `gorm:"column:battery"`
	BatteryVersion      int       `gorm:"column:battery_version"`
	ClientAnswers       document  `gorm:"column:client_answers"`
	ProfessionalAnswers document  `gorm:"column:professional_answers"`
	Segment             optional  `gorm:"column:segment"`
	Resources           *float64  `gorm:"column:resources"`
	Challenge           *float64  `gorm:"column:challenge"`
	Result              document  `gorm:"column:result"`
	AgreedSegment       optional  `gorm:"column:agreed_segment"`
	Confirmation        document  `gorm:"column:confirmation"`
	FeedbackGiven       bool      `gorm:"column:feedback_given"`
	CreatedBy           uuid.UUID `gorm:"column:created_by"`
	Created             stamp     `gorm:"column:created_at"`
	Completed           stamp     `gorm:"column:completed_at"`
	Sealed              blob      `gorm:"column:sealed"`
	ClientIndex         blob      `gorm:"column:client_index"`

	secrets assessmentSecrets
}

func (assessmentRow) TableName() string { return "assessments" }

func (row *assessmentRow) key() uuid.UUID { return row.ConsentID }

func (row *assessmentRow) box() (envelope.Place, *blob, any) {
	return boxOf("assessments", row.ID.String()), &row.Sealed, &row.secrets
}

// changing are the columns that UpdateAssessment writes.
var changing = []string{
	"revision", "status", "register", "language", "mode", "plain", "present", "assessed_on", "assessed_month", "client_index", "expected_segment",
	"battery", "battery_version", "client_answers", "professional_answers", "segment", "resources", "challenge", "result",
	"agreed_segment", "confirmation", "feedback_given", "completed_at", "sealed",
}

func toAssessmentRow(a *assessment.Assessment) *assessmentRow {
	row := &assessmentRow{
		ID: a.ID, Revision: a.Revision, Status: string(a.Status), ConsentID: a.ConsentID, Statistics: a.Statistics,
		Unit: a.Unit, Register: string(a.Register), Language: string(a.Language), Mode: string(a.Mode),
		Plain: a.Plain, Present: strings.Join(a.Present, " "),
		AssessedOn: day{a.AssessedOn}, AssessedMonth: a.AssessedOn.MonthCode(),
		ExpectedSegment: optional(a.Expected.Code()),
		ClientBattery:   a.ClientBattery.Code, ClientVersion: a.ClientBattery.Version,
		Battery: a.ProfessionalBattery.Code, BatteryVersion: a.ProfessionalBattery.Version,
		ClientAnswers: encodeSheet(a.Client), ProfessionalAnswers: encodeSheet(a.Professional),
		Result: encodeResult(a.Result), AgreedSegment: optional(a.Agreed().Code()), Confirmation: encodeConfirmation(a.Confirmation),
		FeedbackGiven: a.FeedbackGiven, CreatedBy: a.CreatedBy, Created: stamp{a.CreatedAt}, Completed: stamp{a.CompletedAt},
		secrets: assessmentSecrets{ClientRef: a.ClientRef, Client: commentsOf(a.Client), Professional: commentsOf(a.Professional)},
	}
	if a.Confirmation != nil {
		row.secrets.Reason, row.secrets.Actions = a.Confirmation.Reason, actionDocuments(a.Confirmation.Actions)
	}
	if a.Result != nil {
		resources, challenge := a.Result.Resources.Value(), a.Result.Challenge.Value()
		row.Segment, row.Resources, row.Challenge = optional(a.Result.Segment.Code()), &resources, &challenge
	}
	return row
}

func (row *assessmentRow) assessment() (*assessment.Assessment, error) {
	a := &assessment.Assessment{
		ID: row.ID, Revision: row.Revision, Status: assessment.Status(row.Status), ConsentID: row.ConsentID, Statistics: row.Statistics,
		Unit: row.Unit, Register: access.Register(row.Register), Language: lang.Tag(row.Language), Mode: assessment.Mode(row.Mode),
		Plain: row.Plain, AssessedOn: row.AssessedOn.Date, ClientRef: row.secrets.ClientRef,
		ClientBattery:       assessment.Version{Code: row.ClientBattery, Version: row.ClientVersion},
		ProfessionalBattery: assessment.Version{Code: row.Battery, Version: row.BatteryVersion},
		FeedbackGiven:       row.FeedbackGiven, CreatedBy: row.CreatedBy, CreatedAt: row.Created.Time, CompletedAt: row.Completed.Time,
	}
	if row.Present != "" {
		a.Present = strings.Fields(row.Present)
	}
	a.Expected, _ = segment.Parse(string(row.ExpectedSegment))
	var err error
	if a.Client, err = decodeSheet(row.ClientAnswers, row.secrets.Client); err != nil {
		return nil, err
	}
	if a.Professional, err = decodeSheet(row.ProfessionalAnswers, row.secrets.Professional); err != nil {
		return nil, err
	}
	if a.Result, err = decodeResult(row.Result); err != nil {
		return nil, err
	}
	a.Confirmation, err = decodeConfirmation(row.Confirmation, string(row.AgreedSegment), row.secrets)
	return a, err
}

// Assessment reads any assessment, for what the program does by itself.
func (s *Store) Assessment(ctx context.Context, id uuid.UUID) (*assessment.Assessment, error) {
	return s.takeAssessment(ctx, s.reader(ctx), id)
}

// OwnAssessment implements assessment.Store.
func (s *Store) OwnAssessment(ctx context.Context, own access.Scope, id uuid.UUID) (*assessment.Assessment, error) {
	return s.takeAssessment(ctx, within(s.reader(ctx), own), id)
}

// OwnAssessmentForUpdate implements assessment.Store.
func (s *Store) OwnAssessmentForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (*assessment.Assessment, error) {
	return s.takeAssessment(ctx, within(s.locking(ctx), own), id)
}

func (s *Store) takeAssessment(ctx context.Context, db *gorm.DB, id uuid.UUID) (*assessment.Assessment, error) {
	var row assessmentRow
	if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, classify(err)
	}
	if err := openRows(ctx, s, &row); err != nil {
		return nil, err
	}
	return row.assessment()
}

// UpdateAssessment implements assessment.Store.
func (s *Store) UpdateAssessment(ctx context.Context, a *assessment.Assessment) error {
	a.Revision++
	row := toAssessmentRow(a)
	var err error
	if row.ClientIndex, err = s.indexOf(ctx, clientIndex, a.ClientRef); err != nil {
		return err
	}
	if !row.secrets.empty() {
		key, err := s.keyToSealWith(ctx, row.key())
		if err != nil {
			return err
		}
		sealRow(key, row)
	}
	return classify(s.writer(ctx).Model(row).Where("id = ?", a.ID).Select(changing).Updates(row).Error)
}

// Assessments implements assessment.Store. It reads by key, not by offset, so
// that the last page costs as little as the first.
func (s *Store) Assessments(ctx context.Context, q assessment.ListQuery) ([]*assessment.Assessment, error) {
	db := within(s.reader(ctx), q.Own)
	if !q.From.IsZero() {
		db = db.Where("assessed_on >= ?", day{q.From})
	}
	if !q.To.IsZero() {
		db = db.Where("assessed_on <= ?", day{q.To})
	}
	if q.Segment.Valid() {
		db = db.Where("segment = ?", q.Segment.Code())
	}
	if len(q.Status) > 0 {
		db = db.Where(withStatus(q.Status...))
	}
	if q.CreatedBy != uuid.Nil {
		db = db.Where("created_by = ?", q.CreatedBy)
	}
	if q.After != nil {
		db = db.Where("(assessed_on, id) < (?, ?)", day{q.After.AssessedOn}, q.After.ID)
	}
	return s.findAssessments(ctx, db.Order("assessed_on DESC, id DESC").Limit(q.Limit))
}

// withStatus is the condition that a status is one of these. They are written
// out, because PostgreSQL takes a partial index only when it can read in the
// statement that its condition holds.
func withStatus(statuses ...assessment.Status) string {
	quoted := make([]string, len(statuses))
	for i, status := range statuses {
		switch status {
		case assessment.Draft, assessment.Completed, assessment.Confirmed, assessment.Withdrawn:
			quoted[i] = "'" + string(status) + "'"
		default:
			quoted[i] = "NULL" // matches nothing
		}
	}
	return "status IN (" + strings.Join(quoted, ", ") + ")"
}

func (s *Store) findAssessments(ctx context.Context, db *gorm.DB) ([]*assessment.Assessment, error) {
	var rows []*assessmentRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	if err := openRows(ctx, s, rows...); err != nil {
		return nil, err
	}
	list := make([]*assessment.Assessment, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.assessment(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

type eventRow struct {
	AssessmentID uuid.UUID `gorm:"column:assessment_id"`
	Kind         string    `gorm:"column:kind"`
	At           stamp     `gorm:"column:at"`
	ByID         uuid.UUID `gorm:"column:by_id"`
}

func (eventRow) TableName() string { return "assessment_events" }

// InsertEvent implements assessment.Store.
func (s *Store) InsertEvent(ctx context.Context, e assessment.Event) error {
	return classify(s.writer(ctx).Create(&eventRow{e.Assessment, string(e.Kind), stamp{e.At}, e.By}).Error)
}

type feedbackRow struct {
	ID         uuid.UUID `gorm:"column:id"`
	Unit       string    `gorm:"column:unit"`
	GivenOn    day       `gorm:"column:given_on"`
	Usefulness int       `gorm:"column:usefulness"`
	Agreement  string    `gorm:"column:agreement"`
	Sealed     blob      `gorm:"column:sealed"`
}

func (feedbackRow) TableName() string { return "feedback" }

// InsertFeedback implements assessment.Store.
func (s *Store) InsertFeedback(ctx context.Context, f assessment.Feedback) error {
	box, err := s.packForHouse(ctx, "feedback", f.ID.String(), commentSecrets{f.Comment})
	if err != nil {
		return err
	}
	return classify(s.writer(ctx).Create(&feedbackRow{f.ID, f.Unit, day{f.GivenOn}, f.Usefulness, string(f.Agreement), box}).Error)
}

type nonParticipationRow struct {
	ID         uuid.UUID `gorm:"column:id"`
	Unit       string    `gorm:"column:unit"`
	Battery    optional  `gorm:"column:battery"`
	Kind       string    `gorm:"column:kind"`
	HappenedOn day       `gorm:"column:happened_on"`
	ByID       uuid.UUID `gorm:"column:by_id"`
	At         stamp     `gorm:"column:at"`
	Sealed     blob      `gorm:"column:sealed"`
}

func (nonParticipationRow) TableName() string { return "non_participations" }

// InsertNonParticipation implements assessment.Store.
func (s *Store) InsertNonParticipation(ctx context.Context, n assessment.NonParticipation) error {
	box, err := s.packForHouse(ctx, "non_participations", n.ID.String(), reasonSecrets{n.Reason})
	if err != nil {
		return err
	}
	return classify(s.writer(ctx).Create(&nonParticipationRow{
		n.ID, n.Unit, optional(n.Battery), string(n.Kind), day{n.On}, n.By, stamp{n.At}, box,
	}).Error)
}

var _ assessment.Store = (*Store)(nil)
