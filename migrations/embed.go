// Package migrations holds the schema of the database as numbered SQL files,
// one directory per dialect with the same numbers in both. A released
// migration never changes.
package migrations

import "embed"

// Files are the migrations, in the directories sqlite and postgres.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
