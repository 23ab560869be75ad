# Every target makes the environment it needs: nothing is installed by hand.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
APP    := $(VENV)/.app
COMPILE := NUMBA_BOUNDSCHECK=1 $(BIN)/python -c "from simcap.analysis.sheet import prepare; prepare('compiled')"
JOBS   ?= $(shell nproc 2>/dev/null || echo 1)

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser browser app docs check verify bench reproduce words lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)) and "simcap needs Python 3.11, 3.12 or 3.13")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

$(APP): $(READY) requirements-app.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-app.txt
	touch $(APP)

demo: $(READY)  ## sweep Huadu with few weeks and replications; results and figures in results/demo
	$(BIN)/simcap sweep experiments/01_huadu/demo.yaml --out results/demo

test: $(READY)  ## the fast tests; what they simulate with is compiled once, outside their limits, while those run that read only
	$(COMPILE) & compiling=$$!; \
	$(BIN)/python -m pytest -q -n $(JOBS) tests/architecture tests/messages --ignore-glob='*/test_s*'; reading=$$?; \
	wait $$compiling && \
	$(BIN)/python -m pytest -q -n $(JOBS) --ignore=tests/architecture --ignore-glob='*/messages/test_[!s]*' && \
	exit $$reading

test-browser: $(APP)  ## reports and the app as a browser shows them; installs Debian's Chromium where it is missing
	$(MAKE) browser
	$(COMPILE)
	$(BIN)/python -m pytest -q -m browser tests/browser

browser: $(APP)  # what test-browser needs
	command -v chromium >/dev/null || (apt-get update -q && apt-get install -y -q chromium)

app: $(APP)  ## a local page: what if, watch, learn
	$(BIN)/simcap app

docs: $(APP)  ## the documentation as a site, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

words: $(READY)  ## bring the catalogues of other languages up to what the code says
	$(BIN)/python -m simcap.lang.update

check: $(READY)  ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

verify: $(READY)  ## the slow tests: theory to half a percent, full experiments
	$(COMPILE)
	$(BIN)/python -m pytest -q -n $(JOBS) -m slow --timeout 3600

bench: $(READY)  ## the speed and memory of the engines, in results/benchmark (ten minutes, on an idle machine)
	$(BIN)/python benchmarks/bench.py

reproduce: $(READY)  ## rebuild the results of all experiments, and print what differs from those that were there
	$(BIN)/python experiments/reproduce.py

lock:  ## write requirements.txt and requirements-app.txt anew from their .in (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements-app.in -o requirements-app.txt

clean:  ## remove the environment
	rm -rf $(VENV)
