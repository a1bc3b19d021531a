# Entry points of the project; `make` alone lists them.
#
# CARGO and PYTHON name the tools, such as `make test PYTHON=python3.12`.

CARGO = cargo
PYTHON = python3
VENV = target/venv
BUILT = $(abspath $(or $(CARGO_TARGET_DIR),target))

.DEFAULT_GOAL := help
.PHONY: help demo test test-rust test-python python-package lint fmt generate bench bench-intake bench-postgres clean
# Cargo runs jobs in parallel itself; the steps of a target come in their order.
.NOTPARALLEL:

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  %-16s%s\n' "$$name" "$$text"; done

demo: ## Generate a synthetic county, screen it and print the top leads (needs Rust only)
	$(CARGO) run --release --package claimsift-cli -- demo

test: lint test-rust test-python ## Everything that a change must pass (needs Rust and Python 3.10 or newer)

test-rust: ## Rust tests and documentation examples
	$(CARGO) test --workspace --no-fail-fast

# The tests run the command that the debug profile builds; `test-rust` has compiled all it needs but the last link.
test-python: $(VENV)/ready python-package ## Python tests: the command, its files, the reference SQL, these documents
	$(CARGO) build --quiet --workspace
	cd python && CLAIMSIFT_BIN="$(BUILT)/debug/claimsift" "$(CURDIR)/$(VENV)/bin/pytest"

# The package is built by the profile of the tests, so that dependencies are compiled once.
python-package: $(VENV)/ready ## Install the Python package into the environment of the tests
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" MATURIN_PEP517_ARGS="--profile dev" \
		$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation ./python

lint: $(VENV)/ready ## Format, lints and types, and whether generated files are fresh
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) xtask generate --check
	cd python && "$(CURDIR)/$(VENV)/bin/ruff" check --config pyproject.toml . ../benches
	cd python && "$(CURDIR)/$(VENV)/bin/ruff" format --config pyproject.toml --check . ../benches
	cd python && "$(CURDIR)/$(VENV)/bin/mypy"

fmt: $(VENV)/ready ## Format Rust and Python in place
	$(CARGO) fmt --all
	cd python && "$(CURDIR)/$(VENV)/bin/ruff" check --config pyproject.toml --fix . ../benches
	cd python && "$(CURDIR)/$(VENV)/bin/ruff" format --config pyproject.toml . ../benches

generate: ## Write the files that are derived from the catalogue of detectors
	$(CARGO) xtask generate

bench: $(VENV)/ready ## Race against the reference SQL in DuckDB on a generated city; BENCH="--claims 200000 --runs 1" for a short one
	$(CARGO) build --release --package claimsift-cli
	$(VENV)/bin/python benches/race.py --command "$(BUILT)/release/claimsift" $(BENCH)

bench-intake: $(VENV)/ready ## Intake of fee lines from CSV against DuckDB's reader; BENCH="--claims 200000 --runs 1" for a short one
	$(CARGO) build --release --package claimsift-benches
	$(VENV)/bin/python benches/intake.py --command "$(BUILT)/release/intake" $(BENCH)

bench-postgres: $(VENV)/ready ## Time how lines come out of PostgreSQL on this machine; BENCH="--claims 50000 --runs 1" for a short one
	$(CARGO) build --release --package claimsift-cli
	$(VENV)/bin/python benches/postgres.py --command "$(BUILT)/release/claimsift" $(BENCH)

clean: ## Remove everything that is built, the environment of the tests included
	$(CARGO) clean
	rm -rf out

# The environment of the Python tests. The stamp is newer than the list of what is in it.
$(VENV)/ready: python/requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "Python 3.10 or newer is needed: install it, or name it as in \`make test PYTHON=python3.12\`" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo "\`$(PYTHON) -m venv\` failed: on Debian and Ubuntu it needs the package python3-venv (apt-get install python3-venv)" >&2; exit 1; }
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement python/requirements-dev.txt
	@touch $@
