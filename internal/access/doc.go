// Package access owns who may do what: actors, roles, units, and the one table
// of permissions; and the administration of units, users and API tokens.
//
// It does not know how somebody proves who they are (package identity) nor how
// anything is stored. It belongs to the first floor and imports audit and the
// ground.
package access
