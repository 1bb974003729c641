package consent

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/omasuunta/omasuunta/internal/lang"
)

//go:embed texts/*.yaml
var textFiles embed.FS

// Text is one version of what a client reads before consenting: a short
// brochure (esite), the sentence of consent and the purposes to choose from. A
// version is immutable once somebody consented to it.
type Text struct {
	Version      int           `yaml:"version"` // from 1
	Title        lang.Text     `yaml:"title"`
	Brochure     []Section     `yaml:"brochure"`
	Sentence     lang.Text     `yaml:"sentence"`
	Purposes     []PurposeText `yaml:"purposes"`      // every purpose once, in the order of Purposes
	PlainHeading lang.Text     `yaml:"plain_heading"` // before the plain-language form in the archived text
}

// Section is a heading of the brochure with its text. The plain-language text
// has one sentence per line.
type Section struct {
	Heading lang.Text `yaml:"heading"`
	Text    lang.Text `yaml:"text"`
}

// PurposeText is what a client consents to with one purpose.
type PurposeText struct {
	Purpose Purpose   `yaml:"purpose"`
	Label   lang.Text `yaml:"label"`
	Text    lang.Text `yaml:"text"`
}

// Purpose returns the words for a purpose.
func (t Text) Purpose(p Purpose) (PurposeText, bool) {
	for _, one := range t.Purposes {
		if one.Purpose == p {
			return one, true
		}
	}
	return PurposeText{}, false
}

// Rendered is the canonical text in a language: the ordinary form and, in
// Finnish and Swedish, the plain-language form after it, so that the digest
// covers whichever of them the client read. UTF-8 in NFC, lines end with LF.
func (t Text) Rendered(tag lang.Tag) string {
	text := t.Ordinary(tag)
	if plain := t.Plain(tag); plain != text {
		text += "\n" + lang.Tidy(t.PlainHeading.In(tag)) + "\n\n" + plain
	}
	return text
}

// SHA256 is the hex digest of Rendered. A consent record keeps it.
func (t Text) SHA256(tag lang.Tag) string {
	sum := sha256.Sum256([]byte(t.Rendered(tag)))
	return hex.EncodeToString(sum[:])
}

// Ordinary is the ordinary form of the text in a language.
func (t Text) Ordinary(tag lang.Tag) string {
	return t.compose(func(text lang.Text) string { return text.In(tag) })
}

// Plain is the plain-language form of the text in a language, which in English
// is the ordinary one.
func (t Text) Plain(tag lang.Tag) string {
	return t.compose(func(text lang.Text) string { return text.Plain(tag) })
}

func (t Text) compose(in func(lang.Text) string) string {
	parts := []string{lang.Tidy(in(t.Title))}
	for _, section := range t.Brochure {
		parts = append(parts, lang.Tidy(in(section.Heading))+"\n"+lang.Tidy(in(section.Text)))
	}
	parts = append(parts, lang.Tidy(in(t.Sentence)))
	for _, purpose := range t.Purposes {
		parts = append(parts, lang.Tidy(in(purpose.Label))+"\n"+lang.Tidy(in(purpose.Text)))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// FindText returns the text with a number, false where there is none.
func FindText(texts []Text, version int) (Text, bool) {
	i := slices.IndexFunc(texts, func(t Text) bool { return t.Version == version })
	if i < 0 {
		return Text{}, false
	}
	return texts[i], true
}

// BuiltinTexts returns the versions of the embedded consent text, oldest first;
// the last one is current.
func BuiltinTexts() ([]Text, error) { return load(textFiles, "texts") }

func load(fsys fs.FS, dir string) ([]Text, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("consent: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("consent: there is no consent text")
	}
	var all []Text
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("consent: %w", err)
		}
		text, err := ParseText(data)
		if err != nil {
			return nil, fmt.Errorf("consent: %s: %w", name, err)
		}
		all = append(all, text)
	}
	slices.SortFunc(all, func(a, b Text) int { return a.Version - b.Version })
	for i, text := range all {
		if text.Version != i+1 {
			return nil, fmt.Errorf("consent: the versions in %s are not 1 to %d, each once", dir, len(all))
		}
	}
	return all, nil
}

// ParseText reads one version of the consent text from YAML. The error lists
// every mistake, a line each.
func ParseText(data []byte) (Text, error) {
	var text Text
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&text); err != nil {
		return Text{}, err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return Text{}, errors.New("there is something after the first document")
	}
	if err := text.check(); err != nil {
		return Text{}, err
	}
	return text, nil
}

// check is Findings and the version, for a file in which a mistake is one of
// the build.
func (t Text) check() error {
	var mistakes []error
	if t.Version < 1 {
		mistakes = append(mistakes, errors.New("/version: must be 1 or more"))
	}
	for _, one := range t.Findings() {
		mistakes = append(mistakes, fmt.Errorf("%s: %s", one.Pointer, one.Code))
	}
	return errors.Join(mistakes...)
}
