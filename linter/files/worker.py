"""The process that opens files: one job a line comes in, answers go out, and nothing else is written anywhere."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import TypeAdapter

from linter.bounds import bound, no_core_dump
from linter.files.copying import copy, preview
from linter.files.examine import Tools, examine
from linter.finding import Box
from linter.seen import Examined, Reason, unchecked

MEMORY = 3_000_000_000
"""Bytes of address space: models take 1.2 GB of it, the largest picture with its copies 0.8 GB."""

_EXAMINED = TypeAdapter(Examined)
Answer = dict[str, Any]


def main() -> None:
    """Answer jobs until the input ends."""
    with os.fdopen(os.dup(1), "wb") as out:
        _silence()
        bound("RLIMIT_AS", MEMORY)
        no_core_dump()
        tools = Tools()
        for line in sys.stdin.buffer:
            for answer in _answers(json.loads(line), tools):
                out.write(json.dumps(answer).encode() + b"\n")
                out.flush()


def _answers(job: Mapping[str, Any], tools: Tools) -> Iterator[Answer]:
    try:
        yield from _WORK[job["do"]](job, tools)
    except MemoryError:
        yield _told(Examined((unchecked(Reason.MEMORY),)))
    except Exception:  # noqa: BLE001 # whatever a library does with a hostile file, its message may quote the file
        yield _told(Examined((unchecked(Reason.FAULT),)))
    yield {"done": True}


def _examined(job: Mapping[str, Any], tools: Tools) -> Iterator[Answer]:
    end = monotonic() + float(job["seconds"])
    for piece in examine(Path(job["path"]), tools, end, prints=bool(job["prints"])):
        yield _told(piece)


def _copied(job: Mapping[str, Any], _: Tools) -> Iterator[Answer]:
    boxes = {int(n): [Box(*b) for b in some] for n, some in job["boxes"].items()}
    made = copy(Path(job["path"]), boxes, Path(job["target"]), compare=job["compare"])
    yield {"copied": made.name if made else None}


def _previewed(job: Mapping[str, Any], _: Tools) -> Iterator[Answer]:
    made = preview(Path(job["path"]), int(job["page"]), Path(job["target"]))
    yield {"previewed": [made[0].name, made[1], made[2]] if made else None}


_WORK: dict[str, Callable[..., Iterator[Answer]]] = {
    "examine": _examined,
    "copy": _copied,
    "preview": _previewed,
}


def _told(piece: Examined) -> Answer:
    return {"examined": _EXAMINED.dump_python(piece, mode="json")}


def _silence() -> None:
    """Nothing that a library prints reaches anybody: it may quote a file."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)


if __name__ == "__main__":
    main()
