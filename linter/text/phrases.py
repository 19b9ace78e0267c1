"""Phrases of a list, the longest at each place of a text, without an expression for each: there are thousands."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from linter.text.reading import Reading

STEM = 4
"""Letters by which a first word that may go on is looked up."""
_ENDING = re.compile(r"[a-z]{0,15}")
"""What may follow a word of a phrase that ends in `*`."""
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Phrase(Generic[_Row]):
    """Folded words, the row of a list that they stand for, and whether they count in capitals only."""

    text: str
    row: _Row
    capitals: bool


class Wording(Protocol):
    """What a phrase looks like."""

    def end(self, folded: str, start: int) -> int:
        """Where it ends if it begins at a place of a folded text; 0 if it does not stand there."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """Words in a row.

    Args:
        words: each with whether it may go on.
        gap: what stands between two of them; nothing that a word begins with.
        close: what stands behind the last.
    """

    words: tuple[tuple[str, bool], ...]
    gap: "re.Pattern[str]"
    close: "re.Pattern[str]"

    def end(self, folded: str, start: int) -> int:
        """Where the words end; every step is certain, so that none is taken back."""
        at = start
        for number, (word, goes_on) in enumerate(self.words):
            if number:
                between = self.gap.match(folded, at)
                if between is None:
                    return 0
                at = between.end()
            if not folded.startswith(word, at):
                return 0
            at += len(word)
            if goes_on:
                at = _ENDING.match(folded, at).end()  # type: ignore[union-attr] # matches the empty text too
        return at if self.close.match(folded, at) else 0


@dataclass(frozen=True, slots=True)
class Expression:
    """A phrase in which something stands for more than letters."""

    expression: "re.Pattern[str]"

    def end(self, folded: str, start: int) -> int:
        """Where a match ends."""
        match = self.expression.match(folded, start)
        return match.end() if match else 0


class Phrases(Generic[_Row]):
    """Where phrases end.

    Args:
        wording: of a phrase's text, made when it is first needed.
    """

    def __init__(self, wording: Callable[[str], Wording]) -> None:
        self._wording = wording
        self._made: dict[str, Wording] = {}

    def longest(
        self,
        reading: Reading,
        start: int,
        phrases: Iterable[Phrase[_Row]],
        fits: Callable[[Phrase[_Row], int], bool] | None = None,
    ) -> tuple[int, Phrase[_Row]] | None:
        """The end of the longest phrase that stands at a place, and the phrase; None for none.

        Args:
            reading: the text.
            start: the place.
            phrases: those to try; of equally long ones the first counts.
            fits: whether a phrase with that end counts; all do when absent.
        """
        best: tuple[int, Phrase[_Row]] | None = None
        for phrase in phrases:
            end = self.end(reading, start, phrase)
            if end and (best is None or end > best[0]) and (fits is None or fits(phrase, end)):
                best = end, phrase
        return best

    def end(self, reading: Reading, start: int, phrase: Phrase[_Row]) -> int:
        """Where a phrase ends if it stands at a place; 0 if it does not."""
        wording = self._made.get(phrase.text)
        if wording is None:
            wording = self._made[phrase.text] = self._wording(phrase.text)
        end = wording.end(reading.folded, start)
        return 0 if phrase.capitals and not reading.text[start:end].isupper() else end


def word_of(text: str) -> tuple[str, bool]:
    """A word of a phrase: `*` at its end stands for up to 15 letters more."""
    stem = text.removesuffix("*")
    return stem, stem != text


def word_expression(word: tuple[str, bool]) -> str:
    """An expression for a word of a phrase."""
    text, goes_on = word
    return re.escape(text) + (_ENDING.pattern if goes_on else "")
