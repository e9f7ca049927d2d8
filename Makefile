# Needs make, Python 3.11 or newer and the package registries; everything else is installed under .venv.
PYTHON ?= python3
BIN = .venv/bin
# Each worker starts a DynamoDB Local of its own when a test first asks for it.
WORKERS ?= auto
PARALLEL = --numprocesses $(WORKERS) --maxprocesses 4 --dist worksteal

.PHONY: run setup test soak check format package deploy destroy e2e bench bill clean

run:
	@$(PYTHON) -m chalicelib.local.bootstrap run
	@$(BIN)/python -m chalicelib.local --die-with-parent

setup:
	@$(PYTHON) -m chalicelib.local.bootstrap dev

test: setup
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

# The random and exhaustive tests all the way, where `make test` takes a share that fits its minutes.
soak: setup
	@DEPTH=full $(BIN)/python -m pytest $(PARALLEL) $$(grep -rl "tests.depth" tests --include=test_*.py) $(ARGS)

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

package: setup
	@$(BIN)/python -m chalicelib.deploy package "$(STAGE)" $(if $(OUT),--out "$(OUT)")

# PARAMS="MailFrom=billing@studio.test AlarmEmail=ops@studio.test"; unnamed ones keep their values.
deploy: setup
	@$(BIN)/python -m chalicelib.deploy deploy "$(STAGE)" $(PARAMS)

destroy: setup
	@$(BIN)/python -m chalicelib.deploy destroy "$(STAGE)"

e2e: setup
	@$(BIN)/python -m pytest tests/e2e $(ARGS)

bench: setup
	@$(BIN)/python -m tests.benchmarks $(ARGS)

bill: setup
	@$(BIN)/python -m tests.benchmarks.bill

# Leaves .local, where `make run` keeps its data.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
