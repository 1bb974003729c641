package entry

import (
	"context"
	"sync"
	"time"

	"github.com/omasuunta/omasuunta/internal/web/page"
)

// trouble is what somebody can do who can't log in as usual.
type trouble struct {
	Known     bool     // there is some
	Down      []string // the names of the providers that don't answer
	Card      bool     // there are cards
	Emergency bool     // there are sealed codes
}

// lookFor is how long the login page waits to learn whether a provider answers.
const lookFor = time.Second

// trouble finds out whether the providers answer, all at once and in no more than
// lookFor.
func (p *Pages) trouble(r *page.Request) (trouble, error) {
	found, err := p.waysOut(r)
	if err != nil {
		return trouble{}, err
	}
	ctx, cancel := context.WithTimeout(r.Ctx(), lookFor)
	defer cancel()
	answers := make([]bool, len(p.Providers))
	var all sync.WaitGroup
	for i, provider := range p.Providers {
		all.Go(func() { answers[i] = provider.Answers(ctx) })
	}
	all.Wait()
	for i, provider := range p.Providers {
		if !answers[i] {
			found.Down = append(found.Down, provider.Name(r.Lang()))
		}
	}
	found.Known = len(found.Down) > 0
	return found, nil
}

// waysOut is the same where it is known that there is trouble.
func (p *Pages) waysOut(r *page.Request) (trouble, error) {
	prepared, err := p.Access.EmergencyPrepared(r.Ctx())
	return trouble{Known: true, Card: p.Card != nil, Emergency: prepared}, err
}
