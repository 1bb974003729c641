package httpapi

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/api"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// The contract names the reasons that have words in the catalogue.
func TestContractKnowsTheReasons(t *testing.T) {
	text := string(api.Spec)
	for _, code := range []string{"memory_illness", "acute_confusion", "language", "no_time", "technical_fault",
		"too_tired", "not_interested", "specific_question", "consent_not_wanted", "other"} {
		if !strings.Contains(text, "`"+code+"`") {
			t.Errorf("the contract does not name the reason %s", code)
		}
		if word := locale.For(lang.English).Code("reason", code); word == "" || word == code {
			t.Errorf("the reason %s has no words", code)
		}
	}
}
