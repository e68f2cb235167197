# Two commands do everything: `make proof` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PDF := $(shell command -v latexmk >/dev/null 2>&1 && echo ,pdf)

.PHONY: proof test lint check trust benchmarks wheel clean

proof: .venv/ready
	$(BIN)/symicl prove optimum --format tex,html$(PDF)

test: .venv/ready-for-tests
	$(BIN)/pytest -n auto

lint: .venv/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy symicl derivations

check: .venv/ready
	$(BIN)/symicl check

trust: .venv/ready
	$(BIN)/symicl trust

benchmarks: .venv/ready-for-tests
	for script in tests/benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

wheel: .venv/ready
	$(BIN)/pip wheel --no-deps --wheel-dir dist .

.venv/ready: setup.cfg
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable .
	$(BIN)/python -m compileall -q symicl derivations reports
	touch $@

.venv/ready-for-tests: .venv/ready
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist *.egg-info
