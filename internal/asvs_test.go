package internal_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The page that holds the program against OWASP ASVS has a row for each
// requirement of levels 1 and 2, and none without its reason.
var (
	requirement = regexp.MustCompile(`^V[0-9]+\.[0-9]+\.[0-9]+$`)
	pageLink    = regexp.MustCompile(`\]\([^)]+\)`)
	judged      = []string{"holds", "partly", "not", "does not apply"}
)

func TestEveryRequirementIsJudged(t *testing.T) {
	list, err := os.ReadFile("testdata/asvs-5.0.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	levels, order := map[string]string{}, []string{}
	for line := range strings.Lines(string(list)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		id, level, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || !requirement.MatchString(id) || level != "1" && level != "2" || strings.HasPrefix(id, "V17.") || levels[id] != "" {
			t.Fatalf("in the list of requirements: %q", line)
		}
		levels[id] = level
		order = append(order, id)
	}
	if len(order) != 246 {
		t.Fatalf("%d requirements", len(order))
	}
	text, err := os.ReadFile("../docs/operate/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	count := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| V") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 {
			t.Errorf("%d cells: %s", len(cells), line)
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		id, level, asks, state, why := cells[0], cells[1], cells[2], cells[3], cells[4]
		found = append(found, id)
		count[state]++
		switch {
		case levels[id] != level:
			t.Errorf("%s is of level %s, not %s", id, levels[id], level)
		case len(asks) < 10 || len(why) < 10:
			t.Errorf("%s is not complete: %s", id, line)
		case !slices.Contains(judged, state):
			t.Errorf("%s: what is %q?", id, state)
		case state == "holds" && !citedTest.MatchString(why) && !pageLink.MatchString(why):
			t.Errorf("%s holds, but nothing shows it: %s", id, why)
		}
	}
	if !slices.Equal(found, order) {
		for _, id := range order {
			if n := strings.Count(strings.Join(found, " ")+" ", id+" "); n != 1 {
				t.Errorf("%s is there %d times", id, n)
			}
		}
		t.Error("the rows are not the requirements, in their order")
	}
	if sum := fmt.Sprintf("%d hold, %d hold partly, %d do not hold, %d do not apply.", count["holds"], count["partly"], count["not"], count["does not apply"]); !strings.Contains(string(text), sum) {
		t.Errorf("the page should say: %s", sum)
	}
}
