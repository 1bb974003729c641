package store

import (
	"database/sql"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/migrator"
	"gorm.io/gorm/schema"
	"modernc.org/sqlite"
)

// openFile returns a pool for a SQLite file. It does not open the file yet. Its
// connections keep their statements; see statements.go.
func openFile(path string) (*sql.DB, error) {
	plain, err := sqlite.NewConnector("file:" + path + sqliteOptions)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{plain}), nil
}

// sqliteDialect tells GORM how SQLite's SQL is written: as much of it as this
// package uses. What GORM needs to make a schema is not here, for goose does that.
type sqliteDialect struct{ pool *sql.DB }

var _ gorm.Dialector = sqliteDialect{}

// Name is GORM's name of the dialect.
func (sqliteDialect) Name() string { return SQLite }

// Initialize gives GORM the pool and the clauses of each statement.
func (d sqliteDialect) Initialize(db *gorm.DB) error {
	db.ConnPool = d.pool
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{
		CreateClauses: []string{"INSERT", "VALUES", "ON CONFLICT", "RETURNING"},
		UpdateClauses: []string{"UPDATE", "SET", "FROM", "WHERE", "RETURNING"},
		DeleteClauses: []string{"DELETE", "FROM", "WHERE", "RETURNING"},
	})
	// There are no locks of rows: the one writer has the whole file.
	db.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	return nil
}

// BindVarTo writes the place of a value.
func (sqliteDialect) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo writes a name, or names with dots between them. Double quotes would make
// SQLite take a column that is not there for a text.
func (sqliteDialect) QuoteTo(w clause.Writer, name string) {
	for i, part := range strings.Split(name, ".") {
		if i > 0 {
			_ = w.WriteByte('.')
		}
		_, _ = w.WriteString("`" + strings.ReplaceAll(part, "`", "``") + "`")
	}
}

// DefaultValueOf is what an INSERT says for a column that is left to the database
// in one row and not in another: SQLite knows this of its row numbers alone.
func (sqliteDialect) DefaultValueOf(*schema.Field) clause.Expression { return clause.Expr{SQL: "NULL"} }

// Explain is a statement for the log, with what newLogger lets through.
func (sqliteDialect) Explain(sql string, values ...any) string {
	return logger.ExplainSQL(sql, nil, `'`, values...)
}

// DataTypeOf is GORM's own name of a type. Nothing asks for it but a migrator.
func (sqliteDialect) DataTypeOf(field *schema.Field) string { return string(field.DataType) }

// Migrator is there because GORM asks for one; see Migrate.
func (d sqliteDialect) Migrator(db *gorm.DB) gorm.Migrator {
	return migrator.Migrator{Config: migrator.Config{DB: db, Dialector: d}}
}
