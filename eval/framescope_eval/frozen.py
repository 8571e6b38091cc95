"""A frozen encoder as features: what the base model knows before fine-tuning. Needs `[train]`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from framescope_eval.baselines import Features

_BATCH = 64
_MAX_TOKENS = 256


def frozen_encoder(base: str) -> Features:
    """Texts to the mean of their token vectors, of unit length. *Shape:* (text, hidden).

    `base` is a directory or a Hub id. Mean pooling is what sentence-transformers models are made
    for (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084).
    """
    # Here and not above, so that everything else of the harness needs no torch.
    import torch  # noqa: PLC0415
    from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415

    tokenizer, network = AutoTokenizer.from_pretrained(base), AutoModel.from_pretrained(base).eval()

    def features(texts: Sequence[str]) -> NDArray[np.float32]:
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors = np.empty((len(texts), network.config.hidden_size), np.float32)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            batch = tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=_MAX_TOKENS,
                return_tensors="pt",
            )
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                hidden = network(**batch).last_hidden_state.float()
            mask = batch["attention_mask"].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            vectors[rows] = torch.nn.functional.normalize(mean, dim=-1).numpy()
        return vectors

    return features
