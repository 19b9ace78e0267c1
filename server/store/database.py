"""Connections: SQLite in WAL mode or PostgreSQL, reading and writing apart."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from sqlite3 import OperationalError
from threading import Lock

from alembic import command
from alembic.config import Config as Migration
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 10_000
"""How long a writer waits for another one."""
_READY_MS = 1_000
"""How long a look whether the database takes writes waits."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an accepted post survives power loss
    "foreign_keys=ON",
    "secure_delete=ON",  # a deleted key is overwritten, not only forgotten
    f"busy_timeout={_BUSY_MS}",
)


class StoreError(Exception):
    """The database cannot be used; the message never holds its contents or its password."""


class Database:
    """One database. `reading` and `writing` give sessions; the second commits at its end."""

    def __init__(self, url: str) -> None:
        try:
            self.url = _normal(make_url(url))
            self.engine = _engine(self.url)
        except (ArgumentError, ImportError):
            raise StoreError(
                "the database URL is not understood; write sqlite:///PATH or postgresql://…"
            ) from None
        # SQLite has one writer, and those who wait for it sleep and look again: threads of one process queue here.
        self._turn: AbstractContextManager[object] = Lock() if self.sqlite else nullcontext()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(
            self.engine.execution_options(hippolint_writes=True), expire_on_commit=False
        )

    @property
    def sqlite(self) -> bool:
        """Whether it is a file."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction: all of it is kept, or nothing."""
        with self._turn, self._writers.begin() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that sees one moment of all tables, however long it lasts."""
        options = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with Session(self.engine.execution_options(**options)) as session:
            yield session

    def takes_writes(self) -> bool:
        """Whether a writer would have its turn within a second.

        Raises:
            SQLAlchemyError: the database does not answer.
        """
        with self.engine.connect() as connection:
            if not self.sqlite:
                connection.execute(text("SELECT 1"))
                return True
            raw = connection.connection.cursor()
            try:
                raw.execute(f"PRAGMA busy_timeout={_READY_MS}")
                raw.execute("BEGIN IMMEDIATE")
                raw.execute("ROLLBACK")
            except OperationalError:
                return False
            finally:
                raw.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
                raw.close()
        return True

    def migrate(self) -> None:
        """Bring the tables to this version; of several processes one does it.

        Raises:
            StoreError: no connection, or the tables come from a newer version.
        """
        if self.sqlite:
            _private(self.url.database)
        try:
            with self._writers.kw["bind"].connect() as connection:
                if not self.sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(7116870)"))
                self._upgrade(connection)
                connection.commit()
        except SQLAlchemyError as error:
            raise StoreError(f"the database cannot be opened ({type(error).__name__})") from None

    def _upgrade(self, connection: Connection) -> None:
        script = ScriptDirectory(str(_MIGRATIONS))
        current = MigrationContext.configure(connection).get_current_revision()
        known = {r.revision for r in script.walk_revisions()}
        if current and current not in known:
            raise StoreError("the database was made by a newer hippolint; install that version")
        settings = Migration()
        settings.set_main_option("script_location", str(_MIGRATIONS))
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def _normal(url: URL) -> URL:
    """PostgreSQL by the driver that we ship."""
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True
        )
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepared)
    event.listen(engine, "begin", _begun)
    return engine


def _private(path: str | None) -> None:
    """Let only its owner read a database file, whoever made its folder and with which rights.

    What cannot be changed is left as it is: the connection tells what is wrong.
    """
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    with suppress(
        OSError
    ):  # never opened when it is there: closing it would end the locks of this process
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for name in (path, f"{path}-wal", f"{path}-shm"):
        with suppress(OSError):
            Path(name).chmod(0o600)


def _prepared(connection: object, _: object) -> None:
    """Settings of every SQLite connection. `isolation_level` None: transactions begin when `_begun` says so."""
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()  # type: ignore[attr-defined]


def _begun(connection: Connection) -> None:
    """A writer takes the lock at once: two that first read and then write would fail each other."""
    writes = connection.get_execution_options().get("hippolint_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
