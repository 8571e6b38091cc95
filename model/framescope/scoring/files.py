"""Names on the command line -> files in a fixed order; files -> bytes, unpacked within bounds."""

import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EINVAL
from glob import glob, has_magic
from gzip import BadGzipFile, GzipFile
from io import BufferedIOBase, BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO

from framescope.scoring.extras import zstd
from framescope.scoring.records import InputError

FORMATS = (".txt", ".jsonl", ".csv", ".tsv", ".parquet")
PACKED = (".gz", ".zst")
"""What any format but Parquet may be packed with."""

STDIN = "-"

_FREE = 256 * 2**20
_RATIO = 200
"""Past `_FREE` bytes, a file that unpacks to `_RATIO` times its size is taken for a bomb."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, and what its records are called by."""

    path: Path
    name: str

    @property
    def is_stdin(self) -> bool:
        """Whether it is standard input."""
        return str(self.path) == STDIN

    @property
    def format(self) -> str | None:
        """One of `FORMATS`, or None."""
        return format_of(self.path)


def format_of(path: Path) -> str | None:
    """The format that a file name tells, packed or not; None for one that can't be read."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
        return suffixes[-1] if suffixes and suffixes[-1] in FORMATS[:-1] else None
    return suffixes[-1] if suffixes and suffixes[-1] in FORMATS else None


def find(inputs: Sequence[str]) -> Iterator[Source]:
    """The files that `inputs` name: files, directories, patterns, or `-` for standard input.

    Files go by their names; where two have the same one, by the path as given. A directory is
    read in order of names, its files before its subdirectories, without hidden files and other
    formats. Its files go by their path in it or, where more inputs are given, by their whole path.
    """
    given = [name for pattern in inputs for name in _matching(pattern)]
    names = Counter(Path(name).name for name in given)
    for name in given:
        path = Path(name)
        if name == STDIN:
            yield Source(path, "stdin")
        elif path.is_dir():
            for file in _walk(path):
                inner = file if len(given) > 1 else file.relative_to(path)
                yield Source(file, inner.as_posix())
        else:
            yield Source(path, path.name if names[path.name] == 1 else name)


def _matching(pattern: str) -> list[str]:
    if pattern == STDIN or not has_magic(pattern) or Path(pattern).exists():
        return [pattern]
    # By their real path, since ** also goes through links, which may lead back up.
    found: dict[str, str] = {}
    for name in sorted(glob(pattern, recursive=True)):
        if Path(name).is_file():
            found.setdefault(os.path.realpath(name), name)
    if not found:
        raise InputError(f"{pattern}: no file of such a name")
    return list(found.values())


def _walk(directory: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise error

    for folder, folders, files in os.walk(directory, onerror=stop):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            if name.startswith(".") or not format_of(path):
                continue
            # What was here a moment ago is passed on, for the reader to say that it is gone.
            if path.is_file() or not os.path.lexists(path):
                yield path


def fingerprint(source: Source) -> str:
    """SHA-256 of a file's content, in hexadecimal; empty for one that can't be read."""
    try:
        with source.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """A file's content, unpacked. Damage, or a bomb, is an `OSError` where it is met."""
    with path.open("rb") as packed:
        match path.suffix.lower():
            case ".gz":
                unpacking = GzipFile(fileobj=packed)
                yield BufferedReader(_Unpacked(unpacking, packed, (EOFError, zlib.error)))
            case ".zst":
                unpacking = zstd().ZstdFile(packed)
                yield BufferedReader(_Unpacked(unpacking, packed, (EOFError, zstd().ZstdError)))
            case _:
                yield packed


class _Unpacked(RawIOBase):
    """What a packed file holds: one kind of error for all that can be wrong with it."""

    def __init__(
        self, unpacking: BufferedIOBase, packed: BinaryIO, damage: tuple[type[Exception], ...]
    ) -> None:
        self._unpacking = unpacking
        self._packed = packed
        self._damage = (*damage, BadGzipFile)
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        try:
            piece = self._unpacking.read1(len(buffer))
        except self._damage as error:
            raise OSError(EINVAL, "damaged or cut off; pack it again") from error
        self._size += len(piece)
        if self._size > _FREE and self._size > _RATIO * self._packed.tell():
            raise OSError(
                EINVAL,
                f"unpacks to over {_RATIO} times its size; if that is right, unpack it first",
            )
        buffer[: len(piece)] = piece
        return len(piece)
