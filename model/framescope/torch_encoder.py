"""Token batches -> logits, on torch: for a GPU, or for single precision without a graph.

Needs `framescope[torch]`.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import nn
from transformers import AutoModelForSequenceClassification

from framescope.checkpoint import SPAN_HEAD
from framescope.encoder import BatchLogits
from framescope.techniques import TECHNIQUES

_BUDGET = 1024
_BUDGET_OF_A_GPU = 16_384
"""Tokens of a batch, padding included."""


class TorchEncoder:
    """Runs the weights of a checkpoint directory on one device."""

    def __init__(self, directory: Path, device: str) -> None:
        """`device` is torch's name of it: "cpu", "cuda", "cuda:1". Raises what torch raises."""
        self._device = torch.device(device)
        self._classifier = AutoModelForSequenceClassification.from_pretrained(
            directory, dtype=torch.float32, use_safetensors=True
        ).to(self._device)
        self._classifier.eval()
        self._span_head = nn.Linear(self._classifier.config.hidden_size, len(TECHNIQUES))
        head = load_file(directory / SPAN_HEAD)
        self._span_head.load_state_dict({name: weight.float() for name, weight in head.items()})
        self._span_head.to(self._device)
        self._half = _half(self._device)
        self.workers = 1
        self.budget = _BUDGET_OF_A_GPU if self._device.type == "cuda" else _BUDGET

    def encode(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]
    ) -> BatchLogits:
        """As `Encoder` says."""
        with (
            torch.inference_mode(),
            torch.autocast(self._device.type, self._half, enabled=self._half is not None),
        ):
            output = self._classifier(
                input_ids=torch.from_numpy(input_ids).to(self._device),
                attention_mask=torch.from_numpy(attention_mask).to(self._device),
                output_hidden_states=True,
            )
            tokens = self._span_head(output.hidden_states[-1])
        return BatchLogits(
            output.logits.float().cpu().numpy(),
            tokens.float().cpu().numpy(),
        )


def _half(device: torch.device) -> torch.dtype | None:
    """What a GPU computes matrix products in; a processor does in single precision."""
    if device.type != "cuda":
        return None
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
