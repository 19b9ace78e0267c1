"""Where attachments lie while they are looked at: in memory where the system has such a folder, under no name of theirs."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from linter.post import Attachment

_MEMORY = Path("/dev/shm")  # noqa: S108 # memory on Linux: nothing of it reaches a disk
_PREFIX = "hippolint-"


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for this process alone, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_base()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Delete what processes that were killed have left."""
    for folder in _base().glob(f"{_PREFIX}[0-9]*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (OSError, ValueError):  # somebody else's
            continue


def _base() -> Path:
    return _MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())


def laid(folder: Path, files: Sequence[tuple[str, bytes]]) -> tuple[Attachment, ...]:
    """Write files under their numbers; what they are called stays in memory.

    Args:
        folder: from `scratch`.
        files: what each is called, and its bytes.
    """
    out = []
    for number, (called, data) in enumerate(files):
        path = folder / str(number)
        path.write_bytes(data)
        out.append(Attachment(path, called))
    return tuple(out)
