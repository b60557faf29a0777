# Two commands are enough: `make demo` runs the main comparison, `make test` runs the tests. Both set themselves up.

VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test dist studies peers check setup format lock clean
.DEFAULT_GOAL := demo

demo: $(READY)  ## compare four designs on a simulated Kyrgyzstan and write a report
	@$(BIN)/kelishim prepare experiments/scenarios/demo.toml
	@$(BIN)/kelishim compare experiments/scenarios/demo.toml

test: $(READY)  ## style, import floors, types, worked examples in plain Python, tests
	@echo "1/5 style";          $(BIN)/ruff check .
	@echo "2/5 import floors";  $(BIN)/lint-imports --no-cache
	@echo "3/5 types; meanwhile the country is built and the model compiled for the tests"
	@{ $(BIN)/python -c 'from sim.population import load; load("kyrgyzstan", 1)' && $(BIN)/kelishim prepare; } & made=$$!; \
	$(BIN)/mypy; right=$$?; wait $$made && exit $$right
	@echo "4/5 worked examples in the docstrings, in plain Python"
	@KELISHIM_COMPILED=0 $(BIN)/python -m pytest -q --doctest-modules --ignore=experiments/examples sim calibration experiments workshop
	@echo "5/5 tests, on all cores"
	@$(BIN)/python tests/chromium.py
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

dist: $(READY)  ## build the package: dist/*.whl and dist/*.tar.gz, the one from the other
	@rm -rf dist
	@$(BIN)/python -m build --quiet --outdir dist . >/dev/null
	@ls dist/*

studies: $(READY)  ## run the library of studies in a small country and compare with what they gave
	@$(BIN)/python -m experiments.library

peers: $(READY)  ## measure the same small model in this engine and in what a user would pick instead
	@[ -x .venv-peers/bin/python ] || $$(sh .ci/python) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --quiet -r requirements.lock -r benchmarks/peers/requirements.txt
	@.venv-peers/bin/python benchmarks/peers/run.py
	@.venv-peers/bin/python benchmarks/peers/tax_rules.py

check: $(READY) format test  ## for developers: format the code, then everything of `make test`

setup: $(READY)  ## create .venv with the pinned packages and this project

format: $(READY)
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet experiments calibration workshop tests

$(READY): requirements.lock pyproject.toml .ci/python
	@python="$$(sh .ci/python)" || exit 1; \
	if [ -x $(BIN)/python ] && ! $(BIN)/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'; then \
		echo "The environment $(VENV) was made by an unsuitable Python; making it anew."; rm -rf $(VENV); fi; \
	echo "Setting up: packages go into $(VENV) (about a minute, once)."; \
	"$$python" -m venv $(VENV) || { echo "Python cannot create a virtual environment; on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $(READY)

lock:  ## pin anew every package of pyproject.toml (needs uv)
	@rm -f requirements.lock; uv pip compile pyproject.toml --extra dev --universal --fork-strategy fewest --python-version 3.11 --no-header --no-annotate --quiet -o requirements.lock

clean:  ## remove the environment and what tools left behind
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
