"""A post as the recognizers read it, with the way back to the original offsets.

Undone here: HTML entities, plain tags and emphasis, decomposed accents, full-width and styled
letters, invisible characters, letters of other alphabets that look Latin, curly quotes, exotic
spaces, keycap digits, line ends, and names written letter by letter ("D u p o n t"). Case is
handled by `truecase`.
"""

import html
import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from linter.finding import Span

_PLAIN = re.compile(r"[\t\n\x20-\x7e\xa1-\xac\xae-\xb3\xb5-\xff\u0152\u0153\u20ac]*\Z")
_SEPARATOR = r"[ ]{1,3}|[._*|/~\xb7\u2022-]"
_SPACED = re.compile(
    rf"(?<![\w.'*|/~-])[^\W\d_](?P<by>{_SEPARATOR})[^\W\d_](?:(?P=by)[^\W\d_]){{2,30}}"
    r"(?!\w|(?P=by)\w(?!\w))",
)
_MARKUP = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[A-Za-z]{2,6}\d?);"
    r"|</?(?:b|i|u|s|em|strong|br|p|div|span|li|ul|blockquote)\s?/?>|\[/?[biu]\]"
    r"|(?<![\w*@])[*_]{1,3}(?=\w)|(?<=\w)[*_]{1,3}(?![\w*@])",
    re.IGNORECASE,
)
"""Entities, plain tags and emphasis, as forums store them."""
_BREAKS = re.compile(r"</?(?:br|p|div|li|ul|blockquote)\b", re.IGNORECASE)
_MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f"
)
_CLUSTER = re.compile(rf"[^\W_][{_MARKS}]{{1,100}}|\r\n|{_MARKUP.pattern}", re.IGNORECASE)
_INVISIBLE = frozenset(
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u20e3\u3164\uffa0\ufeff\ufffc"
)
_KEPT_COMPATIBLE = frozenset("™℠ªº²³¹½¼¾°µ")
"""Signs of their own, which compatibility would turn into letters or figures."""
_QUOTES = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'", "\u00b4": "'",
    "\u2032": "'", "\uff07": "'", "\x91": "'", "\x92": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\x93": '"', "\x94": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u2024": ".",
    "\x96": "-", "\x97": "-", "\x8c": "Œ", "\x9c": "œ",
    "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\r": "\n", "\r\n": "\n",
    "\u2043": "-", "\u2044": "/", "\u2800": " ",
}  # fmt: skip
"""Plain forms of punctuation; the C1 codes are what Windows-1252 text holds when read as Latin-1."""


def _styled_letters() -> dict[str, str]:
    """Letters that compatibility leaves as they are: small capitals, in a bracket, a disc or a square."""
    letters = {
        chr(first + n): chr(ord("A") + n) for first in (0x249C, 0x1F150, 0x1F170) for n in range(26)
    }
    letters |= dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
    return letters


_STYLED = _styled_letters()
_LOOKALIKES = dict(
    zip(
        "АВЕКМНОРСТХУаеорсухіїјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαіνɡııℓ",
        "ABEKMHOPCTXYaeopcyxiïjsdhqwABEZHIKMNOPTYXoaivgiil",
        strict=True,
    ),
)
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class Normalised:
    """Normalised text and, where anything moved, the original range behind each of its characters."""

    text: str = field(repr=False)
    starts: "array[int] | None" = field(default=None, repr=False)
    ends: "array[int] | None" = field(default=None, repr=False)

    def original(self, start: int, end: int) -> Span:
        """The original code points that a range of the normalised text came from."""
        if self.starts is None or self.ends is None:
            return Span(start, end)
        return Span(self.starts[start], self.ends[end - 1])


def normalise(text: str) -> Normalised:
    r"""Normalise a post.

    Args:
        text: any string; control characters go, line ends of any kind become `\n`.

    Returns:
        The normalised text and its map. Cost is linear in the length of the text.
    """
    if _PLAIN.match(text) and not _MARKUP.search(text):
        return _join_spaced(Normalised(text))
    out: list[str] = []
    starts, ends = array("l"), array("l")
    for start, end, plain in _clusters(text):
        for char in plain:
            out.append(char)
            starts.append(start)
            ends.append(end)
    return _join_spaced(Normalised(_latinise("".join(out)), starts, ends))


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Pieces of the text with their plain form.

    Letters stay with their combining marks, CRLF and markup stay whole, everything else is one by one.
    """
    last = 0
    for match in _CLUSTER.finditer(text):
        for at in range(last, match.start()):
            yield at, at + 1, _plain(text[at])
        last = match.end()
        marked = _MARKUP.match(text, match.start())
        yield match.start(), last, _unmarked(marked[0]) if marked else _plain(match[0])
    for at in range(last, len(text)):
        yield at, at + 1, _plain(text[at])


def _plain(cluster: str) -> str:
    if cluster in _QUOTES:
        return _QUOTES[cluster]
    if cluster.isascii():
        return _ascii(cluster)
    if cluster in _INVISIBLE:
        return ""
    if cluster in _STYLED or cluster in _KEPT_COMPATIBLE:
        return _STYLED.get(cluster, cluster)
    composed = unicodedata.normalize("NFC", cluster)
    if len(composed) > 1 and len(cluster) > 1:
        composed = composed[0]
    category = unicodedata.category(composed[0])
    if category in {"Cf", "Mn", "Me", "Cc", "Cs"}:
        return ""
    if category in {"Zs", "Co", "Cn"}:
        return " "
    compatible = unicodedata.normalize("NFKC", composed)
    if category in {"Nd", "Nl", "No"}:
        return _digit(composed, compatible)
    if len(compatible) == 1 and compatible.isascii():
        return compatible
    return compatible if 0 < len(compatible) <= 3 and compatible[0].isalnum() else composed


def _unmarked(markup: str) -> str:
    if markup[0] == "&":
        meant = html.unescape(markup)
        return markup if meant == markup else "".join(_plain(c) for c in meant)
    return "\n" if _BREAKS.match(markup) else ""


def _ascii(char: str) -> str:
    if char >= " " and char != "\x7f":
        return char
    return char if char in "\n\t" else " " if char in "\v\f\x1c\x1d\x1e\x1f" else ""


def _digit(char: str, compatible: str) -> str:
    value = unicodedata.digit(char, None)
    return compatible if value is None else str(value)


def _latinise(text: str) -> str:
    """Letters that only look Latin made Latin, in words that hold Latin letters or nothing else."""
    if not any(c in _LOOKALIKES for c in text) or not _LATIN.search(text):
        return text

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        if _LATIN.search(word):
            if word[-1] in "αο" and not word[-2].islower():
                return "".join(_LOOKALIKES.get(c, c) for c in word[:-1]) + word[-1]  # TNFα
        elif len(word) < 3 or not all(c in _LOOKALIKES for c in word):
            return word
        return "".join(_LOOKALIKES.get(c, c) for c in word)

    return re.sub(r"\w+", mend, text)


def _join_spaced(norm: Normalised) -> Normalised:
    """Words written letter by letter are joined: `D u p o n t` reads `Dupont`."""
    matches = [m for m in _SPACED.finditer(norm.text) if _is_spelled(m)]
    if not matches:
        return norm
    out, starts, ends = list(norm.text), array("l"), array("l")
    for match in matches:
        for at in range(match.start(), match.end()):
            if not out[at].isalpha():
                out[at] = " " if _begins_word(norm.text, at, match) else ""
    for at, char in enumerate(out):
        if char:
            span = norm.original(at, at + 1)
            starts.append(span.start)
            ends.append(span.end)
    return Normalised("".join(out), starts, ends)


def _begins_word(text: str, gap: int, match: re.Match[str]) -> bool:
    """Whether a new word begins after a gap: `J e a n D u p o n t` reads `Jean Dupont`."""
    size = len(match["by"])
    after = gap + size
    return after < match.end() and text[after].isupper() and text[gap - 1].islower()


def _is_spelled(match: re.Match[str]) -> bool:
    """Several letters, not the same one; `1 2 3 4` may be a table, and rules for numbers read spaces anyway."""
    letters = match[0].replace(match["by"], "").lower()
    return len(letters) >= (5 if match["by"] in "/|" else 4) and len(set(letters)) > 1
