package store_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// holders are the types that carry personal data between the database and the
// edges, by the names that the inventory uses.
var holders = map[string]any{
	"access.App": access.App{}, "access.Attempt": access.Attempt{}, "access.Browser": access.Browser{}, "access.Challenge": access.Challenge{}, "access.EmergencyLogin": access.EmergencyLogin{}, "access.EmergencySet": access.EmergencySet{}, "access.External": access.External{},
	"access.Passkey": access.Passkey{}, "access.Session": access.Session{}, "access.Ticket": access.Ticket{}, "access.Token": access.Token{}, "access.User": access.User{},
	"assessment.Action": assessment.Action{}, "assessment.Answer": assessment.Answer{}, "assessment.Assessment": assessment.Assessment{},
	"assessment.Confirmation": assessment.Confirmation{}, "assessment.Feedback": assessment.Feedback{}, "assessment.NonParticipation": assessment.NonParticipation{},
	"consent.Record": consent.Record{}, "content.Barrier": content.Barrier{},
	"instrument.Answer": instrument.Answer{}, "instrument.Sheet": instrument.Sheet{},
	"invitation.Hashes": invitation.Hashes{}, "invitation.Invitation": invitation.Invitation{},
	"replay.Answer": replay.Answer{}, "survey.Answer": survey.Answer{},
}

// planted is what must not be seen when such a value is printed or logged.
const planted = "Salaisuus"

// plant writes it into every text that a value holds.
func plant(t testing.TB, v reflect.Value) (texts int) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(planted)
		return 1
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return plant(t, v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(planted))
			return 1
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return plant(t, v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				texts += plant(t, v.Field(i))
			}
		}
	}
	return texts
}

// seen tells whether it can be read in what was printed, also where bytes are
// printed as numbers or in base64.
func seen(printed string) bool {
	return strings.Contains(printed, planted) || strings.Contains(printed, "83 97 108 97 105") || strings.Contains(printed, "U2FsYWlzdXVz")
}

// The types that carry personal data print as nothing, in error texts and in the
// log, one by one and in lists.
func TestPersonalDataIsNotPrinted(t *testing.T) {
	used := map[string]bool{}
	for _, one := range inventory(t) {
		for _, c := range one.Columns {
			if c.Class != personal && c.Class != special {
				continue
			}
			if (len(c.Holder) == 0) == (c.Bare == "") {
				t.Errorf("%s.%s: either a type holds it, or it is said why none has to hide it", one.Table, c.Name)
			}
			for _, name := range c.Holder {
				if _, ok := holders[name]; !ok {
					t.Errorf("%s.%s: there is no type %s among the holders of this test", one.Table, c.Name, name)
				}
				used[name] = true
			}
		}
	}
	for name, empty := range holders {
		if !used[name] {
			t.Errorf("%s holds no column", name)
		}
		value := reflect.New(reflect.TypeOf(empty))
		if plant(t, value.Elem()) == 0 {
			t.Errorf("%s has no text: this test would see nothing", name)
		}
		list := reflect.Append(reflect.MakeSlice(reflect.SliceOf(value.Elem().Type()), 0, 1), value.Elem())
		var open []string
		for how, v := range map[string]any{"the value": value.Elem().Interface(), "a pointer to it": value.Interface()} {
			var text, json bytes.Buffer
			slog.New(slog.NewTextHandler(&text, nil)).Info("", "what", v)
			slog.New(slog.NewJSONHandler(&json, nil)).Info("", "what", v)
			for where, printed := range map[string]string{
				"%v": fmt.Sprintf("%v", v), "%+v": fmt.Sprintf("%+v", v), "%s": fmt.Sprintf("%s", v), "an error": fmt.Errorf("failed: %v", v).Error(),
				"the log as text": text.String(), "the log as JSON": json.String(),
			} {
				if seen(printed) {
					open = append(open, how+" in "+where)
				}
			}
		}
		if seen(fmt.Sprintf("%v %+v", list.Interface(), list.Interface())) {
			open = append(open, "it in a list")
		}
		if len(open) > 0 {
			slices.Sort(open)
			t.Errorf("what %s holds can be read, of %s", name, strings.Join(open, "; of "))
		}
	}
}

// A value that does not hide itself is seen, or the test above shows nothing.
func TestUnhiddenDataIsSeen(t *testing.T) {
	type open struct{ Name, Comment string }
	value := reflect.New(reflect.TypeFor[open]())
	if plant(t, value.Elem()) != 2 || !seen(fmt.Sprint(value.Elem().Interface())) || !seen(fmt.Sprint([]byte(planted))) {
		t.Error("what isn't hidden isn't seen")
	}
}

var columnTag = regexp.MustCompile(`column:(\w+)`)

// rowTypes finds, in the source, the rows of this package: their table, and the
// columns that their fields are tagged with.
func rowTypes(t testing.TB) map[string][]string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	tagged, tables := map[string][]string{}, map[string]string{}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					tagged[n.Name.Name] = tags(s)
				}
			case *ast.FuncDecl:
				if n.Name.Name == "TableName" && n.Recv != nil {
					tables[fmt.Sprint(n.Recv.List[0].Type)] = strings.Trim(n.Body.List[0].(*ast.ReturnStmt).Results[0].(*ast.BasicLit).Value, `"`)
				}
			}
			return true
		})
	}
	byTable := map[string][]string{}
	for name, table := range tables {
		if len(tagged[name]) == 0 {
			t.Errorf("%s is a row of %s and tags no column", name, table)
		}
		byTable[table] = append(byTable[table], tagged[name]...)
	}
	return byTable
}

func tags(s *ast.StructType) (names []string) {
	for _, field := range s.Fields.List {
		if field.Tag == nil {
			continue
		}
		if found := columnTag.FindStringSubmatch(field.Tag.Value); found != nil {
			names = append(names, found[1])
		}
	}
	return names
}

// The rows of the program have no column that the inventory doesn't know.
func TestRowsHaveDeclaredColumns(t *testing.T) {
	declared := map[string]bool{}
	for _, one := range inventory(t) {
		for _, c := range one.Columns {
			declared[one.Table+"."+c.Name] = true
		}
	}
	byTable := rowTypes(t)
	if len(byTable) < 20 {
		t.Fatalf("only %d tables have rows: this test would see nothing", len(byTable))
	}
	for table, names := range byTable {
		for _, name := range names {
			if !declared[table+"."+name] {
				t.Errorf("a row has the column %s.%s, which is not in internal/store/inventory", table, name)
			}
		}
	}
}
