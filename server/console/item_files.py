"""Files of a post for its moderator: pictures made anew by the server, never the bytes that were sent."""

from collections import defaultdict

from flask import Blueprint, Response, render_template

from linter.finding import Box
from linter.verdict import Verdict
from server.actor import Scope
from server.checker import Upload
from server.console.pages import actor, core, needs
from server.moderation import audit, contents, intake
from server.problem import Problem
from server.safe_copy import Made, preview, safe_copy

_JPEG = "image/jpeg"
_MOST = 1_000
"""Pages of a file that may be asked for."""


def register(made: Blueprint) -> None:
    """Put the pictures into the blueprint."""
    for name, view in (
        ("<int:number>/<int:sheet>.jpg", picture),
        ("<int:number>/<int:sheet>.svg", boxes),
        ("<int:number>/safe/<int:sheet>.jpg", safe_picture),
        ("<int:number>/safe", safe),
    ):
        made.add_url_rule(f"/console/posts/<post>/files/{name}", view_func=view, methods=["GET"])


@needs(Scope.MODERATE)
def picture(post: str, number: int, sheet: int) -> Response:
    """One page as a JPEG, nothing covered."""
    return _jpeg(_page(_file(post, number)[0], sheet))


@needs(Scope.MODERATE)
def boxes(post: str, number: int, sheet: int) -> Response:
    """Frames around what was found on one page, to be laid over its picture."""
    upload, verdict = _file(post, number)
    made = _page(upload, sheet)
    found = defaultdict[Box, list[int]](list)
    for number_of, f in enumerate(verdict.findings if verdict else ()):
        if f.source == f"attachment:{number}" and f.box and (f.page or 0) == sheet:
            found[f.box].append(number_of + 1)
    drawn = render_template("boxes.svg", wide=made.width, high=made.height, found=found)
    return _answer(drawn.encode(), "image/svg+xml")


@needs(Scope.MODERATE)
def safe_picture(post: str, number: int, sheet: int) -> Response:
    """One page of the safe copy as a JPEG."""
    made = _safe(post, number)
    return _jpeg(_page((f"safe{made.suffix}", made.data), sheet))


@needs(Scope.MODERATE)
def safe(post: str, number: int) -> Response:
    """The safe copy to keep."""
    made = _safe(post, number)
    response = _answer(made.data, made.media)
    response.headers["Content-Disposition"] = f'attachment; filename="safe-{number}{made.suffix}"'
    return response


def _file(post: str, number: int) -> tuple[Upload, Verdict | None]:
    with core().db.writing() as session:
        item = intake.own(session, actor(), post)
        audit.record(core(), session, actor(), "post.read-file", item.id, {"file": number})
        upload = contents.file(core(), session, item, number)
        return upload, contents.verdict(core(), session, item) if item.checked else None


def _page(upload: Upload, sheet: int) -> Made:
    made = preview(core().checker, sheet, upload) if sheet < _MOST else None
    if made is None or made.media != _JPEG:
        raise Problem("not-found")
    return made


def _safe(post: str, number: int) -> Made:
    upload, verdict = _file(post, number)
    made = safe_copy(core().checker, verdict, number, upload) if verdict else None
    if made is None:
        raise Problem("not-found")
    return made


def _jpeg(made: Made) -> Response:
    return _answer(made.data, _JPEG)


def _answer(data: bytes, media: str) -> Response:
    response = Response(data, mimetype=media)
    response.headers["Cache-Control"] = "no-store"
    return response
