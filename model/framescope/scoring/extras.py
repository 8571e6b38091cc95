"""Modules that only some formats need, imported where one is met: the base install has none."""

import sys
from importlib import import_module
from types import ModuleType

from framescope.scoring.records import InputError


def parquet_reader() -> ModuleType:
    """`framescope.scoring.parquet_reader`, which needs pyarrow. Raises `InputError` without it."""
    return _imported("framescope.scoring.parquet_reader", "Parquet needs pyarrow", "parquet")


def parquet_writer() -> ModuleType:
    """`framescope.scoring.parquet_writer`, which needs pyarrow. Raises `InputError` without it."""
    return _imported("framescope.scoring.parquet_writer", "Parquet needs pyarrow", "parquet")


def on_ray() -> ModuleType:
    """`framescope.scoring.on_ray`, which needs Ray. Raises `InputError` without it."""
    return _imported("framescope.scoring.on_ray", "--engine ray needs Ray", "ray")


def zstd() -> ModuleType:
    """Python 3.14's `compression.zstd`, or its backport. Raises `InputError` without it."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return _imported(name, ".zst needs backports.zstd", "zst")


def _imported(name: str, need: str, extra: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(f"{need}: pip install 'framescope[{extra}]'") from error
