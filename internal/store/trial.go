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
// holds.
func trialWhere(q trial.Query, units []string, day string) (sql string, args []any) {
	where, args := ask(report.Query{Unit: q.Unit}, units).narrowed()
	return fmt.Sprintf(" WHERE %s BETWEEN '%s' AND '%s'", day, q.From, q.To) + where, args
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

var _ trial.Store = (*Store)(nil)
