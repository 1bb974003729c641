// Package store owns the database: SQLite by default, PostgreSQL in production.
//
// It is the only package that imports GORM and the drivers. It implements the
// small interfaces that the use cases state (assessment.Store, access.Store,
// report.Store and others), converts rows to and from the domain explicitly,
// runs transactions and turns driver errors into faults in one place.
//
// It is an adapter on the second floor: it imports the first floor and the
// ground, and no other adapter.
package store
