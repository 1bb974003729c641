package main

import (
	"fmt"
	"strings"
	"testing"
)

// Names, identifiers and free text are planted through every path. They may be
// in the answers to those who may read them, and nowhere else: not in logs, not
// in error bodies, not in the audit, not in file names.
func TestPersonalDataStaysWhereItBelongs(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const mark = "Salaisuus"
		planted := 0
		plant := func() string { planted++; return fmt.Sprintf("%s-%d", mark, planted) }
		c := h.professional

		consent := c.want(201, "POST", "/consents", object{"language": "fi", "form": "paper", "purposes": list{"assessment", "record", "statistics"},
			"given_by": "representative", "representative_ground": plant()}).JSON(t)["id"].(string)
		form := paperForm(t, consent, 8, 2)
		form["client_ref"] = plant()
		form["client_answers"].(list)[0].(object)["comment"] = plant()
		form["professional_answers"].(list)[0].(object)["comment"] = plant()
		id := c.want(201, "POST", "/assessments", form).JSON(t)["id"].(string)
		path := "/assessments/" + id
		c.get(path)
		c.get("/assessments")
		c.with("Accept", "text/html").want(200, "GET", path+"/result", nil)
		c.with("Accept", "text/plain").want(200, "GET", path+"/result", nil)
		c.want(200, "POST", path+"/confirmation", object{"segment": "verkosto", "reason": plant(),
			"actions": list{object{"text": plant(), "responsible": plant()}}})
		c.want(201, "POST", path+"/feedback", object{"usefulness": 1, "agreement": "disagree", "comment": plant()})
		c.want(201, "POST", "/non-participations", object{"unit": "vuosaari-ta", "kind": "declined", "reason": plant()})
		draft := c.want(201, "POST", "/assessments", without(form, "complete")).JSON(t)["id"].(string)
		c.with("If-Match", "*").want(200, "PATCH", "/assessments/"+draft, object{"client_answers": list{object{"item": "money", "value": 1, "comment": plant()}}})

		// And wherever it is refused.
		wrong := []answer{
			c.call("POST", "/assessments", `{"`+plant()+`":"`+plant()+`"`),
			c.call("POST", "/assessments", object{"Kenttä": plant(), "client_ref": plant(), "unit": plant(), "register": plant(), "battery": plant(),
				"consent_id": plant(), "mode": plant(), "assessed_on": plant(), "client_answers": list{object{"item": plant(), "skip": plant(), "comment": strings.Repeat(plant(), 1000)}}}),
			c.call("GET", "/assessments?unit="+plant()+"&cursor="+plant()+"&segment="+plant(), nil),
			c.call("GET", "/assessments/"+plant(), nil),
			c.with("Idempotency-Key", plant()+"ä").call("POST", "/non-participations", object{"reason": plant()}),
			c.with("If-Match", `"`+plant()+`"`).call("PATCH", "/assessments/"+draft, object{"mode": "paper"}),
			h.as(plant()).call("GET", "/assessments", nil),
			c.with("Accept", plant()).call("GET", "/instruments", nil),
		}
		for i, a := range wrong {
			if a.Status < 400 || a.Status >= 500 {
				t.Errorf("refusal %d: %d %s", i, a.Status, a.Body)
			}
			if strings.Contains(string(a.Body), mark) {
				t.Errorf("error body %d repeats what was sent: %s", i, a.Body)
			}
			if strings.Contains(fmt.Sprint(a.Header), mark) {
				t.Errorf("a header of error %d repeats what was sent: %v", i, a.Header)
			}
		}
		c.want(200, "POST", "/consents/"+consent+"/withdrawal", object{"reason": plant()})
		checkFiles(t, h.database) // while it is served
		h.stop()
		checkFiles(t, h.database)
		checkInventory(t, open(t, h.database))
		if strings.Contains(h.log.String(), mark) || strings.Contains(h.out.String(), mark) {
			t.Error("what was planted is in the log")
		}
		if !strings.Contains(h.log.String(), `"route":"/api/v1/assessments/:id"`) {
			t.Error("the log does not hold the routes, so that this test would see nothing")
		}
		checkAudit(t, h, mark)
	})
}

// The audit tells who did what to which record, and nothing else.
func checkAudit(t *testing.T, h *house, mark string) {
	t.Helper()
	db := open(t, h.database)
	all := scalar(t, db, "SELECT count(*) FROM audit_events")
	clean := scalar(t, db, "SELECT count(*) FROM audit_events WHERE role || action || subject || subject_id || unit || request_id NOT LIKE '%"+mark+"%'")
	if all != clean {
		t.Errorf("%s audit rows, %s without what was planted", all, clean)
	}
	for _, action := range []string{
		"consent.given", "consent.withdrawn", "assessment.started", "assessment.submitted", "assessment.changed", "assessment.read",
		"assessment.listed", "assessment.confirmed", "result.read", "feedback.given", "non_participation.recorded",
	} {
		if scalar(t, db, "SELECT count(*) FROM audit_events WHERE action = '"+action+"'") == "0" {
			t.Errorf("nothing in the audit tells of %s", action)
		}
	}
	// Feedback cannot be led back to the assessment, the user or the moment.
	if n := scalar(t, db, "SELECT count(*) FROM feedback"); n != "1" {
		t.Errorf("%s rows of feedback", n)
	}
	rows, err := db.Query("SELECT * FROM feedback")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(columns, " "); got != "id unit given_on usefulness agreement sealed" {
		t.Errorf("feedback is kept with %s", got)
	}
}
