package demo

import (
	"bytes"
	"embed"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
)

//go:embed content/*.yaml
var content embed.FS

// trial is the shape of the replay, content/trial.yaml.
type trial struct {
	From          string             `yaml:"from"`
	To            string             `yaml:"to"`
	Outage        period             `yaml:"outage"`
	Closed        []string           `yaml:"closed"`
	Months        map[string]float64 `yaml:"months"` // weight of a day, by 2023-05
	Confirmed     int                `yaml:"confirmed"`
	OtherSegment  int                `yaml:"other_segment"`
	Drafts        int                `yaml:"drafts"`
	Expected      int                `yaml:"expected"`
	PaperConsents int                `yaml:"paper_consents"`
	Units         []unit             `yaml:"units"`
	Names         names              `yaml:"names"`
	Missing       []missing          `yaml:"missing"`
	Permit        permitted          `yaml:"permit"`
}

type period struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// permitted is the research permit of the expert, for the units, registers and
// days of the trial.
type permitted struct {
	Reference string   `yaml:"reference"`
	Purposes  []string `yaml:"purposes"`
	Items     bool     `yaml:"items"`
	Days      bool     `yaml:"days"`
	ForDays   int      `yaml:"for_days"` // from the day the demo is started
}

type names struct {
	Professional string `yaml:"professional"` // with %d for the number
	Expert       string `yaml:"expert"`
	Admin        string `yaml:"admin"`
}

type unit struct {
	Code     string   `yaml:"code"`
	Name     string   `yaml:"name"`
	Register string   `yaml:"register"`
	Language lang.Tag `yaml:"language"` // what its professionals write
	People   struct {
		Resources float64 `yaml:"resources"`
		Challenge float64 `yaml:"challenge"`
	} `yaml:"people"`
	Segments        map[string]int `yaml:"segments"`
	Batteries       map[string]int `yaml:"batteries"`
	Languages       map[string]int `yaml:"languages"`
	Modes           map[string]int `yaml:"modes"`
	Representatives int            `yaml:"representatives"`
	Again           []change       `yaml:"again"` // visits that are the second one of a client
	Professionals   []professional `yaml:"professionals"`
}

// change is the segment of a client who was assessed twice, then and later.
type change struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

type professional struct {
	Username string `yaml:"username"`
	Visits   int    `yaml:"visits"`
}

// missing is a number of people of one unit who did not take part.
type missing struct {
	Unit    string `yaml:"unit"`
	Kind    string `yaml:"kind"`
	Reason  string `yaml:"reason"`
	Battery string `yaml:"battery"`
	Count   int    `yaml:"count"`
	Outage  bool   `yaml:"outage"` // it happened while nobody could log in
}

// model is what people are drawn from, content/people.yaml.
type model struct {
	Traits   []string                     `yaml:"traits"`
	Spread   spread                       `yaml:"spread"`
	Habits   habits                       `yaml:"habits"`
	Skips    skips                        `yaml:"skips"`
	Unclear  float64                      `yaml:"unclear"`
	Comments map[instrument.Side]float64  `yaml:"comments"`
	Items    map[string]map[string]loaded `yaml:"batteries"`
}

type spread struct {
	Resources float64 `yaml:"resources"`
	Challenge float64 `yaml:"challenge"`
	Link      float64 `yaml:"link"`
	Trait     float64 `yaml:"trait"`
	Item      float64 `yaml:"item"`
	Lean      float64 `yaml:"lean"`
	Stretch   float64 `yaml:"stretch"`
	Guess     float64 `yaml:"guess"`
	Change    float64 `yaml:"change"`
}

type habits struct {
	Even   float64 `yaml:"even"`
	Ends   float64 `yaml:"ends"`
	Middle float64 `yaml:"middle"`
}

type skips struct {
	Discuss  float64 `yaml:"discuss"`
	Declined float64 `yaml:"declined"`
}

// loaded is how a person shows in an item. What is nil is as everywhere.
type loaded struct {
	Loads         map[string]float64 `yaml:"loads"`
	Ease          float64            `yaml:"ease"` // how much higher than others it is answered
	Discuss       *float64           `yaml:"discuss"`
	Declined      *float64           `yaml:"declined"`
	NotApplicable float64            `yaml:"not_applicable"`
	Unclear       *float64           `yaml:"unclear"`
}

// words are what people say and write, content/words.yaml.
type words struct {
	Client       []remark             `yaml:"client"`
	Professional []remark             `yaml:"professional"`
	Reasons      map[string]lang.Text `yaml:"reasons"` // by the code of the agreed segment
	Actions      map[string][]action  `yaml:"actions"` // by segment
	Who          map[string]lang.Text `yaml:"who"`
	Grounds      []lang.Text          `yaml:"grounds"`
	Feedback     []opinion            `yaml:"feedback"`
}

// remark is a comment that fits an answer.
type remark struct {
	Item      string `yaml:"item"` // "" for any
	When      string `yaml:"when"` // "discuss" or "unclear", "" for a value between From and To
	From      int    `yaml:"from"`
	To        int    `yaml:"to"`
	lang.Text `yaml:",inline"`
}

type action struct {
	Who       string `yaml:"who"`
	Days      int    `yaml:"days"`
	lang.Text `yaml:",inline"`
}

type opinion struct {
	Usefulness int      `yaml:"usefulness"`
	Agreement  string   `yaml:"agreement"`
	Language   lang.Tag `yaml:"language"` // of the comment, "" without one
	Comment    string   `yaml:"comment"`
	Times      int      `yaml:"times"`
}

// note is an entry of the expert's diary, content/diary.yaml.
type note struct {
	Kind        string `yaml:"kind"`
	From        string `yaml:"from"`
	To          string `yaml:"to"` // "" for a single day
	Text        string `yaml:"text"`
	Minutes     int    `yaml:"minutes"`
	WithClients int    `yaml:"with_clients"`
	Others      int    `yaml:"others"`
}

// script is everything that the replay is made from.
type script struct {
	trial  trial
	people model
	words  words
	notes  []note
	poll   poll
}

// readScript reads the embedded content. An error means that the build is
// broken.
func readScript() (*script, error) {
	s := &script{}
	for name, into := range map[string]any{"trial": &s.trial, "people": &s.people, "words": &s.words, "survey": &s.poll, "diary": &s.notes} {
		data, err := content.ReadFile("content/" + name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		decoder := yaml.NewDecoder(bytes.NewReader(data))
		decoder.KnownFields(true)
		if err := decoder.Decode(into); err != nil {
			return nil, fmt.Errorf("demo: %s.yaml: %w", name, err)
		}
	}
	return s, nil
}
