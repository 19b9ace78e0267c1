"""Safe copies and previews of attachments, as bytes: what they are made from is gone when they are made."""

from dataclasses import dataclass, field

from linter.attachments import covers
from linter.verdict import Verdict
from server.checker import Checker, Upload
from server.scratch import laid, scratch

_MEDIA = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".tiff": "image/tiff",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made. width, height: of the picture that it shows, 0 where that is of no use."""

    suffix: str
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0

    @property
    def media(self) -> str:
        """Its media type."""
        return _MEDIA.get(self.suffix, "application/octet-stream")


def safe_copy(checker: Checker, verdict: Verdict, number: int, upload: Upload) -> Made | None:
    """A copy of attachment `number` with what was found covered; None for files of which none can be made."""
    with checker.looking() as files, scratch() as folder:
        attachment = laid(folder, [upload])[0]
        boxes = covers(verdict.findings, number)
        made = files.copy(attachment.path, boxes, folder / "safe")
        return Made(made.suffix, made.read_bytes()) if made else None


def preview(checker: Checker, page: int, upload: Upload) -> Made | None:
    """One page of an attachment as a JPEG, nothing covered; None where there is no such page."""
    with checker.looking() as files, scratch() as folder:
        attachment = laid(folder, [upload])[0]
        made = files.preview(attachment.path, page, folder / "page")
        return Made(made[0].suffix, made[0].read_bytes(), made[1], made[2]) if made else None
