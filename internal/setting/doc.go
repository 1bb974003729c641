// Package setting owns every setting that is kept in the database and shared by
// all instances: names, defaults, what a value may be, and changing it.
//
// What one instance is started with (addresses, the database) is package
// config's. It belongs to the first floor and imports access, audit and memo
// beside it, and calendar, fault and lang.
package setting
