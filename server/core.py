"""What every part of the server works with: settings, database, keys, linter."""

import hmac
from dataclasses import dataclass
from functools import cached_property

from linter.bounds import no_core_dump
from server.checker import Checker, known_leaks
from server.config import Config
from server.crypto import Keyring, KeyringError, master_key
from server.scratch import sweep
from server.store.database import Database
from server.store.tables import Meta

KEY_CHECK = "key-check"
"""Name of the single fact that tells one master key from another."""


@dataclass(frozen=True)
class Core:
    """Opened once a process; safe to share between threads."""

    config: Config
    db: Database
    keys: Keyring

    @cached_property
    def checker(self) -> Checker:
        """The linter, made when first asked for."""
        return Checker(known_leaks(self.config))

    def close(self) -> None:
        """Let go of everything."""
        if "checker" in self.__dict__:
            self.checker.close()
        self.db.close()


def open_core(config: Config) -> Core:
    """Open the data folder, bring the tables up to date, and make sure that the master key belongs to them.

    From here on this process holds posts and keys: it writes no picture of its memory when it dies.

    Raises:
        StoreError: the database cannot be used.
        KeyringError: the master key is missing or another one.
    """
    no_core_dump()
    sweep()
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = Keyring.of(master_key(config.data))
    db = Database(config.database)
    try:
        db.migrate()
        _same_key(db, keys)
    except BaseException:
        db.close()
        raise
    return Core(config, db, keys)


def key_mark(keys: Keyring) -> str:
    """The value of that fact."""
    return keys.token_hash("this is the master key")


def _same_key(db: Database, keys: Keyring) -> None:
    mark = key_mark(keys)
    with db.writing() as session:
        kept = session.get(Meta, KEY_CHECK)
        if kept is None:
            session.add(Meta(name=KEY_CHECK, value=mark))
        elif not hmac.compare_digest(kept.value, mark):
            raise KeyringError("the data were stored under another master key; bring that key back")
