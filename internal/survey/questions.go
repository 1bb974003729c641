package survey

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/omasuunta/omasuunta/internal/lang"
)

//go:embed content/*.yaml
var content embed.FS

// Kind is how a question is answered.
type Kind string

// The kinds.
const (
	Choice Kind = "choice" // one of the options
	Scale  Kind = "scale"  // a whole number between two ends
	Free   Kind = "text"   // words, up to MaxText
)

// MaxText bounds an answer in words, in characters.
const MaxText = 2000

// Questionnaire is one version of the questions. It never changes.
type Questionnaire struct {
	Version  int
	Digest   string // SHA-256 of the file, in hexadecimal digits
	Sections []Section
}

// Section is a part of the questions under a heading.
type Section struct {
	Code      string
	Text      lang.Text
	Questions []Question
}

// Question is one question. The unit of whoever answers is not among them: it is
// asked with every version.
type Question struct {
	Code      string
	Kind      Kind
	Text      lang.Text
	Options   []Option  // of a choice; of a scale its numbers, without words
	Low, High lang.Text // what the ends of a scale mean
}

// Option is one that can be chosen.
type Option struct {
	Code string
	Text lang.Text
}

// Newest is the version with which a round is opened.
const Newest = 1

// Questions returns a version. An error means that the build is broken, or that a
// newer program has opened a round.
func Questions(version int) (Questionnaire, error) {
	all, err := builtin()
	if err != nil {
		return Questionnaire{}, err
	}
	if version < 1 || version > len(all) {
		return Questionnaire{}, fmt.Errorf("survey: there is no version %d of the questions", version)
	}
	return all[version-1], nil
}

// All lists the questions of every section, in order.
func (q Questionnaire) All() []Question {
	var list []Question
	for _, s := range q.Sections {
		list = append(list, s.Questions...)
	}
	return list
}

// Question finds one by its code.
func (q Questionnaire) Question(code string) (Question, bool) {
	all := q.All()
	i := slices.IndexFunc(all, func(one Question) bool { return one.Code == code })
	if i < 0 {
		return Question{}, false
	}
	return all[i], true
}

// Has tells whether an option can be chosen.
func (q Question) Has(code string) bool {
	return slices.ContainsFunc(q.Options, func(o Option) bool { return o.Code == code })
}

// codes lists the options in words for whoever has chosen something else.
func (q Question) codes() string {
	var list []string
	for _, o := range q.Options {
		list = append(list, o.Code)
	}
	return strings.Join(list, ", ")
}

// values are the numbers of a scale.
func (q Question) values() []int {
	list := make([]int, len(q.Options))
	for i, o := range q.Options {
		list[i], _ = strconv.Atoi(o.Code) // they were made of numbers
	}
	return list
}

// The file's own form.
type (
	fileDocument struct {
		Version  int                     `yaml:"version"`
		Scales   map[string][]fileOption `yaml:"scales"`
		Sections []fileSection           `yaml:"sections"`
	}
	fileSection struct {
		Code      string         `yaml:"code"`
		Questions []fileQuestion `yaml:"questions"`
		lang.Text `yaml:",inline"`
	}
	fileQuestion struct {
		Code      string       `yaml:"code"`
		Kind      Kind         `yaml:"kind"`
		Scale     string       `yaml:"scale"` // the name of one of the file's
		Options   []fileOption `yaml:"options"`
		Min       int          `yaml:"min"`
		Max       int          `yaml:"max"`
		Low       lang.Text    `yaml:"low"`
		High      lang.Text    `yaml:"high"`
		lang.Text `yaml:",inline"`
	}
	fileOption struct {
		Code      string `yaml:"code"`
		lang.Text `yaml:",inline"`
	}
)

var builtin = sync.OnceValues(func() ([]Questionnaire, error) {
	var all []Questionnaire
	for version := 1; version <= Newest; version++ {
		data, err := content.ReadFile(fmt.Sprintf("content/questions.v%d.yaml", version))
		if err != nil {
			return nil, fmt.Errorf("survey: %w", err)
		}
		q, err := read(data)
		if err == nil && q.Version != version {
			err = fmt.Errorf("it says version %d", q.Version)
		}
		if err != nil {
			return nil, fmt.Errorf("survey: questions.v%d.yaml: %w", version, err)
		}
		all = append(all, q)
	}
	return all, nil
})

func read(data []byte) (Questionnaire, error) {
	var file fileDocument
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return Questionnaire{}, err
	}
	sum := sha256.Sum256(data)
	q := Questionnaire{Version: file.Version, Digest: hex.EncodeToString(sum[:])}
	for _, s := range file.Sections {
		section := Section{Code: s.Code, Text: s.Text}
		for _, one := range s.Questions {
			section.Questions = append(section.Questions, one.question(file.Scales))
		}
		q.Sections = append(q.Sections, section)
	}
	return q, nil
}

func (f fileQuestion) question(scales map[string][]fileOption) Question {
	q := Question{Code: f.Code, Kind: f.Kind, Text: f.Text, Low: f.Low, High: f.High}
	for _, o := range append(f.Options, scales[f.Scale]...) {
		q.Options = append(q.Options, Option{o.Code, o.Text})
	}
	if f.Kind == Scale {
		for value := f.Min; value <= f.Max; value++ {
			q.Options = append(q.Options, Option{Code: strconv.Itoa(value)})
		}
	}
	return q
}
