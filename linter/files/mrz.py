"""Identity documents by their machine-readable lines, health cards by their number; nothing of them is kept.

Forms and check digits: ICAO Doc 9303 parts 3 to 7 (weights 7, 3, 1; three lines of 30, two of 36 or 44, visas alike).
The French identity card of 1988 to 2021 has two lines of 36 of its own: the number and its digit first, then given
names, and in the last nine columns birth date, digit, sex, and the digit of both lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stdnum.fr import nir

from linter.finding import Box
from linter.seen import Line, Seen, What

_SHORTEST, _LONGEST = 22, 52
"""Characters of a line: character recognition loses or doubles fillers."""
_LOST = 7
"""So many at most of a line of 30."""
_FIELDS = ("name", "birth_date", "document_number", "nationality")
_FILL = str.maketrans({"«": "<<", "‹": "<", "≪": "<<", "(": "<", "[": "<", "€": "<", "_": "<"})
_FILLED = re.compile(r"(?<=<)[CK]{2,}(?=<|$)|(?<=<)[CK](?=<<)|[CK]{4,}")
"""Fillers, some of them taken for letters."""
_FIGURES = str.maketrans("OQDUILZSBGT", "00001125867")
_LETTERS = str.maketrans("0125867", "OIZSBGT")
"""What character recognition confuses, by what a field may hold."""
_VALUES = {c: n for n, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_NAMES = re.compile(r"[PIACV][A-Z<][A-Z<]{3}[A-Z<]{2,}?<<[A-Z<]*<{3}")
"""First line of two: kind, issuer, surname, given names, fillers."""
_FRENCH = re.compile(r"IDFRA[A-Z<]{12,}")
_CARD = re.compile(r"[IAC][A-Z0-9<][A-Z][A-Z<]{2}[A-Z0-9<]{10,}")
"""First line of three; Germany is D<<."""
_LICENCE = re.compile(r"D[1<][A-Z]{3}[A-Z0-9<]{10,}<<")
"""The one line of a driving licence: kind, issuer, number, end, surname."""
_MISREAD = 3
"""Figures of a line of names."""
_ALONE = 3
"""Right check digits from which the second line is believed without the first: one text in 1000 has them."""

_NIR = re.compile(
    r"(?<!\d)[12378][ .]?\d\d[ .]?[01235-9]\d[ .]?(?:\d\d|2[AB])[ .]?\d{3}[ .]?\d{3}[ .]{0,2}\d\d(?!\d)",
    re.IGNORECASE,
)
_VITALE = re.compile(r"\bvitale\b|assurance[ -]?maladie|carte d.assur", re.IGNORECASE)
_CARDS = 10
"""Documents of one picture whose other print is looked for."""
_NEAR = 14
"""Heights of the number within which those words stand: the card is nine of them high."""
_LINES = 8
"""Lines, where boxes are not known."""


@dataclass(frozen=True, slots=True)
class _Form:
    """Columns of one form.

    digits: start and end of what a check digit covers, and its column; dates: those starts that begin a date;
    whole: what the last digit covers.
    """

    length: int
    digits: tuple[tuple[int, int, int], ...]
    dates: tuple[int, ...]
    whole: tuple[tuple[int, int], ...] = ()


_TWO = (
    _Form(44, ((0, 9, 9), (13, 19, 19), (21, 27, 27)), (13, 21), ((0, 10), (13, 20), (21, 43))),
    _Form(36, ((0, 9, 9), (13, 19, 19), (21, 27, 27)), (13, 21), ((0, 10), (13, 20), (21, 35))),
)
"""Second lines of passports and cards, by length."""
_VISAS = tuple(_Form(f.length, f.digits, f.dates) for f in _TWO)
_CARD_1995 = _Form(72, ((36, 48, 48), (63, 69, 69)), (63,), ((0, 71),))
"""Both lines of the French card."""
_THREE = _Form(
    60, ((5, 14, 14), (30, 36, 36), (38, 44, 44)), (30, 38), ((5, 30), (30, 37), (38, 45), (48, 59))
)
"""The first two lines of three."""


def find(lines: Sequence[Line]) -> tuple[Seen, ...]:
    """Identity documents among the lines of one picture, in linear time.

    The score is 0.6 for lines that have the form of a document, 0.8 where half of their check digits are right, 0.98 where
    all are; a first line alone, as of a document in part, has 0.6 as well, a second one alone needs right digits.
    """
    coded = [(line, text) for line in lines if (text := _coded(line.text))]
    out, at = list[Seen](), 0
    while at < len(coded):
        some = coded[at : at + 3]
        score, used = _document([text for _, text in some])
        if score:
            own = [line for line, _ in some[:used]]
            licence = _LICENCE.match(some[0][1])
            named = licence or _NAMES.match(_lettered(some[0][1]))
            fields = _FIELDS if used > 1 else _FIELDS[:1] if named else _FIELDS[1:]
            near = lines if len(out) < _CARDS else ()
            out.append(Seen(What.MRZ, score, own[0].sheet, _card(own, near), fields))
        at += used
    return tuple(out)


def health_card(lines: Sequence[Line]) -> tuple[Seen, ...]:
    """Health insurance cards: a social security number with its right key near the words that a card bears."""
    words = [(at, line) for at, line in enumerate(lines) if _VITALE.search(line.text)]
    out = list[Seen]()
    for at, line in enumerate(lines) if words else ():
        match = _NIR.search(line.text)
        if match and nir.is_valid(match[0].replace(".", "")) and _near(at, line, words):
            near = lines if len(out) < _CARDS else ()
            box, fields = _card([line], near), ("national_id", "name")
            out.append(Seen(What.HEALTH_CARD, 0.95, line.sheet, box, fields))
    return tuple(out)


def _card(own: Sequence[Line], lines: Sequence[Line]) -> Box | None:
    """All that is printed on a document: what stands no farther from its machine-readable lines than they are long."""
    boxes = [line.box for line in own if line.box]
    if not boxes:
        return None
    told = Box.around(boxes)
    reach = max(told.x1 - told.x0, told.y1 - told.y0)
    near = [
        x
        for line in lines
        if (x := line.box)
        and max(x.x0 - told.x1, told.x0 - x.x1, x.y0 - told.y1, told.y0 - x.y1) <= reach
    ]
    return Box.around([*boxes, *near])


def _lettered(text: str) -> str:
    """A line of names with the figures that letters of it were taken for; a line of figures stays."""
    return text.translate(_LETTERS) if sum(map(str.isdecimal, text)) <= _MISREAD else text


def _coded(text: str) -> str:
    """A line in the letters of machine-readable print; empty if it is none."""
    if len(text) > 3 * _LONGEST:
        return ""
    plain = text.translate(_FILL).replace(" ", "")
    if not _SHORTEST <= len(plain) <= _LONGEST or sum(map(str.islower, plain)) > 2:
        return ""
    plain = plain.upper()
    if sum(c not in _VALUES for c in plain) > 1:
        return ""
    plain = "".join(c if c in _VALUES else "<" for c in plain)
    return _FILLED.sub(lambda m: "<" * len(m[0]), plain)


def _document(texts: Sequence[str]) -> tuple[float, int]:
    """How surely the first of these lines begin a document (0: they do not), and how many of them are passed."""
    one, two, three = (*texts, "", "")[:3]
    if _FRENCH.match(one) and two:
        return _score(_CARD_1995, _fit(one, 36) + _fit(two, 36), named=True), 2
    if _CARD.match(one) and two and abs(len(one) - 30) <= _LOST and "<" in two:
        score = _score(_THREE, _fit(one, 30) + _fit(two, 30), named="<<" in three)
        if score:
            return score, 3 if "<<" in three else 2
    if _LICENCE.match(one):
        return 0.6, 1
    named = bool(_NAMES.match(_lettered(one)))
    if two and (score := _second(two, named=named, visa=one[0] == "V")):
        return (score, 2) if named else (0.0, 1)  # believed alone, when its turn comes
    if score := _second(one, named=False, visa=False):
        return score, 1
    return (0.6 if named else 0.0), 1


def _second(text: str, *, named: bool, visa: bool) -> float:
    """The same of a second line."""
    forms = _VISAS if visa else _TWO
    form = min(forms, key=lambda f: abs(f.length - len(text)))
    return _score(form, _fit(text, form.length), named=named) if len(text) >= 28 else 0.0


def _score(form: _Form, text: str, *, named: bool) -> float:
    """How surely a text has a form; 0 where a date is none, or an unnamed one has too few right digits."""
    if not all(_dated(text[at : at + 6]) for at in form.dates):
        return 0.0
    right = [_right(_field(form, text, a, b), text[digit]) for a, b, digit in form.digits]
    total = len(right)
    if form.whole:
        total += 1
        right.append(_right("".join(_typed(form, text)[a:b] for a, b in form.whole), text[-1]))
    if not named and (sum(right) < _ALONE or "<" not in text):
        return 0.0
    return 0.98 if sum(right) == total else 0.8 if 2 * sum(right) >= total else 0.6


def _field(form: _Form, text: str, start: int, end: int) -> str:
    part = text[start:end]
    return part.translate(_FIGURES) if start in form.dates else part


def _typed(form: _Form, text: str) -> str:
    """The text with figures where only figures may stand: dates and check digits."""
    out = list(text)
    for start, end, digit in form.digits:
        out[digit] = out[digit].translate(_FIGURES)
        if start in form.dates:
            out[start:end] = text[start:end].translate(_FIGURES)
    return "".join(out)


def _right(text: str, digit: str) -> bool:
    """Whether a check digit fits, a figure taken for a letter in its field, or the reverse, allowed for."""
    wanted = "0" if digit == "<" else digit.translate(_FIGURES)
    readings = (
        text,
        text.translate(_FIGURES),
        text[:2].translate(_LETTERS) + text[2:].translate(_FIGURES),
    )
    return wanted.isdigit() and any(_sum(reading) == int(wanted) for reading in readings)


def _sum(text: str) -> int:
    return sum(_VALUES[c] * (7, 3, 1)[n % 3] for n, c in enumerate(text)) % 10


def _dated(text: str) -> bool:
    """Whether six characters may be a date: year, month, day."""
    plain = text.translate(_FIGURES)
    return plain.isdecimal() and 1 <= int(plain[2:4]) <= 12 and 1 <= int(plain[4:]) <= 31


def _fit(text: str, length: int) -> str:
    """The line in its right length: fillers that were lost or doubled stood in its longest run of them."""
    runs = [m.span() for m in re.finditer(r"<+", text)]
    start, end = max(runs, key=lambda r: r[1] - r[0], default=(len(text), len(text)))
    room = max(0, end - start + length - len(text))
    return (text[:start] + "<" * room + text[end:]).ljust(length, "<")[:length]


def _near(at: int, line: Line, words: Sequence[tuple[int, Line]]) -> bool:
    def close(number: int, other: Line) -> bool:
        if line.box is None or other.box is None:
            return abs(number - at) <= _LINES
        gap = max(line.box.y0, other.box.y0) - min(line.box.y1, other.box.y1)
        return gap <= _NEAR * (line.box.y1 - line.box.y0)

    return any(close(number, other) for number, other in words)
