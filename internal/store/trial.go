package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// trialWhere narrows a trial's queries. A Date is digits and dashes whatever it
// holds; see distributionCells.
func trialWhere(q trial.Query, units []string, day string) (sql string, args []any) {
	where, args := narrowing(report.Query{Unit: q.Unit}, units)
	return fmt.Sprintf(" WHERE %s BETWEEN '%s' AND '%s'", day, q.From, q.To) + where, args
}

// TrialFeedback implements trial.Store.
func (s *Store) TrialFeedback(ctx context.Context, q trial.Query, units []string) ([]trial.FeedbackCell, error) {
	where, args := trialWhere(q, units, "given_on")
	var rows []struct {
		Usefulness int
		Agreement  string
		N, Worded  int
	}
	sql := "SELECT usefulness, agreement, count(*) AS n, count(sealed) AS worded FROM feedback" + where + " GROUP BY usefulness, agreement"
	if err := s.reader(ctx).Raw(sql, args...).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	cells := make([]trial.FeedbackCell, len(rows))
	for i, r := range rows {
		cells[i] = trial.FeedbackCell{Usefulness: r.Usefulness, Agreement: assessment.Agreement(r.Agreement), Count: r.N, Comments: r.Worded}
	}
	return cells, nil
}

// TrialComments implements trial.Store.
func (s *Store) TrialComments(ctx context.Context, q trial.Query, units []string, limit int) ([]string, error) {
	where, args := trialWhere(q, units, "given_on")
	var rows []struct {
		ID     uuid.UUID
		Sealed blob
	}
	sql := "SELECT id, sealed FROM feedback" + where + " AND sealed IS NOT NULL ORDER BY id LIMIT ?"
	if err := s.reader(ctx).Raw(sql, append(args, limit)...).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	texts := make([]string, len(rows))
	for i, r := range rows {
		var secrets commentSecrets
		if err := s.unpackForHouse(ctx, "feedback", r.ID.String(), r.Sealed, &secrets); err != nil {
			return nil, err
		}
		texts[i] = secrets.Comment
	}
	return texts, nil
}

// TrialReasons implements trial.Store.
func (s *Store) TrialReasons(ctx context.Context, q trial.Query, units []string, limit int) ([]trial.Why, error) {
	where, args := trialWhere(q, units, "happened_on")
	var rows []struct {
		ID     uuid.UUID
		Kind   string
		Sealed blob
	}
	sql := "SELECT id, kind, sealed FROM non_participations" + where + " ORDER BY id LIMIT ?"
	if err := s.reader(ctx).Raw(sql, append(args, limit)...).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	list := make([]trial.Why, len(rows))
	for i, r := range rows {
		var secrets reasonSecrets
		if err := s.unpackForHouse(ctx, "non_participations", r.ID.String(), r.Sealed, &secrets); err != nil {
			return nil, err
		}
		list[i] = trial.Why{Kind: assessment.NonParticipationKind(r.Kind), Reason: secrets.Reason}
	}
	return list, nil
}

// TrialProfessionals implements trial.Store.
func (s *Store) TrialProfessionals(ctx context.Context, q trial.Query, units []string, goal int) (all, reached int, err error) {
	where, args := trialWhere(q, units, "assessed_on")
	var found struct{ Everybody, Reached int }
	sql := "SELECT count(*) AS everybody, count(*) FILTER (WHERE n >= ?) AS reached FROM (SELECT count(*) AS n FROM assessments" +
		where + " AND status IN ('completed', 'confirmed') GROUP BY created_by) AS each_one"
	err = s.reader(ctx).Raw(sql, append([]any{goal}, args...)...).Scan(&found).Error
	return found.Everybody, found.Reached, classify(err)
}

// TrialPhases implements trial.Store.
func (s *Store) TrialPhases(ctx context.Context, q trial.Query, units []string) ([]trial.PhaseCell, error) {
	where, args := trialWhere(q, units, "assessed_on")
	var rows []struct {
		Phase      string
		N, Seconds int
	}
	sql := "SELECT phase, count(*) AS n, sum(seconds) AS seconds FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id" +
		where + " AND status IN ('completed', 'confirmed') AND statistics GROUP BY phase"
	if err := s.reader(ctx).Raw(sql, args...).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	cells := make([]trial.PhaseCell, len(rows))
	for i, r := range rows {
		cells[i] = trial.PhaseCell{Phase: assessment.Phase(r.Phase), N: r.N, Seconds: r.Seconds}
	}
	return cells, nil
}

var _ trial.Store = (*Store)(nil)
