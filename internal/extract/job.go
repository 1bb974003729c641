package extract

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Format is how a file is written.
type Format string

// The formats.
const (
	CSV     Format = "csv"      // comma and decimal point
	FiExcel Format = "fi-excel" // semicolon and decimal comma, as a Finnish Excel wants CSV
	Parquet Format = "parquet"
	XLSX    Format = "xlsx"
)

// FormatCodes lists the formats, in the order in which they are offered.
var FormatCodes = []Format{CSV, FiExcel, Parquet, XLSX}

// Extension is how the name of a file of the format ends.
func (f Format) Extension() string {
	if f == FiExcel {
		return "csv"
	}
	return string(f)
}

// MediaType is what a file of the format is sent as.
func (f Format) MediaType() string {
	switch f {
	case Parquet:
		return "application/vnd.apache.parquet"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	default:
		return "text/csv; charset=utf-8"
	}
}

// Limits of what one file and one user may take.
const (
	MaxRows     = 5_000_000 // rows in a file
	MaxRowsXLSX = 200_000   // a workbook is slow to open before it is full
	MaxBytes    = 4 << 30   // bytes of a file
	MaxOpen     = 2         // files of a user that wait or are being made
	MaxKept     = 10        // files of a user that can be fetched
	MaxTries    = 5         // times that a file is begun, also by somebody who is killed at it

	KeptFor = 7 * 24 * time.Hour // how long a file can be fetched

	// Latest is how many files are listed.
	Latest = 30
)

// maxRows is how many rows a file of a format may have.
func (f Format) maxRows() int {
	if f == XLSX {
		return MaxRowsXLSX
	}
	return MaxRows
}

// State is how far a file has come.
type State string

// The states.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	Gone    State = "gone" // its time or its permit is over, the bytes are deleted
)

// Open tells whether the file is still to come.
func (s State) Open() bool { return s == Waiting || s == Running }

// Problem is why a file could not be made, as a code.
type Problem string

// The problems.
const (
	NotPermitted Problem = "not_permitted" // the permit ended before
	TooMuch      Problem = "too_much"      // more rows or bytes than a file may have
	Interrupted  Problem = "interrupted"   // begun too often and never finished
	Broken       Problem = "broken"        // something failed; the log says what
)

// Problems lists the problems.
var Problems = []Problem{NotPermitted, TooMuch, Interrupted, Broken}

// Job is one file, asked for under a permit. Nothing in it is a client's.
type Job struct {
	ID       uuid.UUID
	Permit   uuid.UUID
	User     uuid.UUID
	Format   Format
	State    State
	Attempts int       // times that it was begun
	Tries    int       // the same, without those that were called off because the program ended
	NextAt   time.Time // nobody begins it before; while it runs, whoever runs it has it until then
	AskedAt  time.Time
	Total    int       // rows that there will be, as counted when it was asked for or begun
	Rows     int       // rows so far
	Removals int       // removals that were known when the rows were read
	AsOf     time.Time // when the rows were read; zero before
	MadeAt   time.Time
	Expires  time.Time
	Bytes    int64 // of the file
	Chunks   int
	SHA256   string // hex, of the file
	Problem  Problem
	Fetched  time.Time // the latest time, zero for never
}

// Name is what the file is called: nothing in it tells of a person.
func (j Job) Name() string {
	return "rows-" + j.ID.String()[:8] + "." + j.Format.Extension()
}

// parseFormat reads the code of a format.
func parseFormat(code string) (Format, bool) {
	f := Format(code)
	return f, slices.Contains(FormatCodes, f)
}
