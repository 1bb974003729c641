package assessment

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Speak changes the language of a draft, "" for as it is, and whether the client
// reads plain language, nil for as it is. The client may do it too, unlike every
// other change. When nothing changes, the revision stays.
func (s *Service) Speak(ctx context.Context, id uuid.UUID, language lang.Tag, plain *bool) error {
	actor, err := access.Require(ctx, access.AnswerAssessment)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		a, err := s.own(ctx, actor, access.AnswerAssessment, s.store.OwnAssessmentForUpdate, id)
		if err != nil {
			return err
		}
		if err := open(a); err != nil {
			return err
		}
		var f fault.Findings
		wanted, wantedPlain := a.Language, a.Plain
		if language != "" {
			wanted = checkLanguage(&f, "/language", string(language))
		}
		if plain != nil {
			wantedPlain = *plain
		}
		if err := f.Err(); err != nil || wanted == a.Language && wantedPlain == a.Plain {
			return err
		}
		a.Language, a.Plain = wanted, wantedPlain
		if err := s.store.UpdateAssessment(ctx, a); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.AssessmentChanged, audit.Assessment, a.ID, a.Unit))
	})
}
