"""What a reader of one file format gives: pictures, texts, metadata, and files within the file."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linter.seen import Part, Reason, Seen

Pixels = NDArray[np.uint8]
"""Upright RGB picture: (height, width, 3), C-contiguous."""
Grey = NDArray[np.uint8]
"""Picture of one channel: (height, width)."""

MAX_BYTES = 100_000_000
"""Largest file that is opened."""
MAX_PIXELS = 64_000_000
"""Largest picture that is decoded: about 190 MB as RGB."""
MAX_SHEETS = 10
"""Frames or pages of one file that are looked at."""
MAX_TEXT = 200_000
"""Characters of text that are taken from one file."""


class Unreadable(Exception):  # noqa: N818 # the reason is the name
    """A file, or a part of it, cannot be read. Carries the reason and never a word of the file."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Inner:
    """A file within a file: a picture of a document, an attachment of an e-mail."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What one file holds.

    sheets: upright pictures in order, made one at a time so that memory stays flat; the iterator may raise
    `Unreadable`, which costs the rest of the sheets only. pictured: for each sheet of which it is known, whether it shows
    more than printed words (pictures, drawings, letters without meaning): on the others the words among `parts` are all
    there is to read, though codes may be drawn there. parts: texts. seen: metadata and what was left out.
    inner: files within. `Line.sheet` and `Seen.sheet` count the sheets of this file from 0.
    """

    sheets: Iterable[Pixels] = ()
    parts: tuple[Part, ...] = ()
    seen: tuple[Seen, ...] = ()
    inner: tuple[Inner, ...] = ()
    pictured: tuple[bool, ...] = ()
