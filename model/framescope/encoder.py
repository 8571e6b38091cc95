"""Token batches -> logits, on ONNX Runtime."""

import os
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from framescope.windows import Batch

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BatchLogits:
    """*Shape:* sentence (window, technique), tokens (window, length, technique)."""

    sentence: Floats
    tokens: Floats


class OnnxEncoder:
    """Runs one ONNX graph: input_ids, attention_mask -> sentence_logits, token_logits."""

    def __init__(self, graph: bytes, threads: int | None = None) -> None:
        """`threads` defaults to the processors this process may use."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or _processors()
        options.log_severity_level = 3
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def encode(self, batch: Batch) -> BatchLogits:
        """Logits of each window, padding included."""
        inputs = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        sentence, tokens = self._session.run(["sentence_logits", "token_logits"], inputs)
        return BatchLogits(np.asarray(sentence), np.asarray(tokens))


def _processors() -> int:
    """How many processors this process may use, where the system tells, else how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
