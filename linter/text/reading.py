"""One post, read once: what every recognizer shares."""

from bisect import bisect_left
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from linter.post import Language
from linter.text.lexicon import Lexicon
from linter.text.normalise import Normalised
from linter.text.tokens import Token, head_of

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Reading:
    """A normalised text with its words; all offsets are normalised."""

    norm: Normalised = field(repr=False)
    lang: Language
    lexicon: Lexicon = field(repr=False)
    tokens: tuple[Token, ...] = field(repr=False)
    folded: str = field(repr=False)
    """The text in lower case without accents, offsets unchanged."""
    keys: tuple[str, ...] = field(repr=False)
    _results: dict[Hashable, object] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: Hashable, work: "Callable[[Reading], _Result]") -> _Result:
        """What somebody finds in this text, worked out when it is first asked for."""
        if key not in self._results:
            self._results[key] = work(self)
        return self._results[key]  # type: ignore[return-value] # of the type that this key's work gives

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.norm.text

    @cached_property
    def digits(self) -> int:
        """How many figures there are."""
        return sum(map(str.isdecimal, self.text))

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """Of each word's key, the part before the first hyphen or apostrophe."""
        return tuple(map(head_of, self.keys))

    @cached_property
    def beginnings(self) -> tuple[tuple[int, int, str], ...]:
        """Where a listed phrase may begin: the number of a word, the character in it, the word or part of it.

        A phrase may begin after the first hyphen too: `porte-clés`.
        """
        out = []
        for number, (key, head) in enumerate(zip(self.keys, self.heads, strict=True)):
            out.append((number, 0, head))
            part = key.find("-") + 1 if len(head) < len(key) else 0
            if 0 < part < len(key):
                out.append((number, part, head_of(key[part:])))
        return tuple(out)

    def gap(self, index: int) -> str:
        """What stands between word `index` and the next one."""
        after = self.tokens[index + 1].start if index + 1 < len(self.tokens) else len(self.text)
        return self.text[self.tokens[index].end : after]

    def index_at(self, position: int) -> int:
        """The number of the first word that begins at or after a character."""
        return bisect_left(self.tokens, position, key=_start)

    def tokens_in(self, start: int, end: int) -> tuple[Token, ...]:
        """The words that begin within a range of characters."""
        low = bisect_left(self.tokens, start, key=_start)
        high = bisect_left(self.tokens, end, lo=low, key=_start)
        return self.tokens[low:high]

    def word_before(self, start: int) -> Token | None:
        """The last word that begins before a character."""
        at = bisect_left(self.tokens, start, key=_start)
        return self.tokens[at - 1] if at else None


def _start(token: Token) -> int:
    return token.start
