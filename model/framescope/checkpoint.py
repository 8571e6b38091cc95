"""A checkpoint directory: its manifest `framescope.json`, and proof that its files are whole."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from framescope.calibration import Calibration
from framescope.techniques import TECHNIQUES

Precision = Literal["int8", "fp32"]

MANIFEST = "framescope.json"
TOKENIZER = "tokenizer.json"
ONNX: Mapping[Precision, str] = {"int8": "onnx/model_quantized.onnx", "fp32": "onnx/model.onnx"}

SPAN_HEAD = "span_head.safetensors"
WEIGHTS = ("config.json", "model.safetensors", SPAN_HEAD)
"""What torch reads; the graphs are made of it."""

_FORMAT = 1
_LIMITS = {MANIFEST: 2**20, TOKENIZER: 2**26}
_LIMIT = 2**31
"""Bytes of a file that is read: a manifest, a tokenizer, and ONNX's own limit for a graph."""

_MIN_TOKENS, _MAX_TOKENS = 8, 1024
"""Of a window: the memory that attention takes grows with its square."""

_SHA256 = re.compile("[0-9a-f]{64}")

_IN_PACKAGE = Path(__file__).parent / "checkpoints"
_IN_CHECKOUT = Path(__file__).parent.parent / "checkpoints"
BUNDLED = _IN_PACKAGE if _IN_PACKAGE.is_dir() else _IN_CHECKOUT
"""Where the shipped checkpoints lie: inside an installed package, or beside it in a checkout."""


class CheckpointError(ValueError):
    """A checkpoint that is missing, damaged or not framescope's; says which file and the remedy."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A directory and what its manifest says: how to read logits, and the digest of each file."""

    directory: Path
    name: str
    max_tokens: int
    calibrations: Mapping[str, Calibration]
    sha256: Mapping[str, str]

    def calibration(self, precision: Precision) -> Calibration:
        """Raises `CheckpointError` for a precision that was not calibrated."""
        if precision not in self.calibrations:
            raise CheckpointError(
                f"{self.directory}: not calibrated for {precision};"
                f" it has {', '.join(self.calibrations)}"
            )
        return self.calibrations[precision]

    def verified(self, file: str) -> bytes:
        """The content of `file`, refused if it is not what the manifest says."""
        path = self.directory / file
        if file not in self.sha256:
            raise CheckpointError(
                f"{path}: not listed in {MANIFEST}. The fp32 graph is made from a checkpoint with"
                f" weights by `framescope-train export {self.directory}`"
            )
        content = _content(self.directory, file)
        if digest(content) != self.sha256[file]:
            raise CheckpointError(
                f"{path}: its SHA-256 is not the one in {MANIFEST}: damaged, changed, or a Git LFS"
                " pointer; fetch the checkpoint again"
            )
        return content


def resolve(
    checkpoint: str | Path,
    files: Sequence[str] = (ONNX["int8"],),
    revision: str | None = None,
) -> Path:
    """The directory of a shipped name, a local path, or (network or cache) a Hub id.

    From the Hub come manifest, tokenizer and `files`. Raises `CheckpointError`.
    """
    if (BUNDLED / checkpoint / MANIFEST).is_file():
        return BUNDLED / checkpoint
    if Path(checkpoint).is_dir():
        return Path(checkpoint)
    if str(checkpoint).count("/") != 1 or str(checkpoint).startswith((".", "/", "~")):
        shipped = ", ".join(sorted(path.parent.name for path in BUNDLED.glob(f"*/{MANIFEST}")))
        raise CheckpointError(
            f"no checkpoint {str(checkpoint)!r}: give one of the shipped ones ({shipped}),"
            " a directory, or a Hub id such as 'organisation/name'"
        )
    # Here, since most callers use a local checkpoint and need not wait for this import.
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    patterns = [MANIFEST, TOKENIZER, *files]
    try:
        return Path(snapshot_download(str(checkpoint), revision=revision, allow_patterns=patterns))
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"no checkpoint {str(checkpoint)!r}: no such directory, and not to be had from the"
            f" Hub ({type(error).__name__})"
        ) from error


def read_checkpoint(directory: Path) -> Checkpoint:
    """Reads the manifest. Raises `CheckpointError` for anything but a checkpoint of ours."""
    path = directory / MANIFEST
    if not path.exists():
        raise CheckpointError(
            f"{directory}: no {MANIFEST} here, so this is not a framescope checkpoint"
        )
    content = _content(directory, MANIFEST)
    try:
        manifest = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: not JSON ({error}); fetch the checkpoint again") from error
    try:
        return _checkpoint(directory, manifest)
    except CheckpointError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise CheckpointError(
            f"{path}: missing or malformed: {error}; fetch the checkpoint again"
        ) from error


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_provenance(directory: Path) -> Mapping[str, Any]:
    """What `write_manifest` was given for people to read: recipe, data checksums, versions."""
    return json.loads((directory / MANIFEST).read_text(encoding="utf-8"))["provenance"]


def write_manifest(checkpoint: Checkpoint, provenance: Mapping[str, Any]) -> None:
    """Writes `framescope.json`; `provenance` is for people: inference reads none of it."""
    manifest = {
        "format": _FORMAT,
        "name": checkpoint.name,
        "techniques": TECHNIQUES,
        "max_tokens": checkpoint.max_tokens,
        "calibrations": {key: asdict(value) for key, value in checkpoint.calibrations.items()},
        "sha256": dict(checkpoint.sha256),
        "provenance": provenance,
    }
    path = checkpoint.directory / MANIFEST
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _content(directory: Path, file: str) -> bytes:
    path, limit = directory / file, _LIMITS.get(file, _LIMIT)
    if not path.is_file():
        raise CheckpointError(f"{path}: missing, or not a plain file; fetch the checkpoint again")
    if path.stat().st_size > limit:
        raise CheckpointError(f"{path}: over {limit:,} bytes; fetch the checkpoint again")
    try:
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path}: can't be read ({error.strerror})") from error


def _checkpoint(directory: Path, manifest: dict[str, Any]) -> Checkpoint:
    path = directory / MANIFEST
    if manifest["format"] != _FORMAT:
        raise CheckpointError(
            f"{path}: format {manifest['format']!r:.40}, but this framescope reads format"
            f" {_FORMAT}; install the version the checkpoint was made with"
        )
    if tuple(manifest["techniques"]) != TECHNIQUES:
        raise CheckpointError(
            f"{path}: its techniques are not {', '.join(TECHNIQUES)}; install the version the"
            " checkpoint was made with"
        )
    name, max_tokens = manifest["name"], manifest["max_tokens"]
    if not isinstance(name, str):
        raise ValueError("name needs a string")
    if not isinstance(max_tokens, int) or not _MIN_TOKENS <= max_tokens <= _MAX_TOKENS:
        raise ValueError(f"max_tokens needs a whole number from {_MIN_TOKENS} to {_MAX_TOKENS}")
    return Checkpoint(
        directory=directory,
        name=name,
        max_tokens=max_tokens,
        calibrations={
            key: _calibration(constants) for key, constants in manifest["calibrations"].items()
        },
        sha256={file: _checked_sha256(file, sha256) for file, sha256 in manifest["sha256"].items()},
    )


def _calibration(constants: Mapping[str, Any]) -> Calibration:
    for name, numbers in constants.items():
        if len(numbers) != len(TECHNIQUES) or not all(map(_is_finite, numbers)):
            raise ValueError(f"{name} needs {len(TECHNIQUES)} finite numbers")
        if name.endswith("thresholds") and not all(0 <= number <= 1 for number in numbers):
            raise ValueError(f"{name} needs numbers from 0 to 1")
    return Calibration(**{name: tuple(map(float, numbers)) for name, numbers in constants.items()})


def _is_finite(number: object) -> bool:
    """As a single-precision float, which it becomes."""
    return isinstance(number, int | float) and abs(number) < 3e38


def _checked_sha256(file: str, sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"sha256 of {file!r:.100} needs 64 hexadecimal digits")
    return sha256
