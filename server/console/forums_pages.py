"""Forums: their settings, and what a change of thresholds would have done before it is saved."""

import re
from dataclasses import replace

from flask import Blueprint, Response, request

from server.actor import Scope
from server.console import forum_form
from server.console.clock import Clock
from server.console.forum_form import THRESHOLDS, Form
from server.console.pages import actor, core, needs, page, say, see
from server.moderation import forums
from server.moderation.forums import FORUM_ID, ForumSettings, settings
from server.moderation.replay import Replayed, replay
from server.problem import Problem
from server.store.tables import Forum, now
from server.web import whole

_LASTS = (50, 200, 500)
_LEAST_SECRET, _MOST_SECRET = 16, 200


def blueprint() -> Blueprint:
    """The pages."""
    made = Blueprint("forums", __name__)
    for rule, view, method in (
        ("/console/forums", show_all, "GET"),
        ("/console/forums", make, "POST"),
        ("/console/forums/<forum>", show, "GET"),
        ("/console/forums/<forum>", change, "POST"),
        ("/console/forums/<forum>/secret", put_secret, "POST"),
    ):
        made.add_url_rule(rule, view_func=view, methods=[method])
    return made


@needs(Scope.ADMIN)
def show_all() -> Response:
    """All forums, and a form for a new one."""
    return _all({})


@needs(Scope.ADMIN)
def make() -> Response:
    """A new forum with the default settings."""
    name, called = request.form.get("id", "").strip(), request.form.get("name", "").strip()
    faults = {}
    if not re.fullmatch(FORUM_ID, name):
        faults["id"] = "fault_id"
    if not 1 <= len(called) <= 200:
        faults["name"] = "fault_value"
    if not faults and not actor().sees(name):
        raise Problem("forbidden")
    if not faults:
        try:
            with core().db.writing() as session:
                told = ForumSettings(
                    name=called, lang="en" if request.form.get("lang") == "en" else "fr"
                )
                forums.put(core(), session, actor(), name, told, version=0)
        except Problem as problem:
            if problem.kind != "conflict":
                raise
            faults["id"] = "fault_taken"
        else:
            return see(f"/console/forums/{name}?said=made")
    return _all(faults, 422)


@needs(Scope.ADMIN)
def show(forum: str) -> Response:
    """The settings of one."""
    found = _forum(forum)
    return _one(found, forum_form.filled(found, settings(found)))


@needs(Scope.ADMIN)
def change(forum: str) -> Response:
    """Try new thresholds on the last decisions, or save; what was changed after the trial is tried again."""
    found = _forum(forum)
    form = forum_form.read(request.form, found.policy, secret=found.callback_secret is not None)
    if form.settings is None:
        return _one(found, form, status=422)
    wanted = request.form.get("do", "try")
    tried = forum_form.digest(form.settings.policy)
    if wanted == "try" or (wanted == "save" and request.form.get("tried") != tried):
        last = request.form.get("last", "")
        count = int(last) if last in map(str, _LASTS) else _LASTS[1]
        with core().db.reading() as session:
            done = replay(core(), session, found, form.settings.policy, count)
        return _one(found, form, done, last=count)
    try:
        with core().db.writing() as session:
            version = whole(form.values["version"])
            forums.put(
                core(), session, actor(), forum, form.settings, -1 if version is None else version
            )
    except Problem as problem:
        if problem.kind != "conflict":
            raise
        fresh = {**form.values, "version": str(_forum(forum).version)}
        return _one(_forum(forum), replace(form, values=fresh, faults={"": "conflict"}), status=409)
    return see(f"/console/forums/{forum}?said=saved")


@needs(Scope.ADMIN)
def put_secret(forum: str) -> Response:
    """A new secret for the callbacks; it is never shown again."""
    given = request.form.get("secret", "")
    found = _forum(forum)
    if not _LEAST_SECRET <= len(given) <= _MOST_SECRET:
        form = forum_form.filled(found, settings(found))
        return _one(found, replace(form, faults={"secret": "fault_secret_length"}), status=422)
    with core().db.writing() as session:
        told = settings(found).model_copy(update={"callback_secret": given})
        forums.put(core(), session, actor(), forum, told, found.version)
    return see(f"/console/forums/{forum}?said=secret")


def _forum(name: str) -> Forum:
    with core().db.reading() as session:
        return forums.get(session, actor(), name)


def _all(faults: dict[str, str], status: int = 200) -> Response:
    with core().db.reading() as session:
        found = forums.listed(session, actor())
    given = {name: request.form.get(name, "")[:200] for name in ("id", "name", "lang")}
    return page("forums.html", status, forums=found, faults=faults, given=given)


def _one(
    forum: Forum,
    form: Form,
    done: Replayed | None = None,
    *,
    last: int = _LASTS[1],
    status: int = 200,
) -> Response:
    return page(
        "forum.html",
        status,
        forum=forum,
        form=form,
        done=done,
        tried=forum_form.digest(form.settings.policy) if done and form.settings else "",
        thresholds=THRESHOLDS,
        default=forum_form.filled(forum, ForumSettings(name="-")).values,
        lasts=_LASTS,
        last=last,
        has_secret=forum.callback_secret is not None,
        told=request.args.get("said")
        if request.args.get("said") in ("made", "saved", "secret")
        else "",
        clock=Clock(say(), now()),
    )
