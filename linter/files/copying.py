"""Safe copies of attachments: pictures re-encoded with the findings covered, nothing else of the file kept."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import islice
from pathlib import Path

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
    beside = target.with_name(target.name + _BESIDE)
    if compare and beside.exists():
        raise FileExistsError
    try:
        data = read_file(path)
        made, safe = _written(*open_content(data, path.name), data, boxes, target)
    except Unreadable:
        return None
    if made is None:
        return None
    _write(made, safe)
    if compare:
        with suppress(Unreadable):  # the copy is there all the same
            _compare(_first(data, path.name), _first(safe, made.name), boxes, beside)
    return made


def preview(path: Path, page: int, target: Path) -> tuple[Path, int, int] | None:
    """Write one page, upright and without metadata, as a JPEG for people to look at; nothing is covered.

    Args:
        path: the attachment.
        page: from 0.
        target: where to write, without its ending.

    Returns:
        The path written, and width and height of the whole picture in pixels: boxes of findings count in these. None
        where there is no such page.
    """
    try:
        content = open_content(read_file(path), path.name)[1]
        pixels = next(islice(content.sheets, page, None), None)
    except Unreadable:
        return None
    if pixels is None:
        return None
    from linter.files import safe  # noqa: PLC0415 # image libraries

    out = BytesIO()
    safe.preview(pixels, out)
    made = target.with_name(target.name + ".jpg")
    _write(made, out.getvalue())
    return made, pixels.shape[1], pixels.shape[0]


def _written(
    kind: Kind, content: Content, data: bytes, boxes: Mapping[int, Sequence[Box]], target: Path
) -> tuple[Path | None, bytes]:
    """Path and bytes of the copy; no path where none can be made. Nothing is written yet: encoding may be stopped."""
    from linter.files import safe  # noqa: PLC0415 # image libraries

    out = BytesIO()
    if kind in IMAGES:
        ending = safe.suffix(data)
        safe.copy_image(data, boxes, out)
    elif kind is Kind.PDF:
        ending = ".pdf"
        safe.copy_pages(content.sheets, boxes, out)
    elif kind is Kind.DICOM:
        ending = ".png"
        safe.copy_frames(content.sheets, boxes, out)
    else:
        return None, b""
    return target.with_name(target.name + ending), out.getvalue()


def _first(data: bytes, name: str) -> Pixels | None:
    return next(iter(open_content(data, name)[1].sheets), None)


def _compare(
    before: Pixels | None, after: Pixels | None, boxes: Mapping[int, Sequence[Box]], beside: Path
) -> None:
    from PIL import Image  # noqa: PLC0415

    from linter.files.safe import side_by_side  # noqa: PLC0415

    if before is None or after is None:
        return
    out = BytesIO()
    Image.fromarray(side_by_side(before, after, boxes.get(0, ()))).save(out, "PNG")
    _write(beside, out.getvalue())


def _write(path: Path, data: bytes) -> None:
    """Write a file that was not there; it is gone again when writing fails."""
    with path.open("xb") as out:
        try:
            out.write(data)
        except BaseException:
            path.unlink()
            raise
