"""A post as the recognizers read it, with the way back to the original offsets.

Undone here: decomposed accents, full-width and styled letters, invisible characters, letters of
other alphabets that look Latin, curly quotes, exotic spaces, keycap digits, and names written
letter by letter ("D u p o n t"). Case is handled by `truecase`.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass, field

from linter.finding import Span

_PLAIN = re.compile(r"[\t\n\x20-\x7e\xa1-\xac\xae-\xff\u0152\u0153\u20ac]*\Z")
_SPACED = re.compile(r"(?<![\w.'-])\w(?:([ ._*-])\w)(?:\1\w){2,30}(?!\w|\1\w(?!\w))")
_CLUSTER = re.compile(r"[^\W\d_][\u0300-\u036f]{1,8}")
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\ufeff\u20e3\ufffc")
_QUOTES = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u2024": ".",
    "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\u2043": "-", "\uff0f": "/", "\u2044": "/",
}  # fmt: skip
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
    """Normalise a post.

    Args:
        text: any string; control characters become spaces.

    Returns:
        The normalised text and its map. Cost is linear in the length of the text.
    """
    if _PLAIN.match(text):
        return _join_spaced(Normalised(text))
    out: list[str] = []
    starts, ends = array("l"), array("l")
    position = 0
    for cluster in _clusters(text):
        for char in _plain(cluster):
            out.append(char)
            starts.append(position)
            ends.append(position + len(cluster))
        position += len(cluster)
    return _join_spaced(Normalised(_latinise("".join(out)), starts, ends))


def _clusters(text: str) -> list[str]:
    """Letters with their combining marks together, everything else one by one."""
    clusters: list[str] = []
    last = 0
    for match in _CLUSTER.finditer(text):
        clusters.extend(text[last : match.start()])
        clusters.append(match[0])
        last = match.end()
    clusters.extend(text[last:])
    return clusters


def _plain(cluster: str) -> str:
    if cluster.isascii():
        return cluster if cluster >= " " or cluster in "\n\t" else " "
    if cluster in _QUOTES:
        return _QUOTES[cluster]
    if cluster in _INVISIBLE:
        return ""
    composed = unicodedata.normalize("NFC", cluster)
    if len(composed) > 1 and len(cluster) > 1:
        composed = composed[0]
    category = unicodedata.category(composed[0])
    if category in {"Cf", "Mn", "Me"}:
        return ""
    if category in {"Zs", "Cc", "Co", "Cs", "Cn"}:
        return " "
    compatible = unicodedata.normalize("NFKC", composed)
    if category in {"Nd", "Nl", "No"} and not composed.isascii():
        return _digit(composed, compatible)
    return compatible if 0 < len(compatible) <= 3 and compatible[0].isalnum() else composed


def _digit(char: str, compatible: str) -> str:
    if char in "²³¹½¼¾°":
        return char
    value = unicodedata.digit(char, None)
    return compatible if value is None else str(value)


def _latinise(text: str) -> str:
    """Letters that only look Latin, inside words that also hold Latin letters, made Latin."""
    if not any(c in _LOOKALIKES for c in text):
        return text

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        if not _LATIN.search(word):
            return word
        return "".join(_LOOKALIKES.get(c, c) for c in word)

    return re.sub(r"\w+", mend, text)


def _join_spaced(norm: Normalised) -> Normalised:
    """Words written letter by letter are joined: `D u p o n t` reads `Dupont`."""
    matches = [m for m in _SPACED.finditer(norm.text) if _is_spelled(m[0])]
    if not matches:
        return norm
    gaps = {i for m in matches for i in range(m.start() + 1, m.end(), 2)}
    kept = [i for i in range(len(norm.text)) if i not in gaps]
    spans = [norm.original(i, i + 1) for i in kept]
    return Normalised(
        "".join(norm.text[i] for i in kept),
        array("l", (s.start for s in spans)),
        array("l", (s.end for s in spans)),
    )


def _is_spelled(run: str) -> bool:
    """Letters, not digits: `1 2 3 4` may be a table, and rules for numbers read spaces anyway."""
    letters = run[::2]
    return letters.isalpha() and len(letters) >= 4 and len(set(letters.lower())) > 1
