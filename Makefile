# `make train` installs what is missing, builds, and runs the seven stages on the bundled Atlas.
# `make test` does the same up to the build and runs all tests, debug and release.
# `make parity` compares with the Python programs, in a virtual environment that it makes;
# `make parity-readme` puts the table of that run into the README.
# `make bench-peers` times the program beside TRL and transformers, in another environment;
# `make bench-peers-readme` puts the table of that run into the README and draws its chart.
# `make bench-ranks` times training on several ranks of Open MPI beside threads and beside the
# simulation of `realign plan`.
# `make fuzz` fuzzes the readers of untrusted files, FUZZ_SECONDS each, with the corpus of the tests.

SEED ?= 42
RUN ?= runs/atlas-$(SEED)
SEEDS ?= 1 2 3
FLAGS ?=
PARITY_PYTHON ?= python3
PARITY_VENV ?= .venv-parity
PARITY_WORK ?= .build-parity
PARITY_FLAGS ?=
PEERS_VENV ?= .venv-peers
PEERS_WORK ?= .build-peers
PEERS_FLAGS ?=
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?=

SWIFT := $(firstword $(shell command -v swift 2>/dev/null) $(wildcard /opt/swift/usr/bin/swift))
PACKAGES := libopenblas-dev liblapacke-dev libsqlite3-dev pkg-config
SOURCES := $(wildcard Package.swift Sources Tests Benchmarks)
BINARY := .build/release/realign
RELEASE_TESTS := -c release -Xswiftc -enable-testing --scratch-path .build-release-tests
PEERS := "$(PEERS_VENV)/bin/python" Benchmarks/peers/compare.py --work "$(PEERS_WORK)"
PARITY := "$(PARITY_VENV)/bin/python" Tests/Parity/parity.py --work "$(PARITY_WORK)"

.PHONY: train test fuzz build seeds parity parity-readme parity-environment lint format clean \
  bench-peers bench-peers-readme bench-ranks peers-environment dependencies toolchain

train: build
	@$(BINARY) train --run-dir "$(RUN)" $(if $(RESUME),--resume,--overwrite) \
	  --seed $(SEED) $(FLAGS) || { code=$$?; \
	  echo "realign train ended with exit code $$code" >&2; exit $$code; }

test: dependencies toolchain
	$(SWIFT) build
	$(SWIFT) test
	$(SWIFT) test $(RELEASE_TESTS)

fuzz: dependencies toolchain
	PATH="$(dir $(SWIFT)):$$PATH" Tests/Fuzzing/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

build: dependencies toolchain
	$(SWIFT) build -c release --product realign

seeds: build
	$(BINARY) seeds --seeds $(SEEDS) --run-dir runs $(if $(RESUME),--resume,--overwrite) $(FLAGS)

parity: dependencies toolchain parity-environment
	$(SWIFT) build $(RELEASE_TESTS) --build-tests
	@$(PARITY) --realign .build-release-tests/release/realign \
	  --swift-test "$(SWIFT) test $(RELEASE_TESTS) --skip-build" $(PARITY_FLAGS)

parity-readme:
	@$(PARITY) --readme README.md

bench-peers: build peers-environment
	@$(PEERS) --realign $(BINARY) $(PEERS_FLAGS)

bench-ranks: build
	@python3 Benchmarks/ranks/compare.py --realign $(BINARY)

bench-peers-readme:
	@$(PEERS) --readme README.md

parity-environment:
	@$(call environment,$(PARITY_VENV),Tests/Parity/requirements.txt)

peers-environment:
	@$(call environment,$(PEERS_VENV),Benchmarks/peers/requirements.txt)

# A virtual environment in a folder, with the packages of a file.
define environment
test -x "$(1)/bin/python" || "$(PARITY_PYTHON)" -m venv "$(1)" || { \
  echo "error: Python 3.11 or newer with its module venv is needed" >&2; exit 1; }; \
"$(1)/bin/python" -m pip install --quiet --disable-pip-version-check --requirement $(2)
endef

lint: toolchain
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: toolchain
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

clean:
	rm -rf .build .build-release-tests .build-parity .venv-parity .build-fuzz .build-peers .venv-peers

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
