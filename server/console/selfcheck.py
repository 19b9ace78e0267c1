"""The self-check page: a draft is checked for its author and forgotten.

Nothing of it is stored, logged, put into an address or a cookie; answers say `no-store`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Literal, ParamSpec

from flask import Blueprint, Response, make_response, render_template, request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import HTTPException

from linter.verdict import Decision
from server.actor import Scope
from server.checker import Upload
from server.config import Config
from server.console.draft import Checked, Draft, apply, as_json, check, graver
from server.console.pages import (
    actor,
    choose,
    core,
    language,
    needs,
    page,
    same_site,
    say,
    see,
    speak,
    spoken,
)
from server.problem import Problem
from server.web import Limiter, file_name, problem_of, weight

P = ParamSpec("P")
_MB = 1_000_000
_OF_A_FILE = 20
"""A file counts as so many texts: it takes as long."""
_BUSY = ("too-many-requests", "unavailable")
_PLACE = 200
"""Longest town, in characters."""


class _Live(BaseModel):
    """What the page's script sends while somebody writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    posted: str = ""
    place: str = ""
    pictures: Literal["", "allow", "review", "block", "unread"] = ""
    """What was decided on the attachments, which are not sent again with every word."""
    apply: tuple[str, ...] | Literal["all"] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    draft: Draft
    chosen: tuple[str, ...] | None = ()
    """Keys of the replacements to be made; None: all."""
    pictures: Decision | None = None
    """What was decided on attachments that are not sent again."""
    unread: bool = False
    """Whether there are attachments that nobody has looked at yet."""
    left_files: bool = False


@dataclass(frozen=True, slots=True)
class _Outcome:
    draft: Draft
    checked: Checked | None = None
    decision: Decision = Decision.ALLOW
    pictures: Decision = Decision.ALLOW
    unread: bool = False
    left: bool = False
    """Whether attachments of an earlier step did not come again: nobody keeps them."""
    stale: bool = False
    """Whether the attachments were checked with another text."""
    said: tuple[str, ...] = ()
    trouble: str = ""
    status: int = 200


def blueprint(config: Config, limiter: Limiter) -> Blueprint:
    """The pages.

    Args:
        config: who may use them.
        limiter: of checks, by address.
    """
    made = Blueprint("selfcheck", __name__)
    guard = needs(Scope.CHECK) if config.selfcheck == "members" else _of_this_site

    @made.get("/check")
    @guard
    def form() -> Response:
        return _page(_Outcome(Draft(posted=_today())))

    @made.post("/check")
    @guard
    def sent() -> Response:
        response = _page(_outcome(limiter, _form))
        return choose(response, language()) if spoken() else response

    @made.post("/check/live")
    @guard
    def live() -> Response:
        return _fragments(_outcome(limiter, _live))

    @made.get("/check/share")
    def not_shared() -> Response:
        return see("/check")

    @made.post("/check/share")
    def shared() -> Response:
        # Telephones send what is shared as if from nowhere, or from another site, and cannot carry a form's token.
        # What another site could do with this: have a visitor's browser open this page with a text of that site's
        # choice. Nothing is stored, no right is used, the page shows the text as a text, its answer cannot be read
        # from outside, and the visitor sees it happen: only a whole page may be asked for, not a picture, a frame or
        # a script's fetch. What is left is work for this server, which the limit of requests holds.
        if request.headers.get("Sec-Fetch-Dest", "document") != "document":
            raise Problem("forbidden", "Only a page may be opened this way.")
        if config.selfcheck == "members":
            actor().need(Scope.CHECK)
        return _page(_outcome(limiter, _share))

    return made


def _of_this_site(view: Callable[P, Response]) -> Callable[P, Response]:
    """For pages that are open to anybody: no other site's page sends to them."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        if request.method == "POST":
            same_site()
        return view(*args, **kwargs)

    return guarded


def _outcome(limiter: Limiter, read: Callable[[], _Asked]) -> _Outcome:
    """Check what was asked. Whatever fails, the text goes back to its author."""
    try:
        asked = read()
    except HTTPException as fault:
        if fault.code != 413:
            raise
        said = say()("check.body_too_large", size=_size(core().config.max_body))
        return _Outcome(Draft(posted=_today()), trouble=said, status=413)
    draft = asked.draft
    if said := _too_large(draft):
        return _Outcome(draft, trouble=said, status=413)
    try:
        cost = weight(draft.text) + _OF_A_FILE * len(draft.files)
        limiter.hit(f"selfcheck:{request.remote_addr}", cost)
        return _checked(asked)
    except Exception as fault:  # noqa: BLE001 # a problem page would lose the text
        problem = problem_of(fault)
        known = "busy" if problem.kind in _BUSY else "failed"
        return _Outcome(draft, trouble=say()(f"check.{known}"), status=problem.status)


def _checked(asked: _Asked) -> _Outcome:
    draft, said = asked.draft, []
    if draft.empty:
        return _Outcome(draft, trouble="" if spoken() else say()("check.empty"))
    if asked.chosen is None or asked.chosen:
        draft, made, missed = apply(core(), draft, asked.chosen, language())
        if made:
            said.append(say().plural("check.applied", made))
        if missed:
            said.append(say()("check.missed"))
    checked = check(core(), draft, language())
    pictures = graver(asked.pictures or Decision.ALLOW, checked.pictures_decision)
    if asked.unread or asked.left_files:
        pictures = graver(pictures, Decision.REVIEW)
    decision, stale = graver(checked.decision, pictures), asked.pictures is not None
    return _Outcome(
        draft, checked, decision, pictures, asked.unread, asked.left_files, stale, tuple(said)
    )


def _form() -> _Asked:
    form = request.form
    speak(form.get("lang", ""))
    do = form.get("do")
    files = _uploads()
    return _Asked(
        Draft(_text(form.get("text", "")), form.get("posted", ""), _place(), files),
        None if do == "all" else tuple(form.getlist("chosen")) if do == "chosen" else (),
        _decision(form.get("pictures", "")),
        left_files=bool(form.get("had_files")) and not files,
    )


def _live() -> _Asked:
    if request.mimetype != "application/json":
        return _form()
    try:
        told = _Live.model_validate_json(request.get_data(cache=False))
    except ValidationError:
        raise Problem("bad-request") from None
    return _Asked(
        Draft(_text(told.text), told.posted, told.place[:_PLACE]),
        None if told.apply == "all" else told.apply,
        _decision(told.pictures),
        told.pictures == "unread",
    )


def _decision(told: str) -> Decision | None:
    return next((d for d in Decision if d.value == told), None)


def _share() -> _Asked:
    """What a telephone shares: title, text and address are one text."""
    parts = (request.form.get(name, "").strip() for name in ("title", "text", "url"))
    text = "\n".join(dict.fromkeys(p for p in parts if p))
    return _Asked(Draft(_text(text), _today(), "", _uploads()))


def _text(sent: str) -> str:
    """Forms send line ends as CR LF; half characters cannot be written back."""
    return sent.replace("\r\n", "\n").encode("utf-8", "replace").decode()


def _place() -> str:
    return request.form.get("place", "").strip()[:_PLACE]


def _uploads() -> tuple[Upload, ...]:
    """The files; an empty field of a form is none."""
    most = core().config.max_file + 1
    found = request.files.getlist("attachments")
    read = ((f.filename or "", f.stream.read(most)) for f in found)
    return tuple((file_name(name), data) for name, data in read if name or data)


def _too_large(draft: Draft) -> str:
    """What is told of a draft over the limits; empty within them."""
    config, words = core().config, say()
    if len(draft.text) > config.max_text:
        return words(
            "check.too_long", most=_figure(config.max_text), count=_figure(len(draft.text))
        )
    if len(draft.files) > config.max_files:
        return words("check.too_many_files", count=config.max_files)
    for number, (_, data) in enumerate(draft.files, 1):
        if len(data) > config.max_file:
            return words("check.file_too_large", number=number, size=_size(config.max_file))
    return ""


def _page(outcome: _Outcome) -> Response:
    return page("check.html", outcome.status, **_values(outcome))


def _fragments(outcome: _Outcome) -> Response:
    """The parts of the page that change, and what a script may want to know."""
    told: dict[str, Any] = {"trouble": outcome.trouble, "text": outcome.draft.text}
    values = _values(outcome) | {"say": say(), "lang": language()}
    if outcome.checked:
        told |= as_json(outcome.checked)
        count = outcome.checked.count
        told["summary"] = (
            say().plural("check.points", count) if count else say()("check.points_none")
        )
        for part in ("banner", "text", "pictures"):
            told[f"{part}_html"] = render_template(f"check_{part}.html", **values)
    response = make_response(told, outcome.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _values(outcome: _Outcome) -> dict[str, Any]:
    config, checked = core().config, outcome.checked
    told = checked.verdict.anonymity if checked else None
    return {
        "outcome": outcome,
        "crowd": core().checker.crowd(told, language()),
        "draft": outcome.draft,
        "checked": checked,
        "config": config,
        "figure": _figure,
        "size": _size,
    }


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f" if language() == "fr" else ",")


def _size(count: int) -> str:
    """Bytes in millions."""
    return f"{count / _MB:.1f}".removesuffix(".0").replace(".", "," if language() == "fr" else ".")


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()
