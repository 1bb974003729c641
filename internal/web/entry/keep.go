package entry

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

const (
	// keptPrefix begins the names of the fields that the login page carries along.
	keptPrefix = "_kept."
	// resumeField says that they are to be posted to the address again.
	resumeField = "_resume"
	// maxKept bounds names and values together, in bytes.
	maxKept = 256 << 10
)

// kept is one value of a form that was posted when the session had ended.
type kept struct{ Name, Value string }

// Field is its name on the login page.
func (k kept) Field() string { return keptPrefix + k.Name }

// dropped are the fields that are not carried along: passwords, which are typed
// again, and what a form says about its own time and settings.
var dropped = map[string]bool{
	"password": true, "old": true, "new": true, "again": true, "recovery": true, "passkey": true, "shown": true, "_set": true, "_active": true, "_opened": true,
}

// keep takes the fields of a posted form, in the order of their names. When it
// is too long to be carried along, there are none.
func keep(posted url.Values) (fields []kept, fits bool) {
	size := 0
	for _, name := range slices.Sorted(maps.Keys(posted)) {
		if dropped[name] {
			continue
		}
		for _, value := range posted[name] {
			size += len(name) + len(value)
			fields = append(fields, kept{name, value})
		}
	}
	if size > maxKept {
		return nil, false
	}
	return fields, true
}

// keptIn takes the fields that a login page carried along.
func keptIn(posted url.Values) []kept {
	carried := url.Values{}
	for field, values := range posted {
		if name, ok := strings.CutPrefix(field, keptPrefix); ok {
			carried[name] = values
		}
	}
	fields, _ := keep(carried)
	return fields
}
