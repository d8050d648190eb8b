# Every target sets up what it needs in .venv, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Jupyter asks for this word where everything runs as root, as in a container.
ROOT_FLAG := $(if $(filter 0,$(shell id -u)),--allow-root)

# A browser's test waits as much as it works: one worker more than there are cores.
WORKERS := $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')

.DEFAULT_GOAL := help
# What is tried on more examples and in more places where there is time.
THOROUGH := tests/test_derivation.py tests/test_symbolic.py tests/test_render.py tests/test_witnesses.py \
	tests/test_layers.py tests/test_compiled.py tests/test_optimisers.py tests/test_every_argument.py \
	tests/test_questions.py tests/test_fuzz.py tests/browser/test_javascript.py \
	tests/browser/test_mirrored.py tests/browser/test_stepper_page.py tests/test_hostile.py \
	tests/browser/test_hostile_pages.py tests/browser/test_faults.py tests/browser/test_stepper_in_lab.py \
	tests/browser/test_stage.py tests/browser/test_site.py tests/browser/test_other_places.py tests/test_command.py tests/test_moodle.py

# What axe-core sees there in both themes.
SEEN := $(addprefix tests/browser/test_, widgets_page.py quiz_page.py layers_page.py worksheets_print.py)

.PHONY: help setup lab notebook test test-quick test-thorough test-lowest test-engines test-peers test-lite witness fuzz mutants coverage audit lint format notebooks badges docs site lite picture bench clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("bpviz needs Python 3.11 or later; try: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[lab]'
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --editable '.[lab,test,bench]'
	@touch $@

setup: $(VENV)/.ready ## Set up .venv with bpviz and Jupyter

lab: $(VENV)/.ready ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab $(ROOT_FLAG) notebooks/00_start_here.ipynb

notebook: $(VENV)/.ready ## Open the notebooks in Jupyter Notebook
	$(BIN)/jupyter notebook $(ROOT_FLAG) notebooks/00_start_here.ipynb

test: $(VENV)/.ready-test ## Run every test: unit, property, doctests, lint, types, notebooks, browser
	$(BIN)/python -m pytest -n $(WORKERS)

test-quick: $(VENV)/.ready-test ## Run the tests that need neither notebooks nor a browser
	$(BIN)/python -m pytest -n auto --ignore tests/browser --ignore tests/test_notebooks.py

test-thorough: $(VENV)/.ready-test ## Try the properties on many more examples, and the pages in more places
	BPVIZ_THOROUGH=1 $(BIN)/python -m pytest -n auto $(THOROUGH)
	BPVIZ_THOROUGH=1 $(BIN)/python -m pytest -n auto -k "axe or screen_reader" $(SEEN)

test-lowest: ## Run the quick tests with the library alone, without Jupyter, in the lowest versions it asks for
	$(PYTHON) -m venv .venv-lowest
	$(PYTHON) tests/lowest.py > .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --constraint .venv-lowest/lowest.txt --editable . \
		hypothesis nbformat pytest pytest-timeout pytest-xdist pyyaml tree-sitter tree-sitter-javascript
	.venv-lowest/bin/python -m pytest -n auto -m "not browser" -W ignore::DeprecationWarning -k "not (lint or ruff or mypy or environment_yml or oxlint)" \
		--ignore tests/browser --ignore tests/test_notebooks.py --ignore tests/run_notebooks.py

test-engines: $(VENV)/.ready-test ## Try the exported pages in Firefox and WebKit, where they are (firefox-esr, webkit2gtk-driver, xvfb)
	BPVIZ_THOROUGH=1 $(BIN)/python -m pytest -n auto tests/browser/test_engines.py

test-peers: $(VENV)/.ready-test ## Run every program for another library, and read networks from there (gigabytes to install)
	$(BIN)/python -m pip install --quiet --editable '.[lab,test,bench,peers]'
	$(BIN)/python -m pytest -n auto tests/test_code_out.py tests/test_networks_in.py tests/test_assignment.py

test-lite: $(VENV)/.ready-test ## Run every notebook with the Python in the browser, and compare its numbers (LITE_WHEELS=folder)
	$(BIN)/python -m pip install --quiet --editable '.[lab,test,bench,lite]'
	BPVIZ_LITE=1 $(BIN)/python -m pytest -n auto -rs tests/browser/test_lite.py

witness: $(VENV)/.ready-test ## Hold ten thousand random networks against an independent reference
	$(BIN)/python -m tests.witness 10000

fuzz: $(VENV)/.ready-test ## Send texts, files and messages that nobody would send, for ten minutes
	$(BIN)/python -m tests.fuzz 600
	BPVIZ_THOROUGH=1 $(BIN)/python -m pytest tests/browser/test_mirrored.py -k typed

mutants: $(VENV)/.ready-test ## Try whether the tests notice small changes to the code, on a draw of 400 of them
	$(BIN)/python -m pip install --quiet --editable '.[care]'
	$(BIN)/python -m tests.mutants 400

coverage: $(VENV)/.ready-test ## Measure which branches of Python and which parts of the scripts the tests go through
	$(BIN)/python -m pip install --quiet --editable '.[lab,test,bench,care]'
	rm -rf .script-coverage
	BPVIZ_SCRIPT_COVERAGE=$(CURDIR)/.script-coverage $(BIN)/python -m pytest -n auto --cov=bpviz --cov-branch --cov-report=term:skip-covered --cov-fail-under=95
	$(BIN)/python -m tests.browser.script_coverage .script-coverage 90

audit: $(VENV)/.ready ## Look for known holes in what is installed
	$(BIN)/python -m pip install --quiet --editable '.[care]'
	$(BIN)/python -m pip_audit --skip-editable

lint: $(VENV)/.ready-test ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint --quiet bpviz

format: $(VENV)/.ready-test ## Bring the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.ready ## Build the reference of all public functions, from their docstrings, in site/api/
	$(BIN)/python -m pip install --quiet --editable '.[lab,docs]'
	$(BIN)/python -m pdoc --docformat numpy --no-show-source --output-directory site/api bpviz

lite: $(VENV)/.ready ## Build the site, and the notebooks with a live Python in the browser (LITE_WHEELS=folder where Pyodide's files are)
	$(BIN)/python -m pip install --quiet --editable '.[lab,lite]'
	$(BIN)/python -m bpviz lite site/lite $(if $(LITE_WHEELS),--wheels '$(LITE_WHEELS)')
	$(MAKE) site

site: docs ## Build the notebooks, the worked examples and the reference as static pages in site/
	$(BIN)/python -m bpviz site site

picture: $(VENV)/.ready-test ## Make the moving picture of the README again, in Chromium
	$(BIN)/python -m tests.browser.moving_picture notebooks/stepper.gif

badges: $(VENV)/.ready ## Let the README and the notebooks open on Binder (AT=owner/name, as on GitHub; AT= takes that back)
	$(BIN)/python -m tests.badges '$(AT)'

notebooks: $(VENV)/.ready-test ## Run every notebook again and save its outputs
	$(BIN)/python -m tests.run_notebooks

bench: $(VENV)/.ready-test ## Measure beside peers, and write benchmarks/results.md (peers: pip install '.[peers]')
	$(BIN)/python -m benchmarks

clean: ## Remove .venv and everything that was built
	rm -rf $(VENV) .venv-lowest build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .script-coverage mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
