# `make` alone lists what one can do. Only git, make, python3 and python3-venv are needed beforehand.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
STAGE ?= review
FRESH ?=
SEED ?= 20260101
MARELLE_SCALE ?= 0.05
SOAK ?= 1
ONLY ?=
RUN = $(VENV)/bin
TYPED = marelle/base $(wildcard $(foreach file,operations queries rules tables figures,marelle/*/$(file) marelle/*/$(file).py))
PYTEST = $(RUN)/pytest -p randomly --randomly-seed=$(SEED) -n 2 --dist loadfile --no-loadscope-reorder

export PYTHON VENV MARELLE_SCALE
export MARELLE_STARTED_AT := $(shell date +%s)
.DEFAULT_GOAL := help
.PHONY: help set-up set-up-test demo test tests-sqlite tests-postgresql tests-browser check bench soak requirements messages clean
.NOTPARALLEL:

help: ## list what one can do
	@echo "Marelle. What one can do here:"
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

set-up: ## prepare this folder to run Marelle
	@tools/set_up.sh run

set-up-test: ## prepare this folder to run the tests
	@tools/set_up.sh test

demo: set-up ## walk through the demonstration [PORT=8000] [STAGE=call|review|mid-term|ended] [FRESH=1]
	@exec $(RUN)/marelle demo --port $(PORT) --stage $(STAGE) $(if $(FRESH),--fresh)

test: set-up-test browser tests-sqlite tests-postgresql ## every test, on SQLite and on PostgreSQL

.PHONY: browser
browser:
	@tools/set_up_browser.sh

tests-sqlite:
	@echo "Tests on SQLite, browser included"
	@$(PYTEST)

tests-postgresql:
	@echo "Tests on PostgreSQL, browser left out"
	@$(PYTEST) --database=postgresql -m "not browser and not once"

tests-browser: set-up-test browser ## the tests in a real browser alone
	@$(PYTEST) -m browser

.PHONY: test-r
test-r: set-up-test ## weights and estimates beside R's survey (skipped without r-base-core and r-cran-survey)
	@$(RUN)/pytest -q -s -rs -p no:randomly tests/consultations/test_r_survey.py

check: set-up-test ## format, lint, imports, types, migrations, templates, French, secrets, then the tests
	@echo "format";     $(RUN)/ruff format --check --quiet .
	@echo "lint";       $(RUN)/ruff check --quiet .
	@echo "imports";    $(RUN)/lint-imports --no-cache > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@echo "types";      MARELLE_MODE=demo $(RUN)/mypy --no-error-summary $(TYPED)
	@echo "migrations"; MARELLE_MODE=demo $(RUN)/python manage.py makemigrations --check --dry-run -v 0
	@echo "templates";  $(RUN)/python tools/templates.py
	@echo "French";     $(RUN)/python tools/messages.py check
	@echo "secrets";    $(RUN)/python tools/secrets_scan.py
	@$(MAKE) --no-print-directory test

bench: set-up-test ## measure, print and write bench.json
	@$(RUN)/python tools/bench.py

soak: set-up-test browser ## faults, races and properties at full length: hours [SOAK=0.01 tries it] [ONLY=faults]
	@$(RUN)/python tools/soak.py --scale $(SOAK) $(if $(ONLY),--only $(ONLY))

messages: set-up ## gather new sentences into the French catalogue
	@$(RUN)/python tools/messages.py extract

requirements: set-up ## pin anew, by hash, what requirements/*.in ask for
	@tools/pin.sh

clean: ## remove what was installed and made; the data under var/ stay
	rm -rf $(VENV) marelle/static/built marelle/locale/*/LC_MESSAGES .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find marelle tests tools -name __pycache__ -prune -exec rm -rf {} +
