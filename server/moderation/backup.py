"""Backups: every table as JSON lines in one ZIP, the same for SQLite and PostgreSQL, so that one moves to the other.

What was sealed stays sealed: without the master key, which is not in the backup, nothing of a post can be read. A post
that was erased since is erased again by the first purge after a restore, if its time is over.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import LargeBinary, Table, func, insert, select
from sqlalchemy.orm import Session

from linter import __version__
from server.actor import SYSTEM
from server.core import KEY_CHECK, Core, key_mark
from server.crypto import Keyring, KeyringError, master_key
from server.moderation import audit
from server.moderation.audit import Checkpoint, Verified
from server.store.tables import Account, Base, File, Item, Meta
from server.store.tables import Session as SignIn

_HEAD = "backup.json"
_FORMAT = 1
_BATCH = 200
_LONGEST = 400_000_000
"""Bytes of a line: the largest file that a post may have, in base64."""
Progress = Callable[[str, int], None]
"""Told the name of a table and the rows done."""


class BackupError(Exception):
    """A backup cannot be written or read; the message says what to do and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds."""

    rows: int
    end: Checkpoint
    fault: str | None
    """What is wrong with its audit log, which is whole up to `end`; None: nothing."""


def save(core: Core, target: Path, progress: Progress = lambda *_: None) -> Kept:
    """Write a backup while the server runs: one moment of all tables, also where the audit log was harmed.

    Raises:
        BackupError: the file is there already, or cannot be written.
    """
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        if target.exists():
            raise BackupError(f"{target}: there is such a file; choose another name")
        with core.db.snapshot() as session, ZipFile(part, "x", ZIP_DEFLATED) as archive:
            part.chmod(0o600)
            rows = sum(_dumped(session, archive, t, progress) for t in _tables())
            log = audit.verified(core, session)
            head = {"format": _FORMAT, "engine": __version__, "rows": rows, "audit": str(log.end)}
            archive.writestr(_HEAD, json.dumps(head))
        part.replace(target)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise BackupError(f"{target}: {fault.strerror or 'cannot be written'}") from None
    with core.db.writing() as session:
        audit.record(core, session, SYSTEM, "backup.save", "backup", _told(rows, log))
    return Kept(rows, log.end, log.fault)


def restore(core: Core, source: Path, progress: Progress = lambda *_: None) -> Kept:
    """Put a backup into an empty database: all of it, or nothing. No post is lost because of a harmed audit log.

    Raises:
        BackupError: the database holds posts or accounts, the file is no backup, or its master key is another one.
    """
    with _archive(source) as archive, core.db.writing() as session:
        head = json.loads(archive.read(_HEAD))
        if head.get("format") != _FORMAT:
            raise BackupError(f"{source}: made by another version of hippolint")
        _empty(session)
        _same_key(archive, core.keys)
        rows = 0
        for table in _tables():
            if table.name == Meta.__tablename__:
                session.execute(table.delete())
            rows += _filled(session, archive, table, progress)
        log = audit.verified(core, session, audit.parse_checkpoint(head["audit"]))
        audit.record(core, session, SYSTEM, "backup.restore", "backup", _told(rows, log))
    return Kept(rows, log.end, log.fault)


def check_key(source: Path, data: Path) -> None:
    """Make sure, before there is a database, that the master key of a data folder is that of a backup.

    Raises:
        BackupError: it is not there or another one, or the file is no backup.
    """
    with _archive(source) as archive:
        try:
            keys = Keyring.of(master_key(data, make=False))
        except KeyringError as fault:
            raise BackupError(f"{fault}; bring the backup's first") from None
        _same_key(archive, keys)


def _told(rows: int, log: Verified) -> dict[str, int | str]:
    """What the audit log says of a backup."""
    return {"rows": rows, "fault": log.fault} if log.fault else {"rows": rows}


@contextmanager
def _archive(source: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(source) as archive:
            yield archive
    except (BadZipFile, KeyError, ValueError, TypeError):
        raise BackupError(f"{source}: no backup of hippolint, or a damaged one") from None
    except OSError as fault:
        raise BackupError(f"{source}: {fault.strerror or 'cannot be read'}") from None


def _same_key(archive: ZipFile, keys: Keyring) -> None:
    with archive.open(f"{Meta.__tablename__}.jsonl") as lines:
        kept = {
            row["name"]: row["value"] for some in _batches(lines, set(), _BATCH) for row in some
        }
    if kept.get(KEY_CHECK) != key_mark(keys):
        raise BackupError("the backup belongs to another master key; bring that key first")


def _tables() -> list[Table]:
    """All but the sign-ins: nobody is signed in after a restore."""
    return [t for t in Base.metadata.sorted_tables if t.name != SignIn.__tablename__]


def _empty(session: Session) -> None:
    for table in (Item, Account):
        if session.scalar(select(func.count()).select_from(table)):
            raise BackupError("the database is not empty; give a new data folder or database")
    for made in reversed(_tables()):
        if made.name != Meta.__tablename__:
            session.execute(made.delete())


def _dumped(session: Session, archive: ZipFile, table: Table, progress: Progress) -> int:
    count = 0
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
        query = select(table).execution_options(yield_per=_batch(table))
        for row in session.execute(query).mappings():
            out.write(json.dumps({c: _plain(v) for c, v in row.items()}).encode() + b"\n")
            count += 1
            progress(table.name, count)
    return count


def _filled(session: Session, archive: ZipFile, table: Table, progress: Progress) -> int:
    binary = {c.name for c in table.columns if isinstance(c.type, LargeBinary)}
    count = 0
    with archive.open(f"{table.name}.jsonl") as lines:
        for some in _batches(lines, binary, _batch(table)):
            session.execute(insert(table), some)
            count += len(some)
            progress(table.name, count)
    return count


def _batch(table: Table) -> int:
    """Rows in memory at once: few where a row may be a file."""
    return 2 if table.name == File.__tablename__ else _BATCH


def _batches(lines: IO[bytes], binary: set[str], most: int) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    while line := lines.readline(_LONGEST):
        row = json.loads(line)
        some.append(
            {c: b64decode(v) if c in binary and v is not None else v for c, v in row.items()}
        )
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some


def _plain(value: object) -> object:
    return b64encode(value).decode() if isinstance(value, bytes) else value
