"""Sentences -> token windows -> batches: nothing is cut off, and little padding is computed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

TOKEN_BUDGET = 1024
"""Tokens of a batch, padding included: past this size the encoder runs no faster."""


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a sentence that the encoder can read: its first and last token stay special ones."""

    sentence: int
    first_token: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of like length. *Shape:* `input_ids`, `attention_mask` (window, length), int64."""

    windows: tuple[Window, ...]
    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]


def windows(encodings: Sequence[Encoding], max_tokens: int) -> Iterator[Window]:
    """One window for a sentence of up to `max_tokens` tokens, more for a longer.

    Neighbouring windows of one sentence share a quarter of their tokens.
    """
    for sentence, encoding in enumerate(encodings):
        ids = encoding.ids
        if len(ids) <= max_tokens:
            yield Window(sentence, 0, tuple(ids))
            continue
        first, *body, last = ids
        size = max_tokens - 2
        shared = size // 4
        for start in range(0, len(body) - shared, size - shared):
            yield Window(sentence, start, (first, *body[start : start + size], last))


def batches(windows: Sequence[Window]) -> Iterator[Batch]:
    """Batches of at most `TOKEN_BUDGET` tokens (or one window), shortest windows first."""
    batch: list[Window] = []
    for window in sorted(windows, key=lambda window: len(window.ids)):
        if batch and (len(batch) + 1) * len(window.ids) > TOKEN_BUDGET:
            yield _batch(batch)
            batch = []
        batch.append(window)
    if batch:
        yield _batch(batch)


def _batch(windows: list[Window]) -> Batch:
    shape = (len(windows), max(len(window.ids) for window in windows))
    input_ids, attention_mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, window in enumerate(windows):
        input_ids[row, : len(window.ids)] = window.ids
        attention_mask[row, : len(window.ids)] = 1
    return Batch(tuple(windows), input_ids, attention_mask)
