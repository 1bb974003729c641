package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// said is everything that a fictional person may say or write, by language.
func said(s *script) map[lang.Tag][]string {
	all := map[lang.Tag][]string{}
	add := func(text lang.Text) {
		for _, tag := range lang.All {
			all[tag] = append(all[tag], text.In(tag))
		}
	}
	for _, r := range slices.Concat(s.words.Client, s.words.Professional) {
		add(r.Text)
	}
	for _, seg := range segment.All {
		add(s.words.Reasons[seg.Code()])
		for _, a := range s.words.Actions[seg.Code()] {
			add(a.Text)
		}
	}
	for _, who := range []string{"client", "professional", "together"} {
		add(s.words.Who[who])
	}
	for _, g := range s.words.Grounds {
		add(g)
	}
	for _, o := range s.words.Feedback {
		if o.Comment != "" {
			all[o.Language] = append(all[o.Language], o.Comment)
		}
	}
	return all
}

// revealing finds what could be a person's: a capital letter inside a sentence
// (names of people, places and firms have one), a digit (ages, dates, numbers)
// and anything like an address.
var revealing = regexp.MustCompile(`[0-9@/#_]|[^.?] \p{Lu}`)

// english keeps its pronoun.
var english = strings.NewReplacer(" I ", " i ", " I'm ", " i'm ")

// TestWordsRevealNobody holds the reviewed list of words to what it promises.
func TestWordsRevealNobody(t *testing.T) {
	s, err := readScript()
	must(t, err)
	for tag, texts := range said(s) {
		if len(texts) < 10 {
			t.Errorf("only %d texts in %s", len(texts), tag)
		}
		for _, text := range texts {
			if text == "" || utf8.RuneCountInString(text) > 120 {
				t.Errorf("a text in %s is empty or long: %q", tag, text)
			}
			if found := revealing.FindString(english.Replace(text)); found != "" {
				t.Errorf("%q has %q in it", text, found)
			}
		}
	}
}

// TestRevealingFinds makes sure that the rule is not blind.
func TestRevealingFinds(t *testing.T) {
	for _, text := range []string{"Soitin Matille.", "Olen 82 vuotta.", "Asun Kalliossa nyt.", "Mail me at a@b."} {
		if !revealing.MatchString(english.Replace(text)) {
			t.Errorf("%q would pass", text)
		}
	}
}

// TestNothingElseIsSaid compares what is in the database with the list.
func TestNothingElseIsSaid(t *testing.T) {
	p := onSQLite(t)
	s, err := readScript()
	must(t, err)
	known := said(s)
	check := func(tag lang.Tag, text string) {
		t.Helper()
		if text != "" && !slices.Contains(known[tag], text) {
			t.Errorf("something in %s is not on the list", tag)
		}
	}
	spoken := map[string]int{}
	for _, a := range p.final {
		own := lang.Finnish
		if a.Unit == "ruotsinkielinen-asiakasohjaus" {
			own = lang.Swedish
		}
		for _, answer := range a.Client {
			check(a.Language, answer.Comment)
			spoken[answer.Comment]++
		}
		for _, answer := range a.Professional {
			check(own, answer.Comment)
			spoken[answer.Comment]++
		}
		if a.Confirmation == nil {
			continue
		}
		check(own, a.Confirmation.Reason)
		for _, action := range a.Confirmation.Actions {
			check(a.Language, action.Text)
			check(a.Language, action.Responsible)
		}
	}
	delete(spoken, "")
	for text, n := range spoken {
		if n > 1 {
			t.Errorf("%q was said %d times", text, n)
		}
	}
	if len(spoken) < 40 {
		t.Errorf("only %d comments", len(spoken))
	}
	for _, f := range p.log.Feedback {
		if f.Comment != "" && !slices.ContainsFunc(s.words.Feedback, func(o opinion) bool {
			return o.Comment == f.Comment && o.Usefulness == f.Usefulness && o.Agreement == string(f.Agreement)
		}) {
			t.Error("feedback that is not on the list")
		}
	}
	for _, c := range p.log.Consents {
		if c.Ground != "" && !slices.Contains(slices.Concat(known[lang.Finnish], known[lang.Swedish]), c.Ground) {
			t.Error("a ground that is not on the list")
		}
	}
	for _, u := range p.log.Users {
		if !strings.HasSuffix(u.Name, "(kuvitteellinen)") {
			t.Errorf("%s could be somebody's name", u.Name)
		}
	}
}

// TestModelFitsTheBatteries finds an item that the model forgot, or one that no
// battery has.
func TestModelFitsTheBatteries(t *testing.T) {
	s, err := readScript()
	must(t, err)
	library, err := instrument.Builtin()
	must(t, err)
	for _, b := range library.Batteries() {
		items := s.people.Items[b.Code]
		if len(items) != len(b.Items) {
			t.Errorf("%s has %d items in the model, not %d", b.Code, len(items), len(b.Items))
		}
		for _, item := range b.Items {
			l, there := items[item.Code]
			if !there || len(l.Loads) == 0 {
				t.Errorf("%s/%s shows nothing of a person", b.Code, item.Code)
			}
			for trait := range l.Loads {
				if !slices.Contains(s.people.Traits, trait) {
					t.Errorf("%s/%s loads on %q, which is no trait", b.Code, item.Code, trait)
				}
			}
		}
	}
	for _, r := range slices.Concat(s.words.Client, s.words.Professional) {
		known := slices.ContainsFunc(library.Batteries(), func(b *instrument.Battery) bool { return b.Index(r.Item) >= 0 })
		if r.Item != "" && !known || r.Item == "" && r.When == "" || r.From > r.To {
			t.Errorf("a remark fits no answer: %q", r.Fi)
		}
	}
}
