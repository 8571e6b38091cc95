"""Trained network -> ONNX graphs: single precision, compared with torch, and int8."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AttentionInterface

from framescope_training.network import FramingNetwork
from framescope_training.quantise import quantised
from framescope_training.ranges import observed

PARITY = 1e-4
"""Largest difference of a logit that single-precision ONNX may have from torch."""


INT8_PARITY = 0.25
"""Largest mean difference of int8 logits, in standard deviations of the single-precision ones.

The shipped checkpoint has .02, a tiny network fresh from its random start .13; a graph that is
quantised wrongly has about 1.
"""

_OPSET = 23
"""The first with attention as one operator."""

_ATTENTION = "framescope_onnx"

_MASKED = -1e4
"""Added to the attention to padding: nothing is left of it after the softmax."""

Floats = NDArray[np.float32]


class ExportError(RuntimeError):
    """The exported graph does not compute what the network does."""


def export_fp32(network: FramingNetwork, path: Path) -> None:
    """Writes the graph. Raises `ExportError` if its logits stray from torch by `PARITY`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    network = network.float().eval()
    ids, mask = _example(network)
    dynamic = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=512)}
    # The older exporter (dynamo=False) gave wrong logits for BERT without a word.
    program = torch.onnx.export(
        _Graph(deepcopy(network)).eval(),
        (ids, mask),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits", "token_logits"],
        dynamic_shapes={"input_ids": dynamic, "attention_mask": dynamic},
        dynamo=True,
        external_data=False,
        opset_version=_OPSET,
        verbose=False,
    )
    if program is None:
        raise ExportError(f"{path}: torch exported nothing")
    program.save(path)
    _check(network, path)


def export_int8(fp32: Path, path: Path, sample: Sequence[Sequence[int]]) -> None:
    """Writes the int8 graph that the single-precision one gives.

    `sample` are token ids of typical sentences, special tokens included: they tell the ranges.
    """
    model = onnx.load(fp32)
    onnx.save(quantised(model, observed(model, sample)), path)


def check_int8(fp32: Floats, int8: Floats) -> None:
    """Raises `ExportError` if int8 strays from single precision by `INT8_PARITY`.

    *Shape:* both (sentence, technique), the logits of the same sentences.
    """
    strayed = float(np.abs(int8 - fp32).mean() / fp32.std())
    if not strayed < INT8_PARITY:
        raise ExportError(
            f"int8 logits stray from single precision by {strayed:.2g} of their deviation"
        )


class _Graph(nn.Module):
    """The network with the inputs and outputs that graphs have. Changes how it attends."""

    def __init__(self, network: FramingNetwork) -> None:
        super().__init__()
        AttentionInterface.register(_ATTENTION, _attention)
        network.classifier.config._attn_implementation = _ATTENTION
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        # A mask of two axes would become ten operators that look for other kinds of padding.
        hidden = (1 - attention_mask.float()) * _MASKED
        mask = hidden[:, None, None, :].expand(-1, 1, input_ids.shape[1], -1)
        logits = self.network(input_ids, mask)
        return logits.sentence, logits.tokens


def _attention(
    _module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor, **_options: Any
) -> tuple[Tensor, None]:
    """ONNX's own operator. *Shape:* (batch, head, length, channel) to (batch, length, head, ...).

    It takes the heads side by side; then the transpositions around it fall away.
    """
    batch, heads, length, size = query.shape
    query, key, value = (
        each.transpose(1, 2).reshape(batch, length, heads * size) for each in (query, key, value)
    )
    attended, *_ = torch.onnx.ops.attention(
        query, key, value, mask, q_num_heads=heads, kv_num_heads=heads
    )
    return attended.view(batch, length, heads, size), None


def _example(network: FramingNetwork) -> tuple[Tensor, Tensor]:
    """A padded batch whose shape the tracer can't take for a constant."""
    vocabulary = network.classifier.config.vocab_size
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, vocabulary, (3, 23), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 11:] = 0
    return ids, mask


def _check(network: FramingNetwork, path: Path) -> None:
    ids, mask = (tensor.repeat(2, 2)[:5, :37] for tensor in _example(network))
    mask = mask.cummin(dim=1).values
    with torch.no_grad():
        expected = network(ids, mask)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    sentence, tokens = session.run(
        ["logits", "token_logits"],
        {"input_ids": ids.numpy(), "attention_mask": mask.numpy()},
    )
    seen = mask.numpy() == 1
    strayed = max(
        np.abs(sentence - expected.sentence.numpy()).max(),
        np.abs(tokens - expected.tokens.numpy())[seen].max(),
    )
    if not strayed < PARITY:
        raise ExportError(f"{path}: logits stray from torch by {strayed:.2g}")
