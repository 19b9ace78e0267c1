"""Pages for people: the moderators' console and the self-check page."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from server.console import (
    audit_pages,
    figures_pages,
    forums_pages,
    item,
    oidc,
    queue,
    reference,
    selfcheck,
    signing,
    start,
)
from server.console.pages import static
from server.core import Core
from server.web import Limiter


def attach(app: Flask, core: Core, described: Mapping[str, Any]) -> None:
    """Put the pages into the application.

    Args:
        app: the application.
        core: the server.
        described: the OpenAPI document.

    Raises:
        ConfigError: a setting of the identity provider is wrong.
    """
    static(app)
    signs_in = Limiter(core.config.login_rate)
    app.register_blueprint(signing.blueprint(signs_in))
    if core.config.oidc:
        app.register_blueprint(oidc.blueprint(core.config.oidc, signs_in))
    app.register_blueprint(start.blueprint(core.config))
    app.register_blueprint(selfcheck.blueprint(core.config, Limiter(core.config.rate)))
    app.register_blueprint(reference.blueprint(described))
    for part in (queue, item, forums_pages, figures_pages, audit_pages):
        app.register_blueprint(part.blueprint())
