"""The application: the API for programs, the pages for people."""

import json

from flask import Flask, Response

from server.actor import Scope
from server.api import admin, moderation, posts
from server.api.endpoint import JSON, Api
from server.api.openapi import document
from server.console import attach
from server.console.pages import problem_page
from server.core import Core
from server.health import ready
from server.problem import Problem
from server.web import Limiter, authenticator, prepare


def create_app(core: Core) -> Flask:
    """The WSGI application.

    Args:
        core: opened for this process.
    """
    app = Flask("server", static_folder=None, template_folder="console/templates")
    app.extensions["hippolint"] = core
    metrics = prepare(app, core, problem_page)
    limiter = Limiter(core.config.rate)
    authenticate = authenticator(core, limiter)
    api = version_1()
    api.bind(app, core, authenticate, limiter)
    described = document(api.endpoints)

    @app.get("/openapi.json")
    def openapi() -> Response:
        return Response(json.dumps(described), mimetype=JSON)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response('{"status": "alive"}', mimetype=JSON)

    @app.get("/readyz")
    def readyz() -> Response:
        if not ready(core):
            raise Problem("unavailable")
        return Response('{"status": "ready"}', mimetype=JSON)

    @app.get("/metrics")
    def figures() -> Response:
        authenticate().need(Scope.ADMIN)
        return Response(
            metrics.exposition(core), content_type="text/plain; version=0.0.4; charset=utf-8"
        )

    attach(app, core, described)
    return app


def version_1() -> Api:
    """The endpoints of version 1."""
    api = Api()
    for part in (posts, moderation, admin):
        part.routes(api)
    return api
