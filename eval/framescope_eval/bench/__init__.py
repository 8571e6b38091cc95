"""Benchmarks: `python -m framescope_eval.bench --help`. Needs the extra `framescope[train]`."""
