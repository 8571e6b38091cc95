"""Token batches -> logits, on ONNX Runtime."""

import ctypes
import os
import weakref
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from framescope.checkpoint import CheckpointError
from framescope.runtime import ort
from framescope.techniques import TECHNIQUES

_BUDGET = 256
"""What comes of more tokens in a batch does not fit the caches of a processor."""

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BatchLogits:
    """*Shape:* sentence (window, technique), tokens (window, length, technique)."""

    sentence: Floats
    tokens: Floats


class Encoder(Protocol):
    """Computes the logits of token windows. Threads may share it.

    `workers` is how many threads should call it at a time, `budget` how many tokens a batch should
    have, padding included.
    """

    workers: int
    budget: int

    def encode(self, input_ids: Integers, attention_mask: Integers) -> BatchLogits:
        """Logits of each window, padding included. *Shape:* both (window, length)."""
        ...


class OnnxEncoder:
    """Runs one ONNX graph: input_ids, attention_mask -> logits, token_logits.

    Threads may share it. A forked process makes its own session when it first needs one.
    """

    def __init__(self, graph: bytes, threads: int | None = None) -> None:
        """`threads` defaults to the processors this process may use."""
        self.workers = threads or _processors()
        self.budget = _BUDGET
        self._graph = graph
        self._session: ort.InferenceSession | None = self._start()
        if hasattr(os, "register_at_fork"):
            this = weakref.ref(self)
            os.register_at_fork(after_in_child=lambda: _leave_session(this()))

    def encode(self, input_ids: Integers, attention_mask: Integers) -> BatchLogits:
        """As `Encoder` says, in the thread that calls.

        Raises `CheckpointError` for a graph that gives anything but a number for each technique.
        """
        session = self._session or self._start()
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
        sentence, tokens = session.run(["logits", "token_logits"], inputs)
        return _checked(input_ids, BatchLogits(np.asarray(sentence), np.asarray(tokens)))

    def _start(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        # As ONNX it was checked; ONNX Runtime must not take it for its own format.
        options.add_session_config_entry("session.load_model_format", "ONNX")
        session = ort.InferenceSession(self._graph, options, providers=["CPUExecutionProvider"])
        self._session = session
        return session


def _leave_session(encoder: OnnxEncoder | None) -> None:
    """After a fork: the session's threads have stayed behind, and its end would wait for them.

    So in the child it never ends; its memory is shared with the parent.
    """
    if encoder is not None and encoder._session is not None:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(encoder._session))
        encoder._session = None


def _checked(input_ids: Integers, logits: BatchLogits) -> BatchLogits:
    windows, length = input_ids.shape
    if (
        logits.sentence.shape != (windows, len(TECHNIQUES))
        or logits.tokens.shape != (windows, length, len(TECHNIQUES))
        or logits.sentence.dtype != np.float32
        or logits.tokens.dtype != np.float32
    ):
        raise CheckpointError(
            "the ONNX graph's outputs are not a number for each sentence, token and technique;"
            " fetch the checkpoint again"
        )
    if not (np.isfinite(logits.sentence).all() and np.isfinite(logits.tokens).all()):
        raise CheckpointError(
            "the ONNX graph gives logits that are not finite numbers; fetch the checkpoint again"
        )
    return logits


def _processors() -> int:
    """How many processors this process may use, where the system tells, else how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
