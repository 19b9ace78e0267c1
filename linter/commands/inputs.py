"""Reading posts from files, standard input and JSON lines: hostile until proven otherwise."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Literal

from linter.post import Attachment, Post
from linter.verdict import MAX_TEXT

MAX_BYTES = 4 * MAX_TEXT
"""Longest input file or JSON line: the longest post in its longest encoding."""

MAX_JOINED = 100
"""Files joined to one post."""
_LONGEST_PLACE = 100
Lang = Literal["fr", "en", "auto"]


class InputError(ValueError):
    """An input cannot be read; the message names it and says why, without its words."""


@dataclass(frozen=True)
class BadLine:
    """A JSON line that could not be read."""

    id: str | None
    reason: str


def read_text(name: str, stream: BinaryIO) -> str:
    """The text of one input.

    Raises:
        InputError: too long, binary, or not UTF-8 (nor UTF-16 with its mark).
    """
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise InputError(f"{name}: longer than {MAX_BYTES // 10**6} MB; cut it into posts")
    return decode(name, raw)


def decode(name: str, raw: bytes) -> str:
    """Bytes to text; Windows-1252 is taken where UTF-8 fails on what is plainly text."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(f"{name}: broken UTF-16") from None
    if b"\x00" in raw:
        raise InputError(f"{name}: not a text file (it holds NUL bytes)")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    controls = sum(b < 32 and b not in b"\t\n\r\f" for b in raw)
    if controls * 50 > len(raw):
        raise InputError(f"{name}: not a text file")
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        raise InputError(f"{name}: neither UTF-8 nor Windows-1252; save it as UTF-8") from None


def open_input(name: str) -> str:
    """Read a file, or standard input for `-`.

    Raises:
        InputError: no such file, a folder, not readable, or not text.
    """
    if name == "-":
        return read_text("standard input", sys.stdin.buffer)
    try:
        with Path(name).open("rb") as stream:
            return read_text(name, stream)
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or 'cannot be read'}") from None


def json_posts(stream: BinaryIO, lang: Lang) -> Iterator[Post | BadLine]:
    """One post for each JSON line, in order; a line that cannot be read is told, and the run goes on."""
    number = 0
    while raw := stream.readline(MAX_BYTES + 1):
        number += 1
        if len(raw) > MAX_BYTES and not raw.endswith(b"\n"):
            while (rest := stream.readline(MAX_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield BadLine(None, f"line {number}: longer than {MAX_BYTES // 10**6} MB")
        elif raw.strip():
            yield _post(raw, number, lang)


def _post(raw: bytes, number: int, lang: Lang) -> Post | BadLine:
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadLine(None, f"line {number}: not UTF-8")
    except RecursionError:
        return BadLine(None, f"line {number}: nested too deeply")
    except ValueError as error:
        column = getattr(error, "colno", None)
        return BadLine(None, f"line {number}: not JSON" + (f" (column {column})" if column else ""))
    if not isinstance(data, dict):
        return BadLine(None, f'line {number}: expected one object {{"id", "text"}}')
    return _from_object(data, number, lang)


def _from_object(data: dict[str, object], number: int, lang: Lang) -> Post | BadLine:
    given = data.get("id")
    name = str(given)[:200] if isinstance(given, str | int) else None
    text, language = data.get("text"), data.get("lang") or lang
    if not isinstance(text, str):
        return BadLine(name, f"line {number}: `text` is missing or not a string")
    if len(text) > MAX_TEXT:
        return BadLine(name, f"line {number}: longer than {MAX_TEXT:,} characters")
    if language not in ("fr", "en", "auto"):  # not a set: it may be a list
        return BadLine(name, f"line {number}: `lang` is fr, en or auto")
    attachments = _attachments(data.get("attachments") or [])
    if attachments is None:
        return BadLine(name, f'line {number}: `attachments` is a list of {{"path": …}}')
    author = data.get("author")
    place = author.get("place") if isinstance(author, dict) else None
    return Post(text, name, language, attachments, _date(data.get("date")), _short(place))


def _date(value: object) -> date | None:
    """The day of a post, from `2026-11-20` or a longer ISO time; anything else counts as not told."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _short(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= _LONGEST_PLACE else None


def _attachments(value: object) -> tuple[Attachment, ...] | None:
    if not isinstance(value, list) or len(value) > MAX_JOINED:
        return None
    paths = [a.get("path") if isinstance(a, dict) else None for a in value]
    if not all(isinstance(p, str) and p and "\x00" not in p for p in paths):
        return None
    return tuple(Attachment(Path(str(p))) for p in paths)
