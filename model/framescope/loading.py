"""Files of a checkpoint -> tokenizer and encoder that fit each other, or the reason why not.

Whatever a stranger's checkpoint holds, it fails here, once, and not in the middle of an archive.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from framescope.checkpoint import (
    ONNX,
    TOKENIZER,
    WEIGHTS,
    Checkpoint,
    CheckpointError,
    Precision,
)
from framescope.encoder import Encoder, OnnxEncoder
from framescope.graph import check_graph

_SPECIAL = 2
"""Tokens that are none of the text: one before it and one behind."""

_SHOWN = 200
"""Characters of a library's own message."""


def load_tokenizer(checkpoint: Checkpoint) -> Tokenizer:
    """The tokenizer, for texts of any length. Raises `CheckpointError`."""
    content = checkpoint.verified(TOKENIZER)
    with _refused(checkpoint.directory / TOKENIZER):
        tokenizer = plain(Tokenizer.from_str(content.decode()))
        if len(tokenizer.encode("")) != _SPECIAL:
            raise ValueError("it does not put one special token before a text and one behind")
        tokenizer.encode("a \U0010ffff")  # what is in no vocabulary
    return tokenizer


def load_encoder(
    checkpoint: Checkpoint, precision: Precision, tokenizer: Tokenizer, threads: int | None
) -> OnnxEncoder:
    """The encoder, tried with the tokenizer's last token and a window of the longest.

    Raises `CheckpointError`.
    """
    content = checkpoint.verified(ONNX[precision])
    with _refused(checkpoint.directory / ONNX[precision]):
        check_graph(content)
        encoder = OnnxEncoder(content, threads)
        ids = np.full((1, checkpoint.max_tokens), max(tokenizer.get_vocab().values()), np.int64)
        ids[0, [0, -1]] = tokenizer.encode("").ids
        encoder.encode(ids, np.ones_like(ids))
    return encoder


def load_torch(checkpoint: Checkpoint, device: str) -> Encoder:
    """The weights on a torch device. Raises `CheckpointError`, also where torch is missing."""
    for file in WEIGHTS:
        checkpoint.verified(file)
    try:
        # Only who wants it has it installed, and waits for it.
        from framescope.torch_encoder import TorchEncoder  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise CheckpointError("device= needs torch: pip install 'framescope[torch]'") from error
    with _refused(checkpoint.directory):
        return TorchEncoder(checkpoint.directory, device)


def plain(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer itself, set to read any text whole and as text."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
    return tokenizer


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from error
    except BaseException as error:
        # Both libraries raise plain Exceptions, and a panic of Rust's is not even that.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise CheckpointError(
            f"{path}: can't be used ({str(error)[:_SHOWN]}); fetch the checkpoint again"
        ) from error
