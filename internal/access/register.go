package access

import "slices"

// Register is the record that belongs to one kind of service. The two stay
// separate: who works for one does not see the other's.
type Register string

// The registers.
const (
	Health Register = "health" // terveydenhuollon rekisteri
	Social Register = "social" // sosiaalihuollon rekisteri
)

// Registers lists the registers, in the order of every list.
var Registers = []Register{Health, Social}

// Scope is which records are an actor's own. What holds for one of an own unit
// and an own register does not hold for any other. The zero Scope is of none.
type Scope struct {
	Units     []string
	Registers []Register
}

// Holds tells whether a record is in the scope.
func (s Scope) Holds(unit string, register Register) bool {
	return slices.Contains(s.Units, unit) && slices.Contains(s.Registers, register)
}
