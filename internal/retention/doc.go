// Package retention owns the life of the data: for how long each kind of record is
// kept, the holds that keep a client's record past that, what is deleted when its
// time is over, and the erasure of one client.
//
// A record is deleted, or a client erased, in the transaction of its rows in the
// audit: never one without the other. The audit itself is never touched; it holds
// no personal data and outlives what it tells about.
//
// It belongs to the first floor. It knows kinds and days, not tables: what a kind
// is made of in the database is package store's. Backups and documents in the
// archive are not within its reach; docs/operate/retention.md says what to do with
// them.
package retention
