"""The linter as the server uses it: one engine for all policies, texts never behind pictures."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from threading import BoundedSemaphore
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from linter.denylist import Denylist, default_path, load
from linter.describe import retold
from linter.files.sandbox import Sandbox
from linter.pipeline import Linter
from linter.policy import Policy, load_policy
from linter.post import Language, Post, language_of
from linter.text.engine import TextEngine
from linter.verdict import Anonymity, Verdict
from server.config import Config
from server.problem import Problem
from server.scratch import laid, scratch
from server.turns import Turns

_VERDICT = TypeAdapter(Verdict)
_LOOKING = 3
"""Requests that may wait for files at once: the other threads of the server go on with texts."""
_MOST = 64
"""Policies kept ready."""
Upload = tuple[str, bytes]
"""What a file is called, and its bytes."""


class Checker:
    """Checks posts for many threads. Keeps nothing of them."""

    def __init__(self, denylist: Denylist | None = None) -> None:
        self._engine = TextEngine()
        self._files = Sandbox()
        self._denylist = denylist
        self._text = Turns()
        self._linters: dict[str, Linter] = {}
        self._looking = BoundedSemaphore(_LOOKING)

    def close(self) -> None:
        """Stop the process that opens files."""
        self._files.close()

    def warm(self) -> None:
        """Load what the first post of each language would wait for."""
        self.check({}, Post("Avis sur un patient fatigué ?", lang="fr"))
        self.check({}, Post("Any advice on a tired patient?", lang="en"))

    def check(
        self,
        policy: Mapping[str, Any],
        post: Post,
        files: Sequence[Upload] = (),
        *,
        visitor: bool = False,
    ) -> Verdict:
        """The verdict on a post and its files; while files are looked at, other threads check texts.

        visitor: whether it is for the self-check page, which comes after everything else.

        Raises:
            Problem: it would have to wait too long.
        """
        linter = self.linter(policy)
        if not files:
            with self._text.turn(visitor=visitor):
                return linter.check(post)
        with self.looking(), scratch() as folder:
            whole = replace(post, attachments=laid(folder, files))
            examined = linter.examine(whole)
            with self._text.turn(visitor=visitor):
                return linter.check(whole, examined)

    @contextmanager
    def looking(self) -> Iterator[Sandbox]:
        """The process that opens files.

        Raises:
            Problem: too many requests wait for it.
        """
        if not self._looking.acquire(blocking=False):
            raise Problem("unavailable", "Many files are being looked at; try again in a moment.")
        try:
            yield self._files
        finally:
            self._looking.release()

    def crowd(self, told: Anonymity | None, lang: Language) -> str:
        """How many people match, in the reader's language; empty where nothing is told."""
        return retold(told, self._engine.populations, lang) if told else ""

    def linter(self, policy: Mapping[str, Any]) -> Linter:
        """The linter of a policy, by the fields in which it differs from the default."""
        name = json.dumps(policy, sort_keys=True)
        linter = self._linters.get(name)
        if linter is None:
            if len(self._linters) >= _MOST:
                self._linters.clear()
            linter = Linter(
                policy_of(policy), engine=self._engine, files=self._files, denylist=self._denylist
            )
            self._linters[name] = linter
        return linter


def known_leaks(config: Config) -> Denylist:
    """The list of known leaks.

    Raises:
        DenylistError: it cannot be read.
    """
    return load(config.denylist or default_path())


def policy_of(changes: Mapping[str, Any]) -> Policy:
    """The default policy with some fields changed.

    Raises:
        Problem: a field is unknown or out of its range.
    """
    base = load_policy().model_dump(mode="json")
    merged = {
        name: {**base[name], **value}
        if isinstance(value, dict) and isinstance(base.get(name), dict)
        else value
        for name, value in changes.items()
    }
    try:
        return Policy.model_validate(base | merged)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Problem("invalid", f"policy: {_at(first['loc'], base)}: {first['msg']}") from None


def _at(loc: tuple[int | str, ...], base: Mapping[str, Any]) -> str:
    """A place in a policy; a name that the caller made up is not repeated."""
    inside = (v for v in base.values() if isinstance(v, dict))
    known = set(base).union(*inside)
    at: list[str] = []
    for part in loc:
        if part not in known:
            return ".".join([*at, "an unknown key"])
        at.append(str(part))
    return ".".join(at) or "policy"


def dumped(verdict: Verdict) -> bytes:
    """A verdict to be stored."""
    return _VERDICT.dump_json(verdict)


def loaded(stored: bytes) -> Verdict:
    """A verdict that was stored."""
    return _VERDICT.validate_json(stored)


def post_of(
    text: str,
    lang: Language | Literal["auto"] = "auto",
    posted: str | None = None,
    place: str | None = None,
    name: str | None = None,
    likely: str | None = None,
) -> Post:
    """A post from its parts; a day that does not exist counts as not told.

    likely: the language of the forum, or of the reader.
    """
    day = _day(posted) if posted else None
    return Post(text, name, lang, (), day, place, language_of(likely))


def _day(posted: str) -> date | None:
    try:
        return date.fromisoformat(posted[:10])
    except ValueError:
        return None
