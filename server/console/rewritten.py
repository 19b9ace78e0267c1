"""The safe rewrite beside the post: which of its words are new."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from re import findall

_LONGEST = 20_000
"""Characters; a longer rewrite is shown without marks, for comparing takes too long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of the rewrite. new: they stand in the place of others."""

    text: str = field(repr=False)
    new: bool = False


def pieces(text: str, fixed: str) -> list[Piece]:
    """The whole rewrite in order.

    Args:
        text: the post.
        fixed: its rewrite.
    """
    if max(len(text), len(fixed)) > _LONGEST:
        return [Piece(fixed)]
    old, new = (findall(r"\w+\s*|[^\w\s]\s*|\s+", t) for t in (text, fixed))
    same = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Piece("".join(new[start:end]), tag != "equal")
        for tag, _, _, start, end in same.get_opcodes()
        if start < end
    ]
