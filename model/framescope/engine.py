"""Texts -> logits, with every processor busy.

A worker for each processor runs batches, one thread each: two workers of one thread are faster than
one of two, since they never wait for each other. Meanwhile the caller's thread tokenises the next
sentences, so that there is always a batch to run.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from framescope.decode import Encoded
from framescope.encoder import BatchLogits, Encoder
from framescope.techniques import TECHNIQUES
from framescope.windows import Batch, batches, tokens_of, windows

Floats = NDArray[np.float32]

_SURROGATE = re.compile("[\ud800-\udfff]")

_AHEAD = 1
"""How many chunks are in the hands of the workers while an earlier one is decoded."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A chunk of texts that the workers are at."""

    texts: Sequence[str]
    encodings: Sequence[Encoding]
    batches: Sequence[Batch]
    logits: Sequence[Future[BatchLogits]]


class Engine:
    """Runs texts of any number and length through one encoder. Threads may share it."""

    def __init__(self, encoder: Encoder, tokenizer: Tokenizer, max_tokens: int) -> None:
        """`tokenizer` must neither pad nor cut."""
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens

    def encode(self, chunks: Iterable[Sequence[str]]) -> Iterator[Encoded]:
        """What the encoder says of each chunk of texts, in order. Reads one chunk ahead.

        A text of several windows takes the highest logit of any of them.
        """
        jobs: deque[_Job] = deque()
        pool = ThreadPoolExecutor(self._encoder.workers)
        try:
            for chunk in chunks:
                jobs.append(self._begun(chunk, pool))
                if len(jobs) > _AHEAD:
                    yield _ended(jobs.popleft())
            while jobs:
                yield _ended(jobs.popleft())
        finally:
            # Whoever stops reading does not wait for what is still to do.
            pool.shutdown(cancel_futures=True)

    def _begun(self, texts: Sequence[str], pool: ThreadPoolExecutor) -> _Job:
        encodings = self._tokenizer.encode_batch([_readable(text) for text in texts])
        tokens = tokens_of(encodings)
        encoder = self._encoder
        parts = list(
            batches(tokens, windows(tokens, self._max_tokens), encoder.budget, encoder.workers)
        )
        logits = [
            pool.submit(encoder.encode, part.input_ids, part.attention_mask) for part in parts
        ]
        return _Job(texts, encodings, parts, logits)


def _ended(job: _Job) -> Encoded:
    lowest = np.float32(-np.inf)
    lengths = [len(encoding) for encoding in job.encodings]
    sentence_logits = np.full((len(lengths), len(TECHNIQUES)), lowest, np.float32)
    token_logits = np.full((sum(lengths), len(TECHNIQUES)), lowest, np.float32)
    for batch, future in zip(job.batches, job.logits, strict=True):
        logits = future.result()
        np.maximum.at(sentence_logits, batch.sentences, logits.sentence)
        np.maximum.at(token_logits, batch.places[batch.inside], logits.tokens[batch.inside])
    return Encoded(job.texts, sentence_logits, token_logits, job.encodings)


def _readable(text: str) -> str:
    """Lone surrogates, which no tokeniser can read, become U+FFFD: one character for one."""
    return _SURROGATE.sub("\ufffd", text)
