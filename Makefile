# Everything a fresh machine needs is Python 3.11 or newer and make; each target sets up its own part of .venv.
# Choose another Python with PYTHON=, where to serve with HOST= and PORT=, more arguments for a command with ARGS=.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
UV_VERSION := 0.13.9

# Errors only: what else pip says is about pip.
PIP := $(PY) -m pip --quiet --quiet --disable-pip-version-check --no-input
export PIP_ROOT_USER_ACTION := ignore
export PYTHONUNBUFFERED := 1
# Compiled anew at every start, the bot would take twice as long to begin and its tests a third longer.
export PYTHONDONTWRITEBYTECODE :=

ifdef HOST
export BOT_HOST := $(HOST)
endif
ifdef PORT
export BOT_PORT := $(PORT)
endif

.DEFAULT_GOAL := help
.PHONY: help run demo train test soak check bench report lock clean
.DELETE_ON_ERROR:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.chat ## set up, train a model if none is promoted, and serve on http://127.0.0.1:8000
	@$(MODEL_OR_TRAIN)
	@exec $(PY) -m bot serve $(ARGS)

demo: $(VENV)/.cx ## the same on a throw-away database full of simulated customers, with the report at /cx
	@$(MODEL_OR_TRAIN)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && trap 'exit 130' INT TERM && \
	BOT_DATABASE_URL="sqlite:///$$folder/bot.db" && export BOT_DATABASE_URL && \
	$(PY) -m bot simulate && $(PY) -m bot serve $(ARGS)

train: $(VENV)/.train ## retrain from training_data/, compare with the serving model, promote if not worse
	@$(PY) -m bot train $(ARGS)

test: $(VENV)/.dev ## the test suite, on every core, in less than five minutes
	@$(PY) -m pytest --numprocesses auto --dist worksteal $(HANGING) $(ARGS)

soak: $(VENV)/.dev ## the long tests: statistics, journeys, load
	@$(PY) -m pytest -m soak $(ARGS)

check: $(VENV)/.dev ## format, lint, types, imports, links and the project's own rules
	@$(PY) -m ruff format --check --quiet . || { echo "make check: run '$(PY) -m ruff format .'" >&2; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m pytest --quiet tests/test_project.py

bench: $(VENV)/.train ## the benchmarks, as ratios taken in one run
	@$(PY) -m bench.run $(ARGS)

report: $(VENV)/.cx ## write the report on customer experience to report.html; afterwards /cx works in the browser, too
	@$(PY) -m bot report --out report.html $(ARGS)

lock: $(VENV)/.made ## renew requirements/*.txt from pyproject.toml; UPGRADE=1 takes the newest versions
	@$(PIP) install uv==$(UV_VERSION)
	@$(COMPILE) --extra train --extra cx --extra dev $(if $(UPGRADE),--upgrade) --output-file requirements/dev.txt
	@$(COMPILE) --extra train --constraint requirements/dev.txt --output-file requirements/train.txt
	@$(COMPILE) --extra cx --constraint requirements/dev.txt --output-file requirements/cx.txt
	@$(COMPILE) --constraint requirements/dev.txt --output-file requirements/chat.txt

clean: ## remove what was built (the database, its keys and the models stay)
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find bot tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# A test that hangs ends its worker and is named, instead of holding up the rest for good. The first one trains a model.
HANGING = -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true

COMPILE = $(PY) -m uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--fork-strategy fewest --no-emit-index-url --custom-compile-command "make lock" --quiet

# A model has been promoted when the registry says which one; training needs more than chatting, so it is set up only then.
MODEL_OR_TRAIN = test -s "$${BOT_MODELS:-models}/promoted.json" || $(MAKE) --no-print-directory train ARGS=

# The stamps say what .venv holds; each is renewed when its lock file is.
define SET_UP
	@echo "Setting up $(VENV) for $(1) ..." >&2
	@$(PIP) install --require-hashes --requirement requirements/$(1).txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
endef

$(VENV)/.chat: requirements/chat.txt pyproject.toml | $(VENV)/.made
	$(call SET_UP,chat)

$(VENV)/.train: requirements/train.txt pyproject.toml | $(VENV)/.made
	$(call SET_UP,train)

$(VENV)/.cx: requirements/cx.txt pyproject.toml | $(VENV)/.made
	$(call SET_UP,cx)

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/.made
	$(call SET_UP,dev)

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { \
	    echo "make: there is no $(PYTHON); install Python 3.11 or newer, or name one with PYTHON=" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "make: $$($(PYTHON) --version) is too old; install Python 3.11 or newer, or name one with PYTHON=" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "make: $(PYTHON) can't make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@
