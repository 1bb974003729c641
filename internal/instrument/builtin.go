package instrument

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"sync"
)

//go:embed content
var content embed.FS

// Builtin returns the library that the program is built with. It is read once.
// An error means that the build is broken, not the installation.
func Builtin() (*Library, error) { return builtin() }

var builtin = sync.OnceValues(func() (*Library, error) { return load(content, "content") })

// The files beside the batteries.
const (
	glossaryFile = "glossary"
	guidanceFile = "guidance"
)

var contentName = regexp.MustCompile(`^([a-z0-9-]+)\.v([1-9][0-9]{0,3})\.yaml$`)

// load reads a directory of content files.
func load(files fs.FS, dir string) (*Library, error) {
	names, err := fs.Glob(files, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list content: %w", err)
	}
	glossary, guidance := newest(names, glossaryFile), newest(names, guidanceFile)
	if glossary == "" || guidance == "" {
		return nil, fmt.Errorf("content: no %s or no %s file", glossaryFile, guidanceFile)
	}
	g, err := readFile(files, glossary, checkGlossary)
	if err != nil {
		return nil, err
	}
	said, err := readFile(files, guidance, checkGuidance)
	if err != nil {
		return nil, err
	}
	terms := termCodes(g)
	var batteries []*Battery
	for _, name := range names {
		if code, _, _ := splitName(name); code == glossaryFile || code == guidanceFile {
			continue
		}
		b, err := readFile(files, name, func(file string, data []byte) (*Battery, []Mistake) { return check(file, data, terms) })
		if err != nil {
			return nil, err
		}
		if code, version, ok := splitName(name); !ok || code != b.Code || version != b.Version {
			return nil, fmt.Errorf("content: %s holds %s; its name must be %s.v%d.yaml", name, b.Ref(), b.Code, b.Version)
		}
		batteries = append(batteries, b)
	}
	l := NewLibrary(batteries...)
	l.terms, l.guidance, l.caution = g, said.segments, said.caution
	return l, nil
}

// readFile reads one file; the error holds the first mistake and how many there are.
func readFile[T any](files fs.FS, name string, check func(string, []byte) (T, []Mistake)) (T, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		var zero T
		return zero, fmt.Errorf("read content: %w", err)
	}
	value, mistakes := check(path.Base(name), data)
	if len(mistakes) > 0 {
		return value, fmt.Errorf("content: %d mistakes, the first: %s", len(mistakes), mistakes[0])
	}
	return value, nil
}

// splitName takes CODE.vVERSION.yaml apart.
func splitName(name string) (code string, version int, ok bool) {
	m := contentName.FindStringSubmatch(path.Base(name))
	if m == nil {
		return "", 0, false
	}
	version, err := strconv.Atoi(m[2])
	return m[1], version, err == nil
}

// newest returns the file with the highest version of a code, "" without one.
func newest(names []string, code string) string {
	best, highest := "", 0
	for _, name := range names {
		if c, version, ok := splitName(name); ok && c == code && version > highest {
			best, highest = name, version
		}
	}
	return best
}
