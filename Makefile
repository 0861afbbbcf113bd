# make run      set up and open a local Slack workspace with May I in it, in the browser
# make ask      set up and ask in the terminal
# make test     set up and run the tests
# make check    style, types, import arrows
# make bench    print the figures of quality and speed
# make lock     pin the dependencies afresh
# make clean    remove everything that make made
#
# Another Python: make PYTHON=python3.13. Written for make 3.81 (macOS) and newer.

BIN := .venv/bin
PINS := requirements/install.sh requirements/bootstrap.txt requirements/base.txt requirements/model.txt pyproject.toml
# The trial's data stays beside the code; `mayi` itself keeps its data where the platform says.
MAYI_DATA ?= $(CURDIR)/data
BENCH ?=
# One more than the two cores we count on: many tests wait for a process or a clock.
PYTEST ?= --numprocesses 3
export PYTHON

.PHONY: help setup run ask test check bench screenshots lock clean

help:
	@sed -n 's/^# make \(.*\)/make \1/p' Makefile

setup: .venv/ready-dev

run: .venv/ready-run
	@exec env -u PYTHONDONTWRITEBYTECODE MAYI_DATA="$(MAYI_DATA)" $(BIN)/mayi playground examples/guidelines

ask: .venv/ready-run
	@env -u PYTHONDONTWRITEBYTECODE MAYI_DATA="$(MAYI_DATA)" $(BIN)/mayi demo examples/guidelines

test: .venv/ready-dev
	$(BIN)/python -m pytest $(PYTEST)

check: .venv/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-bench
	$(BIN)/python -m benchmarks $(BENCH)

screenshots: .venv/ready-dev
	$(BIN)/python -m benchmarks.screenshots

.venv/ready-run: $(PINS)
	@echo "Setting up .venv (the first time this fetches about 150 MB)"
	@sh requirements/install.sh run
	@touch $@

.venv/ready-dev: .venv/ready-run requirements/dev.txt
	@sh requirements/install.sh dev
	@touch $@

.venv/ready-bench: .venv/ready-dev requirements/bench.txt
	@sh requirements/install.sh bench
	@touch $@

# Every file is resolved against those before it, so that they can share one environment.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock" $(UPGRADE)
lock: .venv/ready-run
	$(LOCK) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(LOCK) pyproject.toml -o requirements/base.txt
	$(LOCK) --no-deps requirements/model.in -o requirements/model.txt
	$(LOCK) --group dev --constraint requirements/base.txt -o requirements/dev.txt
	$(LOCK) --group bench --constraint requirements/base.txt --constraint requirements/dev.txt -o requirements/bench.txt

clean:
	rm -rf .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build ./*.egg-info
