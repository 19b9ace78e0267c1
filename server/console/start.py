"""The start page, and what makes the self-check installable on a telephone."""

from importlib.resources import files

from flask import Blueprint, Response, make_response, render_template

from linter.post import LANGUAGES
from server.config import Config
from server.console.pages import language, page, say
from server.words import words

_ICONS = ((192, "any"), (512, "any"), (192, "maskable"), (512, "maskable"))


def blueprint(config: Config) -> Blueprint:
    """The pages.

    Args:
        config: who may use the self-check.
    """
    made = Blueprint("start", __name__)
    worker = files("server.console").joinpath("static", "sw.js").read_bytes()

    @made.get("/")
    def start() -> Response:
        return page("start.html", members=config.selfcheck == "members")

    @made.get("/site.webmanifest")
    def manifest() -> Response:
        response = make_response(_manifest())
        response.mimetype = "application/manifest+json"
        response.headers["Cache-Control"] = "no-cache"
        return response

    @made.get("/sw.js")
    def service_worker() -> Response:
        """From the root: its folder bounds what it may serve."""
        response = Response(worker, mimetype="text/javascript")
        response.headers["Cache-Control"] = "no-cache"
        return response

    @made.get("/check/offline")
    def offline() -> Response:
        """Kept on the telephone, so it says nothing of who is signed in."""
        shown = render_template(
            "offline.html", lang=language(), say=say(), languages=LANGUAGES, words=words
        )
        return Response(shown, headers={"Cache-Control": "no-cache"})

    return made


def _manifest() -> dict[str, object]:
    told = say()
    return {
        "id": "/check",
        "name": told("check.app_name"),
        "short_name": told("page.name"),
        "description": told("check.app_about"),
        "lang": told.lang,
        "start_url": "/check",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfbf9",
        "theme_color": "#0b5c6b",
        "categories": ["medical", "utilities"],
        "icons": [
            {
                "src": f"/static/icon-{'maskable-' if purpose == 'maskable' else ''}{side}.png",
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": purpose,
            }
            for side, purpose in _ICONS
        ],
        "share_target": {
            "action": "/check/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "attachments", "accept": ["image/*", "application/pdf"]}],
            },
        },
    }
