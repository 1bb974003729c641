package assessment

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// Content is what the house works with at the moment. It is asked with every
// start, so it must not cost a question to the database each time.
type Content interface {
	// CurrentText is the consent text that a client is asked to agree to now.
	CurrentText(ctx context.Context) (consent.Text, error)
	// TextVersion is the text with a number, false where there is none.
	TextVersion(ctx context.Context, version int) (consent.Text, bool, error)
	// InUse tells by code which professional batteries can be chosen. The
	// caller does not change the map.
	InUse(ctx context.Context) (map[string]bool, error)
}

// FixedContent is the last of the texts, which are in the order of their
// versions and at least one, and every battery of the library.
func FixedContent(library *instrument.Library, texts []consent.Text) Content {
	c := fixedContent{texts: texts, inUse: map[string]bool{}}
	for _, b := range library.Professional() {
		c.inUse[b.Code] = true
	}
	return c
}

type fixedContent struct {
	texts []consent.Text
	inUse map[string]bool
}

func (c fixedContent) CurrentText(context.Context) (consent.Text, error) {
	return c.texts[len(c.texts)-1], nil
}

func (c fixedContent) TextVersion(_ context.Context, version int) (consent.Text, bool, error) {
	text, found := consent.FindText(c.texts, version)
	return text, found, nil
}

func (c fixedContent) InUse(context.Context) (map[string]bool, error) { return c.inUse, nil }
