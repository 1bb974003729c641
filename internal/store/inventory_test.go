package store_test

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// The inventory says of every column what it is and whose. docs/operate/data.md
// is made from it, and tells what its words mean.

// table is one table in the inventory. What it says holds for every column that
// says nothing else itself.
type table struct {
	Table   string   `yaml:"table"`
	What    string   `yaml:"what"`
	Columns []column `yaml:"columns"`
	nature  `yaml:",inline"`
}

// column is one column.
type column struct {
	Name   string `yaml:"name"`
	Class  string `yaml:"class"`
	Is     string `yaml:"is"`
	nature `yaml:",inline"`
}

// nature is what must be known of personal data.
type nature struct {
	Whose   []string  `yaml:"whose"`
	Purpose string    `yaml:"purpose"`
	Basis   string    `yaml:"basis"`
	Readers []string  `yaml:"readers"` // on pages, papers or by the API; who has the database reads all
	Goes    *[]string `yaml:"goes"`    // where it is copied to, beside the database
	Kept    string    `yaml:"kept"`
	Holder  []string  `yaml:"holder"`  // the types that carry it through the program
	Bare    string    `yaml:"bare"`    // why no type has to hide it
	Stored  string    `yaml:"stored"`  // how it is protected in the database, plain where nothing is said
	Because string    `yaml:"because"` // why it is plain
}

// personal tells whether a column is about somebody.
func (c column) personal() bool { return c.Class != none }

// The classes of data, from the least to the most protected.
const (
	none      = "none"
	pseudonym = "pseudonym"
	personal  = "personal"
	special   = "special"
)

// words are those that the inventory may use, each with what it means to a
// reader of docs/operate/data.md.
var words = map[string][][2]string{
	"class": {
		{none, "tells nothing about anybody"},
		{pseudonym, "leads to a person through another table, or with what a house keeps elsewhere"},
		{personal, "is about a person"},
		{special, "is of a special category (GDPR article 9), above all health, or tells that somebody is a client of health or social care; free words that may hold such a thing count as such"},
	},
	"whose": {
		{"client", "somebody who is assessed"}, {"representative", "somebody who consents for a client"},
		{"professional", "a user who assesses"}, {"expert", "a user who reads reports"}, {"administrator", "a user who manages"},
		{"reader", "anybody who opens a page that is open to all"},
	},
	"basis": {
		{"record", "the care or service itself and its documentation: the law on health or social care with article 9(2)(h), or the consent with article 9(2)(a), as the controller decides"},
		{"statistics", "developing the service: the consent for statistics, or the law, as the controller decides"},
		{"user", "a task of the employer's and controller's: who may do what has to be known"},
		{"security", "security of processing (article 32)"},
		{"accountability", "showing what was done (articles 5(2) and 32, and the law on logs of client data)"},
		{"accessibility", "answering feedback on accessibility, which the law on digital services asks for"},
	},
	"readers": {
		{"professional", "of the record's own unit"}, {"client", "the invited client, or one who has the screen in hand, of the own part"},
		{"expert", "in figures"}, {"administrator", "on the administrator's pages"}, {"nobody", "on no page and by no call; only in the database"},
	},
	"goes": {
		{"archive", "in documents and manifests that are archived"}, {"paper", "on papers that are printed or handed out"},
		{"own-file", "in the client's own file"}, {"api", "in answers to programs that have a professional's token"},
		{"counted", "into the reports, as counts"}, {"audit", "into the audit"}, {"audit-export", "into the file of omasuunta audit export"},
		{"log", "into the program's log"}, {"rows", "into rows for research, which an expert fetches under a research permit"},
	},
	"stored": {
		{"plain", "as it is; why is said"}, {"client key", "sealed with a key of the client's consent or invitation, which is destroyed with it"},
		{"house key", "sealed with a key of the house, because it belongs to no client"},
		{"blind index", "as a code that only somebody with the house's key for indexes can make, to find it by"},
		{"file key", "sealed with a key of its own, which is destroyed with it"},
		{"hash", "as a hash, which only shows whether somebody has the same"},
	},
	"kept": {
		{"record", "as long as the register that it belongs to; the controller sets and carries that out"},
		{"statistics", "as long as the reports need it; the controller sets it"},
		{"account", "as long as the user is known to the house, or until the user or an administrator takes it away"},
		{"session", "until the session has ended, and cleared away some time after"},
		{"browser", "90 days after the latest login there, until the password changes or the user is shut out, and then cleared away some time after"},
		{"minutes", "for minutes, or until it is answered"},
		{"day", "a day, and cleared away some time after"},
		{"audit", "as long as the law on logs asks"},
		{"content", "for good, because records point to it"},
		{"report", "until the time that the house has set for it is over, or it is deleted"},
		{"hold", "until the hold is lifted"}, {"round", "until the round of the survey is closed"},
		{"secret", "overwritten some time after the invitation is over"},
		{"permit", "as long as it must be shown who was allowed to have rows, and had them: until the time that the house has set for that is over"},
		{"file", "seven days after it was made, or until the user deletes it or the permit ends or is revoked"},
		{"queue", "after delivery too, to show what was handed over"},
	},
}

// inventory reads it whole.
func inventory(t testing.TB) []table {
	t.Helper()
	paths, err := filepath.Glob("inventory/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no inventory: %v", err)
	}
	slices.Reverse(paths) // visits first
	var all []table
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		var some []table
		decoder := yaml.NewDecoder(f)
		decoder.KnownFields(true)
		err = decoder.Decode(&some)
		_ = f.Close()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for i := range some {
			some[i].spread()
		}
		all = append(all, some...)
	}
	return all
}

// spread gives the columns what the table says.
func (t *table) spread() {
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Whose == nil {
			c.Whose = t.Whose
		}
		if c.Readers == nil {
			c.Readers = t.Readers
		}
		if c.Goes == nil {
			c.Goes = t.Goes
		}
		if c.Holder == nil {
			c.Holder = t.Holder
		}
		c.Purpose, c.Basis, c.Kept, c.Bare = cmp.Or(c.Purpose, t.Purpose), cmp.Or(c.Basis, t.Basis), cmp.Or(c.Kept, t.Kept), cmp.Or(c.Bare, t.Bare)
		if c.Stored = cmp.Or(c.Stored, t.Stored, "plain"); c.Stored == "plain" {
			c.Because = cmp.Or(c.Because, t.Because)
		}
	}
}

func known(kind, word string) bool {
	return slices.ContainsFunc(words[kind], func(one [2]string) bool { return one[0] == word })
}

// Every column of both databases is declared, and nothing that isn't there.
func TestEveryColumnIsInTheInventory(t *testing.T) {
	declared := map[string]int{}
	for _, one := range inventory(t) {
		for _, c := range one.Columns {
			declared[one.Table+"."+c.Name]++
		}
	}
	testkit.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, line := range columns(t, db) {
			there[strings.TrimSuffix(line, " NOT NULL")] = true
		}
		for name := range there {
			if declared[name] != 1 {
				t.Errorf("%s is declared %d times in internal/store/inventory: say what it is and whose", name, declared[name])
			}
		}
		for name := range declared {
			if !there[name] {
				t.Errorf("%s is declared and not there", name)
			}
		}
	})
}

// What is about somebody says all that a controller must know.
func TestTheInventoryIsComplete(t *testing.T) {
	for _, one := range inventory(t) {
		if one.What == "" || len(one.Columns) == 0 {
			t.Errorf("%s: it isn't said what it is", one.Table)
		}
		for _, c := range one.Columns {
			name := one.Table + "." + c.Name
			if c.Is == "" || !known("class", c.Class) {
				t.Errorf("%s: class %q, %q", name, c.Class, c.Is)
			}
			if !c.personal() {
				continue
			}
			if c.Purpose == "" || !known("basis", c.Basis) || !known("kept", c.Kept) || len(c.Whose) == 0 || len(c.Readers) == 0 || c.Goes == nil {
				t.Errorf("%s: whose %v, purpose %q, basis %q, readers %v, goes %v, kept %q", name, c.Whose, c.Purpose, c.Basis, c.Readers, c.Goes, c.Kept)
				continue
			}
			for kind, list := range map[string][]string{"whose": c.Whose, "readers": c.Readers, "goes": *c.Goes} {
				for _, word := range list {
					if !known(kind, word) {
						t.Errorf("%s: %s: %q", name, kind, word)
					}
				}
			}
			if slices.Contains(c.Readers, "nobody") && len(c.Readers) > 1 {
				t.Errorf("%s: nobody and somebody read it", name)
			}
			if slices.Contains(*c.Goes, "log") && c.Class != pseudonym {
				t.Errorf("%s: no more than an identifier may be in the log", name)
			}
		}
	}
}

// freely is how the inventory speaks of what people write in their own words.
var freely = regexp.MustCompile(`free words|own words|\bname(s|d)?\b of|name as|registration number|reference of the client|a secret that`)

// What is about people is sealed, indexed or hashed, or it is said why it is not. What
// they write in their own words is sealed without exception, in bytes.
func TestNothingPersonalIsPlainWithoutAReason(t *testing.T) {
	db := open(t, testkit.SQLite(t))
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	bytes := map[string]bool{}
	for _, name := range rows(t, db, `SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB'`) {
		bytes[name] = true
	}
	sealed := 0
	for _, one := range inventory(t) {
		for _, c := range one.Columns {
			name := one.Table + "." + c.Name
			switch {
			case !c.personal():
			case !known("stored", c.Stored):
				t.Errorf("%s: stored as %q", name, c.Stored)
			case c.Stored == "plain" && c.Because == "":
				t.Errorf("%s is plain, and it isn't said why", name)
			case c.Stored == "plain" && freely.MatchString(c.Is):
				t.Errorf("%s is plain, and people's own words or names are in it", name)
			case strings.HasSuffix(c.Stored, " key") || c.Stored == "blind index":
				if sealed++; !bytes[name] {
					t.Errorf("%s is stored as %s and is no column of bytes", name, c.Stored)
				}
			}
		}
	}
	if sealed < 18 {
		t.Errorf("only %d columns are sealed: this test would see nothing", sealed)
	}
}

// identifying is how columns are named that say who did something.
var identifying = regexp.MustCompile(`^(user_id|created_by|set_by|by_id|before_id|actor_id|subject_id|client_ref|client_index)$`)

// What refers to a person, or to a client's record, is not declared harmless: the
// database itself knows such columns by their foreign keys.
func TestReferencesToPeopleAreDeclared(t *testing.T) {
	db := open(t, testkit.SQLite(t))
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	leads := map[string]bool{}
	for _, reference := range rows(t, db, `SELECT m.name || '.' || f."from" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' AND f."table" IN ('users', 'consents', 'assessments', 'invitations')`) {
		leads[reference] = true
	}
	if len(leads) < 15 {
		t.Fatalf("only %d references to people were found", len(leads))
	}
	for _, one := range inventory(t) {
		for _, c := range one.Columns {
			if (leads[one.Table+"."+c.Name] || identifying.MatchString(c.Name)) && !c.personal() {
				t.Errorf("%s.%s leads to a person and is declared as nobody's", one.Table, c.Name)
			}
		}
	}
}
