package main

import "testing"

// The list is narrowed by the calculated segment, also where the client and the
// professional agreed another one.
func TestListIsNarrowedByTheCalculatedSegment(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.professional
		id := c.complete(8, 2) // omatoimi
		other := c.complete(2, 8)
		c.want(200, "POST", "/assessments/"+id+"/confirmation", object{"segment": "verkosto", "reason": "Juuri nyt on raskasta."})
		for segment, want := range map[string]string{"omatoimi": id, "verkosto": other, "yhteiso": ""} {
			found := c.get("/assessments?segment=" + segment)["data"].([]any)
			switch {
			case want == "" && len(found) > 0, want != "" && len(found) != 1:
				t.Errorf("%s: %d assessments", segment, len(found))
			case want != "" && found[0].(object)["id"] != want:
				t.Errorf("%s lists the wrong one", segment)
			}
		}
	})
}

// Known reasons and own words are both kept as they were given.
func TestReasonOfNonParticipation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, reason := range []string{"technical_fault", "Asiakkaan bussi oli lähdössä."} {
		a := h.professional.want(201, "POST", "/non-participations", object{"unit": "vuosaari-ta", "kind": "unfinished", "reason": reason}).JSON(t)
		if a["reason"] != reason {
			t.Errorf("%q came back as %q", reason, a["reason"])
		}
	}
}
