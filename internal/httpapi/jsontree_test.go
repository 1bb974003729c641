package httpapi

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

var jsonTexts = []string{
	``, ` `, `{}`, `[]`, `null`, `true`, `false`, `0`, `-0`, `01`, `1.`, `.5`, `1e5`, `1E+5`, `1e`, `-`, `+1`, `0x1`,
	`""`, `"a`, `"\u00e4"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\u0000"`, `"\u00g0"`, `"\x"`, "\"\t\"",
	`{"a":1,"a":2}`, `{"a":1,}`, `{"a"}`, `{a:1}`, `[1,]`, `[,1]`, `[1 2]`, `{"a":[{"b":[null,true,"x"]}]}`, `nul`, `nulll`, `{} {}`,
	"\ufeff{}", ` {"a" : [ 1 , 2 ] } `, `"\/\b\f\n\r\t\"\\"`, "\"ä\u0308\"", "\"\xff\"", `[[[[[[]]]]]]`,
}

func FuzzParse(f *testing.F) {
	for _, text := range jsonTexts {
		f.Add(text)
	}
	f.Add(strings.Repeat("[", 70) + strings.Repeat("]", 70))
	f.Fuzz(func(t *testing.T, text string) {
		root, whole, err := parse(text)
		if err != nil {
			if json.Valid([]byte(text)) && utf8.ValidString(text) && depth(text) <= maxDepth {
				t.Fatalf("refused the JSON text %q", text)
			}
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("accepted %q, which is not JSON", text)
		}
		if !whole || repeatsNames(&root) {
			return
		}
		var sent any
		if err := json.Unmarshal([]byte(text), &sent); err != nil {
			return // a number out of range
		}
		if kept := plain(&root); !reflect.DeepEqual(sent, kept) {
			t.Fatalf("%q was read as %#v", text, kept)
		}
	})
}

// depth is how deep brackets nest, those in strings counted too.
func depth(text string) int {
	deepest, now := 0, 0
	for _, r := range text {
		switch r {
		case '[', '{':
			now++
			deepest = max(deepest, now)
		case ']', '}':
			now--
		}
	}
	return deepest
}

// plain is a tree as encoding/json gives it.
func plain(n *node) any {
	switch n.kind {
	case boolKind:
		return n.truth
	case numberKind:
		value, _ := strconv.ParseFloat(n.text, 64)
		return value
	case stringKind:
		return n.text
	case arrayKind:
		list := []any{}
		for i := range n.items {
			list = append(list, plain(&n.items[i]))
		}
		return list
	case objectKind:
		object := map[string]any{}
		for i := range n.fields {
			object[n.fields[i].name] = plain(&n.fields[i].value)
		}
		return object
	default:
		return nil
	}
}

func repeatsNames(n *node) bool {
	seen := names{}
	for i := range n.fields {
		if !seen.add(n.fields[i].name) || repeatsNames(&n.fields[i].value) {
			return true
		}
	}
	for i := range n.items {
		if repeatsNames(&n.items[i]) {
			return true
		}
	}
	return false
}

func TestNestingIsBounded(t *testing.T) {
	for depth, fits := range map[int]bool{maxDepth: true, maxDepth + 1: false, 500_000: false} {
		_, _, err := parse(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		if (err == nil) != fits {
			t.Errorf("depth %d: %v", depth, err)
		}
	}
}

func TestABodyOfCommasIsNotKept(t *testing.T) {
	root, whole, err := parse("[" + strings.Repeat("0,", 400_000) + "0]")
	if err != nil || whole || len(root.items) > maxNodes {
		t.Errorf("err %v, whole %v, kept %d", err, whole, len(root.items))
	}
}
