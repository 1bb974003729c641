package demo

import (
	"context"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	trialdiary "github.com/omasuunta/omasuunta/internal/diary"
)

// noteSteps are the calls by which the expert writes down what happened around the
// visits, in the afternoon of its last day.
func noteSteps(service *trialdiary.Service, crew *staff, notes []note) ([]step, error) {
	var steps []step
	for i, n := range notes {
		if n.To == "" {
			n.To = n.From
		}
		days, err := dates(n.From, n.To)
		if err != nil {
			return nil, err
		}
		written := trialdiary.Written{
			Kind: n.Kind, From: days[0], To: days[1], Text: n.Text,
			Minutes: n.Minutes, WithClients: n.WithClients, Others: n.Others,
		}
		at := time.Date(days[1].Year, days[1].Month, days[1].Day, 15, 30, i, 0, calendar.Helsinki).UTC()
		steps = append(steps, step{at, crew.actors[expert], "diary", func(ctx context.Context) error {
			_, err := service.Add(ctx, written)
			return err
		}})
	}
	return steps, nil
}
