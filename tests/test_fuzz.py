"""The fuzzing targets, with Hypothesis in place of atheris: seconds instead of hours."""

import sys

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

sys.path.append(str(ROOT / "tests" / "fuzz"))

import targets
from seeds import SEEDS


def _mutations(seed: bytes) -> st.SearchStrategy[bytes]:
    """`seed` with a piece of it replaced."""
    place = st.integers(0, len(seed))
    return st.builds(
        lambda a, b, piece: seed[: min(a, b)] + piece + seed[max(a, b) :],
        place,
        place,
        st.binary(max_size=40),
    )


@pytest.mark.parametrize("name", targets.TARGETS)
def test_a_target_withstands_any_bytes(name, tiny_model, monkeypatch):
    monkeypatch.setattr(targets, "_model", lambda: tiny_model)
    seeds = list(SEEDS[name]())
    for seed in seeds:
        targets.TARGETS[name](seed)

    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=300), st.sampled_from(seeds).flatmap(_mutations)))
    @example(b"")
    def withstands(data):
        targets.TARGETS[name](data)

    withstands()
