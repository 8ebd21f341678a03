# The only door for developers. `make demo` and `make test` need nothing but Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= .demo
WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo up test prove lint check fix migrate flow bench screens messages lock docs

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Waypost needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing: on Debian and Ubuntu run 'apt install python3-venv' and try again."; exit 1; }

.venv/.installed: requirements.lock pyproject.toml hatch_build.py | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

setup: .venv/.installed ## install what the product needs, from the lock file

setup-dev: .venv/.installed-dev ## install what tests and checks need as well

demo: setup ## the whole product with a sample company, in one command
	@$(BIN)/waypost demo --data $(DATA)

up: setup ## start the product
	@$(BIN)/waypost up

test: setup-dev ## all tests, with a sample of every proof (WORKERS=4 at a time, for two cores: half of it is waiting)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup --timeout 300 --durations 12 --durations-min 3

prove: setup-dev ## every proof in full (an hour or two)
	@PROVE=1 $(BIN)/python -m pytest -q -n 2 --dist loadgroup --timeout 3600

lint: setup-dev ## format, rules, types, import contracts, dependencies
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry src

check: lint test ## the gate

fix: setup-dev ## format and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

migrate: setup ## bring a database up to date (DATABASE_ADMIN_URL)
	@$(BIN)/waypost migrate

flow: setup ## print the flows: facts and the jobs that follow
	@$(BIN)/waypost flow

bench: setup-dev ## every published number, with its physical limit beside it
	@for script in $$(ls benchmarks/*.py | grep -v -e __init__ -e stage); do echo "== $$script"; $(BIN)/python -m benchmarks.$$(basename $$script .py) || exit 1; done

screens: setup-dev ## take the screenshots of the documentation
	@$(BIN)/python scripts/screens.py

messages: setup-dev ## refresh the message catalogues from templates and code
	@$(BIN)/python -m waypost.platform.web.catalogues

docs: setup ## write docs/configuration.md and the configuration file's schema and example from the settings
	@$(BIN)/python scripts/configuration.py
	@$(BIN)/python -m scripts.configuration_file

lock: ## resolve the lock files again (needs uv)
	@sh scripts/lock.sh
