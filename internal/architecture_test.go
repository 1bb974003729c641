// Package internal_test keeps the layout of the code: imports only point down.
package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module  = "github.com/omasuunta/omasuunta"
	command = "cmd/omasuunta"
)

// The floors, from below. Those beside them have their own rules.
const (
	apart = iota // imports nothing of ours, and everybody may import it
	ground
	first
	second
	third
	beside
)

var floorNames = map[int]string{
	apart: "apart", ground: "the ground floor", first: "the first floor",
	second: "the second floor", third: "the third floor", beside: "beside the floors",
}

// floors places every package. A new package must be placed here before it
// builds up imports that nobody has decided on.
var floors = map[string]int{
	"api": apart, "migrations": apart,

	"internal/lang": ground, "internal/fault": ground, "internal/calendar": ground, "internal/segment": ground,
	"internal/instrument": ground, "internal/scoring": ground, "internal/consent": ground, "internal/figure": ground, "internal/pdf": ground, "internal/typeset": ground, "internal/envelope": ground, "internal/psychometrics": ground,

	"internal/access": first, "internal/audit": first, "internal/assessment": first, "internal/replay": first,
	"internal/report": first, "internal/setting": first, "internal/content": first, "internal/invitation": first,
	"internal/memo": first, "internal/archive": first, "internal/retention": first, "internal/survey": first,
	"internal/diary": first, "internal/trial": first, "internal/extract": first, "internal/quality": first, "internal/work": first,

	"internal/store": second, "internal/document": second, "internal/raster": second, "internal/stream": second, "internal/export": second, "internal/identity": second, "internal/identity/oidc": second, "internal/identity/card": second, "internal/identity/passkey": second, "internal/archivedir": second,

	"internal/httpapi": third, "internal/server": third,
	"internal/web": third, "internal/web/page": third, "internal/web/entry": third, "internal/web/visit": third,
	"internal/web/previsit": third, "internal/web/answering": third, "internal/web/outcome": third,
	"internal/web/insight": third, "internal/web/chart": third, "internal/web/period": third, "internal/web/administration": third, "internal/web/transcribe": third, "internal/web/papers": third, "internal/web/survey": third, "internal/web/trial": third, "internal/web/exports": third, "internal/web/quality": third,

	"internal/locale": beside, "internal/config": beside, "internal/demo": beside,
	"internal/testkit": beside, "internal/httpapi/apitest": beside, "internal/housetest": beside, "internal/web/pagetest": beside,
	"internal/identity/oidc/oidctest": beside,
	"internal/identity/card/cardtest": beside,
}

// testOnly are the packages beside the floors that only _test.go files import,
// and those of them that reach higher.
var testOnly = []string{"internal/testkit", "internal/httpapi/apitest", "internal/housetest", "internal/web/pagetest", "internal/identity/oidc/oidctest", "internal/identity/card/cardtest"}

// usersOfBeside says who, apart from the command, may import a package that
// stands beside the floors. Where nothing is said, only the command may.
var usersOfBeside = map[string][]int{"internal/locale": {second, third}}

// reachOfBeside is the highest floor that such a package may import itself.
var reachOfBeside = map[string]int{
	"internal/locale": ground, "internal/config": apart, "internal/demo": first, "internal/testkit": apart,
	"internal/httpapi/apitest": third, "internal/housetest": second, "internal/web/pagetest": third, "internal/identity/oidc/oidctest": apart,
	"internal/identity/card/cardtest": apart,
}

// databases are the import paths of the ORM and of drivers, with all below them.
var databases = []string{
	"gorm.io", "github.com/jackc/pgx", "github.com/lib/pq", "modernc.org/sqlite",
	"github.com/mattn/go-sqlite3", "github.com/pressly/goose", "database/sql",
}

// room is one package: what it imports, and its files, by path.
type room struct {
	path    string // below the module, "" for its root
	imports []string
	tests   []string // what only its tests import
}

// judge returns a sentence for every rule that a room breaks.
func judge(r room) []string {
	var broken []string
	complain := func(format string, args ...any) {
		broken = append(broken, r.path+" "+fmt.Sprintf(format, args...))
	}
	if _, placed := floors[r.path]; !placed && r.path != command {
		complain("is on no floor: place it in the table floors of internal/architecture_test.go")
		return broken
	}
	for _, path := range r.imports {
		if target, ours := strings.CutPrefix(path, module+"/"); ours {
			if why := judgeImport(r.path, target); why != "" {
				complain("imports %s: %s", target, why)
			}
		}
		if isDatabase(path) && r.path != "internal/store" && r.path != "internal/testkit" {
			complain("imports %s: only internal/store may import GORM and database drivers", path)
		}
	}
	for _, path := range r.tests {
		// Tests of the whole program look at what it left in the database.
		if isDatabase(path) && r.path != "internal/store" && r.path != "internal/testkit" && r.path != command {
			complain("imports %s in a test: use internal/testkit and internal/store, the only ones to know a driver", path)
		}
	}
	return broken
}

// judgeImport says why one package of ours must not import another, "" when it
// may.
func judgeImport(from, to string) string {
	target, placed := floors[to]
	switch {
	case to == command:
		return "the command is on top of everything"
	case !placed:
		return "it is on no floor; place it in the table floors"
	case slices.Contains(testOnly, to):
		if slices.Contains(testOnly, from) && reachOfBeside[from] > reachOfBeside[to] {
			return ""
		}
		return "it is for _test.go files only"
	case from == command:
		return ""
	case from == "internal/web/pagetest" && to == "internal/demo":
		return "" // tests of pages look at the replay
	}
	floor := floors[from]
	if floor == beside {
		if target > reachOfBeside[from] {
			return fmt.Sprintf("it stands beside the floors and reaches no higher than %s", floorNames[reachOfBeside[from]])
		}
		return ""
	}
	switch {
	case target == beside && slices.Contains(usersOfBeside[to], floor):
		return ""
	case target == beside:
		return fmt.Sprintf("it may not be used on %s", floorNames[floor])
	case target > floor:
		return fmt.Sprintf("that points up, from %s to %s", floorNames[floor], floorNames[target])
	case target == floor && floor == second:
		return "an adapter never imports another adapter"
	case sameHouse(from, to):
		return ""
	case target == floor && floor == third && from != "internal/server":
		return "an edge never imports another edge; only server puts them together"
	case target == floor && floor == apart:
		return "it stands apart and imports nothing of ours"
	}
	return ""
}

// sameHouse tells whether both packages belong to the pages, which are one edge
// in several packages: web puts them together, page is under them all, and chart
// between page and those that show figures.
func sameHouse(from, to string) bool {
	const pages = "internal/web/"
	return from == "internal/web" && strings.HasPrefix(to, pages) || strings.HasPrefix(from, pages) && to == pages+"page" ||
		strings.HasPrefix(from, pages) && from != pages+"page" && (to == pages+"chart" || to == pages+"period")
}

func isDatabase(path string) bool {
	return slices.ContainsFunc(databases, func(d string) bool { return path == d || strings.HasPrefix(path, d+"/") })
}

func TestImportsOnlyPointDown(t *testing.T) {
	for _, r := range readRooms(t) {
		for _, sentence := range judge(r) {
			t.Error(sentence)
		}
	}
}

// TestRulesBite makes sure that judge finds what it is there for.
func TestRulesBite(t *testing.T) {
	ours := func(path string) string { return module + "/" + path }
	for name, c := range map[string]struct {
		room room
		want string // part of the one sentence; "" for none
	}{
		"up":                   {room{path: "internal/scoring", imports: []string{ours("internal/assessment")}}, "that points up"},
		"adapter to adapter":   {room{path: "internal/document", imports: []string{ours("internal/store")}}, "never imports another adapter"},
		"edge to edge":         {room{path: "internal/httpapi", imports: []string{ours("internal/web")}}, "never imports another edge"},
		"pages and their kit":  {room{path: "internal/web/visit", imports: []string{ours("internal/web/page")}}, ""},
		"pages to pages":       {room{path: "internal/web/visit", imports: []string{ours("internal/web/answering")}}, "never imports another edge"},
		"server joins edges":   {room{path: "internal/server", imports: []string{ours("internal/httpapi")}}, ""},
		"GORM":                 {room{path: "internal/report", imports: []string{"gorm.io/gorm"}}, "only internal/store"},
		"a driver":             {room{path: command, imports: []string{"github.com/jackc/pgx/v5"}}, "only internal/store"},
		"a driver in a test":   {room{path: "internal/httpapi", tests: []string{"database/sql"}}, "in a test"},
		"testkit":              {room{path: "internal/store", imports: []string{ours("internal/testkit")}}, "_test.go files only"},
		"testkit in a test":    {room{path: "internal/store", tests: []string{ours("internal/testkit")}}, ""},
		"pages with figures":   {room{path: "internal/web/insight", imports: []string{ours("internal/web/chart")}}, ""},
		"kit with figures":     {room{path: "internal/web/page", imports: []string{ours("internal/web/chart")}}, "never imports another edge"},
		"house for the pages":  {room{path: "internal/web/pagetest", imports: []string{ours("internal/housetest"), ours("internal/server"), ours("internal/web/page")}}, ""},
		"demo for the pages":   {room{path: "internal/web/pagetest", imports: []string{ours("internal/demo")}}, ""},
		"house without pages":  {room{path: "internal/housetest", imports: []string{ours("internal/web/pagetest")}}, "_test.go files only"},
		"house without API":    {room{path: "internal/housetest", imports: []string{ours("internal/httpapi/apitest")}}, "_test.go files only"},
		"house without HTTP":   {room{path: "internal/housetest", imports: []string{ours("internal/server")}}, "reaches no higher than the second floor"},
		"house without demo":   {room{path: "internal/housetest", imports: []string{ours("internal/demo")}}, "reaches no higher than the second floor"},
		"house in the program": {room{path: command, imports: []string{ours("internal/housetest")}}, "_test.go files only"},
		"house without driver": {room{path: "internal/housetest", imports: []string{"github.com/jackc/pgx/v5"}}, "only internal/store"},
		"a new package":        {room{path: "internal/helpers"}, "is on no floor"},
		"words on the ground":  {room{path: "internal/fault", imports: []string{ours("internal/locale")}}, "may not be used on the ground floor"},
		"words in an adapter":  {room{path: "internal/document", imports: []string{ours("internal/locale")}}, ""},
		"configuration":        {room{path: "internal/server", imports: []string{ours("internal/config")}}, "may not be used on the third floor"},
		"demo stays low":       {room{path: "internal/demo", imports: []string{ours("internal/store")}}, "reaches no higher than the first floor"},
		"demo in the service":  {room{path: "internal/assessment", imports: []string{ours("internal/demo")}}, "may not be used on the first floor"},
		"the command knows":    {room{path: command, imports: []string{ours("internal/store"), ours("internal/demo")}}, ""},
		"neighbours below":     {room{path: "internal/assessment", imports: []string{ours("internal/access"), ours("internal/scoring")}}, ""},
		"nobody needs the top": {room{path: "internal/server", imports: []string{ours(command)}}, "on top of everything"},
	} {
		got := judge(c.room)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s: got %q, want one sentence with %q", name, got, c.want)
		}
	}
}

// readRooms asks the go command for the import graph of the whole module.
func readRooms(t *testing.T) []room {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...")
	var complaint bytes.Buffer
	list.Stderr = &complaint
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	var rooms []room
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath                         string
			Imports, TestImports, XTestImports []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(p.ImportPath, module+"/")
		if path == "internal" { // this test
			continue
		}
		rooms = append(rooms, room{path: path, imports: p.Imports, tests: append(p.TestImports, p.XTestImports...)})
	}
	if len(rooms) < 10 {
		t.Fatalf("go list found only %d packages", len(rooms))
	}
	return rooms
}

// TestClockIsPassedIn finds time.Now outside the command and tests: whoever
// needs the time takes a clock, so that a test can set it.
func TestClockIsPassedIn(t *testing.T) {
	files, err := filepath.Glob("*/*.go") // packages below internal are one folder deep, the pages two
	if err != nil || len(files) < 50 {
		t.Fatalf("found %d files: %v", len(files), err)
	}
	deeper, err := filepath.Glob("*/*/*.go")
	if err != nil || len(deeper) < 5 {
		t.Fatalf("found %d files: %v", len(deeper), err)
	}
	files = append(files, deeper...)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "testkit"+string(filepath.Separator)) {
			continue
		}
		for _, at := range uses(t, name, nil, "time", "Now") {
			t.Errorf("internal/%s uses time.Now: take a clock instead", at)
		}
	}
}

func TestClockRuleBites(t *testing.T) {
	const source = `package x
import clock "time"
var tell = clock.Now
func f() clock.Time { return clock.Now() }
func g(time struct{ Now int }) int { return time.Now }`
	if got := uses(t, "x.go", source, "time", "Now"); len(got) != 2 {
		t.Errorf("found %q, want lines 3 and 4", got)
	}
}

// uses lists where a file mentions something of a package, under whatever name it
// imports it.
func uses(t *testing.T, name string, source any, of, what string) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	local := ""
	for _, spec := range file.Imports {
		if imported, _ := strconv.Unquote(spec.Path.Value); imported != of {
			continue
		}
		if local = path.Base(of); spec.Name != nil {
			local = spec.Name.Name
		}
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != what {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && local != "" && x.Name == local {
			found = append(found, set.Position(selector.Pos()).String())
		}
		return true
	})
	return found
}
