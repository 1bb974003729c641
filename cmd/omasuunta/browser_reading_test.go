package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stop is where the Tab key leads.
type stop struct {
	What                               string
	Outside, Again                     bool // the page is behind, or begins anew
	Backwards, Unmarked, Covered, Away bool
}

// tabbed looks at the element that has the focus: whether it comes after the one
// before, is marked, and to be seen. The button inside a field for a day cannot be
// asked for its mark.
const tabbed = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return {Outside: true};
	const before = window.tabbed && window.tabbed.at(-1);
	if (before !== e && (window.tabbed ||= []).includes(e)) return {Again: true};
	if (before !== e) window.tabbed.push(e);
	const seen = e.matches("[type=radio], [type=checkbox]") && e.labels.length ? [e, e.labels[0]] : [e];
	const marked = (x) => {
		const style = getComputedStyle(x);
		return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && style.opacity !== "0";
	};
	const r = seen.at(-1).getBoundingClientRect();
	const onTop = [.05, .5, .95].some((x) => [.05, .5, .95].some((y) => {
		const top = document.elementFromPoint(r.left + r.width * x, r.top + r.height * y);
		return top && seen.some((s) => s === top || s.contains(top));
	}));
	return {
		What: e.outerHTML.slice(0, 120), Unmarked: before !== e && !seen.some(marked), Covered: !onTop,
		Backwards: !!before && before !== e && !(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING),
		Away: r.bottom <= 0 || r.top >= innerHeight || r.right <= 0 || r.left >= innerWidth,
	};
})()`

// missed are the things that the Tab key should have reached.
const missed = `[...document.querySelectorAll("a[href], button, summary, input:not([type=hidden], [type=radio]), select, textarea")]
	.filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0 && !(window.tabbed || []).includes(e)).map((e) => e.outerHTML.slice(0, 120))`

// byKeyboard goes through pages with the Tab key, in a small window, where what
// is sticky covers most.
func (v *viewer) byKeyboard() {
	v.Helper()
	v.size(320, 480)
	v.features("prefers-reduced-motion", "reduce")
	for _, s := range screens() {
		if s.state != "" || s.form != nil || !slices.Contains([]string{"/new", "/assessments/:id/client/:item", "/assessments/:id/result"}, s.route) {
			continue
		}
		v.see(s)
		v.tabThrough("by keyboard, " + s.String())
	}
}

func (v *viewer) tabThrough(name string) {
	v.Helper()
	const most = 200
	for n := range most {
		v.keys(kb.Tab)
		at := eval[stop](v.browser, tabbed)
		if at.Outside || at.Again {
			if left := eval[[]string](v.browser, missed); len(left) > 0 {
				v.Errorf("%s: the Tab key does not reach\n%s", name, strings.Join(left, "\n"))
			}
			return
		}
		if n == 0 && !strings.Contains(at.What, `class="skip"`) {
			v.Errorf("%s: the first stop is no way past the head of the page: %s", name, at.What)
		}
		for wrong, is := range map[string]bool{"comes after what follows it": at.Backwards, "shows no focus": at.Unmarked, "is covered": at.Covered, "is out of sight": at.Away} {
			if is {
				v.Errorf("%s: %s: %s", name, wrong, at.What)
			}
		}
	}
	v.Errorf("%s: no end after %d stops", name, most)
}

// said is a part of a page as assistive technology gets it.
type said struct {
	*accessibility.Node
	parts []*said
}

func heard(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if json.Unmarshal([]byte(v.Value), &text) != nil {
		return string(v.Value)
	}
	return strings.Join(strings.Fields(text), " ")
}

// all are the parts with a role, in the order in which they are read.
func (s *said) all(role string) []*said {
	var found []*said
	for _, part := range s.parts {
		if !part.Ignored && heard(part.Role) == role {
			found = append(found, part)
		}
		found = append(found, part.all(role)...)
	}
	return found
}

func (v *viewer) tree() *said {
	v.Helper()
	tree, err := chromedp.Call(v.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		v.Fatal(err)
	}
	byID := map[accessibility.NodeID]*said{}
	for _, n := range tree.Nodes {
		byID[n.NodeID] = &said{Node: n}
	}
	for _, n := range tree.Nodes {
		for _, child := range n.ChildIDs {
			if part := byID[child]; part != nil {
				byID[n.NodeID].parts = append(byID[n.NodeID].parts, part)
			}
		}
	}
	return byID[tree.Nodes[0].NodeID]
}

// readAloud listens to the client's page: a group with the question as its name,
// eleven numbers of which the ends and the middle say what they mean, and a place
// where it is said that all is saved.
func (v *viewer) readAloud() {
	v.Helper()
	v.become("demo", "professional")
	v.open("/assessments/" + v.prepared["draft"] + "/client/" + v.prepared["first"])
	page := v.tree()
	question := eval[string](v.browser, `document.querySelector("h1").innerText`)
	anchors := eval[map[string]string](v.browser, `Object.fromEntries([["0", "low"], ["5", "middle"], ["10", "high"]].map(([number, which]) => [number, document.querySelector(".anchor." + which).innerText]))`)
	groups := slices.DeleteFunc(page.all("group"), func(g *said) bool { return heard(g.Name) != question })
	if len(groups) != 1 {
		v.Fatalf("%d groups are called %q", len(groups), question)
	}
	radios := groups[0].all("radio")
	for n := range 11 {
		want := fmt.Sprint(n)
		if anchor := anchors[want]; anchor != "" {
			want += ", " + anchor
		}
		if n >= len(radios) || heard(radios[n].Name) != want {
			v.Errorf("number %d is not read as %q: %q", n, want, heard(radios[min(n, len(radios)-1)].Name))
		}
	}
	if len(anchors) != 3 || len(radios) < 12 {
		v.Errorf("%d numbers say what they mean, and there are %d choices with those in the place of a number", len(anchors), len(radios))
	}
	if heading := page.all("heading"); len(heading) != 1 || heard(heading[0].Name) != question {
		v.Errorf("the only heading is not the question")
	}
	v.pressOn("the number 7", `document.querySelector(".step input[value='7']")`)
	v.until("hearing that it is saved", `[...document.querySelectorAll("[aria-live=polite]")].some((e) => /\d/.test(e.innerText))`)
	live := slices.DeleteFunc(v.tree().all("status"), func(s *said) bool { return len(s.all("StaticText")) == 0 })
	if len(live) != 1 {
		v.Errorf("%d places say what happens", len(live))
	}
}

// inTwoLanguages looks at what a Finnish professional sees of a Swedish client's
// visit: the client's words, and those for the professional in their own
// language.
func (v *viewer) inTwoLanguages() {
	v.Helper()
	v.become("demo", "professional")
	for path, staff := range map[string]string{
		"/assessments/" + v.prepared["draft-sv"] + "/client/" + v.prepared["first"]: ".staff",
		"/assessments/" + v.prepared["draft-sv"] + "/client/done":                   "form p[lang]",
		"/assessments/" + v.prepared["completed-sv"] + "/result":                    ".for-staff",
	} {
		v.open(path)
		if got := eval[string](v.browser, `document.documentElement.lang`); got != "sv" {
			v.Errorf("%s is in %q", path, got)
		}
		if got := eval[string](v.browser, fmt.Sprintf(`(document.querySelector(%s) || {lang: "nothing"}).lang`, quoted(staff))); got != "fi" {
			v.Errorf("%s: what is for the professional is in %q", path, got)
		}
		v.accessible(path)
	}
}
