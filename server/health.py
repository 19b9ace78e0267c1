"""Whether the server can do its work."""

import shutil

from sqlalchemy.exc import SQLAlchemyError

from server.core import Core

_LEAST_FREE = 50_000_000
"""Bytes free on the disk: less, and posts could not be stored for long."""


def ready(core: Core) -> bool:
    """Whether the store takes posts and the disk has room."""
    try:
        room = shutil.disk_usage(core.config.data).free > _LEAST_FREE
        return room and core.db.takes_writes()
    except (SQLAlchemyError, OSError):
        return False
