# `make run` and `make test` need only Python 3.11 or newer and make; everything else goes into .venv.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check lint judge hostile fuzz bench scale demo guidance api letters pictures lock clean
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

help:  ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-8s %s\n' "$$name" "$$text"; done

run:  ## Set everything up, then start Cairn (Ctrl-C stops it)
	@sh setup.sh run
	@exec $(BIN)/cairn run $(ARGS)

demo:  ## A committee's year in under a minute
	@sh setup.sh run
	@exec $(BIN)/cairn demo $(ARGS)

test:  ## Set up what the tests need (PostgreSQL too), then check everything
	@sh setup.sh test
	@$(MAKE) --no-print-directory check

check:  ## Style, types and directions of imports beside the tests and their coverage
	@$(MAKE) --no-print-directory lint > .lint 2>&1 & lint=$$!; \
	$(BIN)/python -m pytest -n 3 --dist loadgroup -p tests.collecting -p tests.lines --durations=20 $(ARGS); tests=$$?; \
	wait $$lint; lint=$$?; cat .lint; rm -f .lint; exit $$((tests | lint))

lint:  ## The part of check that takes seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

judge:  ## Judge 300 years of published papers: can anybody work out a count of one to four?
	@sh setup.sh test
	JUDGE=300 $(BIN)/pytest -n 2 tests/test_judge.py $(ARGS)

hostile:  ## Spoil two editions in every way there is, and walk all that are accepted
	@sh setup.sh test
	HOSTILE=all $(BIN)/pytest -n 2 tests/test_hostile_editions.py $(ARGS)

fuzz:  ## Send the interface for programs whatever its document allows, and have a generated client use it
	@sh setup.sh test
	@cmp -s requirements-fuzz.lock .venv-fuzz/ready || { $(BIN)/uv venv -q --clear --python $(BIN)/python .venv-fuzz && \
		$(BIN)/uv pip install -q -p .venv-fuzz/bin/python --require-hashes -r requirements-fuzz.lock && \
		cp requirements-fuzz.lock .venv-fuzz/ready; }
	@$(BIN)/python -m tests.fuzz_interface .venv-fuzz/bin

bench:  ## Measure, and write benchmarks/results.md
	@sh setup.sh test
	@sh setup.sh peers
	@exec $(BIN)/python -m benchmarks $(ARGS)

scale:  ## Make a million cases, measure what they cost, and write benchmarks/scale.md (ARGS="--cases 100000" for fewer)
	@sh setup.sh test
	@exec $(BIN)/python -m benchmarks.scale $(ARGS)

guidance:  ## Print docs/guidance/*.md from the editions again
	@$(BIN)/python -m config.printed

api:  ## Print docs/api/openapi.json from the views and the forms again
	@$(BIN)/python -m web.api.document > docs/api/openapi.json

letters:  ## Print docs/letters.md from the wordings and the editions again
	@$(BIN)/python -m workflows.messages.letter_book

pictures:  ## Take docs/pictures/*.png of the desk again
	@sh setup.sh test
	@$(BIN)/python -m tests.pictures

lock:  ## Pin the packages again (ARGS=--upgrade takes newer ones)
	@sh setup.sh lock
	echo uv | $(COMPILE) $(ARGS) --no-annotate --output-file requirements-uv.lock -
	echo schemathesis==4.32.5 | $(COMPILE) $(ARGS) --no-annotate --output-file requirements-fuzz.lock -
	$(COMPILE) $(ARGS) --group build --output-file requirements.lock pyproject.toml
	$(COMPILE) $(ARGS) --group build --group test --constraint requirements.lock \
		--output-file requirements-test.lock pyproject.toml

clean:  ## Remove .venv and what the tools left (never your data)
	rm -rf .venv .venv-fuzz .coverage .coverage.* .lint .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
		build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
