# Two commands: `make demo` plays it, `make test` proves it. Both set up everything they need in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_WARN_SCRIPT_LOCATION := 1
unexport PYTHONDONTWRITEBYTECODE # the tests start the program dozens of times: compiled modules save a minute

.PHONY: demo test test-postgres test-slow rehearse check pictures walk letters bench clean

demo: $(VENV)/ready          ## play the alliance at http://127.0.0.1:8000 (PORT= for another)
	$(BIN)/tovholder demo

test: $(VENV)/ready-to-test  ## the tests, under three minutes; what is near the database on SQLite and on PostgreSQL
	$(BIN)/pytest -m "not slow and not browser" -n 3 --dist worksteal

test-postgres: $(VENV)/ready-to-test ## all that needs a database on PostgreSQL (a throwaway; TOVHOLDER_TEST_PG= for yours)
	$(BIN)/pytest -m "not slow and not browser" --database postgresql -n 3 --dist worksteal
	$(BIN)/pytest -m slow --database postgresql -n 3 --dist worksteal tests/storage tests/scheduling

test-slow: $(VENV)/ready-to-test  ## a whole year, kill -9, a real browser
	$(BIN)/pytest -m "slow or browser" -n 2 --dist worksteal

rehearse: $(VENV)/ready      ## a thousand plays of a small alliance in which much fails, in each tenth all that can (PLAYS= for fewer)
	$(BIN)/tovholder rehearse 2027 --small --faults --plays $(or $(PLAYS),1000)

check: $(VENV)/ready-to-test ## types and style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

pictures: $(VENV)/ready-to-test ## the pictures of the README, from the demo as it is
	@mkdir -p var/pictures docs/pictures && rm -f var/pictures/*
	$(BIN)/python tests/browser/pictures.py var/pictures

walk: $(VENV)/ready-to-test  ## every page on the way through the demo, both languages, small and wide, light and dark, into var/walk
	@mkdir -p var/walk && rm -f var/walk/*
	$(BIN)/python tests/browser/walk.py var/walk

letters: $(VENV)/ready-to-test ## every kind of mail and paper as a picture, both languages, wide and small, light and dark, into var/letters
	@mkdir -p var/letters && rm -f var/letters/*
	$(BIN)/python tests/browser/letters.py var/letters

bench: $(VENV)/ready-to-bench $(VENV)/peers/errbot/ready $(VENV)/peers/slack-machine/ready ## what we cost beside others, see bench/README.md (BENCH="--quick fanout" for a part)
	$(BIN)/python -m bench $(BENCH)

clean:                       ## forget the environment and the demo
	rm -rf $(VENV) var

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tovholder needs Python 3.11 or newer, this is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 demo"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/ready-to-test: requirements-dev.txt $(VENV)/ready
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@

$(VENV)/peers/%/ready: requirements-bench-%.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet -r $<
	@touch $@

$(VENV)/ready-to-bench: requirements-bench.txt $(VENV)/ready-to-test
	$(BIN)/pip install --quiet -r requirements-bench.txt
	@touch $@
