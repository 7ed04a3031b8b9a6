# The only recipes. On a fresh machine with Python 3.11: make demo, make test.
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.installed
DATA ?= ../shared/data
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo check test bench evaluate clean

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.txt
	@echo "Setting up .venv (about two minutes, 1.5 GB)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --progress-bar off -r requirements.txt | sed -u -n 's/^\(Collecting [^ ]*\).*/  \1/p;s/^\(Successfully installed\).*/  \1/p'
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup
	@$(BIN)/vigia demo $(if $(PHOTO),--photo "$(PHOTO)") $(if $(CAPTION),--caption "$(CAPTION)") $(if $(ONCE),--once)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict bot jobs
	$(BIN)/lint-imports

test: setup
	@.ci/browser
	@# The tests start many processes, each of which would compile the house anew.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile

bench: setup
	$(BIN)/python -m jobs.bench_reading
	$(BIN)/python -m jobs.bench_queue
	$(BIN)/python -m jobs.bench_start

evaluate: setup
	$(BIN)/vigia evaluate-phrases
	$(BIN)/vigia evaluate-answers
	$(BIN)/python -m jobs evaluate --data $(DATA) $(if $(EXTRA),--extra $(EXTRA)) $(if $(REPORT),--report $(REPORT))

clean:
	rm -rf .venv var
