# make demo: a rehearsal of examples/three-sites.yaml.  make test: every test.  Both do all of their set-up themselves.
# STRICT=1: a skipped test is a failure.  ONLY=name: one suite, benchmark, comparison or fuzz target.
.PHONY: deps build demo test judge bench fuzz sanitize lint docs install uninstall fresh
SWIFT = swift build --explicit-target-dependency-import-check error
PREFIX ?= /usr/local

deps:
	@scripts/deps

build: deps
	$(SWIFT)

demo: deps
	@scripts/peers bird2
	$(SWIFT) -c release --product landfall
	@.build/release/landfall rehearse examples/three-sites.yaml

test: deps
	@setpriv --pdeathsig KILL scripts/test

judge: deps
	@scripts/judge $(ONLY)

bench: deps
	@scripts/bench $(ONLY)

fuzz: deps
	@SECONDS_EACH=$(SECONDS) scripts/fuzz $(ONLY)

sanitize: deps
	@scripts/sanitize

lint:
	swift format lint --strict --recursive --parallel $(wildcard Package.swift Sources Tests Benchmarks Fuzz)

docs: deps
	@scripts/docs

install: deps
	$(SWIFT) -c release --product landfall
	@DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) scripts/install

uninstall:
	@DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) scripts/install --uninstall

fresh:
	@scripts/fresh
