# `make backtest` and `make test` are all a newcomer needs: each makes the environment itself when it is missing or out of date.
SHELL := /bin/bash
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/installed.stamp
ARGS ?=

.PHONY: backtest test lint bench

backtest: $(STAMP)
	@$(VENV)/bin/options-machines backtest $(ARGS)

test: $(STAMP)
	@$(PYTHON) -m pytest -n 2 $(ARGS)

lint: $(STAMP)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

bench: $(STAMP)
	@for script in bench/bench_*.py; do echo "$$script"; $(PYTHON) $$script $(ARGS) || exit 1; done

$(STAMP): requirements.lock pyproject.toml .ci/environment
	@.ci/environment $(VENV)
	@touch $@
