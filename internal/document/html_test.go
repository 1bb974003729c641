package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func rendered(t *testing.T, r Result, tag lang.Tag) string {
	t.Helper()
	var page bytes.Buffer
	if err := HTML(&page, r, tag); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// named returns one of the samples.
func named(t testing.TB, name string) Result {
	t.Helper()
	for _, s := range samples {
		if s.name == name {
			return s.result(t)
		}
	}
	t.Fatalf("no sample %s", name)
	return Result{}
}

const attack = `<script>alert(1)</script><img src=x onerror="alert(2)">'"&{{.}}`

func TestPageEscapesWhatPeopleTyped(t *testing.T) {
	t.Parallel()
	r := named(t, "borderline")
	r.Reason, r.Unit = attack, attack
	r.Actions = []Action{{Text: attack, Responsible: attack}}
	r.Client[0].Comment = attack
	page := rendered(t, r, lang.Finnish)
	for _, bad := range []string{"<script", "<img", `onerror="`} {
		if strings.Contains(page, bad) {
			t.Errorf("%q got into the page as markup", bad)
		}
	}
	if got := strings.Count(html.UnescapeString(page), attack); got != 5 {
		t.Errorf("the typed text is there %d times, want 5", got)
	}
}

func TestPageKeepsTheProfessionalsNotesToTheRecord(t *testing.T) {
	t.Parallel()
	r := named(t, "yhteistyo")
	const theirs = "Lääkelista vanhentunut"
	if strings.Contains(rendered(t, r, lang.Finnish), theirs) {
		t.Error("the professional's comment is on the client's page")
	}
	var text bytes.Buffer
	if err := Text(&text, r, Health, lang.Finnish); err != nil || !strings.Contains(text.String(), theirs) {
		t.Errorf("the professional's comment is not in the record: %v", err)
	}
}

func TestPageNeedsNothingButItsOwnStyle(t *testing.T) {
	t.Parallel()
	page := rendered(t, named(t, "omatoimi"), lang.Swedish)
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(page, -1)
	if len(style) != 1 {
		t.Fatalf("%d style sheets", len(style))
	}
	sum := sha256.Sum256([]byte(style[0][1]))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; StyleHash() != want {
		t.Errorf("StyleHash is %s, the page's style has %s", StyleHash(), want)
	}
	for _, foreign := range []string{"<script", "<link", "<img", " style=", " src=", "@import", "http://www.w3.org/1999", "https://"} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page holds %q", foreign)
		}
	}
	if strings.Contains(style[0][1], "url(") {
		t.Error("the style sheet loads something")
	}
}

func TestPageIsInOrder(t *testing.T) {
	t.Parallel()
	heading := regexp.MustCompile(`<h([1-6])>`)
	for _, s := range samples {
		for _, form := range forms {
			r := s.result(t)
			r.Plain = form.plain
			page := rendered(t, r, form.tag)
			if !strings.Contains(page, `<html lang="`+string(form.tag)+`">`) {
				t.Errorf("%s %s: the language is not declared", s.name, form.name)
			}
			last := 0
			for i, match := range heading.FindAllStringSubmatch(page, -1) {
				level := int(match[1][0] - '0')
				if level > last+1 || (level == 1) != (i == 0) {
					t.Errorf("%s %s: heading %d has the level %d after %d", s.name, form.name, i+1, level, last)
				}
				last = level
			}
			p := locale.For(form.tag)
			at := -1
			for _, key := range []string{"document.strengths", "document.heavy", "document.next", "document.steps", "document.place", "document.caution"} {
				next := strings.Index(page, "<h2>"+p.Text(key)+"</h2>")
				if next <= at {
					t.Errorf("%s %s: %s is not after what comes before it", s.name, form.name, key)
				}
				at = next
			}
		}
	}
}

func TestPageSaysWhatEachSampleIs(t *testing.T) {
	t.Parallel()
	lib := library(t)
	for _, test := range []struct {
		name           string
		has, hasNot    []string
		shown, counted segment.Segment
	}{
		{"omatoimi", []string{"Tulos on ehdotus, josta puhutaan yhdessä.", "Kirjoitetaan tähän", "Voimavarasi: 84,2 pistettä"},
			[]string{"Sovimme toisin", "Lähellä ovat myös", "Esittelyaineisto", "Näistä halusit jutella"}, segment.SelfActing, segment.SelfActing},
		{"yhteiso", []string{"Tästä sovimme yhdessä.", "Soitamme yhdessä vertaisryhmän vetäjälle.", "20.11.2023", "15.1.2024"},
			[]string{"Kirjoitetaan tähän"}, segment.Community, segment.Community},
		{"yhteistyo", []string{"Lääkkeet vievät ison osan eläkkeestä.", "Käymme lääkelistan läpi."}, nil, segment.Cooperating, segment.Cooperating},
		{"verkosto", []string{"Näistä halusit jutella"}, nil, segment.Network, segment.Network},
		{"borderline", []string{"Sovimme toisin kuin laskettiin", "Kaatumisia on ollut", "Esittelyaineisto", "Tulos on herkkä",
			"Lähellä ovat myös: Yhteisöasiakkuus, Yhteistyöasiakkuus."}, []string{"Tulos on vakaa"}, segment.Network, segment.SelfActing},
	} {
		r := named(t, test.name)
		if r.Shown() != test.shown || r.Scoring.Segment != test.counted {
			t.Errorf("%s: shown %v, calculated %v", test.name, r.Shown(), r.Scoring.Segment)
		}
		page := html.UnescapeString(rendered(t, r, lang.Finnish))
		for _, want := range append(test.has, lib.Guidance(test.shown).Together.Fi, lib.Caution().Fi) {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q is not said", test.name, want)
			}
		}
		for _, no := range test.hasNot {
			if strings.Contains(page, no) {
				t.Errorf("%s: %q is said", test.name, no)
			}
		}
		if strings.Contains(page, fmt.Sprintf("%.4f", r.Scoring.Stability)) || regexp.MustCompile(`\b0[.,]\d{2,}`).MatchString(regexp.MustCompile(`(?s)<style>.*</style>|<svg.*</svg>`).ReplaceAllString(page, "")) {
			t.Errorf("%s: a bare probability is shown", test.name)
		}
	}
}

// What the house wrote is what a client reads, of the own segment and of a
// neighbour.
func TestPageSaysTheHousesOwnGuidance(t *testing.T) {
	t.Parallel()
	r := named(t, "borderline")
	r.Scoring.Borderline = r.Scoring.Borderline[:1]
	own, near := r.Guidance[r.Shown()], r.Guidance[r.Scoring.Borderline[0]]
	own.Together.Fi, near.Neighbour.Fi = "Talon omat sanat yhteisestä työstä.", "Talon omat sanat naapurista."
	r.Guidance[r.Shown()], r.Guidance[r.Scoring.Borderline[0]] = own, near
	page := html.UnescapeString(rendered(t, r, lang.Finnish))
	for _, want := range []string{own.Together.Fi, near.Neighbour.Fi} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not said", want)
		}
	}
}

func TestPlainPageIsPlain(t *testing.T) {
	t.Parallel()
	lib := library(t)
	for _, tag := range []lang.Tag{lang.Finnish, lang.Swedish} {
		r := named(t, "verkosto")
		r.Plain = true
		page := html.UnescapeString(rendered(t, r, tag))
		guidance := lib.Guidance(segment.Network)
		for _, text := range []lang.Text{guidance.Headline, guidance.Strengths, guidance.Heavy, guidance.Together, lib.Caution()} {
			if !strings.Contains(page, text.Plain(tag)) {
				t.Errorf("%s: %q is not said", tag, text.Plain(tag))
			}
			if text.Plain(tag) != text.In(tag) && strings.Contains(page, text.In(tag)) {
				t.Errorf("%s: the ordinary %q is said", tag, text.In(tag))
			}
		}
	}
}

func TestSteadinessOf(t *testing.T) {
	t.Parallel()
	for stability, want := range map[float64]steadiness{1: steady, 0.9: steady, 0.899: fair, 0.7: fair, 0.699: sensitive, 0: sensitive} {
		if got := steadinessOf(stability); got != want {
			t.Errorf("%v is %s, want %s", stability, got, want)
		}
	}
}

func TestStrongestWhenNothingIsStrong(t *testing.T) {
	t.Parallel()
	in := func(text lang.Text) string { return text.Fi }
	low := sample{client: []int{2, 2, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2}, professional: []int{8}, battery: "functioning"}
	if got := low.result(t).strongest(in); len(got) != 1 || got[0].Topic != library(t).Client().Items[2].Topic.Fi {
		t.Errorf("the best of low answers is %v", got)
	}
	alike := sample{client: []int{2}, professional: []int{8}, battery: "functioning"}
	if got := alike.result(t).strongest(in); got != nil {
		t.Errorf("with all answers alike %v stands out", got)
	}
}

func TestIncompleteResultsAreRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Result){
		"no segment": func(r *Result) { r.Scoring.Segment = 0 },
		"no battery": func(r *Result) { r.ProfessionalBattery = nil },
		"no library": func(r *Result) { r.Library = nil },
	} {
		r := named(t, "omatoimi")
		spoil(&r)
		var out bytes.Buffer
		if HTML(&out, r, lang.Finnish) == nil || Text(&out, r, Health, lang.Finnish) == nil || out.Len() > 0 {
			t.Errorf("%s was written", name)
		}
		if _, err := Plane(r, lang.Finnish); err == nil {
			t.Errorf("%s was drawn", name)
		}
	}
	silent := named(t, "omatoimi")
	delete(silent.Guidance, segment.Network)
	if HTML(&bytes.Buffer{}, silent, lang.Finnish) == nil {
		t.Error("a page without the guidance of a segment was written")
	}
	if Text(&bytes.Buffer{}, named(t, "omatoimi"), "library", lang.Finnish) == nil {
		t.Error("an unknown register was accepted")
	}
}

// full is a writer whose disk is full.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrorsAreReported(t *testing.T) {
	t.Parallel()
	r := named(t, "verkosto")
	if err := HTML(full{}, r, lang.Finnish); !errors.Is(err, errFull) {
		t.Errorf("HTML: %v", err)
	}
	if err := Text(full{}, r, Social, lang.Finnish); !errors.Is(err, errFull) {
		t.Errorf("Text: %v", err)
	}
}

func TestResultStaysOutOfLogs(t *testing.T) {
	t.Parallel()
	r := named(t, "yhteistyo")
	if got := fmt.Sprintf("%v %+v %s", r, r, r); strings.Contains(got, "Lääke") {
		t.Errorf("a printed result says %q", got)
	}
}

func TestPlaneHasTheWordsAndThePlace(t *testing.T) {
	t.Parallel()
	r := named(t, "yhteistyo")
	picture, err := Plane(r, lang.English)
	if err != nil {
		t.Fatal(err)
	}
	svg := string(picture.SVG())
	for _, want := range []string{"My resources", "How challenging the situation is", "Cooperating", "You are here", "68.3 points"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is not in the picture", want)
		}
	}
	if r.Scoring.Version != 1 || deviation(r.Scoring, r.ClientBattery) < 2 || deviation(r.Scoring, r.ClientBattery) > 2.1 {
		t.Errorf("12 equal items deviate by %v points, want 10·√(½/12) = 2.04", deviation(r.Scoring, r.ClientBattery))
	}
	if deviation(r.Scoring, &instrument.Battery{}) != 0 {
		t.Error("a side without answers deviates")
	}
}
