package content

import (
	"context"
	"slices"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
)

// InForce puts the embedded consent texts and the house's own into one row of
// versions, both in order. From the first own one on the own ones count: an
// embedded text of a later release that has the same number or a higher one is
// left out, or a house would find its own text replaced by an update.
func InForce(embedded, own []consent.Text) []consent.Text {
	if len(own) == 0 {
		return embedded
	}
	var all []consent.Text
	for _, t := range embedded {
		if t.Version < own[0].Version {
			all = append(all, t)
		}
	}
	return append(all, own...)
}

func (s *Service) readTexts(ctx context.Context) ([]consent.Text, error) {
	own, err := s.store.OwnTexts(ctx)
	if err != nil {
		return nil, err
	}
	return InForce(s.embedded, own), nil
}

// CurrentText is the consent text that a client is asked to agree to now, at
// most a second old.
func (s *Service) CurrentText(ctx context.Context) (consent.Text, error) {
	all, err := s.texts.Value(ctx)
	if err != nil {
		return consent.Text{}, err
	}
	return all[len(all)-1], nil
}

// Texts returns all versions of the consent text, oldest first.
func (s *Service) Texts(ctx context.Context) ([]consent.Text, error) {
	all, err := s.texts.Value(ctx)
	return slices.Clone(all), err
}

// TextVersion returns the consent text with a number, false where there is none.
func (s *Service) TextVersion(ctx context.Context, version int) (consent.Text, bool, error) {
	all, err := s.texts.Value(ctx)
	text, found := consent.FindText(all, version)
	return text, found, err
}

// AddText makes a new version of the consent text and returns its number; the
// one in t is not looked at. Everything that is wrong with the text comes back
// as one Invalid, with pointers such as /brochure/0/text/fi. Two who add one at
// the same time get different numbers or a Conflict.
func (s *Service) AddText(ctx context.Context, t consent.Text) (version int, err error) {
	actor, err := author(ctx)
	if err != nil {
		return 0, err
	}
	t = t.Tidy()
	if err := t.Findings().Err(); err != nil {
		return 0, err
	}
	at := s.now()
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		last, err := s.store.LastTextVersion(ctx)
		if err != nil {
			return err
		}
		t.Version = last + 1
		if err := s.store.InsertOwnText(ctx, t, at, actor.ID); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, at, audit.ConsentTextAdded, audit.ConsentText, strconv.Itoa(t.Version)))
	})
	s.texts.Forget()
	if err != nil {
		return 0, err
	}
	return t.Version, nil
}
