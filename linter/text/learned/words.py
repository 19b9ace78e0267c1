"""Words, figures, signs and line ends of a text: what the learned reader marks, one by one."""

import re

from linter.text.tokens import WORD

_MARK = re.compile(rf"{WORD}|'s\b|\d{{1,60}}|\n|[^\w\s]|_", re.IGNORECASE)


def cut(text: str) -> tuple[tuple[int, int], ...]:
    """Character ranges of the marks of a text, in order. Linear in its length."""
    return tuple(m.span() for m in _MARK.finditer(text))
