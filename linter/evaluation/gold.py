"""Gold corpora: posts in which a careful reader marked every detail, and said what to do with them.

Two forms hold the same: JSONL (see the contract of `hippolint eval`), and text with inline marks, which is
what people write. An error names the file and the line, never the words of a post.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from linter.finding import Entity, Kind, Span, Subject
from linter.post import LANGUAGES, Language, Post
from linter.verdict import Decision

_Member = TypeVar("_Member", bound=StrEnum)
_Value = TypeVar("_Value", str, int, list[object], dict[str, object])

SUFFIXES = (".jsonl", ".txt")
"""Endings of corpus files: JSON lines, and text with inline marks."""

_MARK = re.compile(r"\[([^\[\]]+)\]\(([A-Z_]+):([a-z_]+)\)")
_BROKEN = re.compile(
    rf"\]\([A-Z_]|\]\(\s*\w+\s*:\s*\w*\s*\)|\((?:{'|'.join(Entity)}):[a-z_]+\)",
)
_HEADER = re.compile(rf"### ([\w-]+) \| ({'|'.join(LANGUAGES)}) \| ({'|'.join(Decision)})\s*")
_HEADER_FORM = f"### ID | {' or '.join(LANGUAGES)} | {', '.join(Decision)}"
_MARK_FORM = "[words](ENTITY:subject) or [words](DEGRADING:kind), without a mark inside another"


class GoldError(ValueError):
    """A corpus is wrong; the message says path, line and what to do, one problem a line."""


class _ProblemError(ValueError):
    """Something is wrong `line` lines below the first line of a post."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Words that a reader marked: a detail of somebody, or a phrase that degrades.

    Raises:
        ValueError: a detail without subject, or a degrading phrase without kind.

    """

    span: Span
    entity: Entity
    subject: Subject | None = None
    kind: Kind | None = None

    def __post_init__(self) -> None:
        if self.entity is Entity.UNCHECKED:
            raise ValueError("UNCHECKED tells of files; no words are marked with it")
        if self.entity is Entity.DEGRADING:
            if self.kind is None:
                raise ValueError(f"DEGRADING needs a kind: one of {', '.join(Kind)}")
        elif self.kind is not None:
            raise ValueError("only DEGRADING has a kind; remove it")
        elif self.subject is None:
            raise ValueError(f"{self.entity} needs a subject: one of {', '.join(Subject)}")


@dataclass(frozen=True, slots=True)
class GoldPost:
    """A post, what a moderator would do with it, and its marks in order of the text.

    Raises:
        ValueError: the post is empty, or its marks overlap or run past its end.

    """

    id: str
    lang: Language
    text: str = field(repr=False)
    verdict: Decision
    spans: tuple[GoldSpan, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("the post has no text; write some or remove the post")
        if any("\ud800" <= c <= "\udfff" for c in self.text):
            raise ValueError("the text holds half of a surrogate pair; write the whole character")
        for one, other in pairwise(self.spans):
            if other.span.start < one.span.end:
                raise ValueError(
                    f"spans {one.span.start}:{one.span.end} and {other.span.start}:{other.span.end} "
                    "overlap or are out of order; mark each word once",
                )
        if self.spans and self.spans[-1].span.end > len(self.text):
            raise ValueError(
                f"span {self.spans[-1].span.start}:{self.spans[-1].span.end} runs past the end "
                f"({len(self.text)} characters); count in Unicode code points",
            )

    def as_post(self) -> Post:
        """The post without its answers, for a system to check."""
        return Post(text=self.text, id=self.id, lang=self.lang)


def read_gold(path: Path) -> tuple[GoldPost, ...]:
    """Read a gold corpus.

    Args:
        path: a `.jsonl` file, a `.txt` file with inline marks, or a folder that holds such files.

    Raises:
        GoldError: names every problem of every file, one a line, as `path:line: what to do`.

    """
    posts: list[GoldPost] = []
    seen: dict[str, str] = {}
    problems: list[str] = []
    for file in _files(path):
        for line, parse in _raw_posts(file):
            try:
                post = parse()
            except _ProblemError as problem:
                problems.append(f"{file}:{line + problem.line}: {problem}")
                continue
            except ValueError as error:
                problems.append(f"{file}:{line}: {error}")
                continue
            if post.id in seen:
                where = seen[post.id]
                problems.append(f"{file}:{line}: the post at {where} has this id; give it its own")
            seen.setdefault(post.id, f"{file}:{line}")
            posts.append(post)
    if problems:
        raise GoldError("\n".join(problems))
    if not posts:
        raise GoldError(f"{path}:1: no posts; a corpus holds one at least")
    return tuple(posts)


def write_gold(posts: Iterable[GoldPost], path: Path) -> None:
    """Write posts as a JSONL corpus, one post a line, UTF-8."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for post in posts:
            file.write(json.dumps(_as_dict(post), ensure_ascii=False) + "\n")


def _as_dict(post: GoldPost) -> dict[str, object]:
    spans = []
    for mark in post.spans:
        labels = {"entity": mark.entity, "subject": mark.subject, "kind": mark.kind}
        there = {key: str(value) for key, value in labels.items() if value is not None}
        spans.append({"start": mark.span.start, "end": mark.span.end, **there})
    verdict = str(post.verdict)
    return {
        "id": post.id,
        "lang": post.lang,
        "text": post.text,
        "verdict": verdict,
        "spans": spans,
    }


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES and p.is_file())
        if not found:
            raise GoldError(f"{path}:1: the folder holds no {' or '.join(SUFFIXES)} file")
        return found
    if path.suffix not in SUFFIXES:
        raise GoldError(
            f"{path}:1: a corpus is a {' or '.join(SUFFIXES)} file, or a folder of them"
        )
    return [path]


def _lines(file: Path) -> list[str]:
    try:
        data = file.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise GoldError(f"{file}:1: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GoldError(f"{file}:{line}: not UTF-8; save the file as UTF-8") from None
    return text.replace("\r\n", "\n").split("\n")


def _raw_posts(file: Path) -> Iterator[tuple[int, Callable[[], GoldPost]]]:
    """Yield the first line of each post, from 1, and what reads the post."""
    lines = _lines(file)
    if file.suffix == ".jsonl":
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, partial(_from_json, line)
        return
    starts = [n for n, line in enumerate(lines) if line.startswith("###")]
    before = lines[: starts[0]] if starts else lines
    for number, line in enumerate(before, 1):
        if line.strip():
            raise GoldError(f"{file}:{number}: before any post; begin a post with `{_HEADER_FORM}`")
    for start, end in pairwise([*starts, len(lines)]):
        yield start + 1, partial(_from_marks, lines[start], "\n".join(lines[start + 1 : end]))


def _from_json(line: str) -> GoldPost:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise _ProblemError(f"not JSON at column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise _ProblemError("not a post: brackets nest too deep") from None
    if not isinstance(data, dict):
        raise _ProblemError('expected one post a line: {"id": ..., "lang": ..., "text": ...}')
    lang = _field(data, "lang", str)
    if lang not in LANGUAGES:
        raise _ProblemError(f"unknown lang; use one of {', '.join(LANGUAGES)}")
    spans = [_json_span(span, n) for n, span in enumerate(_field(data, "spans", list), 1)]
    return GoldPost(
        id=_field(data, "id", str),
        lang="fr" if lang == "fr" else "en",
        text=_field(data, "text", str),
        verdict=_member(Decision, _field(data, "verdict", str), "verdict"),
        spans=tuple(sorted(spans, key=lambda mark: mark.span)),
    )


def _json_span(data: object, number: int) -> GoldSpan:
    try:
        if not isinstance(data, dict):
            raise _ProblemError('expected {"start": ..., "end": ..., "entity": ...}')
        return GoldSpan(
            Span(_field(data, "start", int), _field(data, "end", int)),
            _member(Entity, _field(data, "entity", str), "entity"),
            _optional(Subject, data, "subject"),
            _optional(Kind, data, "kind"),
        )
    except ValueError as error:
        raise _ProblemError(f"span {number}: {error}") from None


def _field(data: dict[str, object], key: str, kind: type[_Value]) -> _Value:
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        names = {str: "a string", int: "a whole number", list: "a list"}
        raise _ProblemError(f'"{key}" must be there and be {names.get(kind, "an object")}')
    return value


def _optional(kind: type[_Member], data: dict[str, object], key: str) -> _Member | None:
    return None if data.get(key) is None else _member(kind, _field(data, key, str), key)


def _member(kind: type[_Member], value: str, name: str) -> _Member:
    try:
        return kind(value)
    except ValueError:
        raise _ProblemError(f"unknown {name}; use one of {', '.join(kind)}") from None


def _from_marks(header: str, body: str) -> GoldPost:
    match = _HEADER.fullmatch(header)
    if match is None:
        raise _ProblemError(f"a post begins with `{_HEADER_FORM}`")
    text, spans = parse_marked(body)
    lead = len(text) - len(text.lstrip())
    return GoldPost(
        id=match[1],
        lang="fr" if match[2] == "fr" else "en",
        text=text.strip(),
        verdict=Decision(match[3]),
        spans=tuple(_moved(mark, -lead) for mark in spans),
    )


def parse_marked(body: str) -> tuple[str, tuple[GoldSpan, ...]]:
    """Take the marks `[words](ENTITY:subject)` out of a text.

    Raises:
        ValueError: a mark is broken; the message quotes nothing of the text.
    """
    text, spans, done = "", [], 0
    for mark in _MARK.finditer(body):
        text += _plain(body, done, mark.start())
        try:
            spans.append(_marked(mark, len(text)))
        except ValueError as error:
            raise _ProblemError(str(error), _line_below(body, mark.start())) from None
        text, done = text + mark[1], mark.end()
    return text + _plain(body, done, len(body)), tuple(spans)


def _plain(body: str, start: int, end: int) -> str:
    """Return the words between two marks; nothing in them may look like half a mark."""
    broken = _BROKEN.search(body, start, end)
    if broken:
        raise _ProblemError(
            f"unreadable mark; write {_MARK_FORM}", _line_below(body, broken.start())
        )
    return body[start:end]


def _line_below(body: str, offset: int) -> int:
    """Count the lines from the header to an offset of the body."""
    return body.count("\n", 0, offset) + 1


def _marked(mark: re.Match[str], start: int) -> GoldSpan:
    if mark[1] != mark[1].strip():
        raise _ProblemError("a mark begins or ends with a blank; move the bracket to the words")
    entity = _member(Entity, mark[2], "entity")
    subject, kind = None, None
    if entity is Entity.DEGRADING:
        kind = _member(Kind, mark[3], "kind")
    else:
        subject = _member(Subject, mark[3], "subject")
    return GoldSpan(Span(start, start + len(mark[1])), entity, subject, kind)


def _moved(mark: GoldSpan, by: int) -> GoldSpan:
    span = Span(mark.span.start + by, mark.span.end + by)
    return GoldSpan(span, mark.entity, mark.subject, mark.kind)
