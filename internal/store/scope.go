package store

import (
	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
)

// The records of a scope are chosen by the query and not afterwards, so that one
// of somebody else's is neither read nor locked: it costs what one costs that is
// not there.

// within keeps a query to the records of a scope, which have a unit and a
// register.
func within(db *gorm.DB, own access.Scope) *gorm.DB {
	return withinUnits(db, own).Where("register IN ?", own.Registers)
}

// withinUnits keeps a query to the units of a scope, for what belongs to no
// register.
func withinUnits(db *gorm.DB, own access.Scope) *gorm.DB {
	return db.Where("unit IN ?", own.Units)
}
