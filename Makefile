# Rufbus. `make help` lists what there is; every target sets up what it needs. Everything is installed into .venv, and
# everything that runs keeps its data in $(DATA). pip and apt-get work with whatever configuration the machine has.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8123
DATA ?= .data
SEED ?=
FRESH ?=
OSM ?=
DISTRICT ?= altmark
ARGS ?=

PY := .venv/bin/python
READY := .venv/ready
WARM := .venv/warm
CATALOGUES := $(wildcard backend/web/locale/*/LC_MESSAGES/*.po)
run serve phone live: export RUFBUS_DATA = $(abspath $(DATA))

.PHONY: help
help:  ## what there is
	@echo "Rufbus: an on-demand bus for rural districts"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8123 DATA=.data FRESH=1 SEED=7   for run, serve, live, phone, sms"
	@echo "  ARGS='-k fares'                        for test and test-fast (pytest), bench, simulate"
	@echo "  OSM=extract.osm.pbf                    for district: roads from an OpenStreetMap extract"

.PHONY: setup
setup: $(READY) $(WARM)  ## .venv from the lock, compiled loops (quick the second time)

$(READY): requirements-dev.txt tools/find_python.sh
	@python="$$(bash tools/find_python.sh)"; test -x $(PY) || "$$python" -m venv .venv
	@echo "installing the locked packages into .venv (two minutes the first time, seconds after that)"
	@$(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt
	@touch $@

$(WARM): $(READY) $(wildcard dispatch/*.py) $(CATALOGUES)
	@$(PY) -m tools.warm_up
	@touch $@

.PHONY: run
run: setup  ## a day in the Altmark: book it, plan it, show it (FRESH=1 begins anew)
	@$(PY) manage.py run --port $(PORT) $(if $(FRESH),--fresh) $(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: live
live: setup  ## beside `make run`: virtual drivers drive its day, a minute a second (SPEED=60)
	@$(PY) manage.py drive --url http://127.0.0.1:$(PORT) --speed $(or $(SPEED),60) $(ARGS)

.PHONY: drive
drive: export RUFBUS_DATA = $(abspath $(DATA))/drive
drive: setup  ## a day with twelve virtual drivers, on a server of its own (FAST=1: as fast as it goes)
	@$(PY) manage.py drive --own $(if $(FAST),--fast) $(if $(SPEED),--speed $(SPEED)) $(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: serve
serve: setup  ## the server alone, without the demo day
	@$(PY) manage.py serve --port $(PORT) $(ARGS)

.PHONY: sms
sms: setup  ## write SMS with the line in the terminal, on the data of `make run` (ARGS="'morgen 9:30 von Klötze nach Salzwedel'")
	@RUFBUS_DATA="$(abspath $(DATA))" $(PY) manage.py sms $(ARGS)

.PHONY: test
test: setup  ## every test, also on real PostgreSQL, Redis and Chromium
	@$(PY) -m tools.run_tests $(ARGS)

.PHONY: test-fast
test-fast: setup  ## unit and property tests on SQLite
	@$(PY) -m pytest tests/unit tests/property -m "not postgres and not redis" $(ARGS)

# Lines are kept in $(DATA)/bench: an interrupted run goes on, `make bench FRESH=1` begins anew.
BENCH := $(DATA)/bench
BENCHMARKS ?= ../shared/benchmarks
SECONDS ?= 10

.PHONY: bench
bench: setup  ## public instances and our own days, both solvers side by side, into docs/benchmarks.md (45 minutes)
	@mkdir -p $(BENCH); $(if $(FRESH),rm -f $(BENCH)/*)
	@if [ -d $(BENCHMARKS) ]; then \
	  $(PY) -m dispatch.benchmark suite --benchmarks $(BENCHMARKS) --folder $(BENCH) --seconds $(SECONDS) $(ARGS); \
	else echo "no public instances in $(BENCHMARKS): measured without them"; fi
	@[ -e $(BENCH)/quotes.jsonl ] || { \
	  $(PY) -m dispatch.benchmark growth --json --plot docs/benchmarks-growth.svg | tee $(BENCH)/quotes.part; \
	  mv $(BENCH)/quotes.part $(BENCH)/quotes.jsonl; }
	@[ -e $(BENCH)/improvement.jsonl ] || { for seed in 1 2 3; do \
	  $(PY) -m dispatch.benchmark improvement --seed $$seed --seconds 10 --json; done | tee $(BENCH)/improvement.part; \
	  mv $(BENCH)/improvement.part $(BENCH)/improvement.jsonl; }
	@[ -e $(BENCH)/planning.txt ] || { folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	  RUFBUS_DATA="$$folder" $(PY) manage.py compare_planning > $(BENCH)/planning.part; \
	  mv $(BENCH)/planning.part $(BENCH)/planning.txt; }
	@$(PY) -m dispatch.benchmark report --folder $(BENCH) --page docs/benchmarks.md

.PHONY: simulate
simulate: setup  ## simulated days of the district: figures, JSON and a page in $(DATA)/simulation (SEEDS=5)
	@$(PY) -m dispatch.simulate day --district fixtures/$(DISTRICT) --seeds $(or $(SEEDS),5) --trade-off --out "$(DATA)/simulation" $(ARGS)

.PHONY: measure-web
measure-web: setup  ## taps, bytes, seconds and Lighthouse of the riders' pages, into docs/web-figures.md (10 minutes)
	@$(PY) -m tests.browser.measure_web --lighthouse "$(DATA)/lighthouse" $(ARGS)

.PHONY: phone
phone: setup  ## talk with the automatic line in this terminal: of `make run` where that runs (ARGS=--speak)
	@$(PY) manage.py phone --beside $(PORT) $(ARGS)

.PHONY: load-calls
load-calls: setup  ## a hundred calls at once against a server of their own, and what each webhook took (2 minutes)
	@$(PY) -m tests.load.calls --calls $(or $(CALLS),100) $(ARGS)

.PHONY: measure-board
measure-board: setup  ## the board with 50 vehicles, 800 bookings, ten changes a second, into docs/board-figures.md (5 minutes)
	@$(PY) -m tests.browser.measure_board $(ARGS)

.PHONY: understanding
understanding: setup  ## how well German is understood, measured, into docs/understanding.md (5 minutes)
	@$(PY) -m accessibility.language.measure --page docs/understanding.md $(ARGS)

.PHONY: check
check: setup  ## format, lint, types, import contracts, migrations, OpenAPI, docs, tree
	@$(PY) -m tools.check $(ARGS)

.PHONY: format
format: setup  ## rewrite the code in the one format
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix --exit-zero --quiet .

.PHONY: services
services: setup  ## PostgreSQL and Redis for tests, until Ctrl-C
	@$(PY) -m tools.services

.PHONY: texts
texts: setup  ## new texts of pages and rules into the catalogues of translations, and what is left to translate
	@$(PY) -m tools.texts

.PHONY: openapi
openapi: setup  ## write docs/openapi.yaml again
	@$(PY) manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn

.PHONY: district
district: setup  ## make the district package again, or its roads from OSM=<extract>
ifeq ($(strip $(OSM)),)
	@$(PY) -m fixtures.make $(DISTRICT) $(ARGS)
else
	@$(PY) -m routing.build --osm "$(OSM)" --boundary fixtures/$(DISTRICT)/service_area.geojson --margin-m 5000 \
	    --speeds fixtures/$(DISTRICT)/district.toml --stops fixtures/$(DISTRICT)/stops.csv --out "$(DATA)/roads/$(DISTRICT)" $(ARGS)
endif

PIP_COMPILE = $(PY) -m piptools compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-header --strip-extras --allow-unsafe --annotation-style=line

.PHONY: lock
lock: setup  ## compile requirements*.txt from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(PIP_COMPILE) $(ARGS) --output-file requirements.txt pyproject.toml
	@$(PIP_COMPILE) $(ARGS) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	@$(PY) -m tools.check tree lock

.PHONY: clean
clean:  ## remove caches (.venv and the data folder stay)
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache $(WARM)
	@find accessibility backend dispatch fixtures routing tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
