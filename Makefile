# What people and CI do with this repository. `make` alone lists the targets.
# Go 1.26 is needed; `make test` brings the rest on Debian.

GO ?= go

.DEFAULT_GOAL := help

.PHONY: help run serve build test needs check conformance readers generate fuzz bench pictures

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

run: ## Start a demo with fictional data on a temporary database
	$(GO) run ./cmd/omasuunta demo

serve: ## Start the service on data/omasuunta.db
	$(GO) run ./cmd/omasuunta serve

build: ## Build bin/omasuunta: static, without paths of this machine, with the commit in it
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/omasuunta ./cmd/omasuunta

# The race detector looks at what is ours and at how libraries are used, but not into
# the arithmetic of SQLite (C in Go's clothes, with its own memory), argon2, curves of
# signatures, gonum, hashing (thousands of rounds for each connection to PostgreSQL),
# compression, the shapes of letters, squares that phones read, and the reading of YAML
# and of migrations, which would take longer than all the rest. Nor does it look at how
# a mutex counts (internal/sync), which SQLite's memory does at every piece: Lock and
# Unlock tell it all the same who comes after whom. A wider pattern would be wrong: a
# generic type of sync that such a package instantiates is then unwatched everywhere.
UNWATCHED = -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false -gcflags=modernc.org/memory=-race=false \
	-gcflags=internal/sync=-race=false \
	-gcflags=golang.org/x/crypto/argon2=-race=false -gcflags=golang.org/x/crypto/blake2b=-race=false \
	-gcflags=crypto/internal/fips140/sha256=-race=false -gcflags=crypto/internal/fips140/hmac=-race=false -gcflags=crypto/internal/fips140/pbkdf2=-race=false \
	-gcflags=crypto/internal/fips140/edwards25519/...=-race=false -gcflags=crypto/internal/fips140/nistec/...=-race=false \
	-gcflags=go.yaml.in/yaml/v3=-race=false -gcflags=github.com/oasdiff/yaml3=-race=false -gcflags=github.com/pressly/goose/v3/internal/sqlparser=-race=false \
	-gcflags=github.com/boombuler/barcode/qr=-race=false \
	-gcflags=compress/flate=-race=false -gcflags=github.com/boxesandglue/textshape/...=-race=false -gcflags=gonum.org/v1/gonum/...=-race=false

# What is tested here is arithmetic in one goroutine: the race detector finds nothing in
# it and makes it take four times as long. The tests of pages use the same code under it.
ALONE = ./internal/report

REQUIRED = OMASUUNTA_REQUIRE_POSTGRES=1 OMASUUNTA_REQUIRE_BROWSER=1 OMASUUNTA_REQUIRE_POPPLER=1 OMASUUNTA_REQUIRE_OPENSSL=1

# -race needs a C compiler. PostgreSQL and Chromium are required here, so that no
# test is skipped unseen; plain `go test ./...` skips, aloud, what the machine lacks.
# `make check` vets, so the tests needn't. They wait for each other's databases and
# browsers as much as they work, so more packages than processors run at a time.
test: needs ## Install what the tests need (Debian), then run the whole suite
	$(REQUIRED) $(GO) test -vet=off $(ALONE)
	$(REQUIRED) $(GO) test -race $(UNWATCHED) -vet=off -p 3 -parallel 3 -timeout 30m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(ALONE))")

# Installs only what is missing, so that it is silent the second time.
needs:
	@set -eu; missing=; \
	command -v cc >/dev/null || missing="$$missing gcc libc6-dev"; \
	if [ -z "$${OMASUUNTA_TEST_DATABASE_URL:-}" ] && ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
		missing="$$missing postgresql"; \
	fi; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	command -v qpdf >/dev/null || missing="$$missing qpdf"; \
	command -v openssl >/dev/null || missing="$$missing openssl"; \
	[ -n "$$missing" ] || exit 0; \
	command -v apt-get >/dev/null || { echo "The tests need:$$missing. Install them and try again." >&2; exit 1; }; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	echo "Installing for the tests:$$missing"; \
	$$as_root apt-get update -qq; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

check: ## Formatting, vet, staticcheck, tidy modules, generated code up to date
	@unformatted="$$(gofmt -l api cmd internal migrations)"; \
	[ -z "$$unformatted" ] || { echo "Not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff
	@before="$$($(GENERATED_SUMS))"; \
	$(GO) generate ./...; \
	[ "$$before" = "$$($(GENERATED_SUMS))" ] || { echo "Generated code was not up to date; it is now: look at it and commit it."; exit 1; }

# Judges what a machine can. Alternative texts and reading order are read by eye, too.
conformance: ## Have veraPDF judge every document in every language (needs a JDK and Maven)
	@for program in javac mvn; do command -v $$program >/dev/null || { echo "$$program is missing, so nothing was validated: install default-jdk and maven." >&2; exit 1; }; done
	@set -eu; papers="$$(mktemp -d)"; trap 'rm -rf "$$papers"' EXIT; \
	OMASUUNTA_PAPERS="$$papers" $(GO) test -count=1 -run '^TestPapers$$' ./internal/document; \
	mvn -B -q -f internal/pdf/conformance/pom.xml compile exec:java "-Dexec.arguments=$$papers"; \
	OMASUUNTA_REQUIRE_VERAPDF=1 $(GO) test -count=1 -run '^TestConformance$$' ./internal/pdf

# Nothing is installed: what is missing is said.
readers: ## Open files of rows in LibreOffice, R and DuckDB, as far as they are on this machine
	OMASUUNTA_READERS=1 $(GO) test -count=1 -v -run '^TestReadersReadRows$$' ./internal/export

GENERATED_SUMS = find api internal -name '*.gen.go' -exec cksum {} +

generate: ## Generate code from api/openapi.yaml
	$(GO) generate ./...

# The list is made from the code, so that no target can be forgotten. What fails
# is kept in testdata/fuzz of its package: mend it, and commit it with the mending.
# A short minimization leaves the time to what is new. On a slow machine FUZZTIME
# as a count is surer than seconds: Go reports a last input that isn't done in time
# as a failure ("context deadline exceeded").
FUZZTIME ?= 10s
fuzz: ## Feed made-up input to everything that takes some, FUZZTIME (10s or 500x) for each target
	@set -eu; grep -r --include='*_test.go' '^func Fuzz' internal cmd | \
	sed -E 's|^(.*)/[^/]*:func (Fuzz[A-Za-z0-9_]*)\(.*|\1 \2|' | sort | \
	while read -r package target; do \
		echo "$$package $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "./$$package" || exit 1; \
	done

# One round of everything. For numbers to compare: make bench BENCH=Evaluate COUNT=10
BENCH ?= .
COUNT ?= 1
bench: ## Run the benchmarks, and no tests
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) ./...

pictures: ## Take the pictures in docs/guide/images again (days and times in them change)
	OMASUUNTA_REQUIRE_BROWSER=1 OMASUUNTA_PICTURES='$(CURDIR)/docs/guide/images' $(GO) test -count 1 -run '^TestPictures$$' ./cmd/omasuunta
