# Sets up what each command needs, then runs it. `make help` lists the commands.
# Python packages are installed into .venv/ as the lock files say; nothing else on the machine
# changes, except that `make test` on Debian installs a browser and the like (tools/test-tools.sh).

venv := .venv
python := $(venv)/bin/python
pip := $(python) -m pip --quiet --disable-pip-version-check
node := tools/node/node_modules/.package-lock.json

# The goals of one command run in the order they are written, even with -j.
.NOTPARALLEL:
.DEFAULT_GOAL := site
.PHONY: site serve test check coverage fuzz reproduce pictures bench counts lock upgrade languages clean help test-tools

site: $(venv)/installed ## build the site into site/ (plain `make` does this)
	@$(python) build.py
	@echo "Open site/index.html, or run 'make serve'."

# It does not ask for `site`: the preview builds by itself, and starts with broken content too.
serve: $(venv)/installed ## preview the site at a local address, rebuilt at every save
	@$(python) build.py serve

test: test-tools site check ## install what the tests need, build the site, run every check

check: $(venv)/installed-for-tests $(node) ## the checks alone: ruff, mypy, pytest
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	$(python) -m pytest

coverage: $(venv)/installed-for-tests $(node) ## run the tests and show the lines that they miss
	$(python) -m pytest --cov

# TIME is how many seconds each target is tried.
fuzz: $(venv)/installed-for-tests ## try random bytes on all that reads content, TIME=60 each
	DATELINE_FUZZ=$(or $(TIME),60) $(python) -m pytest tests/fuzz

reproduce: $(venv)/installed ## build twice in different conditions, and compare every byte
	@$(python) tools/reproduce.py

pictures: $(venv)/installed-for-tests site ## take the pictures of README.md and docs/ anew
	@tools/pictures.sh

# ARGS="--sizes 1000 --peers hugo,dateline" measures less; see docs/performance.md.
bench: $(venv)/installed ## measure speed beside other generators, write docs/performance.md
	@$(python) -m bench $(ARGS)

counts: $(venv)/installed ## see that the hot paths do no more work than bench/counts.json says
	@$(python) -m bench.counts $(ARGS)

lock: ## bring the lock files in step with pyproject.toml and tools/node/package.json
	@tools/lock.sh

upgrade: ## put the newest versions of everything into the lock files
	@tools/lock.sh --upgrade

languages: $(venv)/installed ## write dateline/languages.json anew, after an upgrade of Babel
	@$(python) -m dateline.cldr

clean: ## remove all that make and the builds made (site/ too)
	rm -rf $(venv) .bench tools/node/node_modules site .dateline build dist *.egg-info \
	    .coverage htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1	\2/p' Makefile | expand -t 16

test-tools:
	@tools/test-tools.sh

$(python):
	@tools/venv.sh $(venv)

# setuptools comes with the lock, so that nothing is fetched for the editable install. In its mode
# "compat" that is one line in a .pth file, and not a program that every start of Python runs.
$(venv)/installed: $(python) requirements.lock pyproject.toml
	@echo "Installing the packages of requirements.lock into $(venv)/ ..."
	@$(pip) install --require-hashes -r requirements.lock
	@$(pip) install --no-build-isolation --no-deps --editable . \
	    --config-settings editable_mode=compat
	@touch $@

$(venv)/installed-for-tests: $(venv)/installed requirements-test.lock
	@echo "Installing the packages of requirements-test.lock into $(venv)/ ..."
	@$(pip) install --require-hashes -r requirements-test.lock
	@touch $@

# Without install scripts: vnu-jar's would download a Java runtime.
$(node): tools/node/package.json tools/node/package-lock.json | $(venv)/installed-for-tests
	@echo "Installing the packages of tools/node ..."
	@$(venv)/bin/npm ci --prefix tools/node --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@
