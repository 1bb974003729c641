package content_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestInForce(t *testing.T) {
	row := func(first, last int, of string) (list []consent.Text) {
		for v := first; v <= last; v++ {
			t := consent.Text{Version: v}
			t.Title.Fi = of
			list = append(list, t)
		}
		return list
	}
	for name, c := range map[string]struct{ embedded, own, want []consent.Text }{
		"none of its own":     {row(1, 2, "e"), nil, row(1, 2, "e")},
		"own behind":          {row(1, 2, "e"), row(3, 4, "o"), append(row(1, 2, "e"), row(3, 4, "o")...)},
		"a release caught up": {row(1, 5, "e"), row(3, 4, "o"), append(row(1, 2, "e"), row(3, 4, "o")...)},
	} {
		if diff := cmp.Diff(c.want, content.InForce(c.embedded, c.own)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// places are where findings are and what they say.
func places(t *testing.T, err error) map[string]string {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		t.Fatalf("%v is not about bad input", err)
	}
	found := map[string]string{}
	for _, one := range f.Findings {
		found[one.Pointer] = one.Code
	}
	return found
}

func TestEveryMistakeInAConsentTextIsFoundAtOnce(t *testing.T) {
	texts, err := consent.BuiltinTexts()
	if err != nil {
		t.Fatal(err)
	}
	text := texts[0].Tidy()
	if f := text.Findings(); len(f) > 0 {
		t.Fatalf("the embedded text itself: %v", f)
	}
	text.Title.Sv = " "
	text.Brochure[0].Text.FiPlain = ""
	text.Brochure[2].Heading.En = strings.Repeat("x", 201)
	text.Sentence.En = "a\x00b"
	text.Purposes[1].Label.Fi = ""
	want := map[string]string{
		"/title/sv": fault.Required, "/brochure/0/text/fi_plain": fault.Required, "/brochure/2/heading/en": fault.TooLong,
		"/sentence/en": fault.BadCharacter, "/purposes/1/label/fi": fault.Required,
	}
	if diff := cmp.Diff(want, places(t, text.Findings().Err())); diff != "" {
		t.Error(diff)
	}
	text = texts[0]
	text.Brochure = nil
	text.Purposes = []consent.PurposeText{text.Purposes[1], text.Purposes[0], text.Purposes[2]}
	if diff := cmp.Diff(map[string]string{"/brochure": fault.Required, "/purposes": fault.NotInList}, places(t, text.Findings().Err())); diff != "" {
		t.Error(diff)
	}
}

func TestEveryMistakeInAGuidanceIsFoundAtOnce(t *testing.T) {
	library, err := instrument.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segment.All {
		if f := library.Guidance(s).Findings(); len(f) > 0 {
			t.Errorf("the embedded guidance of %s: %v", s, f)
		}
	}
	g := library.Guidance(segment.Network).Tidy()
	g.Headline.Fi, g.Heavy.SvPlain, g.Professional.En = "", "", strings.Repeat("x", 801)
	g.Steps[1].FirstStep.FiPlain, g.Steps[1].Service.En = "", ""
	want := map[string]string{
		"/headline/fi": fault.Required, "/heavy/sv_plain": fault.Required, "/professional/en": fault.TooLong,
		"/steps/1/first_step/fi_plain": fault.Required, "/steps/1/service/en": fault.Required,
	}
	if diff := cmp.Diff(want, places(t, g.Findings().Err())); diff != "" {
		t.Error(diff)
	}
	g.Steps = nil
	if got := places(t, g.Findings().Err()); got["/steps"] != fault.Required {
		t.Errorf("no steps: %v", got)
	}
}

// closed is a store that must not be asked for anything.
type closed struct{ content.Store }

type ids struct{}

func (ids) New() uuid.UUID { return uuid.New() }

func TestABarrierThatDoesNotFitIsNotStored(t *testing.T) {
	s := content.New(closed{}, nil, nil, nil, testkit.NewClock(time.Time{}), ids{})
	for _, c := range []struct {
		in   content.Barrier
		want map[string]string
	}{
		{content.Barrier{Page: "/"}, map[string]string{"/description": fault.Required}},
		{content.Barrier{Page: strings.Repeat("ä", 201), Description: strings.Repeat("ä", 2001), Contact: strings.Repeat("ä", 201)},
			map[string]string{"/page": fault.TooLong, "/description": fault.TooLong, "/contact": fault.TooLong}},
		{content.Barrier{Description: "\xff"}, map[string]string{"/description": fault.BadCharacter}},
	} {
		if diff := cmp.Diff(c.want, places(t, s.ReportBarrier(context.Background(), c.in))); diff != "" {
			t.Error(diff)
		}
	}
	if got := fmt.Sprintf("%v %+v", content.Barrier{Contact: "salainen"}, []content.Barrier{{Contact: "salainen"}}); strings.Contains(got, "salainen") {
		t.Errorf("a printed report says %q", got)
	}
}
