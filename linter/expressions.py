"""Regular expressions of rules: checked before they run over text from outside."""

import re
import warnings

MAX_MATCH = 600
"""Longest match, in characters, that a pattern may make: a bounded match keeps a scan linear."""


def check_bounded(regex: str) -> None:
    """Refuse a regular expression that is wrong or whose match has no bounded length.

    Raises:
        ValueError: says what to change.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            width = re._parser.parse(regex).getwidth()[1]  # type: ignore[attr-defined] # noqa: SLF001 # no public way
            re.compile(regex)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if width > MAX_MATCH:
        raise ValueError(
            f"a match could be {'endless' if width > 10**6 else width} characters long (limit {MAX_MATCH}): "
            "write {0,20} instead of * or +",
        )
