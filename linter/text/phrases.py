"""Phrases of a list, their expressions made when first needed, the longest at each place of a text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from linter.text.reading import Reading

STEM = 4
"""Letters by which a first word that may go on is looked up."""
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Phrase(Generic[_Row]):
    """Folded words, the row of a list that they stand for, and whether they count in capitals only."""

    text: str
    row: _Row
    capitals: bool


class Phrases(Generic[_Row]):
    """Where phrases end.

    Args:
        expression: of a phrase's text, for folded text.
    """

    def __init__(self, expression: "Callable[[str], re.Pattern[str]]") -> None:
        self._expression = expression
        self._compiled: dict[str, re.Pattern[str]] = {}

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
            end = self._end(reading, start, phrase)
            if end and (best is None or end > best[0]) and (fits is None or fits(phrase, end)):
                best = end, phrase
        return best

    def _end(self, reading: Reading, start: int, phrase: Phrase[_Row]) -> int:
        compiled = self._compiled.get(phrase.text)
        if compiled is None:
            compiled = self._compiled[phrase.text] = self._expression(phrase.text)
        match = compiled.match(reading.folded, start)
        if match is None or (phrase.capitals and not reading.text[start : match.end()].isupper()):
            return 0
        return match.end()


def word_expression(text: str) -> str:
    """An expression for a word of a phrase: `*` at its end stands for up to 15 letters more."""
    stem = text.removesuffix("*")
    return re.escape(stem) + ("[a-z]{0,15}" if stem != text else "")
