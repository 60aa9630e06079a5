# What developers and CI run. `go run . --demo` needs Go alone; `make run` and `make
# build` Node.js too, for the explorer; `make test` also a C compiler (for the race
# detector), `make browser` Chromium.

.PHONY: run web replicas test clients differential lint vulnerabilities generate fresh bench soak fuzz build browser check

# Serve the demo portal at http://127.0.0.1:8080/.
run: web
	go run . --demo

# The pages that people see in a browser, which the binary embeds.
web: web/dist/site/index.html

WEB = web/index.html web/package.json web/package-lock.json web/tsconfig.json web/vite.config.ts web/compress.ts
web/dist/site/index.html: web/node_modules/.package-lock.json $(WEB) $(shell find web/src -type f)
	cd web && npm run --silent build
	touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	@command -v npm >/dev/null || { echo "the explorer is built with Node.js 20.19 or later and npm: install them (Debian: apt-get install nodejs npm), or use the plain page of: go run . --demo"; exit 1; }
	cd web && npm ci --no-audit --no-fund

# One package at a time: the test of the rate limit under load measures time.
test: clients differential replicas
	go test -race -p 1 -timeout 30m ./...

# Three replicas with Redis and PostgreSQL, of which some die. It measures time, which
# a machine that does other things can spoil: then it is measured once more.
replicas:
	go test -count=1 -run '^Test(Replicas|WebhookReachesAllReplicas)$$' -v . || go test -count=1 -run '^Test(Replicas|WebhookReachesAllReplicas)$$' -v .

# Real GraphQL clients against the gateway. Without the race detector: what the
# gateway does for them, `make test` does with it anyway.
clients: clients/node_modules/.package-lock.json
	go test -tags clients -run '^TestClients$$' -v .

# Random queries, answered by the gateway and by graphql-js over the same data. A
# difference tells its seed: SEED=n QUERIES=1 asks that query alone.
QUERIES ?= 2000
SEED ?= 1
differential: clients/node_modules/.package-lock.json
	QUERIES=$(QUERIES) SEED=$(SEED) go test -tags clients -count=1 -timeout 60m -run '^TestDifferential$$' -v .

clients/node_modules/.package-lock.json: clients/package-lock.json
	@command -v npm >/dev/null || { echo "the clients' tests need Node.js and npm: install them (Debian: apt-get install nodejs npm)"; exit 1; }
	cd clients && npm ci --no-audit --no-fund

lint:
	@unformatted="$$(gofmt -l $$(git ls-files '*.go'))"; \
	if [ -n "$$unformatted" ]; then echo "gofmt these files:"; echo "$$unformatted"; exit 1; fi
	go vet -tags clients ./...
	go tool -modfile=tools/go.mod golangci-lint run

# Known vulnerabilities of what the gateway calls, from vuln.go.dev: where that
# cannot be had, nothing is known.
vulnerabilities:
	@found="$$(go tool -modfile=tools/go.mod govulncheck ./... 2>&1)" && status=0 || status=$$?; \
	case "$$status $$found" in \
	0*) echo "$$found";; \
	*"fetching vulnerabilities:"*) echo "left out, the database cannot be had: $${found##*fetching vulnerabilities: }";; \
	*) echo "$$found"; exit 1;; \
	esac

generate:
	go generate ./...

# Fails if the generated code or the module files are not what the tools make.
fresh:
	@before="$$($(HASHES))"; $(MAKE) --no-print-directory generate; \
	if [ "$$before" != "$$($(HASHES))" ]; then echo "go generate changed generated code: commit what it made"; git status --short graph bench/peer; exit 1; fi
	go mod tidy -diff
HASHES = find graph bench/peer -type f -exec sha256sum {} + | sort

# All Go benchmarks, and then the gateway measured from outside: some 15 minutes
# of a machine that does nothing else. QUICK=1 runs all of it for a moment only,
# so that none of it rots. docs/performance.md says what is measured.
bench: build
	go build -o bin/load ./bench/load
ifdef QUICK
	go test -run='^$$' -bench=. -benchtime=1x ./...
	bin/load -quick -gateway bin/hubgraph
	bin/load soak -minutes 0.3 -gateway bin/hubgraph
else
	go test -p 1 -run='^$$' -bench=. -benchmem -benchtime=100ms -count=6 ./... >bin/bench.txt || { cat bin/bench.txt; exit 1; }
	go tool -modfile=tools/go.mod benchstat bin/bench.txt
	bin/load -gateway bin/hubgraph
endif

# Has the gateway asked for MINUTES while HubSpot fails, schemas change and webhooks
# come in, all on loopback; checks every answer and, from three minutes on, that
# nothing grows.
MINUTES ?= 5
soak: build
	go build -o bin/load ./bench/load
	bin/load soak -minutes $(MINUTES) -gateway bin/hubgraph

# Runs every fuzz target for FUZZTIME; go test takes one target at a time.
FUZZTIME ?= 10s
fuzz:
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			go test -run='^$$' -fuzz="^$$target$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=100x "$$package"; \
		done; \
	done

build: web
	CGO_ENABLED=0 go build -trimpath -o bin/hubgraph .

# The explorer's own tests, and the explorer in Chromium, against the built binary.
browser: build
	go build -o bin/portal ./web/browser/portal
	cd web && npm test --silent && npm run --silent browser

check: lint fresh test browser
