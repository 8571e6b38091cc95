"""Trained network -> ONNX graphs: single precision, compared with torch, and int8."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from framescope_training.network import FramingNetwork
from framescope_training.quantise import quantised

PARITY = 1e-4
"""Largest difference of a logit that single-precision ONNX may have from torch."""


INT8_PARITY = 0.25
"""Largest mean difference of int8 logits, in standard deviations of the single-precision ones.

The shipped checkpoint has .02, a tiny network fresh from its random start .13; a graph that is
quantised wrongly has about 1.
"""

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
        _Graph(network).eval(),
        (ids, mask),
        input_names=["input_ids", "attention_mask"],
        output_names=["sentence_logits", "token_logits"],
        dynamic_shapes={"input_ids": dynamic, "attention_mask": dynamic},
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    if program is None:
        raise ExportError(f"{path}: torch exported nothing")
    program.save(path)
    _check(network, path)


def export_int8(fp32: Path, path: Path) -> None:
    """Writes the int8 graph that the single-precision one gives."""
    onnx.save(quantised(onnx.load(fp32)), path)


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
    """The network with a tuple for its output, as graphs have."""

    def __init__(self, network: FramingNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.network(input_ids, attention_mask)
        return logits.sentence, logits.tokens


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
        ["sentence_logits", "token_logits"],
        {"input_ids": ids.numpy(), "attention_mask": mask.numpy()},
    )
    seen = mask.numpy() == 1
    strayed = max(
        np.abs(sentence - expected.sentence.numpy()).max(),
        np.abs(tokens - expected.tokens.numpy())[seen].max(),
    )
    if not strayed < PARITY:
        raise ExportError(f"{path}: logits stray from torch by {strayed:.2g}")
