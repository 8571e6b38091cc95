"""What teachers say of the training text: soft targets for sentences and their tokens.

Hinton et al. 2015, https://arxiv.org/abs/1503.02531, with sigmoids at temperature 1: binary
cross-entropy against the teachers' probabilities.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from framescope.calibration import sigmoid
from framescope.model import FramingModel

_CHUNK = 4096

Floats = NDArray[np.float32]
Offsets = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SoftTargets:
    """Probabilities of one sentence, from one or more teachers with tokens of their own.

    *Shape:* sentence (technique,), the mean of the teachers; for each teacher tokens
    (token, technique) and offsets (token, 2), characters of the text.
    """

    sentence: Floats
    tokens: tuple[Floats, ...]
    offsets: tuple[Offsets, ...]

    def of_token(self, start: int, end: int) -> Floats:
        """For a student's token: the mean of the teachers' highest. *Shape:* (technique,)."""
        return np.mean(
            [
                tokens[(offsets[:, 0] < end) & (start < offsets[:, 1])].max(axis=0, initial=0)
                for tokens, offsets in zip(self.tokens, self.offsets, strict=True)
            ],
            axis=0,
        )


def soft_targets(teachers: Sequence[str], texts: Sequence[str], run: Path) -> list[SoftTargets]:
    """One a text. `teachers` are checkpoints; what they said is kept in `run`, for a resume."""
    said = [_said(teacher, texts, run / f"teacher-{n}") for n, teacher in enumerate(teachers)]
    return [
        SoftTargets(
            sentence=np.mean([sentence for sentence, _, _ in of_text], axis=0),
            tokens=tuple(tokens for _, tokens, _ in of_text),
            offsets=tuple(offsets for _, _, offsets in of_text),
        )
        for of_text in zip(*said, strict=True)
    ]


def _said(
    teacher: str, texts: Sequence[str], directory: Path
) -> list[tuple[Floats, Floats, Offsets]]:
    directory.mkdir(parents=True, exist_ok=True)
    model = FramingModel.from_pretrained(teacher)
    said: list[tuple[Floats, Floats, Offsets]] = []
    for number, at in enumerate(range(0, len(texts), _CHUNK)):
        path = directory / f"{number:04d}.npz"
        if not path.is_file():
            _write(model, texts[at : at + _CHUNK], path)
        said += _read(path)
    return said


def _write(model: FramingModel, texts: Sequence[str], path: Path) -> None:
    encoded = model.encode(texts)
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        sentence=sigmoid(encoded.sentence_logits).astype(np.float16),
        tokens=sigmoid(np.concatenate(encoded.token_logits)).astype(np.float16),
        offsets=np.concatenate(
            [np.array(o, np.int32).reshape(-1, 2) for o in encoded.token_offsets]
        ),
        ends=np.cumsum([len(offsets) for offsets in encoded.token_offsets]),
    )
    part.rename(path)


def _read(path: Path) -> list[tuple[Floats, Floats, Offsets]]:
    with np.load(path) as file:
        cuts = file["ends"][:-1]
        return list(
            zip(
                file["sentence"].astype(np.float32),
                np.split(file["tokens"].astype(np.float32), cuts),
                np.split(file["offsets"], cuts),
                strict=True,
            )
        )
