// Package testkit owns what tests need from outside the code: real databases
// and a clock that stands still.
//
// Every database is fresh, belongs to one test and goes away with it. Only
// _test.go files import this package. It imports the standard library and pgx,
// and nothing of ours: the schema comes in as a function, so that the tests of
// package store can use it too.
//
// A package whose tests use PostgreSQL hands its run over to [Main]:
//
//	func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }
//
// Where PostgreSQL comes from, in this order:
//
//   - OMASUUNTA_TEST_DATABASE_URL, a postgres:// URL of a role that may create
//     databases and roles. Nothing in the database that it names is touched. If it
//     may not create roles, it does everything itself, and what needs two roles is
//     not tested, aloud.
//   - A throwaway cluster, one per test process, from binaries of version 15 or
//     later on PATH or where Debian and PGDG install them. As root it runs under
//     the account postgres or nobody, because initdb refuses root. It is
//     kept in memory where there is room for it.
//   - Otherwise the test is skipped, or fails with OMASUUNTA_REQUIRE_POSTGRES=1.
//
// A database belongs to one role, which may do the migrations, and the program
// runs as another, which owns nothing: see [AsProgram] and [AsOwner].
package testkit
