"""How pages are made: words of the reader's language, who is signed in, forms that nobody else can send."""

import hmac
import re
from collections.abc import Callable
from functools import wraps
from importlib.resources import files
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from linter.post import LANGUAGES, Language
from server.actor import Actor, Scope
from server.core import Core
from server.moderation import access
from server.moderation.access import Present, Signed
from server.problem import KINDS, Problem
from server.web import FREE_WORDS
from server.words import Words, words

P = ParamSpec("P")
_LANG = "hippolint_lang"
_YEAR_S = 31_536_000
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
"""A path of this server: what browsers would read as another host's address, or skip over, is none."""
_WRITTEN = (*sorted(FREE_WORDS), "redress", "text")
"""Fields of forms that somebody would not like to write twice."""


def core() -> Core:
    """The server that this request is for."""
    found: Core = current_app.extensions["hippolint"]
    return found


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to HTTPS."""
    return "__Host-hippolint" if core().config.secure_cookies else "hippolint"


def language() -> Language:
    """The reader's: asked for with this request, chosen before, of the account, or of the browser."""
    chosen = g.get("language") or request.cookies.get(_LANG)
    chosen = chosen or (p.account.lang if (p := present()) else None)
    for lang in LANGUAGES:
        if chosen == lang:
            return lang
    return "en" if request.accept_languages.best_match(LANGUAGES) == "en" else "fr"


def speak(lang: str) -> None:
    """Answer this request in a language, if it is one of ours."""
    if lang in LANGUAGES:
        g.language = lang


def spoken() -> bool:
    """Whether this request asked for a language of ours."""
    return "language" in g


def say() -> Words:
    """The words of the reader's language."""
    return words(language())


def present() -> Present | None:
    """Who is signed in; asked once a request."""
    if "present" not in g:
        cookie = request.cookies.get(cookie_name())
        g.present = access.present(core(), cookie) if cookie else None
    found: Present | None = g.present
    return found


def actor() -> Actor:
    """Who is signed in.

    Raises:
        Problem: nobody.
    """
    found = present()
    if found is None:
        raise Problem("unauthorized")
    return found.actor


def needs(*scopes: Scope) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """A page for those who are signed in with one of these scopes; others are asked to sign in."""

    def wrapped(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            if present() is None:
                if request.method == "GET":
                    return _sign_in()
                raise Problem("unauthorized")
            actor().need(*scopes)
            if request.method == "POST":
                same_site()
                own_form()
            return view(*args, **kwargs)

        return guarded

    return wrapped


def own_form() -> None:
    """Refuse a form that this session's pages did not make."""
    found = present()
    given = request.form.get("csrf") or request.headers.get("X-CSRF-Token", "")
    if found is None or not hmac.compare_digest(given.encode(), found.csrf.encode()):
        raise Problem("forbidden", "The page is too old; load it again.")


def same_site() -> None:
    """Refuse what another site's page sends."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or (
        origin and origin != "null" and urlsplit(origin).netloc != request.host
    ):
        raise Problem("forbidden", "The request comes from another site.")


def page(template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 # whatever a template shows
    """A page; it is kept in no cache, for it may show a post."""
    signed = present()
    response = make_response(
        render_template(
            template,
            say=say(),
            lang=language(),
            other_lang="en" if language() == "fr" else "fr",
            present=signed,
            csrf=signed.csrf if signed else "",
            scopes=Scope,
            **values,
        ),
        status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def see(path: str) -> Response:
    """Go to another of our pages (303: a reload does not send the form again)."""
    return make_response(redirect(path if _LOCAL.fullmatch(path) else "/", 303))


def _sign_in() -> Response:
    """Sign in first, then come back to this page."""
    return see("/console/sign-in?next=" + request.path)


def sign(response: Response, signed: Signed) -> Response:
    """Hand out the cookie of a sign-in."""
    response.set_cookie(
        cookie_name(),
        signed.cookie,
        max_age=core().config.session_hours * 3600,
        secure=core().config.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def choose(response: Response, lang: Language) -> Response:
    """Remember the reader's language."""
    response.set_cookie(
        _LANG, lang, max_age=_YEAR_S, samesite="Lax", secure=core().config.secure_cookies
    )
    return response


def problem_page(problem: Problem) -> Response:
    """A problem told to a person."""
    known = problem.kind if problem.kind in KINDS else "fault"
    if problem.kind == "unauthorized" and request.method == "GET":
        return _sign_in()
    try:
        late = problem.kind in ("unauthorized", "forbidden") and request.method == "POST"
        typed = _typed() if late else []
        return page("problem.html", problem.status, kind=known, typed=typed, after=_came_from())
    except Exception:  # noqa: BLE001 # the store is gone: no session, no language
        return Response(f"{problem.status} {problem.title}", problem.status, mimetype="text/plain")


def _typed() -> list[str]:
    """What somebody wrote into a form that was sent too late; nothing where another site may have sent it."""
    try:
        same_site()
        given = [request.form.get(name, "") for name in _WRITTEN]
    except (Problem, HTTPException):
        return []
    return [words[: core().config.max_text] for words in given if words.strip()]


def _came_from() -> str:
    """Path of the page that a form was on, else of the form itself."""
    there = urlsplit(request.referrer or "")
    ours = there.netloc == request.host and _LOCAL.fullmatch(there.path)
    return there.path if ours else request.path


def static(app: Flask) -> None:
    """Style, scripts and pictures, from the package."""
    folder = files("server.console").joinpath("static")
    media = {
        "css": "text/css",
        "js": "text/javascript",
        "svg": "image/svg+xml",
        "png": "image/png",
        "webmanifest": "application/manifest+json",
    }
    known = {
        entry.name: entry.read_bytes()
        for entry in folder.iterdir()
        if entry.name.rpartition(".")[2] in media
    }

    @app.get("/static/<name>")
    def static_file(name: str) -> Response:
        if name not in known:
            raise Problem("not-found")
        response = Response(known[name], mimetype=media[name.rpartition(".")[2]])
        response.headers["Cache-Control"] = "public, max-age=300"
        return response
