package export_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/report"
)

// Everything in a distribution is named in words, no key or code is left.
func TestDistributionIsNamedInEveryLanguage(t *testing.T) {
	library, err := instrument.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d := report.Distribution{From: calendar.MustParse("2023-05-05"), To: calendar.MustParse("2023-11-12"), MinCell: 1, Unit: "u"}
	for _, tag := range lang.All {
		l := export.DistributionLabels(d, locale.For(tag), library, map[string]string{"u": "Vuosaaren terveysasema"})
		words := map[string]string{
			"segment": l.Segment("yhteistyo"), "battery": l.Battery("functioning"), "unit": l.Unit("u"), "month": l.Month("2023-05"),
		}
		for _, line := range d.Coverage.Lines() {
			words["coverage "+line.Code] = l.Covered(line.Code)
		}
		var collect func(name string, v reflect.Value)
		collect = func(name string, v reflect.Value) {
			switch v.Kind() {
			case reflect.String:
				words[name] = v.String()
			case reflect.Struct:
				for i := range v.NumField() {
					collect(name+"."+v.Type().Field(i).Name, v.Field(i))
				}
			}
		}
		collect("Labels", reflect.ValueOf(l))
		for name, word := range words {
			if word == "" || strings.Contains(word, "report.") {
				t.Errorf("%s: %s is %q", tag, name, word)
			}
		}
	}
}
