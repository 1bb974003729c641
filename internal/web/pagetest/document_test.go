package pagetest_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// A form is read as a browser sends it.
func TestFieldsAreThoseThatABrowserSends(t *testing.T) {
	document, err := pagetest.Read(`<title>A &amp; B</title><form id="other"><input name="mine" form="f" value="1"><input name="theirs" value="x"></form>
<form id="f" action="/there"><input name="typed" value="a &quot;b&quot;"><textarea name="words">

two
lines</textarea><input name="away" form="other" value="x"><input name="off" disabled value="x"><input value="nameless">
<input type="radio" name="one" value="1"><input type="radio" name="one" value="2" checked>
<input type="checkbox" name="some" value="a" checked><input type="checkbox" name="some" value="b" checked><input type="checkbox" name="some" value="c">
<select name="first"><option value="p">P<option value="q">Q</select><select name="chosen"><option value="p">P<option value="q" selected>Q</select>
<button name="pressed" value="x">Press  me</button></form>`)
	if err != nil {
		t.Fatal(err)
	}
	action, values, found := document.Fields("f")
	want := url.Values{
		"typed": {`a "b"`}, "words": {"\ntwo\nlines"}, "one": {"2"}, "some": {"a", "b"}, "first": {"p"}, "chosen": {"q"}, "mine": {"1"},
	}
	if diff := cmp.Diff(want, values); !found || action != "/there" || diff != "" {
		t.Errorf("%v, to %q:\n%s", found, action, diff)
	}
	if _, _, found := document.Fields("none"); found {
		t.Error("a form that isn't there is found")
	}
	if title := document.Title(); title != "A & B" || document.Text != "A & B two lines PQPQ Press me" {
		t.Errorf("title %q, text %q", title, document.Text)
	}
}
