"""Sentences -> token windows -> batches: nothing is cut off, and little padding is computed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

_LEAST_BUDGET = 64

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of sentences, one sentence behind the other, each between two special tokens.

    *Shape:* ids (token,), ends (sentence,).
    """

    ids: Integers
    ends: Integers


@dataclass(frozen=True, slots=True)
class Windows:
    """Parts of sentences that the encoder can read.

    *Shape:* all (window,). `starts` are the places among the tokens where a special one goes before
    the part, `lengths` count both special tokens.
    """

    sentences: Integers
    starts: Integers
    lengths: Integers


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of like length, shorter ones padded behind.

    *Shape:* sentences (window,); the others (window, length). `places` are those of the tokens, and
    `inside` is true where a window has a token of its sentence's text.
    """

    sentences: Integers
    places: Integers
    inside: NDArray[np.bool_]
    input_ids: Integers
    attention_mask: Integers


def tokens_of(encodings: Sequence[Encoding]) -> Tokens:
    """The encodings have special tokens, one before the text and one behind."""
    ends = np.cumsum([len(encoding) for encoding in encodings], dtype=np.int64)
    ids = chain.from_iterable(encoding.ids for encoding in encodings)
    return Tokens(np.fromiter(ids, np.int64, ends[-1] if len(ends) else 0), ends)


def windows(tokens: Tokens, max_tokens: int) -> Windows:
    """One window for a sentence of up to `max_tokens` tokens, more for a longer.

    Neighbouring windows of one sentence share a quarter of their tokens.
    """
    lengths = np.diff(tokens.ends, prepend=0)
    starts = tokens.ends - lengths
    sentences = np.arange(len(lengths))
    fit = lengths <= max_tokens
    parts = [np.stack([sentences[fit], starts[fit], lengths[fit]])]
    body = max_tokens - 2
    step = body - body // 4
    for sentence in np.flatnonzero(~fit):
        at = np.arange(0, lengths[sentence] - 2 - body // 4, step)
        size = np.minimum(body, lengths[sentence] - 2 - at) + 2
        parts.append(np.stack([np.full_like(at, sentence), starts[sentence] + at, size]))
    return Windows(*np.concatenate(parts, axis=1))


def batches(tokens: Tokens, windows: Windows, budget: int, workers: int) -> Iterator[Batch]:
    """Batches of at most `budget` tokens with padding (or one window), shortest windows first.

    Where there is little to do, batches are smaller, so that all of the `workers` have some.
    """
    budget = max(_LEAST_BUDGET, min(budget, int(windows.lengths.sum()) // workers))
    order = np.argsort(windows.lengths, kind="stable")
    lengths = windows.lengths[order]
    start = 0
    while start < len(order):
        ahead = lengths[start : start + max(1, budget // lengths[start])]
        padded = ahead * np.arange(1, len(ahead) + 1)
        size = max(1, int(np.searchsorted(padded, budget, "right")))
        yield _batch(tokens, windows, order[start : start + size])
        start += size


def _batch(tokens: Tokens, windows: Windows, rows: Integers) -> Batch:
    sentences, starts, lengths = (
        windows.sentences[rows],
        windows.starts[rows],
        windows.lengths[rows],
    )
    columns = np.arange(lengths.max())
    mask = columns < lengths[:, None]
    places = np.minimum(starts[:, None] + columns, tokens.ends[sentences, None] - 1)
    ids = np.where(mask, tokens.ids[places], 0)
    # Where a long sentence is cut, its own special tokens go around each part.
    ids[:, 0] = tokens.ids[0]
    ids[np.arange(len(rows)), lengths - 1] = tokens.ids[-1]
    inside = mask & (columns > 0) & (columns < lengths[:, None] - 1)
    return Batch(sentences, places, inside, ids, mask.astype(np.int64))
