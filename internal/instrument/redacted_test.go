package instrument

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Answers are health data: no way of printing them may show anything.
func TestAnswersAreNeverPrinted(t *testing.T) {
	answer := Answer{Item: "planted-item", Value: 7, Skip: Discuss, Comment: "planted words", Unclear: true}
	sheet := Sheet{answer, answer}
	values := []any{answer, &answer, sheet, &sheet, []Answer{answer}, map[string]Answer{"a": answer},
		struct{ Sheet Sheet }{sheet}}
	show := func(how, text string) {
		for _, secret := range []string{"planted", "7", "discuss", "true", "706c616e746564"} {
			if strings.Contains(strings.ToLower(text), secret) {
				t.Errorf("%s shows %q: %s", how, secret, text)
			}
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range values {
			show(fmt.Sprintf("%s of %T", verb, value), fmt.Sprintf(verb, value))
		}
	}
	var log bytes.Buffer
	text := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	json := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	for _, value := range []any{answer, &answer, sheet, &sheet} {
		text.Info("saved", "value", value)
		json.Info("saved", "value", value)
	}
	show("slog", log.String())
	if got := strings.Count(log.String(), redacted); got != 8 {
		t.Errorf("%d of 8 log lines say %s:\n%s", got, redacted, log.String())
	}
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
