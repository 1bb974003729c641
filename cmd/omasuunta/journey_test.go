package main

import (
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// The professional's main job, from consent to a printed and recorded result.
func TestAssessmentFromConsentToResult(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.professional
		consent := c.giveConsent()
		draft := c.want(201, "POST", "/assessments", object{
			"consent_id": consent, "unit": "vuosaari-ta", "register": "social", "language": "sv", "battery": "social-wellbeing",
			"expected_segment": "verkosto", "client_ref": "viite-7",
		})
		a := draft.JSON(t)
		path := "/assessments/" + a["id"].(string)
		if a["status"] != "draft" || a["result"] != nil || a["mode"] != "joint" {
			t.Fatalf("a new draft: %v", a)
		}
		if got := draft.Header.Get("Location"); got != "/api/v1"+path {
			t.Errorf("Location %q", got)
		}

		// Answers come in parts; a part that repeats an item replaces its answer.
		first := c.with("If-Match", draft.Header.Get("ETag")).want(200, "PATCH", path,
			object{"client_answers": list{object{"item": "everyday-life", "value": 2, "comment": "Ruoka on hyvää."}, object{"item": "money", "skip": "discuss"}}})
		second := c.with("If-Match", first.Header.Get("ETag")).want(200, "PATCH", path,
			object{"client_answers": list{object{"item": "money", "value": 3, "unclear": true}}, "professional_answers": answersTo(t, "social-wellbeing", 8)})
		answers := second.JSON(t)["client_answers"].([]any)
		if len(answers) != 2 || answers[0].(object)["comment"] != "Ruoka on hyvää." || answers[1].(object)["value"] != 3.0 {
			t.Fatalf("answers after two parts: %v", answers)
		}

		// Too few answers: refused, and the draft is what it was.
		refused := c.want(422, "POST", path+"/completion", nil).JSON(t)
		if refused["code"] != "insufficient_answers" {
			t.Errorf("code %v", refused["code"])
		}
		if got := c.call("GET", path, nil); got.Header.Get("ETag") != second.Header.Get("ETag") {
			t.Error("a refused completion changed the draft")
		}

		c.with("If-Match", second.Header.Get("ETag")).want(200, "PATCH", path, object{"client_answers": answersTo(t, "individual-client", 3)})
		done := c.want(200, "POST", path+"/completion", nil).JSON(t)
		result := done["result"].(object)
		if done["status"] != "completed" || result["segment"].(object)["code"] != "verkosto" {
			t.Fatalf("completed: %v %v", done["status"], result["segment"])
		}
		if result["resources"] != 30.0 || result["challenge"] != 80.0 || result["agreed"] != nil {
			t.Errorf("scores %v and %v, agreed %v", result["resources"], result["challenge"], result["agreed"])
		}
		checkContributions(t, result)
		if again := c.want(409, "POST", path+"/completion", nil).JSON(t); again["code"] != "already_completed" {
			t.Errorf("completed twice: %v", again["code"])
		}
		if late := c.with("If-Match", "*").want(409, "PATCH", path, object{"mode": "phone"}).JSON(t); late["code"] != "already_completed" {
			t.Errorf("changed after completion: %v", late["code"])
		}

		// Another segment is agreed: only with a reason.
		without := c.want(422, "POST", path+"/confirmation", object{"segment": "yhteistyo"}).JSON(t)
		if pointers(without)["/reason"] != "reason_required" {
			t.Errorf("without a reason: %v", without["errors"])
		}
		confirmed := c.want(200, "POST", path+"/confirmation", object{"segment": "yhteistyo", "reason": "Tilanne on jo muuttunut.",
			"actions": list{object{"text": "Soitto aikuissosiaalityöhön", "responsible": "ammattilainen", "due": "2030-01-31"}}, "review_on": "2030-06-01"}).JSON(t)
		if confirmed["status"] != "confirmed" || confirmed["result"].(object)["agreed"].(object)["code"] != "yhteistyo" ||
			confirmed["result"].(object)["segment"].(object)["code"] != "verkosto" {
			t.Errorf("confirmed: %v", confirmed["result"])
		}
		c.want(409, "POST", path+"/confirmation", object{})

		for _, kind := range []string{"discussed", "printed", "recorded"} {
			c.want(201, "POST", path+"/events", object{"kind": kind})
		}
		c.want(201, "POST", path+"/feedback", object{"usefulness": 5, "agreement": "agree", "comment": "Hyvä hetki."})
		c.want(409, "POST", path+"/feedback", object{"usefulness": 5, "agreement": "agree"})
		if got := c.get(path); got["feedback_given"] != true {
			t.Error("the assessment does not know that feedback was given")
		}
	})
}

// The pulls of a side add up to what lies between its score and the cut-off.
func checkContributions(t *testing.T, result object) {
	t.Helper()
	sums := map[string]float64{}
	for _, one := range result["contributions"].([]any) {
		c := one.(object)
		sums[c["side"].(string)] += c["pull"].(float64)
	}
	if math.Abs(sums["client"]+20) > 1e-9 || math.Abs(sums["professional"]-30) > 1e-9 {
		t.Errorf("pulls add up to %v, want -20 and 30", sums)
	}
}

// The result in its three forms and three languages.
func TestResultIsReadableByEveryone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	id := c.complete(8, 2)
	labels := map[string]string{}
	for _, language := range []string{"fi", "sv", "en"} {
		result := c.get("/assessments/" + id + "/result?language=" + language)
		label := result["segment"].(object)["label"].(string)
		labels[language] = label
		page := c.with("Accept", "text/html").want(200, "GET", "/assessments/"+id+"/result?language="+language, nil)
		for _, must := range []string{`lang="` + language + `"`, label, "<svg", "<title"} {
			if !strings.Contains(string(page.Body), must) {
				t.Errorf("the page in %s is without %q", language, must)
			}
		}
		if strings.Contains(string(page.Body), "<script") || page.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("the page in %s has a script or no policy", language)
		}
		text := c.with("Accept", "text/plain").want(200, "GET", "/assessments/"+id+"/result?language="+language, nil)
		if !strings.Contains(string(text.Body), label) || !strings.HasPrefix(text.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("the text for the record in %s is without the segment: %s", language, text.Body)
		}
	}
	if labels["fi"] != "Omatoimiasiakkuus" || labels["sv"] == labels["fi"] || labels["en"] == labels["sv"] {
		t.Errorf("labels %v", labels)
	}
	isPaper(t, "the result", c.with("Accept", "application/pdf").want(200, "GET", "/assessments/"+id+"/result", nil), "result", "fi")
	c.with("Accept", "image/png").want(406, "GET", "/assessments/"+id+"/result", nil)
	draft := c.want(201, "POST", "/assessments", without(paperForm(t, c.giveConsent(), 1, 1), "complete")).JSON(t)["id"].(string)
	c.want(404, "GET", "/assessments/"+draft+"/result", nil)
}

func without(o object, keys ...string) object {
	o = maps.Clone(o)
	for _, k := range keys {
		delete(o, k)
	}
	return o
}

// Withdrawing stops everything at once, and asking twice is no error.
func TestWithdrawalStopsAnswersRecordingAndStatistics(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.professional
		consent := c.giveConsent()
		form := paperForm(t, consent, 8, 2)
		done := c.want(201, "POST", "/assessments", form).JSON(t)["id"].(string)
		draft := c.want(201, "POST", "/assessments", without(form, "complete", "client_answers")).JSON(t)["id"].(string)
		if n := h.expert.get(thisYear())["n"]; n != 1.0 {
			t.Fatalf("n is %v before the withdrawal", n)
		}
		withdrawn := c.want(200, "POST", "/consents/"+consent+"/withdrawal", object{"reason": "En halua enää."}).JSON(t)
		again := c.want(200, "POST", "/consents/"+consent+"/withdrawal", nil).JSON(t)
		if withdrawn["status"] != "withdrawn" || again["withdrawn_at"] != withdrawn["withdrawn_at"] {
			t.Errorf("withdrawn %v, again %v", withdrawn, again)
		}
		for name, a := range map[string]answer{
			"a new assessment":    c.call("POST", "/assessments", form),
			"answers to a draft":  c.with("If-Match", "*").call("PATCH", "/assessments/"+draft, object{"mode": "phone"}),
			"completing":          c.call("POST", "/assessments/"+draft+"/completion", nil),
			"recording":           c.call("POST", "/assessments/"+done+"/events", object{"kind": "recorded"}),
			"confirming":          c.call("POST", "/assessments/"+done+"/confirmation", object{}),
			"text for the record": c.with("Accept", "text/plain").call("GET", "/assessments/"+done+"/result", nil),
			"feedback":            c.call("POST", "/assessments/"+done+"/feedback", object{"usefulness": 1, "agreement": "agree"}),
		} {
			if a.Status != 409 || a.JSON(t)["code"] != "consent_withdrawn" {
				t.Errorf("%s after the withdrawal: %d %s", name, a.Status, a.Body)
			}
		}
		if got := c.get("/assessments/" + done); got["status"] != "withdrawn" {
			t.Errorf("status %v", got["status"])
		}
		if n := h.expert.get(thisYear())["n"]; n != 0.0 {
			t.Errorf("n is %v after the withdrawal", n)
		}
	})
}

func thisYear() string {
	year := calendar.DayOf(time.Now()).String()[:4]
	return "/reports/distribution?from=" + year + "-01-01&to=" + year + "-12-31"
}

// Each purpose counts for itself.
func TestPurposesAreKeptApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	only := c.want(201, "POST", "/assessments", paperForm(t, c.giveConsent("assessment"), 8, 2)).JSON(t)["id"].(string)
	for name, a := range map[string]answer{
		"an assessment without the purpose assessment": c.call("POST", "/assessments", paperForm(t, c.giveConsent("record", "statistics"), 8, 2)),
		"an assessment without a consent":              c.call("POST", "/assessments", without(paperForm(t, "", 8, 2), "consent_id")),
		"an assessment with an unknown consent":        c.call("POST", "/assessments", paperForm(t, "7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b", 8, 2)),
		"text for the record without record":           c.with("Accept", "text/plain").call("GET", "/assessments/"+only+"/result", nil),
		"recorded without record":                      c.call("POST", "/assessments/"+only+"/events", object{"kind": "recorded"}),
	} {
		if a.Status != 422 || a.JSON(t)["code"] != "consent_required" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	d := h.expert.get(thisYear())
	coverage := d["coverage"].(object)
	if d["n"] != 0.0 || coverage["completed"] != 1.0 || coverage["without_statistics"] != 1.0 {
		t.Errorf("n %v, coverage %v for one assessment without statistics", d["n"], coverage)
	}
}

// Two people on one draft never overwrite each other unseen.
func TestTwoPeopleOnOneDraft(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		c := h.professional
		draft := c.want(201, "POST", "/assessments", without(paperForm(t, c.giveConsent(), 5, 5), "complete"))
		path := "/assessments/" + draft.JSON(t)["id"].(string)
		seen := draft.Header.Get("ETag")
		if strings.HasPrefix(seen, "W/") || seen == "" {
			t.Errorf("ETag %q is not strong", seen)
		}
		one := object{"client_answers": list{object{"item": "money", "value": 1}}}
		c.want(428, "PATCH", path, one)
		c.with("If-Match", seen).want(200, "PATCH", path, one)
		c.with("If-Match", seen).want(412, "PATCH", path, object{"client_answers": list{object{"item": "money", "value": 9}}})
		for _, a := range c.get(path)["client_answers"].([]any) {
			if a.(object)["item"] == "money" && a.(object)["value"] != 1.0 {
				t.Errorf("the first answer was overwritten: %v", a)
			}
		}
	})
}

// A repeat of the same POST makes nothing twice.
func TestRepeatedPostMakesNothingTwice(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		c := h.professional.with("Idempotency-Key", "visit-1")
		form := paperForm(t, h.professional.giveConsent(), 8, 2)
		first := c.want(201, "POST", "/assessments", form)
		second := c.want(201, "POST", "/assessments", form)
		if string(first.Body) != string(second.Body) || first.Header.Get("ETag") != second.Header.Get("ETag") {
			t.Error("the repeated answer is another one")
		}
		if n := len(h.professional.get("/assessments")["data"].([]any)); n != 1 {
			t.Errorf("%d assessments after a repeated call", n)
		}
		other := maps.Clone(form)
		other["mode"] = "paper"
		if got := c.want(409, "POST", "/assessments", other).JSON(t); got["code"] != "conflict" {
			t.Errorf("another body: %v", got["code"])
		}
		// A refused call is not remembered: mended, it goes through.
		mended := c.with("Idempotency-Key", "visit-2")
		mended.want(422, "POST", "/assessments", object{"unit": "vuosaari-ta"})
		mended.want(201, "POST", "/assessments", other)
	})
}

// A list comes in pages that together hold everything once.
func TestListInPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	want := map[string]bool{}
	for range 5 {
		want[c.complete(8, 2)] = true
	}
	want[c.complete(2, 8)] = true
	path, pages := "/assessments?limit=4", 0
	for path != "" {
		page := c.get(path)
		for _, one := range page["data"].([]any) {
			delete(want, one.(object)["id"].(string))
		}
		path, pages = "", pages+1
		if next, more := page["next"].(string); more {
			path = "/assessments?limit=4&cursor=" + next
		}
	}
	if len(want) > 0 || pages != 2 {
		t.Errorf("%d assessments missing after %d pages", len(want), pages)
	}
	if n := len(c.get("/assessments?segment=verkosto")["data"].([]any)); n != 1 {
		t.Errorf("%d of segment verkosto", n)
	}
	if n := len(h.neighbour.get("/assessments")["data"].([]any)); n != 0 {
		t.Errorf("the neighbour sees %d assessments", n)
	}
}

// One consent may cover several assessments, of one client only.
func TestConsentBelongsToOneClient(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	form := paperForm(t, c.giveConsent(), 8, 2)
	form["client_ref"] = "A-1"
	c.want(201, "POST", "/assessments", form)
	c.want(201, "POST", "/assessments", form)
	form["client_ref"] = "A-2"
	got := c.want(422, "POST", "/assessments", form).JSON(t)
	if pointers(got)["/client_ref"] != "client_mismatch" {
		t.Errorf("another client under the same consent: %v", got["errors"])
	}
	form["client_ref"] = nil
	c.want(422, "POST", "/assessments", form)
	c.want(201, "POST", "/assessments", without(form, "client_ref"))
}

// pointers returns the findings of a problem by their pointers.
func pointers(problem object) map[string]string {
	found := map[string]string{}
	errors, _ := problem["errors"].([]any)
	for _, one := range errors {
		found[one.(object)["pointer"].(string)] = one.(object)["code"].(string)
	}
	return found
}
