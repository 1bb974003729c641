package instrument_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/instrument"
)

const formAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// forms are the codes of many batteries in several versions.
func forms(t *testing.T) (*instrument.Library, []string) {
	t.Helper()
	var batteries []*instrument.Battery
	for version := 1; version <= 5; version++ {
		batteries = append(batteries, &instrument.Battery{Code: instrument.ClientBattery, Version: version, Side: instrument.Client})
		for _, code := range []string{"functioning", "illness-care", "social-wellbeing", "health-risk"} {
			batteries = append(batteries, &instrument.Battery{Code: code, Version: version, Side: instrument.Professional})
		}
	}
	library := instrument.NewLibrary(batteries...)
	var codes []string
	for _, client := range library.Versions() {
		for _, professional := range library.Versions() {
			if client.Side == instrument.Client && professional.Side == instrument.Professional {
				codes = append(codes, instrument.FormCode(client, professional))
			}
		}
	}
	return library, codes
}

func TestEveryVersionHasAFormOfItsOwn(t *testing.T) {
	library, codes := forms(t)
	if len(codes) != 100 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 100 {
		t.Fatalf("%d codes, some of them the same", len(codes))
	}
	for _, code := range codes {
		client, professional, ok := library.Form(code)
		if !ok || instrument.FormCode(client, professional) != code {
			t.Errorf("%s leads to another form", code)
		}
		if strings.Trim(code, formAlphabet) != "" || len(code) != 6 {
			t.Errorf("%s is no code that can be read from paper", code)
		}
	}
}

// Paper that is printed today is transcribed for years: its codes stay.
func TestFormCodesNeverChange(t *testing.T) {
	library, err := instrument.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	client, _ := library.Version(instrument.ClientBattery, 1)
	for code, want := range map[string]string{"functioning": "Q1Q7QF", "illness-care": "9EXWGT", "social-wellbeing": "QQEW2Q", "health-risk": "DRS1YE"} {
		professional, ok := library.Version(code, 1)
		if got := instrument.FormCode(client, professional); !ok || got != want {
			t.Errorf("%s: %s, printed as %s", code, got, want)
		}
	}
}

func TestReadFormCodeIsTolerant(t *testing.T) {
	_, codes := forms(t)
	for _, code := range codes {
		loose := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(code))
		for _, typed := range []string{code, loose, " " + code[:3] + "-" + code[3:] + " ", loose[:3] + " – " + loose[3:],
			strings.ReplaceAll(code, "1", "I"), strings.Join(strings.Split(code, ""), " ")} {
			if got, ok := instrument.ReadFormCode(typed); !ok || got != code {
				t.Errorf("%q is read as %q", typed, got)
			}
		}
	}
}

// One wrong character, or two that have changed places, is always noticed.
func TestASlipOfThePenIsNoticed(t *testing.T) {
	_, codes := forms(t)
	for _, code := range codes {
		for i := range code {
			for _, other := range formAlphabet {
				if wrong := code[:i] + string(other) + code[i+1:]; wrong != code {
					refused(t, wrong)
				}
			}
			for j := range code[:i] {
				swapped := []byte(code)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				if string(swapped) != code {
					refused(t, string(swapped))
				}
			}
		}
	}
	for _, typed := range []string{"", "-", codes[0][:5], codes[0] + "0", codes[0][:5] + "U", codes[0][:5] + "Ö", strings.Repeat(" ", 1000) + codes[0]} {
		refused(t, typed)
	}
}

func refused(t *testing.T, typed string) {
	t.Helper()
	if code, ok := instrument.ReadFormCode(typed); ok {
		t.Errorf("%q is read as %s", typed, code)
	}
}

func TestAnUnknownFormIsNone(t *testing.T) {
	library, codes := forms(t)
	one, _ := library.Version("functioning", 1)
	client, _ := library.Version(instrument.ClientBattery, 1)
	if _, _, ok := instrument.NewLibrary(one, client).Form(codes[0]); ok {
		t.Error("a form of versions that are not there")
	}
	if _, _, ok := library.Form(""); ok {
		t.Error("no code is a form")
	}
}

// FuzzFormCode: what is read is a code as it is printed, and a code with another
// character in any one place is never taken for it.
func FuzzFormCode(f *testing.F) {
	for _, typed := range []string{"Q1Q7QF", "q1q 7qf", "QIQ7QF", "qlq7qf", "QQEW2Q", "QQ-EW-2Q", "", "000000", "OOOOOO", "Q1Q7QFF", "Q1Q7Qſ", "Q1Q7Q\xff", "ｑ1q7qf"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := instrument.ReadFormCode(typed)
		if !ok {
			if code != "" {
				t.Fatalf("%q is refused and yet read as %q", typed, code)
			}
			return
		}
		if len(code) != 6 || strings.Trim(code, formAlphabet) != "" {
			t.Fatalf("%q is read as %q", typed, code)
		}
		if again, ok := instrument.ReadFormCode(code); !ok || again != code {
			t.Fatalf("%q is read as %q, and that as %q", typed, code, again)
		}
		for i := range code {
			for _, c := range formAlphabet {
				slip := code[:i] + string(c) + code[i+1:]
				if _, ok := instrument.ReadFormCode(slip); ok && slip != code {
					t.Fatalf("%s is right and so is %s", code, slip)
				}
			}
		}
	})
}
