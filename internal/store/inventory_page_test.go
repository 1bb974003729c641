package store_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files and docs/operate/data.md anew")

const page = "../../docs/operate/data.md"

// The page for data protection officers is the inventory, and nothing else.
func TestThePageAboutDataIsUpToDate(t *testing.T) {
	made := written(inventory(t))
	if *update {
		if err := os.WriteFile(page, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	there, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(there) != made {
		t.Error("docs/operate/data.md is not what the inventory says: go test ./internal/store -run PageAboutData -update")
	}
}

const preface = `# What data there is

Every column of the database: what it is, whose, what for, who reads it and where else it goes. This page is made from
` + "`internal/store/inventory`" + ` by a test, and the test fails when a column is missing there, so the page is what the program
of this version has. It is written for the record of processing activities (GDPR article 30) and for the
[impact assessment](impact-assessment.md).

Three things hold for all of it:

- **Whoever has the database alone reads what is stored plain**: who was assessed when and with which numbers, under random
  identifiers, and no names, references or words. Those are sealed, and opened by keys that are wrapped by one that the house
  keeps elsewhere: [keys.md](keys.md). Without such a key, or with the server, one reads all of it, whatever the column
  *read by* says. That is about pages, papers and the API.
- Beside the database, documents are in the archive if there is one, and what was printed is on paper. The program sends
  none of it to anybody else; logins at an identity provider, if one is set up, are in [login.md](login.md).
- The log holds identifiers and no names, references or words. Two tests plant such things everywhere and look for them:
  ` + "`TestPagesKeepPersonalDataWhereItBelongs` and `TestPersonalDataStaysWhereItBelongs`" + `.

The *basis* is a hint for the controller, who decides; it is not legal advice. How times are set and what then goes is in
[retention.md](retention.md).

`

func written(all []table) string {
	var b strings.Builder
	b.WriteString(preface)
	b.WriteString("## What the words mean\n\n| | | |\n|---|---|---|\n")
	for _, kind := range []struct{ code, title string }{
		{"class", "kind"}, {"stored", "stored"}, {"basis", "basis"}, {"readers", "read by"}, {"goes", "goes to"}, {"kept", "kept"},
	} {
		for _, one := range words[kind.code] {
			fmt.Fprintf(&b, "| %s | *%s* | %s |\n", kind.title, one[0], one[1])
		}
	}
	b.WriteByte('\n')
	var nobodys []table
	for _, one := range all {
		if !slices.ContainsFunc(one.Columns, column.personal) {
			nobodys = append(nobodys, one)
			continue
		}
		writeTable(&b, one)
	}
	b.WriteString("## Tables without personal data\n\n| table | what | columns |\n|---|---|---|\n")
	for _, one := range nobodys {
		var columns []string
		for _, c := range one.Columns {
			columns = append(columns, fmt.Sprintf("`%s`: %s", c.Name, c.Is))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", one.Table, one.What, strings.Join(columns, "; "))
	}
	return b.String()
}

// writeTable says for the table what holds for its columns, and for a column
// what is different there.
func writeTable(b *strings.Builder, one table) {
	fmt.Fprintf(b, "## %s\n\n%s.\n\n", one.Table, upper(one.What))
	fmt.Fprintf(b, "Whose: %s. For: %s. Basis: %s. Read by: %s. Goes to: %s. Kept: %s. Where a column differs, it says so.\n\n",
		strings.Join(one.Whose, ", "), one.Purpose, one.Basis, strings.Join(one.Readers, ", "), list(one.Goes), one.Kept)
	if one.Because != "" {
		fmt.Fprintf(b, "Why it is plain where it is: %s.\n\n", one.Because)
	}
	b.WriteString("| column | kind | stored | what it is | differs |\n|---|---|---|---|---|\n")
	var rest []string
	for _, c := range one.Columns {
		if !c.personal() {
			rest = append(rest, fmt.Sprintf("`%s` (%s)", c.Name, c.Is))
			continue
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", c.Name, c.Class, c.Stored, c.Is, differs(one, c))
	}
	if b.WriteByte('\n'); len(rest) > 0 {
		fmt.Fprintf(b, "Beside them, about nobody: %s.\n\n", strings.Join(rest, ", "))
	}
}

func differs(one table, c column) string {
	var all []string
	if !slices.Equal(c.Whose, one.Whose) {
		all = append(all, "whose: "+strings.Join(c.Whose, ", "))
	}
	if !slices.Equal(c.Readers, one.Readers) {
		all = append(all, "read by: "+strings.Join(c.Readers, ", "))
	}
	if list(c.Goes) != list(one.Goes) {
		all = append(all, "goes to: "+list(c.Goes))
	}
	if c.Purpose != one.Purpose {
		all = append(all, "for: "+c.Purpose)
	}
	if c.Basis != one.Basis {
		all = append(all, "basis: "+c.Basis)
	}
	if c.Stored == "plain" && c.Because != one.Because {
		all = append(all, "plain because "+c.Because)
	}
	if c.Kept != one.Kept {
		all = append(all, "kept: "+c.Kept)
	}
	return strings.Join(all, "; ")
}

func list(words *[]string) string {
	if words == nil || len(*words) == 0 {
		return "nowhere"
	}
	return strings.Join(*words, ", ")
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
