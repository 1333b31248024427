# make demo    the main job on the embedded sandbox: no account, no network
# make test    the one command that passes all tests
# make ci      make test and what is heavier, with the time of each step
# make bench   the benchmarks of docs/benchmarks.md
# make pictures  the pictures of docs/viewer.md, from the real viewer
# make python-test  the tests of the Python module, with a program built now
# make notebooks  run the notebooks and keep their outputs; make notebooks-test only compares
# make wheels  pip install pgb-client: one wheel a platform, in dist/wheels
# make docs      docs/commands.md, docs/schemas.md, docs/configuration.md, from the code
# make snapshot  a release without publishing it: archives, packages, checksums, in dist/release

GO          ?= go
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
VENV        ?= .venv
# A number of tries: an end by the clock is taken for a failure now and then.
FUZZTIME    ?= 20000x

# The race detector needs a C compiler; without one the tests run without it.
# It leaves SQLite's translated C out, which it makes ten times slower and where
# no goroutine meets another.
UNWATCHED = -gcflags='modernc.org/sqlite/lib=-race=false -d=checkptr=0' -gcflags='modernc.org/libc=-race=false -d=checkptr=0'
CC_FOUND := $(shell command -v $${CC:-cc} 2>/dev/null)
RACE     := $(if $(CC_FOUND),-race $(UNWATCHED),)

# The version and the commit that a program says it is of; releases set VERSION.
VERSION     ?=
COMMIT      := $(shell git rev-parse HEAD 2>/dev/null)
COMMIT_DATE := $(shell TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null)

LDFLAGS = -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(COMMIT_DATE)

.PHONY: build demo test vet ci bench fuzz python stil cross vet-windows emulator torture pictures python-test python-bench notebooks notebooks-test wheels docs licences extras snapshot release-check reproducible clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o pgb ./cmd/pgb

demo:
	$(GO) run ./cmd/pgb demo

# The time is for a machine that has other work; two cores need a third of it.
test: vet
	$(GO) test -timeout 30m $(RACE) ./...

vet:
	@test -z "$$(gofmt -l cmd client tui)" || { gofmt -l cmd client tui; echo 'gofmt would change these files'; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

python: $(VENV)/ready

$(VENV)/ready: client/sandbox/testdata/requirements.txt notebooks/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check $(patsubst %,-r %,$^)
	touch $@

python-test: python build
	cd notebooks && $(CURDIR)/$(VENV)/bin/mypy pgb.py wheels.py
	PGB_BINARY=$(CURDIR)/pgb $(VENV)/bin/python -B -m pytest -c notebooks/pyproject.toml --rootdir notebooks --ignore notebooks/tests/test_notebooks.py notebooks/tests

notebooks: python build
	$(VENV)/bin/python -B notebooks/build.py --binary pgb

notebooks-test: python build
	PGB_BINARY=$(CURDIR)/pgb $(VENV)/bin/python -B -m pytest -c notebooks/pyproject.toml --rootdir notebooks notebooks/tests/test_notebooks.py

python-bench: python build
	PGB_BINARY=$(CURDIR)/pgb $(VENV)/bin/python -B notebooks/tests/bench.py

# Wheels are named by it, and what is in them says so.
WHEEL_VERSION = $(or $(VERSION),$(shell git describe --tags --match 'v*' --dirty 2>/dev/null),0.0.0.dev0)

wheels: export SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),0)
wheels: licences
	@set -e; rm -rf dist/wheels; programs=; for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do \
	  program=dist/programs/$$target/pgb; \
	  CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -trimpath -ldflags '$(LDFLAGS) -X main.version=$(WHEEL_VERSION)' -o $$program ./cmd/pgb; \
	  programs="$$programs $$target=$$program"; \
	done; \
	python3 -B notebooks/wheels.py --version '$(WHEEL_VERSION)' --out dist/wheels --licences $(LICENCES) $$programs
	PGB_TEST_DIST=$(CURDIR)/dist $(GO) test -run Wheels -count 1 ./cmd/internal/licences

# TOPCAT's library, with which tests read tables; needs Maven.
STIL = .stil

stil: $(STIL)/ready

$(STIL)/ready: client/format/testdata/stil/pom.xml
	mvn --quiet --batch-mode --file $< dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(STIL)
	touch $@

bench: python
	$(GO) test -run '^$$' -bench . -benchmem ./client/... ./tui/...
	PGB_PYTHON=$(CURDIR)/$(VENV)/bin/python $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 30m ./cmd/pgb

# The BigQuery archive against an emulator, in a module of its own: a build of
# some minutes.
EMULATOR = client/archive/bigquery/emulator

# The emulator has faults of its own, so that what is drawn is the same each time.
SEED ?= 1

emulator:
	cd $(EMULATOR) && $(GO) vet ./... && $(GO) test -timeout 30m . -rapid.seed=$(SEED)

# How often a process that saves is killed.
KILLS ?= 1000

torture:
	PGB_TEST_TORTURE=$(KILLS) $(GO) test -run Kill -count 1 -timeout 60m ./client/archive/local

pictures:
	$(GO) run ./cmd/internal/pictures -o docs/images

fuzz:
	@set -e; for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package; \
	  done; \
	done

cross: vet-windows
	@set -e; for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do \
	  echo "$$target"; \
	  CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -trimpath -o /dev/null ./cmd/pgb; \
	done

vet-windows:
	GOOS=windows $(GO) vet ./...

docs:
	PGB_WRITE_DOCS=1 $(GO) test -run GeneratedDocuments -count 1 ./cmd/pgb

# The licences of what the program is built of, on all platforms together.
LICENCES = dist/THIRD-PARTY-LICENSES.txt

licences:
	@mkdir -p $(dir $(LICENCES))
	$(GO) run ./cmd/internal/licences ./cmd/pgb $(LICENCES)

# What packages hold beside the program: completions, man pages and licences.
EXTRAS = dist/extras

extras: licences
	rm -rf $(EXTRAS) && mkdir -p $(EXTRAS)/completions
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o $(EXTRAS)/pgb ./cmd/pgb
	$(EXTRAS)/pgb completion bash > $(EXTRAS)/completions/pgb.bash
	$(EXTRAS)/pgb completion zsh > $(EXTRAS)/completions/_pgb
	$(EXTRAS)/pgb completion fish > $(EXTRAS)/completions/pgb.fish
	$(EXTRAS)/pgb completion powershell > $(EXTRAS)/completions/pgb.ps1
	$(EXTRAS)/pgb man --quiet $(EXTRAS)/man
	gzip -n -9 $(EXTRAS)/man/*.1
	rm $(EXTRAS)/pgb

# Later versions need a module or a Go that can't be had everywhere.
GORELEASER ?= github.com/goreleaser/goreleaser/v2@v2.16.0

release-check:
	$(GO) run $(GORELEASER) check

snapshot:
	$(GO) run $(GORELEASER) release --snapshot --clean --skip=publish
	PGB_TEST_DIST=$(CURDIR)/dist $(GO) test -run 'Snapshot|Programs' -count 1 ./cmd/internal/licences

# The same bytes from two folders, the second without what the first compiled.
reproducible:
	@set -e; top=$$(mktemp -d); trap 'rm -rf $$top' EXIT; cache=$$($(GO) env GOCACHE); \
	for folder in first second; do \
	  mkdir $$top/$$folder; git archive HEAD | tar x -C $$top/$$folder; \
	  (cd $$top/$$folder && GOCACHE=$$cache CGO_ENABLED=0 GOOS=linux GOARCH=amd64 $(GO) build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o $$top/pgb.$$folder ./cmd/pgb && \
	    $(GO) run ./cmd/internal/licences ./cmd/pgb $$top/licences.$$folder); \
	  cache=$$top/cache; \
	done; \
	cmp $$top/pgb.first $$top/pgb.second; cmp $$top/licences.first $$top/licences.second; sha256sum < $$top/pgb.first

ci:
	@./.ci/steps

clean:
	rm -rf pgb dist $(VENV) $(STIL)
