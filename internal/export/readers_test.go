package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// Programs that people open such files with read the same numbers and days. It takes
// a while and what most machines don't have: make readers runs it, and says what is
// missing.
func TestReadersReadRows(t *testing.T) {
	if os.Getenv("OMASUUNTA_READERS") == "" {
		t.Skip("this opens files in LibreOffice, R and DuckDB (from Python): make readers")
	}
	rows := [][]extract.Cell{
		{{Text: "cabc"}, {Missing: true}, {Int: 2023}, {Int: 7}, {Float: 82.5}, {Float: 5.5}, {Int: 1}, {Day: calendar.MustParse("2023-05-05")}, {Missing: true}},
		{{Text: "cdef"}, {Text: "=1+1"}, {Int: 2023}, {Missing: true}, {Float: 21.25}, {Missing: true}, {}, {Day: calendar.MustParse("2023-11-12")}, {Day: calendar.MustParse("2023-12-24")}},
	}
	dir := t.TempDir()
	for f, name := range map[extract.Format]string{extract.CSV: "rows.csv", extract.FiExcel: "fi.csv", extract.Parquet: "rows.parquet", extract.XLSX: "rows.xlsx"} {
		if err := os.WriteFile(filepath.Join(dir, name), file(t, f, rows), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		command []string
		want    []string
	}{
		"LibreOffice": {[]string{"soffice", "-env:UserInstallation=file://" + dir + "/profile", "--headless", "--convert-to", "fods", "--outdir", dir, dir + "/rows.xlsx"},
			[]string{`office:value-type="float" office:value="82.5"`, `office:value-type="float" office:value="2023"`, `office:value-type="date" office:date-value="2023-05-05"`,
				`table:formula="of:=TRUE()"`, `<text:p>=1+1</text:p>`}},
		"R": {[]string{"Rscript", "-e", `for (r in list(read.csv("rows.csv"), read.csv2("fi.csv", fileEncoding = "UTF-8-BOM"))) { stopifnot(is.numeric(r$resources), is.integer(r$item), is.na(r$item[2]), sum(r$resources) == 103.75); r$day <- as.Date(r$day); cat(class(r$day), diff(r$day), class(r$printed), "\n") }`},
			[]string{"Date 191 logical", "Date 191 logical"}},
		"DuckDB": {[]string{"python3", "-c", `import duckdb; print(duckdb.sql("SELECT typeof(day), typeof(resources), typeof(printed), typeof(item), sum(resources) OVER (), max(day) OVER () FROM 'rows.parquet' LIMIT 1").fetchall())`},
			[]string{"('DATE', 'DOUBLE', 'BOOLEAN', 'INTEGER', 103.75, datetime.date(2023, 11, 12))"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exec.LookPath(c.command[0])
			if err == nil && name == "DuckDB" {
				err = exec.CommandContext(t.Context(), "python3", "-c", "import duckdb").Run()
			}
			if err != nil {
				t.Skipf("%s is not on this machine: nobody has looked whether it reads the files", name)
			}
			cmd := exec.CommandContext(t.Context(), c.command[0], c.command[1:]...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if name == "LibreOffice" { // what it made of the cells, as XML
				if out, err = os.ReadFile(filepath.Join(dir, "rows.fods")); err != nil {
					t.Fatal(err)
				}
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("want %q in\n%s", want, out)
				}
			}
		})
	}
}
