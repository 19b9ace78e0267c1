"""The page of one post: what it says, what was found, what may be done, and what was done."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from linter.post import LANGUAGES, language_of
from linter.verdict import Verdict
from server.actor import Scope
from server.console import item_actions, item_files
from server.console.clock import Clock
from server.console.marked import Shown, segments, shown
from server.console.pages import actor, core, needs, page, say
from server.console.queue import kept, wanted
from server.console.rewritten import pieces
from server.console.rulebook import rulebook
from server.moderation import opening
from server.moderation.dismissals import Why
from server.moderation.opening import Opened
from server.problem import Problem
from server.store.tables import State, now

_PAGES = 8
"""Pages of a file that are shown."""
_UNDECIDED = (State.WAITING.value, State.CHECKING.value)
SAID = ("approve", "reject", "return", "undone", "note", "dismiss", "claim", "release", "hold")
"""What a page may say was just done."""


def blueprint() -> Blueprint:
    """The pages."""
    made = Blueprint("item", __name__)
    made.add_url_rule("/console/posts/<post>", view_func=show, methods=["GET"])
    made.add_url_rule("/console/posts/<post>/preview", view_func=preview, methods=["POST"])
    item_actions.register(made)
    item_files.register(made)
    return made


@needs(Scope.MODERATE)
def show(post: str) -> Response:
    """The page."""
    return rendered(post)


@needs(Scope.MODERATE)
def preview(post: str) -> Response:
    """The page with what the author would be told under the rules that are ticked."""
    return rendered(post, ticked=frozenset(request.form.getlist("rule")))


def rendered(
    post: str, problem: Problem | None = None, ticked: frozenset[str] | None = None
) -> Response:
    """The page of a post, with what went wrong when something was asked for on it."""
    opened = opening.open_post(core(), actor(), post)
    if ticked is not None:
        opened = replace(opened, resting=ticked & opened.spoke.keys())
    with core().db.reading() as session:
        before, after = opening.neighbours(session, actor(), post, wanted())
    known = rulebook(core(), say())
    told = request.args.get("said", "")
    values = {
        "o": opened,
        "item": opened.item,
        "rules": known,
        "clock": Clock(say(), now()),
        "before": before,
        "after": after,
        "query": kept("external", "state"),
        "told": told if told in SAID else "",
        "problem": problem,
        "previewed": ticked is not None,
        "waits": opened.item.state in _UNDECIDED,
    }
    if opened.inside is None:
        return page("item_erased.html", 410, **values)
    status = problem.status if problem else 200
    return page("item.html", status, **values, **_inside(opened))


def _inside(opened: Opened) -> dict[str, Any]:
    """What the template shows of a post that is not erased."""
    inside = opened.inside
    if inside is None:
        return {}
    verdict, text = inside.verdict, inside.post.text
    lang = language_of(opened.item.lang) or LANGUAGES[0]
    found = shown(text, verdict, core().checker.linter({}), say().lang) if verdict else []
    return {
        "post": inside.post,
        "verdict": verdict,
        "findings": found,
        "crowd": core().checker.crowd(verdict.anonymity, say().lang) if verdict else "",
        "marked": segments(text, verdict.findings) if verdict else [],
        "rewrite": pieces(text, verdict.fixed) if verdict else [],
        "files": _files(opened, verdict, found),
        "drafts": opening.drafts(core(), opened.item, opened.resting, lang),
        "author_lang": lang,
        "whys": [w.value for w in Why],
        "link": inside.post.url
        if (inside.post.url or "").startswith(("https://", "http://"))
        else None,
    }


def _files(opened: Opened, verdict: Verdict | None, found: list[Shown]) -> list[dict[str, Any]]:
    """Each file: its name, pages to look at, what was read in it, what was found."""
    out = []
    names = opened.inside.files if opened.inside else ()
    for number, name in enumerate(names):
        seen = verdict is not None and number < len(verdict.attachments)
        attached = verdict.attachments[number] if verdict and seen else None
        pages = attached.pages if attached else 1
        out.append(
            {
                "name": name,
                "seen": seen,
                "pages": range(min(pages, _PAGES)),
                "more": max(0, pages - _PAGES),
                "read": segments(attached.text, verdict.findings, f"attachment:{number}")
                if attached and verdict and attached.text.strip()
                else [],
                "findings": [f for f in found if f.file == number],
            }
        )
    return out
