# make score [INPUT=path]   score an article (light environment, no torch)
# make test                 development environment, all tests
# make soak                 killed runs, memory, extreme inputs: minutes
# make check                lint, format, types
# make fix                  mend what the linter can
# make build                sdist and wheel in dist/
# make docs                 the documentation's site, in site/
# make bench                times against other ways to run the checkpoint (minutes)
# make card                 write the shipped model card from its facts
PYTHON ?= python3
INPUT ?= data/examples/war_bulletin.txt
OUTPUT ?= $(basename $(notdir $(INPUT))).scores.jsonl

.PHONY: score test soak check fix build docs bench card

score: .venv/done
	@.venv/bin/framescope show "$(INPUT)"
	@.venv/bin/framescope score "$(INPUT)" --output "$(OUTPUT)"

test: .venv-dev/done
	.venv-dev/bin/python -m pytest

soak: .venv-dev/done
	.venv-dev/bin/python -m pytest -m soak

check: .venv-dev/done
	.venv-dev/bin/ruff check
	.venv-dev/bin/ruff format --check
	.venv-dev/bin/pyright --pythonpath .venv-dev/bin/python

fix: .venv-dev/done
	.venv-dev/bin/ruff check --fix
	.venv-dev/bin/ruff format

build: .venv-dev/done
	.venv-dev/bin/python -m build

docs: .venv-dev/done
	.venv-dev/bin/mkdocs build --strict

bench: .venv-dev/done
	.venv-dev/bin/python -m framescope_eval.bench

card: .venv-dev/done
	.venv-dev/bin/framescope-train card model/checkpoints/small

.venv/done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv-dev/done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-dev
	.venv-dev/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@
