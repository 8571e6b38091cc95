"""The network that is trained: a standard sequence classifier, and a span head on its tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from framescope.checkpoint import SPAN_HEAD
from framescope.techniques import TECHNIQUES
from framescope_training.recipe import RecipeError


@dataclass(frozen=True, slots=True)
class Logits:
    """*Shape:* sentence (batch, technique), tokens (batch, length, technique)."""

    sentence: Tensor
    tokens: Tensor


class FramingNetwork(nn.Module):
    """Sentence logits from the encoder's own classifier, token logits from a linear span head."""

    def __init__(self, classifier: PreTrainedModel, span_head: nn.Linear) -> None:
        super().__init__()
        self.classifier: PreTrainedModel = classifier
        self.span_head = span_head

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Logits:
        """*Shape:* both inputs (batch, length), int64."""
        output = self.classifier(
            input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True
        )
        return Logits(output.logits, self.span_head(output.hidden_states[-1]))

    def save(self, directory: Path) -> None:
        """Writes what `AutoModelForSequenceClassification` reads, and the span head beside it."""
        self.classifier.save_pretrained(directory)
        save_file(self.span_head.state_dict(), directory / SPAN_HEAD)


def from_base(base: str, dropout: float, layers: int = 0) -> FramingNetwork:
    """A network with a pre-trained encoder and new heads. `base` is a directory or a Hub id.

    A checkpoint directory of ours brings its own heads: training goes on from it. `layers` keeps so
    many layers of the base, evenly spaced; zero keeps all. Raises `RecipeError` where it has fewer.
    """
    config = AutoConfig.from_pretrained(
        base,
        id2label=dict(enumerate(TECHNIQUES)),
        label2id={technique: index for index, technique in enumerate(TECHNIQUES)},
        problem_type="multi_label_classification",
        classifier_dropout=dropout,
    )
    classifier = AutoModelForSequenceClassification.from_pretrained(
        base, config=config, dtype=torch.float32
    )
    if layers:
        _keep_layers(classifier, layers)
    return FramingNetwork(classifier, _span_head(Path(base), config.hidden_size))


def _keep_layers(classifier: PreTrainedModel, layers: int) -> None:
    """As DistilBERT was begun: Sanh et al. 2019, https://arxiv.org/abs/1910.01108."""
    config = classifier.config
    encoder: Any = classifier.base_model.encoder
    if not 1 < layers <= config.num_hidden_layers:
        raise RecipeError(
            f"layers = {layers}: the base has {config.num_hidden_layers}; keep at least two of them"
        )
    kept = np.linspace(0, config.num_hidden_layers - 1, layers).round().astype(int)
    encoder.layer = nn.ModuleList(encoder.layer[at] for at in kept)
    config.num_hidden_layers = layers


def from_checkpoint(directory: Path) -> FramingNetwork:
    """The network that `FramingNetwork.save` wrote, in single precision, ready to evaluate."""
    classifier = AutoModelForSequenceClassification.from_pretrained(directory, dtype=torch.float32)
    span_head = _span_head(directory, classifier.config.hidden_size)
    return FramingNetwork(classifier, span_head).eval()


def _span_head(directory: Path, hidden_size: int) -> nn.Linear:
    head = nn.Linear(hidden_size, len(TECHNIQUES))
    if (path := directory / SPAN_HEAD).is_file():
        head.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    return head


def averaged(networks: Sequence[FramingNetwork]) -> FramingNetwork:
    """The first network with the mean of all weights ("model soup").

    The networks must have started from one state. Wortsman et al. 2022,
    https://arxiv.org/abs/2203.05482
    """
    states = [network.state_dict() for network in networks]
    mean = {
        name: torch.stack([state[name].float() for state in states]).mean(0).to(weight.dtype)
        for name, weight in states[0].items()
    }
    networks[0].load_state_dict(mean)
    return networks[0]


def loss_of(
    logits: Logits,
    targets: Tensor,
    mask: Tensor,
    token_targets: Tensor,
    token_mask: Tensor,
    span_weight: float,
) -> Tensor:
    """Masked binary cross-entropy over sentences plus `span_weight` times that over tokens.

    *Shape:* targets, mask (batch, technique); token_targets (batch, length, technique);
    token_mask (batch, length), zero on special and padding tokens.
    """
    token_mask = token_mask.unsqueeze(-1) * mask.unsqueeze(1)
    return _masked(logits.sentence, targets, mask) + span_weight * _masked(
        logits.tokens, token_targets, token_mask
    )


def _masked(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    losses = binary_cross_entropy_with_logits(logits.float(), targets, reduction="none")
    return (losses * mask).sum() / mask.sum().clamp(min=1)
