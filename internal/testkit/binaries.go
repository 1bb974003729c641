package testkit

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
)

// oldestPostgres is the oldest major version that the service supports.
const oldestPostgres = 15

// installations are where Debian and PGDG keep server programs off PATH, one
// directory per major version.
var installations = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"}

// errNoPostgres says that this machine has no PostgreSQL to test with.
var errNoPostgres = errors.New("no PostgreSQL")

var versionNumber = regexp.MustCompile(`\d+`)

// postgresDir finds the directory of the server's programs: the first suitable
// one on PATH, otherwise the newest installed.
func postgresDir() (string, error) {
	candidates := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range installations {
		found, _ := filepath.Glob(pattern)
		slices.SortFunc(found, func(a, b string) int { return majorIn(b) - majorIn(a) })
		candidates = append(candidates, found...)
	}
	for _, dir := range candidates {
		if isProgram(filepath.Join(dir, "initdb")) && serverMajor(dir) >= oldestPostgres {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%w: neither OMASUUNTA_TEST_DATABASE_URL nor the programs initdb and postgres of version %d or later (apt-get install postgresql)", errNoPostgres, oldestPostgres)
}

// serverMajor asks the server in a directory for its major version, 0 when
// there is none.
func serverMajor(dir string) int {
	server := filepath.Join(dir, "postgres")
	if !isProgram(server) {
		return 0
	}
	out, err := exec.Command(server, "--version").Output()
	if err != nil {
		return 0
	}
	return majorIn(string(out))
}

// majorIn is the first number in a text such as "postgres (PostgreSQL) 15.13".
func majorIn(text string) int {
	n, _ := strconv.Atoi(versionNumber.FindString(text))
	return n
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}
