"""Signing in and out, and the language of the pages."""

from flask import Blueprint, Response, request

from linter.post import LANGUAGES
from server.actor import Scope
from server.console.pages import (
    choose,
    cookie_name,
    core,
    needs,
    own_form,
    page,
    present,
    same_site,
    see,
    sign,
)
from server.moderation import access
from server.problem import Problem
from server.web import Limiter


def blueprint(limiter: Limiter) -> Blueprint:
    """The pages.

    Args:
        limiter: of attempts to sign in, by address.
    """
    made = Blueprint("signing", __name__)

    @made.get("/console/sign-in")
    def sign_in_form() -> Response:
        if present():
            return see("/console/")
        return sign_in_page(request.args.get("next", "/console/"))

    @made.post("/console/sign-in")
    def sign_in() -> Response:
        same_site()
        limiter.hit(f"sign-in:{request.remote_addr}")
        after = request.form.get("next", "/console/")
        login, password = request.form.get("login", ""), request.form.get("password", "")
        try:
            address = request.remote_addr or ""
            signed = access.sign_in(core(), login[:200], password[:1_000], address)
        except Problem as problem:
            if problem.kind != "unauthorized":
                raise
            return sign_in_page(after, "refused", 401)
        return sign(see(after), signed)

    @made.post("/console/sign-out")
    @needs(Scope.CHECK)
    def sign_out() -> Response:
        own_form()
        access.sign_out(core(), request.cookies.get(cookie_name(), ""))
        response = see("/console/sign-in")
        response.delete_cookie(cookie_name(), path="/", secure=core().config.secure_cookies)
        return response

    @made.post("/language")
    def set_language() -> Response:
        same_site()
        response = see(request.form.get("next", "/"))
        for lang in LANGUAGES:
            if request.form.get("lang") == lang:
                choose(response, lang)
        return response

    return made


def sign_in_page(after: str, trouble: str = "", status: int = 200) -> Response:
    """The form, and the way to the identity provider where there is one.

    Args:
        after: the page that was wanted.
        trouble: which words tell what went wrong; empty: nothing did.
        status: of HTTP.
    """
    provider = core().config.oidc
    name = provider.name if provider else ""
    return page("sign_in.html", status, next=after, trouble=trouble, provider=name)
