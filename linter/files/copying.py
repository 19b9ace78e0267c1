"""Safe copies of attachments: pictures re-encoded with the findings covered, nothing else of the file kept."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from linter.files.content import Content, Pixels, Unreadable
from linter.files.opening import IMAGES, open_content, read_file
from linter.files.sniff import Kind
from linter.finding import Box

_BESIDE = "-side-by-side.png"


def copy(
    path: Path, boxes: Mapping[int, Sequence[Box]], target: Path, *, compare: bool = False
) -> Path | None:
    """Write a safe copy of a picture, a PDF or a DICOM file.

    Args:
        path: the attachment.
        boxes: what to cover, by sheet; in pixels of the upright picture.
        target: where to write, without its ending: the copy has the ending of its own format.
        compare: whether to write a picture of the first page before and after, named `…-side-by-side.png`.

    Returns:
        The path written; None where no copy can be made (documents, mails, unreadable files).

    Raises:
        FileExistsError: the target is there already.
    """
    try:
        data = read_file(path)
        kind, content = open_content(data, path.name)
        made = _written(data, kind, content, boxes, target)
        if made and compare:
            _compare(_first(data, path.name), _first(read_file(made), made.name), boxes, target)
    except Unreadable:
        return None
    return made


def _written(
    data: bytes, kind: Kind, content: Content, boxes: Mapping[int, Sequence[Box]], target: Path
) -> Path | None:
    from linter.files import safe  # noqa: PLC0415 # image libraries

    if kind in IMAGES:
        ending = safe.suffix(data)
    elif kind in {Kind.PDF, Kind.DICOM}:
        ending = ".pdf" if kind is Kind.PDF else ".png"
    else:
        return None
    made = target.with_name(target.name + ending)
    with _new(made) as out:
        if kind in IMAGES:
            safe.copy_image(data, boxes, out)
        elif kind is Kind.PDF:
            safe.copy_pages(content.sheets, boxes, out)
        else:
            safe.copy_frames(content.sheets, boxes, out)
    return made


def _first(data: bytes, name: str) -> Pixels | None:
    return next(iter(open_content(data, name)[1].sheets), None)


def _compare(
    before: Pixels | None, after: Pixels | None, boxes: Mapping[int, Sequence[Box]], target: Path
) -> None:
    from PIL import Image  # noqa: PLC0415

    from linter.files.safe import side_by_side  # noqa: PLC0415

    if before is None or after is None:
        return
    beside = side_by_side(before, after, boxes.get(0, ()))
    with _new(target.with_name(target.name + _BESIDE)) as out:
        Image.fromarray(beside).save(out, "PNG")


@contextmanager
def _new(path: Path) -> Iterator[BinaryIO]:
    """A file that was not there; gone again when writing fails."""
    with path.open("xb") as out:
        try:
            yield out
        except BaseException:
            path.unlink()
            raise
