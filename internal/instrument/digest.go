package instrument

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// Digest returns the SHA-256, in small hexadecimal digits, of everything a
// battery says, asks and scores by. The same content has the same digest
// however its file is laid out. The store keeps digests, so the canonical form
// below never changes; a new field of Battery is added to it only when it
// differs from its default.
func Digest(b *Battery) string {
	h := sha256.New()
	// Every part goes in with its length, so that no two contents run together
	// into the same bytes.
	put := func(parts ...string) {
		for _, part := range parts {
			fmt.Fprintf(h, "%d:%s", len(part), part)
		}
	}
	text := func(t lang.Text) { put(t.Fi, t.Sv, t.En, t.FiPlain, t.SvPlain) }

	put("battery/1", b.Code, strconv.Itoa(b.Version), string(b.Side), strconv.Itoa(b.Cutoff))
	text(b.Name)
	text(b.Description)
	put(strconv.Itoa(b.Scale.Min), strconv.Itoa(b.Scale.Max), strconv.Itoa(len(b.Scale.Anchors)))
	for _, place := range slices.Sorted(maps.Keys(b.Scale.Anchors)) {
		put(strconv.Itoa(place))
		text(b.Scale.Anchors[place])
	}
	put(strconv.Itoa(len(b.Items)))
	for _, item := range b.Items {
		put(item.Code, strconv.FormatBool(item.Reverse), strconv.Itoa(item.Weight), strconv.Itoa(len(item.Terms)))
		put(item.Terms...)
		text(item.Topic)
		text(item.Text)
		text(item.Help)
	}
	return hex.EncodeToString(h.Sum(nil))
}
