"""The denylist: codes and pictures that are known to have leaked, in a form that gives neither back.

The list is a file of JSON lines; beside it lies a file with its key. What the list holds:

- Of a code or certificate number: HMAC-SHA256 of its digest. With the key one can test a guess, and no more.
- Of a picture: the signs of 256 cosine coefficients (`linter.files.fingerprint`), shuffled within their words and
  masked with the key. Without the key they match no picture; all that shows is how many bits two entries differ in,
  so that two entries of one picture are seen to be alike. With the key one can test whether a picture is on the
  list, and at best draw a blur of 17 x 17 light and dark patches in which nothing can be read. Who has neither, but
  some ten of the listed pictures, can work out shuffle and mask. So the list is for you alone, and the key still more.
- The note in plain words, the day, how many codes and pictures there are.
"""

import hmac
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationError

from linter.datafile import Data
from linter.files.fingerprint import (
    VERSION,
    Bits,
    Prints,
    Words,
    as_bits,
    as_words,
    find,
    transposed,
)

MAX_NOTE = 200
"""Characters of a note."""
MAX_ENTRIES = 100_000
_MOST = 1_000
"""Codes, and pictures, of one entry."""
_LONGEST = 200_000
"""Bytes of a line: the largest entry fits."""
_PRINTS = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
"""Nothing that moves the cursor or turns the line round when a note is listed."""

_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DenylistError(ValueError):
    """The list cannot be read or written; the message says path and line, and no word of what was added."""


class Head(Data):
    """First line of the file: version of the format and of the hashes, and which key belongs to it."""

    hippolint_denylist: Literal[1] = 1
    fingerprint: int = VERSION
    check: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Entry(Data):
    """One leak: the keyed hashes of its codes and of its pictures, and a note by whoever added it."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    added: date
    note: Annotated[str, Field(max_length=MAX_NOTE, pattern=_PRINTS)] = ""
    payloads: Annotated[tuple[_Hash, ...], Field(max_length=_MOST)] = ()
    pictures: Annotated[tuple[_Hash, ...], Field(max_length=_MOST)] = ()

    def holds(self, other: "Entry") -> bool:
        """Whether all hashes of another entry are in this one."""
        return {*self.payloads, *self.pictures} >= {*other.payloads, *other.pictures}


@dataclass(frozen=True)
class Key:
    """32 random bytes, and what is made with them."""

    secret: bytes = field(repr=False)

    def _keyed(self, use: str, what: str = "") -> bytes:
        return hmac.digest(self.secret, f"{use} {what}".encode(), "sha256")

    @property
    def check(self) -> str:
        """16 hex digits by which a list knows its key."""
        return self._keyed("check").hex()[:16]

    def payload(self, payload_id: str) -> str:
        """What is kept of a payload."""
        return self._keyed("payload", payload_id).hex()

    def pictures(self, bits: Bits) -> Words:
        """What is kept of pictures: (n, 256) bits to (n, 4) words; distances stay what they were."""
        order, mask = self._shuffle
        return as_words(bits[:, order] ^ mask)

    @cached_property
    def _shuffle(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Bits]:
        places = sorted(range(256), key=lambda i: (i // 64, self._keyed("place", str(i))))
        return np.array(places), as_bits((int.from_bytes(self._keyed("mask"), "big"),))[0]


@dataclass(frozen=True)
class Denylist:
    """Entries and their key, as loaded; without entries it matches nothing."""

    entries: tuple[Entry, ...] = ()
    key: Key | None = None

    def matches(self, payload_ids: Sequence[str], views: Sequence[int] = ()) -> list[str]:
        """Ids of the entries that a file or text shows, in the order of the list.

        payload_ids: `fingerprint.of_payload` of each code and certificate number; views: `fingerprint.views` of
        each picture, upright or not.
        """
        if self.key is None or not self.entries:
            return []
        keyed = (self.key.payload(p) for p in payload_ids)
        owners, kept = self._pictures
        found = {int(owners[i]) for i in find(self._queries(self.key, views), kept)}
        found.update(i for k in keyed for i in self._payloads.get(k, ()))
        return [self.entries[i].id for i in sorted(found)]

    @cached_property
    def _payloads(self) -> dict[str, list[int]]:
        """Numbers of the entries of each payload."""
        owners: dict[str, list[int]] = {}
        for i, entry in enumerate(self.entries):
            for payload in entry.payloads:
                owners.setdefault(payload, []).append(i)
        return owners

    @staticmethod
    def _queries(key: Key, views: Sequence[int]) -> Words:
        bits = as_bits(tuple(dict.fromkeys(views)))
        return key.pictures(np.concatenate([bits, transposed(bits)]))

    @cached_property
    def _pictures(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Words]:
        """Number of its entry for each picture, and the pictures, one row a word."""
        pairs = [(i, int(p, 16)) for i, e in enumerate(self.entries) for p in e.pictures]
        owners = np.array([i for i, _ in pairs], np.intp)
        return owners, np.ascontiguousarray(as_words(as_bits(tuple(p for _, p in pairs))).T)


def default_path() -> Path:
    """$HIPPOLINT_DENYLIST, or hippolint/denylist.jsonl in the user's data folder (XDG base directories)."""
    if given := os.environ.get("HIPPOLINT_DENYLIST"):
        return Path(given)
    data = os.environ.get("XDG_DATA_HOME", "")
    root = Path(data) if Path(data).is_absolute() else Path.home() / ".local" / "share"
    return root / "hippolint" / "denylist.jsonl"


def key_path(path: Path) -> Path:
    """Where the key of a list lies: beside it."""
    return path.with_name(f"{path.name}.key")


def load(path: Path) -> Denylist:
    """The list of a file; an empty one where there is no file.

    Raises:
        DenylistError: the list or its key cannot be read, is damaged, or does not belong together.
    """
    try:
        with path.open("rb") as stream:
            lines = iter(lambda: stream.readline(_LONGEST + 1), b"")
            head = _head(path, next(lines, b""))
            entries = tuple(_entries(path, lines))
    except FileNotFoundError:
        return Denylist()
    except OSError as error:
        raise DenylistError(f"{path}: {error.strerror or 'cannot be read'}") from None
    key = _read_key(key_path(path))
    if not hmac.compare_digest(key.check, head.check):
        raise DenylistError(f"{key_path(path)}: the key of another list")
    return Denylist(entries, key)


def add(path: Path, prints: Sequence[Prints], note: str = "") -> list[tuple[Entry, bool]]:
    """Put one entry a file on the list, all at once; the file and its key are made if there is none.

    Gives each entry and whether it is new: what an entry holds already is not added again.

    Raises:
        DenylistError: as `load`; the list cannot be written; too many entries, or codes in a file; a bad note;
            a file without any code or picture to know it by.
    """
    if not all(p.payload_ids or p.pictures for p in prints):
        raise DenylistError("no code, and no picture that can be told from others")
    with _locked(path):
        listed = load(path)
        key = listed.key or _make_key(key_path(path))
        entries, told = list(listed.entries), []
        for one in prints:
            entry = _entry(one, note, key, {e.id for e in entries})
            same = next((e for e in entries if e.holds(entry)), None)
            entries += [] if same else [entry]
            told.append((same or entry, same is None))
        if len(entries) > MAX_ENTRIES:
            raise DenylistError(f"{path}: more than {MAX_ENTRIES:,} entries")
        if any(new for _, new in told):
            _write(path, key, entries)
    return told


def remove(path: Path, ids: Sequence[str]) -> list[str]:
    """Take entries off the list; gives the ids that were on it.

    Raises:
        DenylistError: as `load`; the list cannot be written.
    """
    with _locked(path):
        listed = load(path)
        gone = [e.id for e in listed.entries if e.id in ids]
        if gone and listed.key:
            _write(path, listed.key, [e for e in listed.entries if e.id not in gone])
    return gone


def _entry(prints: Prints, note: str, key: Key, taken: set[str]) -> Entry:
    codes = tuple(dict.fromkeys(map(key.payload, prints.payload_ids)))
    rows = key.pictures(as_bits(tuple(dict.fromkeys(prints.pictures))))
    name = next(n for n in iter(lambda: secrets.token_hex(4), "") if n not in taken)
    pictures = tuple("".join(f"{int(w):016x}" for w in row) for row in rows)
    today = datetime.now(UTC).date()
    try:
        return Entry(id=name, added=today, note=note, payloads=codes, pictures=pictures)
    except ValidationError as error:
        raise DenylistError(_told(error)) from None


def _head(path: Path, line: bytes) -> Head:
    try:
        head = Head.model_validate_json(line)
    except ValidationError:
        raise DenylistError(f"{path}, line 1: not the head of a denylist") from None
    if head.fingerprint != VERSION:
        raise DenylistError(f"{path}, line 1: hashes of another version; add the files again")
    return head


def _entries(path: Path, lines: Iterator[bytes]) -> Iterator[Entry]:
    known: set[str] = set()
    for number, line in enumerate(lines, 2):
        if len(line) > _LONGEST or len(known) == MAX_ENTRIES:
            raise DenylistError(f"{path}, line {number}: too long, or too many entries")
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError as error:
            raise DenylistError(f"{path}, line {number}: {_told(error)}") from None
        if entry.id in known:
            raise DenylistError(f"{path}, line {number}: the id {entry.id} stands here twice")
        known.add(entry.id)
        yield entry


def _told(error: ValidationError) -> str:
    """What is wrong in an entry, without its words."""
    place = re.sub(r"[^a-z]", "", str(next(iter(error.errors()[0]["loc"]), "")))
    known = {
        "note": f"the note is longer than {MAX_NOTE} characters, or not plain text on one line",
        "payloads": f"`payloads` is not a list of up to {_MOST:,} hashes",
        "pictures": f"`pictures` is not a list of up to {_MOST:,} hashes",
        "id": "`id` is not 8 hex digits",
        "added": "`added` is not a date",
    }
    return known.get(place, "not an entry")


def _read_key(path: Path) -> Key:
    try:
        with path.open("rb") as stream:
            text = stream.read(100).strip()
    except FileNotFoundError:
        raise DenylistError(f"{path}: missing; without its key the list is of no use") from None
    except OSError as error:
        raise DenylistError(f"{path}: {error.strerror or 'cannot be read'}") from None
    if not re.fullmatch(rb"[0-9a-f]{64}", text):
        raise DenylistError(f"{path}: not a key")
    return Key(bytes.fromhex(text.decode()))


def _make_key(path: Path) -> Key:
    """A new key, for the owner's eyes only; the one that is there if a list was deleted and its key was not."""
    secret = secrets.token_bytes(32)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secret.hex() + "\n")
    except FileExistsError:
        return _read_key(path)
    except OSError as error:
        raise DenylistError(f"{path}: {error.strerror or 'cannot be written'}") from None
    return Key(secret)


def _write(path: Path, key: Key, entries: Sequence[Entry]) -> None:
    """Replace the file in one step, under the lock: a reader sees the old list or the new one."""
    target = Path(os.path.realpath(path))
    new = target.with_name(f"{target.name}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.writelines(e.model_dump_json() + "\n" for e in (Head(check=key.check), *entries))
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            shutil.copymode(target, new)
        new.replace(target)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise DenylistError(f"{path}: {error.strerror or 'cannot be written'}") from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One writer at a time; the system gives the lock back if the writer dies."""
    beside = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DenylistError(f"{beside}: {error.strerror or 'cannot be written'}") from None
    with os.fdopen(lock, "rb+"):
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 # there only

            msvcrt.locking(lock, msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415 # everywhere else

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
