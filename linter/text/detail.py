"""A detail whose subject is asked, and where the words around it stand: sentence, line, end of post."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from linter.finding import Entity, Subject

BREAK = re.compile(r"(?<=[a-zà-ÿ0-9)»\"]{2})[.!?](?=\s)|\n")
_END = re.compile(rf"{BREAK.pattern}|(?<=[\w)»\"] )[?!](?=\s)")
"""The same, and the signs before which French has a space; the learned readers were trained without."""
ADJACENT = re.compile(r"[\s,;:(\"'«»>*|/–—-]{0,4}")
PERSONAL = re.compile(
    r"@[\w-]{0,30}(?:mail|post|courriel|\bmel\b|orange|wanadoo|free\b|sfr\b|yahoo|outlook|live\b|icloud|proton|"
    r"gmx|bbox|aol|btinternet|sky\b|talktalk|bell\b|rogers|telus|comcast|verizon|bigpond|optus|skynet|bluewin|"
    r"numericable|neuf\b|msn|inbox|home|perso|family|famille|web\b|telenet|videotron|eircom)",
)
"""Providers of private mailboxes; any other domain is an organisation's, hence a colleague's."""
_SIGNATURE_LINES, _SIGNATURE_LENGTH = 4, 70


@dataclass(frozen=True)
class Detail:
    """A detail whose subject is asked: its entity and normalised range, what its rule says of it."""

    entity: Entity
    start: int
    end: int
    rule: str
    hint: Subject | None = None
    bare: bool = False
    """Whether the name stands without title or announcing word."""
    public: bool = False
    """Whether it is the name of a publicly known person."""
    names: frozenset[str] = frozenset()
    """Keys of the words of a name, without titles."""


@dataclass(frozen=True)
class Scope:
    """Where the words around a detail stand, as ranges of the folded text."""

    sentence: tuple[int, int]
    line: tuple[int, int]


def breaks_of(text: str, *, spaced: bool = True) -> tuple[int, ...]:
    """Where sentences begin, the first at 0; and an end beyond the text.

    spaced: whether a sign after a space ends a sentence too, as French writes it.
    """
    ends = _END if spaced else BREAK
    return (0, *(m.end() for m in ends.finditer(text)), len(text) + 1)


def scope_of(text: str, detail: Detail, breaks: tuple[int, ...]) -> Scope:
    """The sentence and the line of a detail."""
    at = bisect_right(breaks, detail.start)
    sentence = (breaks[at - 1], breaks[at] if at < len(breaks) else len(text))
    start = text.rfind("\n", 0, detail.start) + 1
    end = text.find("\n", detail.end)
    return Scope(sentence, (start, end if end >= 0 else len(text)))


def right_before(words: "re.Pattern[str]", folded: str, start: int) -> bool:
    """Whether one of the words stands just before, with no other word between."""
    low = max(0, start - 45)
    for match in words.finditer(folded, low, start):
        if ADJACENT.fullmatch(folded, match.end(), start):
            return True
    return False


def tail_start(text: str) -> int:
    """Where the last lines begin, in which people sign."""
    lines = text.rstrip().split("\n")
    return len("\n".join(lines[:-_SIGNATURE_LINES])) if len(lines) > 1 else len(text)


def signs(text: str, detail: Detail, scope: Scope, tail: int) -> bool:
    """A short last line that begins with the detail, or a detail that ends the post by itself."""
    start, end = scope.line
    before, after = text[start : detail.start].strip(" -–—\t>*"), text[detail.end : end]
    if detail.entity is Entity.PERSON and any(map(str.isdigit, after)):
        return False
    if detail.start >= tail and end - start <= _SIGNATURE_LENGTH and not before and start > 0:
        return True
    if detail.entity is not Entity.PERSON:
        return False
    last = not any(map(str.isalnum, text[detail.end :])) and start + len(before) > 0
    return last and text[: detail.start].rstrip(" \"'(-–—😊🙂")[-1:] in {
        ".",
        "!",
        "?",
        ",",
        "\n",
        "",
    }
