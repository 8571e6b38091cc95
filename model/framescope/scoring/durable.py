"""Files that are whole or not there, whatever happens to the process or the machine."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(paths: Sequence[Path]) -> Iterator[dict[Path, BinaryIO]]:
    """Files that take their names together, when all are complete: until then, older ones stay.

    Pipes and devices are written straight away.
    """
    parts = {path: path.with_name(f"{path.name}.part") for path in paths if not is_stream(path)}
    try:
        with naming(paths[0]), ExitStack() as files:
            yield {path: files.enter_context(synced(parts.get(path, path))) for path in paths}
    except BaseException:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise
    for path, part in parts.items():
        part.replace(path)
    for directory in {path.parent for path in parts}:
        sync_directory(directory)


@contextmanager
def synced(path: Path) -> Iterator[BinaryIO]:
    """A new file, or the end of a stream, that is on the disk when it is closed."""
    with path.open("ab" if is_stream(path) else "wb") as file:
        yield file
        file.flush()
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fsync(file.fileno())


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Lets errors of the system say where they were met, as those of writing don't."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def sync_directory(path: Path) -> None:
    """Makes new names in a directory outlive a power cut, where the system can."""
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_stream(path: Path) -> bool:
    """Whether a path is a pipe or a device, which no whole file can take the place of.

    `/dev/stdout` is one also where it leads to a file.
    """
    if str(path.absolute()).startswith(("/dev/std", "/dev/fd/", "/proc/")):
        return True
    return path.exists() and not path.is_file() and not path.is_dir()
