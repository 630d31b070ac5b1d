# `make train` installs what is missing, builds, and runs the seven stages on the bundled Atlas.
# `make test` does the same up to the build and runs all tests, debug and release.
# `make fuzz` fuzzes the readers of untrusted files, FUZZ_SECONDS each, with the corpus of the tests.

SEED ?= 42
RUN ?= runs/atlas-$(SEED)
SEEDS ?= 1 2 3
FLAGS ?=
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?=

SWIFT := $(firstword $(shell command -v swift 2>/dev/null) $(wildcard /opt/swift/usr/bin/swift))
PACKAGES := libopenblas-dev liblapacke-dev libsqlite3-dev pkg-config
SOURCES := $(wildcard Package.swift Sources Tests Benchmarks)
BINARY := .build/release/realign

.PHONY: train test fuzz build seeds lint format clean dependencies toolchain

train: build
	@$(BINARY) train --run-dir "$(RUN)" $(if $(RESUME),--resume,--overwrite) \
	  --seed $(SEED) $(FLAGS) || { code=$$?; \
	  echo "realign train ended with exit code $$code" >&2; exit $$code; }

test: dependencies toolchain
	$(SWIFT) build
	$(SWIFT) test
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build-release-tests

fuzz: dependencies toolchain
	PATH="$(dir $(SWIFT)):$$PATH" Tests/Fuzzing/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

build: dependencies toolchain
	$(SWIFT) build -c release --product realign

seeds: build
	$(BINARY) seeds --seeds $(SEEDS) --run-dir runs $(if $(RESUME),--resume,--overwrite) $(FLAGS)

lint: toolchain
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: toolchain
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

clean:
	rm -rf .build .build-release-tests .build-fuzz

# Debian's packages of the libraries; nothing happens when they are there.
dependencies:
	@missing=""; \
	if command -v dpkg-query >/dev/null 2>&1; then \
	  for name in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' "$$name" 2>/dev/null \
	      | grep -q '^install ok installed' || missing="$$missing $$name"; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; \
	    if [ "$$(id -u)" = 0 ]; then root=""; \
	    elif command -v sudo >/dev/null 2>&1; then root=sudo; \
	    else echo "error: not root and no sudo; install$$missing first" >&2; exit 1; fi; \
	    $$root apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$root apt-get install -y -qq $$missing; \
	  fi; \
	else \
	  pkg-config --exists openblas sqlite3 2>/dev/null || { \
	    echo "error: install OpenBLAS, LAPACKE and SQLite with their headers first" >&2; \
	    exit 1; }; \
	fi

toolchain:
	@if [ -z "$(SWIFT)" ]; then \
	  echo "error: no Swift toolchain in PATH or /opt/swift; Swift 6.2 or newer is needed:" >&2; \
	  echo "https://www.swift.org/install" >&2; exit 1; fi
