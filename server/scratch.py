"""Where attachments lie while they are looked at: in memory where the system has such a folder, under no name of theirs."""

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
    base = _MEMORY if _MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
