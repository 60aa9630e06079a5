# What developers and CI run. `make run` needs Go alone, `make test` a C compiler
# (for the race detector) and Node.js too, `make browser` also Chromium.

.PHONY: run test clients lint generate fresh bench fuzz build browser check

# Serve the demo portal at http://127.0.0.1:8080/.
run:
	go run . --demo

# One package at a time: the test of the rate limit under load measures time.
test: clients
	go test -race -p 1 ./...

# Real GraphQL clients against the gateway. Without the race detector: what the
# gateway does for them, `make test` does with it anyway.
clients: clients/node_modules/.package-lock.json
	go test -tags clients -run '^TestClients$$' -v .

clients/node_modules/.package-lock.json: clients/package-lock.json
	@command -v npm >/dev/null || { echo "the clients' tests need Node.js and npm: install them (Debian: apt-get install nodejs npm)"; exit 1; }
	cd clients && npm ci --no-audit --no-fund

lint:
	@unformatted="$$(gofmt -l $$(git ls-files '*.go'))"; \
	if [ -n "$$unformatted" ]; then echo "gofmt these files:"; echo "$$unformatted"; exit 1; fi
	go vet -tags clients ./...
	go tool -modfile=tools/go.mod golangci-lint run

generate:
	go generate ./...

# Fails if the generated code or the module files are not what the tools make.
fresh:
	@before="$$($(HASHES))"; $(MAKE) --no-print-directory generate; \
	if [ "$$before" != "$$($(HASHES))" ]; then echo "go generate changed generated code: commit what it made"; git status --short graph bench/peer; exit 1; fi
	go mod tidy -diff
HASHES = find graph bench/peer -type f -exec sha256sum {} + | sort

bench:
	go test -run='^$$' -bench=. -benchmem ./...

# Runs every fuzz target for FUZZTIME; go test takes one target at a time.
FUZZTIME ?= 10s
fuzz:
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			go test -run='^$$' -fuzz="^$$target$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=100x "$$package"; \
		done; \
	done

build:
	CGO_ENABLED=0 go build -trimpath -o bin/hubgraph .

# The playground in Chromium, against the built binary.
browser: build
	cd browser && npm ci --no-audit --no-fund && npm test

check: lint fresh test browser
