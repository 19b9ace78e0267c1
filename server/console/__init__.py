"""Pages for people: the moderators' console and the self-check page."""

from flask import Flask

from server.console import audit_pages, figures_pages, forums_pages, item, queue, signing
from server.console.pages import static
from server.core import Core
from server.web import Limiter


def attach(app: Flask, core: Core) -> None:
    """Put the pages into the application."""
    static(app)
    app.register_blueprint(signing.blueprint(Limiter(core.config.login_rate)))
    for part in (queue, item, forums_pages, figures_pages, audit_pages):
        app.register_blueprint(part.blueprint())
