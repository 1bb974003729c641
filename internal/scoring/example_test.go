package scoring_test

import (
	"fmt"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
)

// visit is a small assessment: two items of the client's, three of the
// professional's, one of which is reversed (10 means that help is at hand).
func visit() scoring.Pair {
	return scoring.Pair{
		ClientBattery: &instrument.Battery{
			Code: "individual-client", Version: 1, Side: instrument.Client, Cutoff: 50,
			Items: []instrument.Item{{Code: "everyday-life", Weight: 1}, {Code: "mood", Weight: 1}},
		},
		Client: instrument.Sheet{{Item: "everyday-life", Value: 8}, {Item: "mood", Value: 7}},
		ProfessionalBattery: &instrument.Battery{
			Code: "functioning", Version: 1, Side: instrument.Professional, Cutoff: 50,
			Items: []instrument.Item{{Code: "mobility", Weight: 2}, {Code: "falls", Weight: 1}, {Code: "support", Weight: 1, Reverse: true}},
		},
		Professional: instrument.Sheet{{Item: "mobility", Value: 5}, {Item: "falls", Value: 4}, {Item: "support", Value: 6}},
	}
}

func ExampleClassify() {
	placed, err := scoring.Classify(visit())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(placed.Segment, placed.Resources.Shown(), placed.Challenge.Shown())
	fmt.Println("close to:", placed.Borderline())
	// Output:
	// omatoimi 75 45
	// close to: [yhteistyo]
}

func ExampleEvaluate() {
	result, err := scoring.Evaluate(visit())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v, stays with probability %.4f\n", result.Segment, result.Stability)
	for _, c := range result.Contributions {
		fmt.Printf("%-12s %-13s %2d %+6.2f\n", c.Side, c.Item, c.Value, c.Pull)
	}
	for _, c := range result.SmallestChange {
		fmt.Printf("another segment if %s were %d instead of %d\n", c.Item, c.To, c.From)
	}
	// Output:
	// omatoimi, stays with probability 0.7969
	// client       everyday-life  8 +15.00
	// client       mood           7 +10.00
	// professional mobility       5  +0.00
	// professional falls          4  -2.50
	// professional support        6  -2.50
	// another segment if mobility were 6 instead of 5
}
