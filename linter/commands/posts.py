"""What `hippolint check` was given, as posts: texts, folders, files without words, JSON lines."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from linter.commands.inputs import MAX_JOINED, BadLine, InputError, Lang, json_posts, open_input
from linter.post import Attachment, Post
from linter.verdict import MAX_TEXT

_MOST = 100_000
"""Files taken from one folder."""
_HEAD = 4096


@dataclass(frozen=True)
class Named:
    """A post with the name of its input, or why there is none.

    number: counts from 1 where the input is a file without words, whose name must not be repeated.
    """

    name: str
    post: Post | None = field(default=None, repr=False)
    bad: BadLine | None = None
    number: int | None = None


def attached(names: Sequence[str]) -> tuple[Attachment, ...]:
    """The files joined to a post; of a folder every file in it.

    Raises:
        InputError: no such file, or more than `MAX_JOINED`.
    """
    for name in names:
        if not Path(name).exists():
            raise InputError(f"{name}: no such file")
    paths = [Path(n) for n in inputs(names)]
    if len(paths) > MAX_JOINED:
        raise InputError(f"--attach: {len(paths)} files; at most {MAX_JOINED} go with one post")
    return tuple(map(Attachment, paths))


def inputs(names: Sequence[str]) -> list[str]:
    """The names given, each folder replaced by the files in it, in order; hidden files are left out.

    Raises:
        InputError: a folder holds no file, or too many.
    """
    out: list[str] = []
    for name in names:
        if name == "-" or not Path(name).is_dir():
            out.append(name)
            continue
        before = len(out)
        for at, folders, found in os.walk(name):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            out += [str(Path(at) / f) for f in sorted(found) if not f.startswith(".")]
            if len(out) > _MOST:
                raise InputError(f"{name}: more than {_MOST:,} files; give smaller folders")
        if len(out) == before:
            raise InputError(f"{name}: a folder without files")
    return out


def named_posts(
    names: Sequence[str], joined: tuple[Attachment, ...], lang: Lang, input_format: str
) -> Iterator[Named]:
    """Every post of the inputs, in order; one that cannot be read says why, and the run goes on."""
    for number, name in enumerate(names, 1):
        if input_format == "jsonl":
            yield from _lines(name, lang)
        elif _wordless(name):
            files = (Attachment(Path(name)), *joined)
            yield Named(name, Post("", name, lang, files), number=number)
        else:
            yield _text(name, joined, lang)
    if not names:
        yield Named("-", Post("", None, lang, joined))


def _text(name: str, joined: tuple[Attachment, ...], lang: Lang) -> Named:
    try:
        text = open_input(name)
    except InputError as error:
        return Named(name, bad=BadLine(None, str(error)))
    if len(text) > MAX_TEXT:
        return Named(name, bad=BadLine(None, f"{name}: longer than {MAX_TEXT:,} characters"))
    return Named(name, Post(text, None if name == "-" else name, lang, joined))


def _wordless(name: str) -> bool:
    """Whether an input is a picture or a document rather than a text."""
    from linter.files.sniff import Kind, kind

    if name == "-":
        return False
    try:
        with Path(name).open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False  # told when it is read as a text
    return bool(head) and kind(head, name) not in {Kind.TEXT, Kind.OTHER}


def _lines(name: str, lang: Lang) -> Iterator[Named]:
    try:
        stream = sys.stdin.buffer if name == "-" else Path(name).open("rb")  # noqa: SIM115 # closed below
    except OSError as error:
        yield Named(name, bad=BadLine(None, f"{name}: {error.strerror or 'cannot be read'}"))
        return
    with stream:
        for item in json_posts(stream, lang):
            yield Named(name, bad=item) if isinstance(item, BadLine) else Named(name, item)
