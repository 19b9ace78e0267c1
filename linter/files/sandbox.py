"""Files are opened in a process of their own, with limits on time and memory: a hostile file costs one attachment."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Thread
from time import monotonic
from typing import IO, Any, Protocol, Self
from weakref import finalize

from pydantic import TypeAdapter, ValidationError

from linter.finding import Box
from linter.seen import Examined, Reason, unchecked

SECONDS = 30.0
"""Time for one file; what was seen until then is kept."""
_GRACE = 10.0
"""After this much longer the process is stopped: a decoder hangs."""
_LONGEST = 64_000_000
"""Bytes of one answer; more is the work of a hostile file."""
_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
    "MALLOC_ARENA_MAX",
)
"""On a machine of 64 cores the threads of each library would take most of the memory that the process may have."""
_PASSED_ON = frozenset(
    "PATH HOME LANG LANGUAGE TZ TMPDIR TEMP TMP VIRTUAL_ENV CONDA_PREFIX"
    " SYSTEMROOT SYSTEMDRIVE WINDIR USERPROFILE APPDATA LOCALAPPDATA".split()
)
_PASSED_ON_KINDS = ("LC_", "PYTHON", "LD_", "DYLD_")
"""What Python and its libraries need to start. Nothing else: surroundings hold keys and passwords."""
_ANSWERS = {"examined", "copied", "previewed", "done"}
_EXAMINED = TypeAdapter(Examined)


class FileReader(Protocol):
    """What opens attachments."""

    def examine(self, path: Path, *, prints: bool = False) -> Examined:
        """Everything seen in one file; what could not be looked at is among it. Never raises for a file.

        prints: whether to tell what a denylist keeps and is asked about.
        """

    def copy(
        self, path: Path, boxes: Mapping[int, Sequence[Box]], target: Path, *, compare: bool = False
    ) -> Path | None:
        """Write a safe copy under the name `target` and its ending; None for a file of which none can be made."""

    def close(self) -> None:
        """Free what it holds."""


class Sandbox:
    """Keeps one reading process, started with the first file and started anew when it had to be stopped."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: finalize[..., Any] | None = None
        self._answers: Queue[bytes | None] = Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the reading process."""
        with self._lock:
            self._stop()

    def examine(self, path: Path, *, prints: bool = False) -> Examined:
        """Everything seen in one file; what could not be looked at is among it. Never raises for a file."""
        job = {"do": "examine", "path": _whole(path), "seconds": self._seconds, "prints": prints}
        told = Examined()
        with self._lock:
            for answer in self._ask(job):
                if isinstance(answer, Reason):
                    return told + Examined((unchecked(answer),))
                try:
                    told += _EXAMINED.validate_python(answer["examined"])
                except (KeyError, ValidationError):
                    self._stop()
                    return told + Examined((unchecked(Reason.FAULT),))
        return told

    def copy(
        self, path: Path, boxes: Mapping[int, Sequence[Box]], target: Path, *, compare: bool = False
    ) -> Path | None:
        """Write a safe copy under the name `target` and its ending; None for a file of which none can be made."""
        sheets = {str(n): [(b.x0, b.y0, b.x1, b.y1) for b in some] for n, some in boxes.items()}
        with self._lock:
            job = {"do": "copy", "path": _whole(path), "boxes": sheets, "target": _whole(target)}
            for answer in self._ask(job | {"compare": compare}):
                if isinstance(answer, Reason):
                    return None
                if isinstance(name := answer.get("copied"), str):
                    return target.with_name(Path(name).name)
        return None

    def preview(self, path: Path, page: int, target: Path) -> tuple[Path, int, int] | None:
        """Write one page for people to look at, under the name `target` and its ending.

        Returns:
            The path written, width and height of the whole page in pixels; None where there is no such page.
        """
        job = {"do": "preview", "path": _whole(path), "page": page, "target": _whole(target)}
        with self._lock:
            for answer in self._ask(job):
                if isinstance(answer, Reason):
                    return None
                if isinstance(told := answer.get("previewed"), list) and len(told) == 3:
                    name, wide, high = told
                    return target.with_name(Path(str(name)).name), int(wide), int(high)
        return None

    def _ask(self, job: Mapping[str, object]) -> "list[dict[str, Any] | Reason]":
        """The answers to one job; a `Reason` at the end when it was not finished."""
        answers: list[dict[str, Any] | Reason] = []
        end = monotonic() + self._seconds + _GRACE
        try:
            _write(self._started().stdin, job)
            while True:
                line = self._answers.get(timeout=max(0.0, end - monotonic()))
                answer = json.loads(line) if line else None
                if not isinstance(answer, dict) or not answer.keys() & _ANSWERS:
                    self._stop()
                    return [*answers, Reason.FAULT]
                if answer.get("done"):
                    return answers
                answers.append(answer)
        except Empty:
            self._stop()
            return [*answers, Reason.TIME]
        except (OSError, ValueError):
            self._stop()
            return [*answers, Reason.FAULT]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            # -P keeps the current folder off the module path: a file named like a library must not run.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "linter.files.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
            self._end = finalize(self, _kill, self._process)
            self._answers = Queue()
            Thread(target=_listen, args=(self._process.stdout, self._answers), daemon=True).start()
        return self._process

    def _stop(self) -> None:
        if self._end is not None:
            self._end()
        self._process = self._end = None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process that may hang, and free its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with suppress(OSError):  # bytes for a process that is gone
                stream.close()


def _whole(path: Path) -> str:
    """The path from the root: this process may have changed its folder since the other one began."""
    return os.path.abspath(path)  # noqa: PTH100 # `absolute` keeps "..", `resolve` follows links


def _environment() -> dict[str, str]:
    """What the process needs, with the folder that `linter` was imported from; no folder by a relative name."""
    home = str(Path(__file__).parents[2])
    path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    needed = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_KINDS)
    }
    return (
        needed
        | {"PYTHONPATH": os.pathsep.join([home, *filter(os.path.isabs, path)])}
        | dict.fromkeys(_THREADS, "2")
    )


def _write(stream: IO[bytes] | None, job: Mapping[str, object]) -> None:
    if stream:
        stream.write(json.dumps(job).encode() + b"\n")
        stream.flush()


def _listen(stream: IO[bytes] | None, answers: "Queue[bytes | None]") -> None:
    """Hand every line on; None at the end, or after a line that is too long."""
    with suppress(OSError, ValueError):  # the process was stopped while we listened
        while stream and (line := stream.readline(_LONGEST)):
            if not line.endswith(b"\n"):
                break
            answers.put(line)
    answers.put(None)
