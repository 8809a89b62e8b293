# `make serve` and `make test` do all the set-up on a machine with git, make and Python 3.11.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps

.PHONY: help serve test lint format bench translations lock clean

help: ## Say what there is.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: $(STAMPS)/venv requirements.lock setup.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

serve: $(STAMPS)/runtime ## Serve the registry with its agreements at http://127.0.0.1:8000/
	@exec $(BIN)/registry serve --init

test: $(STAMPS)/dev ## Run the tests (SQLite; REGISTRY_TEST_DATABASE=postgresql for PostgreSQL).
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not corpora and not long" $(TESTS)

lint: $(STAMPS)/dev ## Check style, types, imports and catalogues.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMPS)/dev ## Put the code into shape.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMPS)/dev ## Measure against peers; see benchmarks/README.md.
	$(BIN)/python benchmarks/run.py

translations: $(STAMPS)/dev ## Read the texts anew into the catalogues and compile them.
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ --no-location --sort-output --omit-header -o registry/web/translations/messages.pot .
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date -i registry/web/translations/messages.pot -d registry/web/translations
	$(BIN)/pybabel compile --statistics -d registry/web/translations

lock: $(STAMPS)/dev ## Resolve the ranges of setup.cfg anew into the lock files.
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-header --extra postgres --extra s3 -o requirements.lock setup.cfg requirements.in
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-header --extra postgres --extra s3 --extra test --extra dev -o requirements-dev.lock setup.cfg requirements.in

clean: ## Remove what was installed and built; the registry's own data stay.
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
