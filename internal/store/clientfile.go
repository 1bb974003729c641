package store

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
)

// What belongs to one client, as ids. The parts are put together by UNION and
// not by OR, so that either database takes an index for each of them.
const (
	consentsOfClient = `SELECT id FROM consents WHERE id = @consent
UNION SELECT id FROM consents WHERE client_index = @client AND unit = @unit`

	visitsOfClient = `SELECT id FROM assessments WHERE consent_id IN (` + consentsOfClient + `)
UNION SELECT id FROM assessments WHERE client_index = @client AND unit = @unit`

	// An assessment may stand on a consent that was given in another unit.
	consentsOfVisits = consentsOfClient + `
UNION SELECT consent_id FROM assessments WHERE client_index = @client AND unit = @unit`

	// The same without what only leads there by another register.
	consentsOfOwnVisits = consentsOfVisits + ` AND register IN @registers`

	invitationsOfClient = `SELECT id FROM invitations WHERE assessment_id IN (` + visitsOfClient + `)
UNION SELECT id FROM invitations WHERE client_index = @client AND unit = @unit`
)

// ofArchive names every kind, because the index on the subject begins with it.
const ofArchive = "kind IN ('consent', 'withdrawal', 'result') AND "

// ClientFile implements assessment.Store.
func (s *Store) ClientFile(ctx context.Context, q assessment.FileQuery) (f assessment.File, err error) {
	client, err := s.indexOf(ctx, clientIndex, q.Consent.ClientRef)
	if err != nil {
		return f, err
	}
	r := &fileReader{ctx: ctx, store: s, db: s.reader(ctx), q: q, of: map[string]any{
		"consent": q.Consent.ID, "client": client, "unit": q.Consent.Unit, "registers": q.Own.Registers,
	}}
	f.ConsentID, f.ClientRef = q.Consent.ID, q.Consent.ClientRef
	for _, read := range []func(*assessment.File) error{
		r.consents, r.visits, r.besideVisits, r.invitations, r.archived, r.trail, r.names,
	} {
		if err := read(&f); err != nil {
			return assessment.File{}, err
		}
	}
	return f, nil
}

// fileReader reads the parts of a client's own file, one after the other.
type fileReader struct {
	ctx   context.Context // of the one call that it reads for
	store *Store
	db    *gorm.DB
	q     assessment.FileQuery
	of    map[string]any // the parameters of the queries above; a client of NULL finds nothing
}

// newest reads the newest limit rows of a query into rows, oldest first, and
// counts those before them.
func newest[T any](db *gorm.DB, order string, limit int, rows *[]T) (leftOut int, err error) {
	var n int64
	db = db.Session(&gorm.Session{}) // for two statements
	if err := db.Model(rows).Count(&n).Error; err != nil {
		return 0, classify(err)
	}
	if err := db.Order(order).Limit(limit).Find(rows).Error; err != nil {
		return 0, classify(err)
	}
	slices.Reverse(*rows)
	return int(n) - len(*rows), nil
}

// own are the records of the own units and registers among some.
func (r *fileReader) own(ids string) *gorm.DB {
	return within(r.db.Where("id IN ("+ids+")", r.of), r.q.Own)
}

// consents always keep the one that the file was asked for, however old.
func (r *fileReader) consents(f *assessment.File) (err error) {
	var rows []*consentRow
	f.LeftOut.Consents, err = newest(withinUnits(r.db.Where("id IN ("+consentsOfOwnVisits+")", r.of), r.q.Own), "given_at DESC, id DESC", r.q.MaxVisits, &rows)
	if err != nil {
		return err
	}
	if err := openRows(r.ctx, r.store, rows...); err != nil {
		return err
	}
	for _, row := range rows {
		f.Consents = append(f.Consents, row.record())
	}
	isAsked := func(c consent.Record) bool { return c.ID == r.q.Consent.ID }
	if !slices.ContainsFunc(f.Consents, isAsked) && len(f.Consents) > 0 {
		f.Consents[0] = r.q.Consent
	}
	return nil
}

func (r *fileReader) visits(f *assessment.File) error {
	var rows []*assessmentRow
	leftOut, err := newest(r.own(visitsOfClient), "assessed_on DESC, created_at DESC, id DESC", r.q.MaxVisits, &rows)
	if err != nil {
		return err
	}
	f.LeftOut.Visits = leftOut
	if err := openRows(r.ctx, r.store, rows...); err != nil {
		return err
	}
	for _, row := range rows {
		a, err := row.assessment()
		if err != nil {
			return err
		}
		f.Visits = append(f.Visits, assessment.FileVisit{Assessment: a})
	}
	return nil
}

// besideVisits reads what was done with the results and how long it all took.
func (r *fileReader) besideVisits(f *assessment.File) error {
	var events []eventRow
	var phases []struct {
		AssessmentID uuid.UUID `gorm:"column:assessment_id"`
		Phase        string    `gorm:"column:phase"`
		Seconds      int       `gorm:"column:seconds"`
	}
	ids, place := visitIDs(f)
	if len(ids) == 0 {
		return nil
	}
	if err := r.db.Where("assessment_id IN ?", ids).Order("id").Find(&events).Error; err != nil {
		return classify(err)
	}
	if err := r.db.Table("assessment_phases").Where("assessment_id IN ?", ids).Find(&phases).Error; err != nil {
		return classify(err)
	}
	for _, row := range events {
		v := &f.Visits[place[row.AssessmentID]]
		v.Events = append(v.Events, assessment.Event{Assessment: v.ID, Kind: assessment.EventKind(row.Kind), At: row.At.Time, By: row.ByID})
	}
	for _, row := range phases {
		v := &f.Visits[place[row.AssessmentID]]
		if v.Seconds == nil {
			v.Seconds = map[assessment.Phase]int{}
		}
		v.Seconds[assessment.Phase(row.Phase)] = row.Seconds
	}
	return nil
}

func visitIDs(f *assessment.File) (ids []uuid.UUID, place map[uuid.UUID]int) {
	place = map[uuid.UUID]int{}
	for i, v := range f.Visits {
		ids, place[v.ID] = append(ids, v.ID), i
	}
	return ids, place
}

func (r *fileReader) invitations(f *assessment.File) (err error) {
	var rows []*invitationRow
	f.LeftOut.Invitations, err = newest(r.own(invitationsOfClient), "created_at DESC, id DESC", r.q.MaxVisits, &rows)
	if err != nil {
		return err
	}
	if err := openRows(r.ctx, r.store, rows...); err != nil {
		return err
	}
	for _, row := range rows {
		i := row.invitation()
		f.Invitations = append(f.Invitations, assessment.FileInvitation{
			ID: i.ID, Unit: i.Unit, Register: i.Register, Battery: i.Battery, Language: i.Language, Plain: i.Plain, ClientRef: i.ClientRef,
			CreatedBy: i.CreatedBy, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, LinkUsedAt: i.LinkUsedAt, Failures: i.Failures,
			CancelledAt: i.CancelledAt, Assessment: i.Assessment, AnsweredAt: i.AnsweredAt,
		})
	}
	return nil
}

// filed are the ids of the consents and assessments in a file.
func filed(f *assessment.File) []uuid.UUID {
	ids, _ := visitIDs(f)
	for _, c := range f.Consents {
		ids = append(ids, c.ID)
	}
	return ids
}

func (r *fileReader) archived(f *assessment.File) error {
	var rows []struct {
		Kind      string    `gorm:"column:kind"`
		SubjectID uuid.UUID `gorm:"column:subject_id"`
		State     string    `gorm:"column:state"`
		Queued    stamp     `gorm:"column:queued_at"`
		Delivered stamp     `gorm:"column:delivered_at"`
	}
	err := r.db.Table("archive_jobs").Where(ofArchive+"subject_id IN ?", filed(f)).Order("queued_at, id").Find(&rows).Error
	for _, row := range rows {
		f.Archived = append(f.Archived, assessment.FileArchived{
			Kind: row.Kind, Of: row.SubjectID, State: row.State, QueuedAt: row.Queued.Time, DeliveredAt: row.Delivered.Time,
		})
	}
	return classify(err)
}

func (r *fileReader) trail(f *assessment.File) (err error) {
	var about []string
	for _, id := range filed(f) {
		about = append(about, id.String())
	}
	for _, i := range f.Invitations {
		about = append(about, i.ID.String())
	}
	var rows []auditRow
	f.LeftOut.Trail, err = newest(r.db.Where("subject_id IN ?", about), "at DESC, id DESC", r.q.MaxTrail, &rows)
	for _, row := range rows {
		of, _ := uuid.Parse(row.SubjectID) // it is one of ours
		f.Trail = append(f.Trail, assessment.FileTrail{At: row.At.Time, Actor: row.ActorID, Role: row.Role, Action: audit.Action(row.Action), Of: of})
	}
	return err
}

// names reads what everybody is called who is in the file.
func (r *fileReader) names(f *assessment.File) error {
	seen := map[uuid.UUID]bool{}
	for _, row := range f.Trail {
		seen[row.Actor] = true
	}
	for _, v := range f.Visits {
		seen[v.CreatedBy] = true
		for _, e := range v.Events {
			seen[e.By] = true
		}
	}
	for _, i := range f.Invitations {
		seen[i.CreatedBy] = true
	}
	ids := make([]uuid.UUID, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	var rows []userRow
	f.Names = map[uuid.UUID]string{}
	if len(ids) == 0 {
		return nil
	}
	if err := r.db.Select("id", "sealed").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return classify(err)
	}
	for _, row := range rows {
		var err error
		if f.Names[row.ID], err = r.store.nameOf(r.ctx, row.ID, row.Sealed); err != nil {
			return err
		}
	}
	return nil
}
