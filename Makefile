# For developers; a cluster manager only needs `pip install` (see README.md). `make help` lists what there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV    := .venv
BIN     := $(VENV)/bin
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first Python that is new enough and can make an environment.
PROBE   := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
find_python = $(shell for p in $(CANDIDATES); do $$p -c "$(PROBE)" >/dev/null 2>&1 && { echo $$p; break; }; done)

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: example
example: $(VENV)/.runtime ## generate the example site, the environment made first when there is none
	@$(BIN)/clusterdef generate site-example/site.yaml

.PHONY: test
test: system-packages $(VENV)/.test ## everything that must pass: linters, unit tests, then the slow ones
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not site"

.PHONY: site
site: system-packages $(VENV)/.test ## real servers and machines of a small site, one after the other; root, minutes
	@$(BIN)/pytest -n 0 -m site tests/site

.PHONY: site-13
site-13: system-packages $(VENV)/.test ## the same on Debian 13, with Puppet 8; not part of what must pass
	@REHEARSAL_DEBIAN=13 $(BIN)/pytest -n 0 -m site tests/site --ignore tests/site/test_puppetserver.py

.PHONY: unit
unit: $(VENV)/.test ## the quick tests only
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not system and not site"

.PHONY: lint
lint: $(VENV)/.test ## ruff, mypy and the import contracts
	@$(BIN)/pytest -q -n 0 tests/house/test_linters.py

.PHONY: format
format: $(VENV)/.test ## let ruff order imports and lay out the code
	@$(BIN)/ruff check -q --fix-only . && $(BIN)/ruff format -q .

.PHONY: bench
bench: $(VENV)/.runtime ## measure, and print the table of docs/performance.md
	@$(BIN)/python -m bench

.PHONY: fuzz
fuzz: $(VENV)/.test ## try very many hostile texts and broken files; see docs/fuzzing.md
	@$(BIN)/python -m tests.fuzz

.PHONY: accept
accept: $(VENV)/.test ## rewrite the golden files from what is made now; read the diff before you commit it
	@$(BIN)/pytest -q -n 0 --accept -m golden; git --no-pager diff --stat

.PHONY: docs
docs: $(VENV)/.runtime ## make the reference pages from the schemas and definitions
	@$(BIN)/python -m docs.reference

.PHONY: clean
clean: ## remove the environment, caches and what the example generated
	@rm -rf $(VENV) .cache build dist *.egg-info site-example/generated
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: system-packages
system-packages:
	@tests/install-system-packages

$(BIN)/python:
	@python="$(find_python)"; \
	if [ -z "$$python" ]; then \
	  echo "clusterdef needs Python 3.11 or newer with its venv module; none was found among: $(CANDIDATES)" >&2; \
	  echo "Debian, Ubuntu: apt-get install python3-venv     EL 9: dnf install python3.11" >&2; \
	  exit 1; \
	fi; \
	echo "making $(VENV) with $$($$python --version)"; \
	$$python -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python setup.py pyproject.toml requirements/runtime.txt requirements/build.txt
	@echo "installing clusterdef into $(VENV)"
	@$(BIN)/pip install -q -r requirements/build.txt -r requirements/runtime.txt
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime requirements/test.txt
	@echo "installing what the tests need"
	@$(BIN)/pip install -q -r requirements/test.txt
	@touch $@
