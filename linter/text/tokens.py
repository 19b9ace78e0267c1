"""Words of a normalised text with what the lists say of each: the ground that names are found on."""

import re
from bisect import bisect_right
from typing import NamedTuple

from linter.fold import fold
from linter.text.lexicon import Lexicon, Word

_LETTERS = r"[^\W\d_]"
WORD = (
    rf"(?:(?:qu|jusqu|lorsqu|puisqu|quoiqu|[dlnmtscj])'(?={_LETTERS}))"  # French elision
    rf"|{_LETTERS}{{1,60}}(?:(?:-|'(?!s\b)){_LETTERS}{{1,60}}){{0,6}}"
)
"""What a word looks like, in whichever case."""
_WORD = re.compile(WORD, re.IGNORECASE)
_KEPT_CAPITALS = re.compile(r"(?:D|O|L|N|M)'(?=[A-ZÀ-Ý])")

_SHOUT_MIN_LETTERS = 12
_SHOUT_SHARE = 0.7
_TITLES = frozenset(
    {"mme", "mlle", "mr", "m", "dr", "pr", "mrs", "ms", "monsieur", "madame", "melle"}
)


class Token(NamedTuple):
    """One word: its range, its key, what the lists say of it, and how it is written.

    `shape`: T Title, U UPPER (two letters or more), I one capital letter, l lower, X mixed,
    D glued to a figure as in "J3".
    """

    start: int
    end: int
    text: str
    key: str
    flags: int
    shape: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.shape not in "lD"


_JOINT = re.compile("[-']")


def head_of(key: str) -> str:
    """The part of a word before its first hyphen or apostrophe."""
    return key if key.isalpha() else _JOINT.split(key, maxsplit=1)[0]


def shape_of(word: str) -> str:
    """How a word is written; see `Token.shape`."""
    if word.islower():
        return "l"
    if word.isupper():
        return "I" if len(word) == 1 else "U"
    if not word[0].isupper():
        return "l"
    parts = re.split(r"[-']", word)
    if all(p[:1].isupper() and (p[1:].islower() or len(p) == 1) for p in parts if p):
        return "T"
    return "T" if word[1:].islower() or (parts[0].istitle() and word.count("-")) else "X"


def tokenize(text: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """Cut a text into words. Linear in its length."""
    words = []
    flags_of = lexicon.of
    for match in _WORD.finditer(text):
        word = match[0]
        key = fold(word)
        start, end = match.span()
        glued = text[end : end + 1].isdigit() or (start and text[start - 1].isdigit())
        shape = "D" if glued else shape_of(word)
        # "j-claude" is Jean-Claude
        flags = (key.startswith("j-") and flags_of(f"jean{key[1:]}")) or flags_of(key)
        words.append(Token(start, end, word, key, flags, shape))
    return tuple(words)


def truecase(text: str, tokens: tuple[Token, ...]) -> str:
    """The text with shouting undone, same length, for the name tagger.

    The tagger sees nothing in capitals. Known names get a capital, other shouted words lose it.
    In posts written without capitals, first names that are no everyday word get one.
    """
    lowered = _is_lower(tokens)
    shouted = _shouted_lines(text)
    if not lowered and not shouted and not any(t.shape == "U" for t in tokens):
        return text
    out = list(text)
    previous = ""
    for token in tokens:
        new = _recase(token, previous, shouted=_inside(token.start, shouted), lowered=lowered)
        if new is not None and len(new) == token.end - token.start:
            out[token.start : token.end] = new
        previous = token.key
    return "".join(out)


def _recase(token: Token, previous: str, *, shouted: bool, lowered: bool) -> str | None:
    flags = token.flags
    is_name = flags & (Word.FIRST | Word.LAST) and not flags & (Word.ORDINARY | Word.ACRONYM)
    if lowered:
        first = flags & Word.FIRST and not flags & (Word.ORDINARY | Word.RARE_FIRST | Word.DRUG)
        return token.text.title() if first or previous in _TITLES else None
    if token.shape != "U":
        return None
    if is_name or previous in _TITLES or token.key in _TITLES:
        return _titled(token.text)
    if shouted and len(token.text) > 2 and not flags & Word.ACRONYM:
        return token.text.lower()
    return None


def _titled(word: str) -> str:
    return re.sub(rf"{_LETTERS}{{1,60}}", lambda m: m[0][0] + m[0][1:].lower(), word)


def _is_lower(tokens: tuple[Token, ...]) -> bool:
    capitals = sum(t.shape != "l" for t in tokens)
    return len(tokens) >= 4 and capitals * 25 < len(tokens)


def _shouted_lines(text: str) -> list[tuple[int, int]]:
    lines = []
    start = 0
    for line in text.split("\n"):
        letters = sum(map(str.isalpha, line))
        if letters >= _SHOUT_MIN_LETTERS and sum(map(str.isupper, line)) >= _SHOUT_SHARE * letters:
            lines.append((start, start + len(line)))
        start += len(line) + 1
    return lines


def _inside(position: int, ranges: list[tuple[int, int]]) -> bool:
    at = bisect_right(ranges, position, key=_begin) - 1
    return at >= 0 and position < ranges[at][1]


def _begin(line: tuple[int, int]) -> int:
    return line[0]
