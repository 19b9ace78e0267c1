"""Identity documents by their machine-readable lines, health cards by their number; nothing of them is kept.

Formats and check digits: ICAO Doc 9303 parts 3 to 7 (three lines of 30, two of 36 or 44; weights 7, 3, 1). The French
identity card of 1995 to 2021 has two lines of 36 of its own (arrêté du 1er septembre 1995: to check).
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from stdnum.fr import nir

from linter.finding import Box
from linter.seen import Line, Seen, What

_FIELDS = ("name", "birth_date", "document_number", "nationality")
_SHORTEST = 22
"""Characters of a line: of 30, as many lost as a run of < may lose."""
_LONGEST = 48
_FIGURES = str.maketrans("OQDILZSBG", "000112586")
"""Letters that are taken for figures."""
_FILL = str.maketrans({"«": "<<", "‹": "<", "≪": "<<", "〈": "<", "《": "<<", "く": "<", "(": "<"})
_DATES = re.compile(r"(?=([0-9A-Z]{6})([0-9A-Z<])[MFXK<HW]([0-9A-Z]{6})([0-9A-Z]))")
"""Birth date with its digit, sex, expiry date with its digit: in the second line of every document of ICAO.

Ahead only, since the F of FRA looks like a sex that stands too early.
"""
_FRENCH = re.compile(r"IDFRA[A-Z<]{8,}")
_FRENCH_END = re.compile(r"([0-9A-Z]{6})([0-9A-Z])([MF])([0-9A-Z])$")
_STARTS = re.compile(r"[PIACV][A-Z0-9<][A-Z]{3}")
_NAMED = re.compile(r"(?:[PIACV][A-Z<][A-Z]{3}|IDFRA)[A-Z<]+<<[A-Z<]+<{3}")
"""A first line that names somebody, alone."""
_VALUES = {c: n for n, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}

_NIR = re.compile(
    r"(?<!\d)([12378]) ?(\d\d) ?([01]\d|20|[2-9]\d) ?(\d\d|2[AB]) ?(\d{3}) ?(\d{3}) ?(\d\d)(?!\d)"
)
_CARD = re.compile(r"vitale|assurance maladie|carte d.assur", re.IGNORECASE)


def find(lines: Sequence[Line]) -> tuple[Seen, ...]:
    """Identity documents among the lines of one picture, one for each pair of machine-readable lines.

    The score is 0.6 where the lines have the form of a document, 0.98 where their check digits are right too; a first
    line alone, as of a document in part, has 0.6 as well.
    """
    out = []
    coded = [(line, _coded(line.text)) for line in lines]
    told: Box | None = None
    for (first, one), (second, two) in pairwise(x for x in coded if x[1]):
        score = _score(one, two)
        if score and not (told and first.box == told):
            boxes = [b for b in (first.box, second.box) if b]
            box = Box.around(boxes) if boxes else None
            out.append(Seen(What.MRZ, score, first.sheet, box, fields=_FIELDS))
            told = second.box
    if out:
        return tuple(out)
    alone = (line for line, text in coded if _NAMED.fullmatch(text))
    return tuple(Seen(What.MRZ, 0.6, x.sheet, x.box, fields=("name",)) for x in alone)


def health_card(lines: Sequence[Line]) -> tuple[Seen, ...]:
    """A health insurance card among the lines of one picture: its number, beside the words that are printed on it."""
    if not any(_CARD.search(line.text) for line in lines):
        return ()
    return tuple(
        Seen(What.HEALTH_CARD, 0.95, line.sheet, line.box, ("national_id", "name"))
        for line in lines
        for match in _NIR.finditer(line.text)
        if nir.is_valid(match[0])
    )


def _coded(text: str) -> str:
    """A line in the letters of machine-readable print; empty if it is none."""
    plain = text.translate(_FILL).replace(" ", "")
    if not _SHORTEST <= len(plain) <= _LONGEST or sum(map(str.islower, plain)) > 3:
        return ""
    plain = plain.upper()
    odd = sum(c not in _VALUES for c in plain)
    return "" if odd > 1 else "".join(c if c in _VALUES else "<" for c in plain)


def _score(one: str, two: str) -> float:
    """How surely two neighbouring lines are a document."""
    if "<" not in one + two:
        return 0.0
    if _FRENCH.match(one) and (end := _FRENCH_END.search(two)):
        return 0.98 if _right(end[1], end[2]) else 0.6
    if _FRENCH.match(one):
        return 0.6
    dates = [m.groups() for m in _DATES.finditer(two) if _dated(m[1]) and _dated(m[3])]
    if not dates:
        return 0.0
    right = max((_right(b, b_digit), _right(e, e_digit)) for b, b_digit, e, e_digit in dates)
    if all(right):
        return 0.98
    begins = _STARTS.match(one) and one.count("<") >= 2
    return (0.8 if any(right) else 0.6) if begins else 0.0


def _dated(text: str) -> bool:
    """Whether six characters may be a date: year, month, day."""
    plain = text.translate(_FIGURES)
    return plain.isdigit() and 1 <= int(plain[2:4]) <= 12 and 1 <= int(plain[4:]) <= 31


def _right(text: str, digit: str) -> bool:
    plain, wanted = text.translate(_FIGURES), digit.translate(_FIGURES)
    total = sum(_VALUES[c] * (7, 3, 1)[n % 3] for n, c in enumerate(plain))
    return wanted.isdigit() and total % 10 == int(wanted)
