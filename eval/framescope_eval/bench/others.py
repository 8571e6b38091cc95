"""What framescope is timed against: the same checkpoint, the ways people run it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from framescope.checkpoint import ONNX, TOKENIZER
from framescope.runtime import ort

Run = Callable[[], object]

_BATCH = 32
_MAX_TOKENS = 256


def pipelines(checkpoint: Path, sentences: Sequence[str]) -> dict[str, Run]:
    """Single precision, labels without spans, by transformers' own pipeline."""
    classify = pipeline("text-classification", model=str(checkpoint), top_k=None, device="cpu")
    ordered = sorted(sentences, key=len)

    def run(texts: Sequence[str], batch_size: int) -> Run:
        return lambda: classify(
            list(texts), batch_size=batch_size, truncation=True, max_length=_MAX_TOKENS
        )

    return {
        "pipeline, batch 1": run(sentences, 1),
        f"pipeline, batch {_BATCH}": run(sentences, _BATCH),
        f"pipeline, batch {_BATCH}, sorted": run(ordered, _BATCH),
    }


def plain_torch(checkpoint: Path, sentences: Sequence[str]) -> dict[str, Run]:
    """A loop over sorted batches, labels without spans."""
    network = AutoModelForSequenceClassification.from_pretrained(checkpoint, dtype=torch.float32)
    network.eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    ordered = sorted(sentences, key=len)

    def run(dtype: torch.dtype) -> None:
        enabled = dtype != torch.float32
        with torch.inference_mode(), torch.autocast("cpu", dtype, enabled=enabled):
            for start in range(0, len(ordered), _BATCH):
                texts = ordered[start : start + _BATCH]
                batch = tokenizer(
                    texts,
                    padding=True,
                    truncation=True,
                    max_length=_MAX_TOKENS,
                    return_tensors="pt",
                )
                torch.sigmoid(network(**batch).logits).tolist()

    return {
        "torch, sorted": lambda: run(torch.float32),
        "torch bf16, sorted": lambda: run(torch.bfloat16),
    }


def plain_onnx(checkpoint: Path, sentences: Sequence[str], threads: int) -> dict[str, Run]:
    """Our own int8 graph, in batches as the sentences come, threads within each operator."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(
        checkpoint / ONNX["int8"], options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(checkpoint / TOKENIZER))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(_MAX_TOKENS)

    def run() -> None:
        for start in range(0, len(sentences), _BATCH):
            encodings = tokenizer.encode_batch(list(sentences[start : start + _BATCH]))
            feed = {
                "input_ids": np.array([encoding.ids for encoding in encodings]),
                "attention_mask": np.array([encoding.attention_mask for encoding in encodings]),
            }
            session.run(None, feed)

    return {"our int8 graph without our engine, batch 32": run}
