package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"github.com/omasuunta/omasuunta/internal/lang"
)

//go:embed messages/*.yaml
var files embed.FS

// catalogue is all messages of all languages. It never changes once loaded.
type catalogue struct {
	bundle *i18n.Bundle
	keys   map[lang.Tag]map[string]bool
}

// builtin is loaded once. The files are embedded and tested, so a mistake in
// them is a mistake of the build.
var builtin = mustLoad(files)

func mustLoad(fsys fs.FS) *catalogue {
	c, err := load(fsys)
	if err != nil {
		panic(err)
	}
	return c
}

// load reads every message file and refuses a key that is given twice.
func load(fsys fs.FS) (*catalogue, error) {
	bundle := i18n.NewBundle(language.Finnish)
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	c := &catalogue{bundle: bundle, keys: map[lang.Tag]map[string]bool{}}
	for _, tag := range lang.All {
		c.keys[tag] = map[string]bool{}
	}
	paths, err := fs.Glob(fsys, "messages/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("locale: %w", err)
	}
	slices.Sort(paths)
	for _, path := range paths {
		file, err := bundle.LoadMessageFileFS(fsys, path)
		if err != nil {
			return nil, fmt.Errorf("locale: %s: %w", path, err)
		}
		have, ok := c.keys[lang.Tag(file.Tag.String())]
		if !ok {
			return nil, fmt.Errorf("locale: %s: the language %s is not one of ours", path, file.Tag)
		}
		for _, message := range file.Messages {
			if have[message.ID] {
				return nil, fmt.Errorf("locale: %s: %s is there already", path, message.ID)
			}
			have[message.ID] = true
		}
	}
	return c, nil
}

// matcher lists our languages in the order of lang.All: the first is the
// answer to a header that names none of them.
var matcher = language.NewMatcher([]language.Tag{language.Finnish, language.Swedish, language.English})

// maxHeader bounds the Accept-Language header that is looked at, in bytes. A
// browser sends far less than this.
const maxHeader = 1000

// Negotiate chooses the language of an answer from an Accept-Language header.
// Finnish is the answer to a header that is empty, malformed, too long, or
// asks for none of our languages.
func Negotiate(acceptLanguage string) lang.Tag {
	if len(acceptLanguage) > maxHeader {
		return lang.Finnish
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return lang.Finnish
	}
	_, index, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		return lang.Finnish
	}
	return lang.All[index]
}
