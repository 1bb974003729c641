package locale

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]lang.Tag{
		"":                                  lang.Finnish,
		"fi":                                lang.Finnish,
		"sv-FI,sv;q=0.9,fi;q=0.5":           lang.Swedish,
		"sv-SE":                             lang.Swedish,
		"en-GB,en;q=0.8":                    lang.English,
		"de, en;q=0.7, fi;q=0.3":            lang.English,
		"fi;q=0.2, sv;q=0.8":                lang.Swedish,
		"zh":                                lang.Finnish,
		"*":                                 lang.Finnish,
		"???;;;q=x":                         lang.Finnish,
		"en" + strings.Repeat(", en", 1000): lang.Finnish, // nobody's browser
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("Negotiate(%.40q) = %s, want %s", header, got, want)
		}
	}
}

// yhteiso and yhteistyo are easy to confuse: constant, code and label are held
// together here.
func TestSegmentsKeepTheirNames(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		segment        segment.Segment
		code           string
		fi, sv, en     string
		resources, bad bool
	}{
		{segment.SelfActing, "omatoimi", "Omatoimiasiakkuus", "Självständigt klientskap", "Self-acting client relationship", true, false},
		{segment.Community, "yhteiso", "Yhteisöasiakkuus", "Gemenskapsklientskap", "Community client relationship", false, false},
		{segment.Cooperating, "yhteistyo", "Yhteistyöasiakkuus", "Samarbetsklientskap", "Cooperating client relationship", true, true},
		{segment.Network, "verkosto", "Verkostoasiakkuus", "Nätverksklientskap", "Network client relationship", false, true},
	} {
		if want.segment.Code() != want.code {
			t.Errorf("%v has the code %s", want.segment, want.segment.Code())
		}
		if got := segment.Of(want.resources, want.bad); got != want.segment {
			t.Errorf("resources %v, challenge %v is %v, want %v", want.resources, want.bad, got, want.segment)
		}
		for tag, label := range map[lang.Tag]string{lang.Finnish: want.fi, lang.Swedish: want.sv, lang.English: want.en} {
			if got := For(tag).Segment(want.segment); got != label {
				t.Errorf("%s: %s is called %q, want %q", tag, want.code, got, label)
			}
		}
	}
	if got := For(lang.Finnish).Segment(0); got != "" {
		t.Errorf("the zero segment is called %q", got)
	}
}

func TestNumbersInTheFormOfTheLanguage(t *testing.T) {
	t.Parallel()
	fi, sv, en := For(lang.Finnish), For(lang.Swedish), For(lang.English)
	day := calendar.MustParse("2023-11-12")
	noon := time.Date(2023, 11, 12, 8, 42, 0, 0, time.UTC) // 10.42 in Helsinki
	for _, check := range []struct{ got, want string }{
		{fi.Number(1234.5, 1), "1\u00a0234,5"},
		{sv.Number(1234567.25, 2), "1\u00a0234\u00a0567,25"},
		{en.Number(1234.5, 1), "1,234.5"},
		{fi.Number(-3.25, 1), "−3,2"},
		{fi.Number(-0.01, 1), "0,0"},
		{fi.Number(49.9, 1), "49,9"},
		{fi.Number(math.NaN(), 1), "–"},
		{fi.Integer(999), "999"},
		{fi.Integer(1000), "1\u00a0000"},
		{fi.Percent(47), "47\u00a0%"},
		{sv.Percent(9), "9\u00a0%"},
		{en.Percent(47), "47%"},
		{fi.Date(day), "12.11.2023"},
		{sv.Date(day), "12.11.2023"},
		{en.Date(day), "12\u00a0November\u00a02023"},
		{fi.Date(calendar.Date{}), ""},
		{fi.DateTime(noon), "12.11.2023 klo 10.42"},
		{sv.DateTime(noon), "12.11.2023 kl. 10.42"},
		{en.DateTime(noon), "12\u00a0November\u00a02023 at 10:42"},
		{fi.Month(day), "marraskuu\u00a02023"},
		{sv.Month(day), "november\u00a02023"},
	} {
		if check.got != check.want {
			t.Errorf("got %q, want %q", check.got, check.want)
		}
	}
}

func TestFindingNamesItsCodes(t *testing.T) {
	t.Parallel()
	few := fault.Finding{Code: fault.TooFewAnswers, Args: fault.Args{"side": "client", "scored": 7, "needed": 10}}
	long := fault.Finding{Code: fault.TooLong, Args: fault.Args{"max": 2000}}
	list := fault.Finding{Code: fault.NotInList, Args: fault.Args{"allowed": []string{"health", "social"}}}
	purpose := fault.Finding{Code: fault.ConsentPurpose, Args: fault.Args{"purpose": "record"}}
	for _, check := range []struct {
		tag  lang.Tag
		f    fault.Finding
		want string
	}{
		{lang.Finnish, few, "Vastauksia on liian vähän (asiakas): nyt 7, tarvitaan 10. Annetut vastaukset ovat tallessa."},
		{lang.English, few, "There are too few answers (client): 7 now, 10 needed. The answers given are saved."},
		{lang.Finnish, long, "Teksti on liian pitkä. Merkkejä saa olla enintään 2\u00a0000."},
		{lang.Swedish, list, "Välj något av dessa: health, social."},
		{lang.Swedish, purpose, "Samtycket omfattar inte detta: Anteckna resultatet i klient- eller patientuppgifterna."},
	} {
		if got := For(check.tag).Finding(check.f); got != check.want {
			t.Errorf("%s %s: got %q, want %q", check.tag, check.f.Code, got, check.want)
		}
	}
}

func TestUnknownCodesStayReadable(t *testing.T) {
	t.Parallel()
	p := For(lang.Swedish)
	if title, _ := p.Problem("brand_new"); title != p.Text("problem.internal.title") {
		t.Errorf("an unknown problem is titled %q", title)
	}
	if got := p.Finding(fault.Finding{Code: "brand_new"}); got != p.Text("finding.bad_format") {
		t.Errorf("an unknown finding says %q", got)
	}
	if got := p.Code("reason", "own words"); got != "own words" {
		t.Errorf("a reason in own words became %q", got)
	}
	if got := For("xx").Tag(); got != lang.Finnish {
		t.Errorf("an unknown language got %s", got)
	}
}
