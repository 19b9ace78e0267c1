"""Unforeseen faults, told without a word of the post that caused them."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from linter.datafile import RuleError
from linter.verdict import PostError

_P = ParamSpec("_P")
_R = TypeVar("_R")


class ModelError(RuntimeError):
    """A weight file is missing, damaged or of another version; the message says what to do."""


def guarded(work: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """Do a piece of work on posts.

    Raises:
        PostError: anything went wrong; the fault itself is dropped, since its message may quote a post.
        ModelError: a weight file is not what it should be; there is no silent way round.
    """
    try:
        return work(*args, **kwargs)
    except (PostError, RuleError, ModelError):
        raise
    except Exception as fault:  # noqa: BLE001 # whatever it is, its message may hold words of a post
        told = describe(fault)
    raise PostError(told)


def describe(fault: BaseException) -> str:
    """Kind, file and line of the innermost frame: enough to find the fault, nothing of the data."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"internal error {type(fault).__name__} at {where}; please report it"
