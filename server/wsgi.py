"""For other WSGI servers: `gunicorn --preload 'server.wsgi:application()'`. Settings come from the environment."""

import os

from flask import Flask

import linter.threads  # noqa: F401 # before NumPy
from server.app import create_app
from server.config import Config
from server.core import open_core


def application() -> Flask:
    """The application, with the models loaded before processes are forked so that they share them."""
    core = open_core(Config.read())
    core.checker.warm()
    os.register_at_fork(after_in_child=lambda: core.db.engine.dispose(close=False))
    return create_app(core)
