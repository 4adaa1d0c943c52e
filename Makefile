# The habits of this house. `make` alone prints them; each is one line here or one script beside it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Outside the clone, so that a fresh clone does not build everything again.
CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/zongheng/target
export CARGO_TARGET_DIR
BINARY := $(CARGO_TARGET_DIR)/debug/zongheng
LISTEN ?= 127.0.0.1:8411
export ZONGHENG := $(BINARY)

.PHONY: help demo build test test-rust deep chaos check lint fmt bench e2e shots prepare

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## build, make a demo county if there is none, serve it (LISTEN=127.0.0.1:8411)
	@exec $(BINARY) demo --listen $(LISTEN)

build: ## build the binary (one profile for demo, tests and CI)
	cargo build --locked

test: prepare test-rust e2e ## all tests: both databases, then a real browser

test-rust: ## unit, property, store, API and page tests; PostgreSQL in a cluster of their own
	ZONGHENG_PG_BIN="$$(scripts/postgres.sh)" ZONGHENG_REQUIRE_PG=1 cargo test --locked --workspace

deep: ## the laws over 4,096 families of matters instead of 64, in the core and through both databases
	ZONGHENG_DEEP=1 cargo test --locked -p zongheng-core --test laws over_lives::
	ZONGHENG_DEEP=1 ZONGHENG_PG_BIN="$$(scripts/postgres.sh)" ZONGHENG_REQUIRE_PG=1 \
	  cargo test --locked -p zongheng-store --test it laws::

chaos: ## the worst day, long: 200 kills on each database, 500 losses of power, restarts, full disks (docs/proof.md)
	export ZONGHENG_CHAOS=1 ZONGHENG_PG_BIN="$$(scripts/postgres.sh)" ZONGHENG_REQUIRE_PG=1; \
	  cargo test --locked -p zongheng-store --test chaos && \
	  cargo test --locked -p zongheng --test it -- kill:: two:: outage::

check: lint ## before a commit: lint, and the tests on SQLite alone
	cargo test --locked --workspace

lint: ## format, clippy, docs, licences and sources, words on pages, scripts
	scripts/lint.sh

fmt: ## format the code
	cargo fmt --all

bench: ## the figures of docs/benchmarks.md (a release build, some minutes)
	cargo build --locked --release
	$(CARGO_TARGET_DIR)/release/zongheng bench

e2e: build ## drive the demo with a real Chromium, its forms on both databases
	scripts/browser.sh
	cd e2e && npm ci --silent && \
	  ZONGHENG_PG_BIN="$$(../scripts/postgres.sh)" ZONGHENG_REQUIRE_PG=1 npm test

shots: build ## take the pictures of docs/img at desk and phone width
	scripts/browser.sh
	cd e2e && npm ci --silent && npm run shots

prepare: ## bring what the tests need: PostgreSQL, Chromium, cargo-deny, promtool
	scripts/postgres.sh
	scripts/browser.sh
	scripts/deny.sh
	scripts/promtool.sh
