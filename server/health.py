"""Whether the server can do its work."""

import shutil

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.core import Core

_LEAST_FREE = 50_000_000
"""Bytes free on the disk: less, and posts could not be stored for long."""


def ready(core: Core) -> bool:
    """Whether the store answers and the disk has room."""
    try:
        with core.db.reading() as session:
            session.execute(text("SELECT 1"))
        return shutil.disk_usage(core.config.data).free > _LEAST_FREE
    except (SQLAlchemyError, OSError):
        return False
