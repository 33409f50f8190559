# make demo and make test do all of their own set-up; each needs only python3.11+ with venv, and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEMO   := demo

.PHONY: demo test check long format clean help
.DEFAULT_GOAL := help

help:
	@echo "make demo    the sample university, from rosters to received letters, in ./$(DEMO)"
	@echo "make test    the tests"
	@echo "make check   ruff, mypy, import-linter"
	@echo "make long    the long runs, in steps that resume; results in docs/"

# One install, and again only when what it depends on has changed.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "fawen needs Python 3.11 or newer: install it, or name one with 'make PYTHON=python3.12 …'" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@echo "setting up $(VENV) (once) …"
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)
	@if [ -f $(DEMO)/.made-by-make-demo ]; then rm -rf $(DEMO); fi
	@if [ -e $(DEMO) ]; then $(BIN)/fawen demo $(DEMO); else \
		$(BIN)/fawen demo $(DEMO); status=$$?; \
		if [ -d $(DEMO) ]; then touch $(DEMO)/.made-by-make-demo; fi; exit $$status; fi

test: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long" $(ARGS)

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

long: $(STAMP)
	@$(BIN)/python tests/long/run.py $(ARGS)

format: $(STAMP)
	@$(BIN)/ruff check --fix-only . ; $(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage .long
