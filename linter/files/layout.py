"""From fragments to lines: what stands on one row is one line, and spaces that were lost come back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from linter.finding import Box
from linter.seen import Line

_SAME_ROW = 0.5
"""Share of the lower of two fragments that must lie beside the other."""
_GAP = 6.0
"""Widest gap within a line, in heights of its letters; wider ones part columns."""

_NEAR = 8
"""Rows above that a fragment may belong to."""
_MOST = 60
"""Labels of one page."""
_SURE = 0.5
"""Score under which a fragment is noise; the reader's own default."""

_LABEL = re.compile(
    r"(?i)(?:nom(?: de naissance| d.usage| d.épouse| usuel| marital| de famille)?(?: (?:du|de la|de) patiente?)?"
    r"|prénoms?|noms?,?(?: et| /)? ?prénoms?|patiente?|n[ée](?: ?\(e\)|e)?(?: le)?|date de naissance|d\.?d\.?n\.?"
    r"|adresse|tél(?:éphone|\.)?|portable|e-?mail|courriel|matricule(?: ins)?|ipp|nip|ins|nir|nda|n°"
    r"|(?:n[°o]|numéro|id)\.? ?(?:de |du |d.)?(?:dossier|patiente?|sécurité sociale|ss|venue|séjour|passage|ipp|nip|ins|nir"
    r"|assurée?|admission|demande)"
    r"|(?:patient.?s? |full |sur|last |first |given |family |fore|maiden )?names?|patient(?: id)?|d\.?o\.?b\.?"
    r"|(?:date of birth|birth ?date)|address|phone|ssn|mrn|accession|(?:nhs|hospital|record|patient|medicare|accession|case)"
    r" ?(?:id|no\.?|number|#))(?: ?:)?"
)
"""What forms print above the detail that it asks for."""
_BELOW, _ALIGNED = 1.8, 1.2
"""How far below its label a detail stands at most, and how far beside the beginning of it, in heights of its letters."""

_REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(p), r)
    for p, r in (
        # "Né(e)le:" and its kin.
        (r"(?i)\b(n[ée]) ?\( ?(e) ?\) ?(le|à)(?![a-zà-ÿ])", r"\1(\2) \3"),
        (r"(?i)\b(n[ée]e?)(le)(?= ?:? ?\d)", r"\1 \2"),
        # A colon glued to the word after it; times, links and ports keep theirs.
        (r"(?<=[A-Za-zÀ-ÿ)°])(?<!\.[a-z]{2})(?<!\.[a-z]{3}):(?=[A-Za-zÀ-ÿ0-9])(?!//)", ": "),
        (r"(?<=[A-Za-zÀ-ÿ)°] ):(?=[0-9]|[A-ZÀ-Ý]{2})", ": "),
        # A space after an apostrophe, which prints wide; a capital i for the article; "nº".
        (
            r"\b([cdjlmnstCDJLMNST]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)([’']) (?=[A-Za-zÀ-ÿ]{2})",
            r"\1\2",
        ),
        (r"\bI([’']) ?(?=[AEIOUYHÀ-Ýaeiouyhà-ÿ][a-zà-ÿ]{2})", r"l\1"),
        (r"\b([Nn])º", r"\1°"),
        # A title glued to a name.
        (r"\b(Mme|Mlle|Mrs|Docteur|Madame|Monsieur|Prof)\.?(?=[A-ZÀ-Ý])", r"\1 "),
        (r"\b(M|Mr|Dr|Pr)\.(?=[A-ZÀ-Ý][A-ZÀ-Ýa-zà-ÿ])", r"\1. "),
        (r"\b(Dr|Pr|Mr)(?=[A-ZÀ-Ý][A-ZÀ-Ýa-zà-ÿ]{2})", r"\1 "),
        # A label in capitals or with a small beginning glued to figures: "IPP8012345", "le14/03".
        (r"\b(IPP|NIP|NDA|NIR|INS|le|du|au|DDN|DOB|NSS|N°)(?=\d)", r"\1 "),
        # A date glued to the word before or after it.
        (r"(?<=[a-zà-ÿ])(?=\d{2}[/.]\d{2}[/.]\d{4})", " "),
        (r"(?<=\d{2}/\d{2}/\d{4})(?=[A-Za-zÀ-ÿ])", " "),
        # A small word that ends where a capital begins: "DUPONTMarie" stays, "deMarie" parts.
        (r"\b(de|par|pour|chez|et|le|la)(?=[A-ZÀ-Ý][a-zà-ÿ]{2})", r"\1 "),
        # A comma or semicolon without its space.
        (r"(?<=[A-Za-zÀ-ÿ])([,;])(?=[A-Za-zÀ-ÿ])", r"\1 "),
    )
)
_FIGURES = re.compile(
    r"(?<![A-Za-zÀ-ÿ0-9])[0-9OoIl][0-9OoIl /.\-]{4,30}[0-9OoIl](?![A-Za-zÀ-ÿ0-9'’])"
)
"""A run that is nearly all figures, with the letters that are taken for them."""
_FIGURE = str.maketrans("OoIl", "0011")


def respace(text: str) -> str:
    """A line as it was printed, as far as lost spaces and misread figures can be told; linear in its length."""
    for pattern, put in _REPAIRS:
        text = pattern.sub(put, text)
    return _FIGURES.sub(_as_figures, text)


def _as_figures(match: re.Match[str]) -> str:
    run = match[0]
    figures = sum(c.isdigit() for c in run)
    letters = sum(c in "OoIl" for c in run)
    return run.translate(_FIGURE) if figures > 2 * letters and figures >= 4 else run


def join(fragments: Sequence[Line], level: Sequence[Box]) -> tuple[Line, ...]:
    """Fragments that stand on one row as one line, in reading order; columns far apart stay apart.

    What a label asks for belongs to it, beside it or below it.

    Args:
        fragments: in any order; the box of a line is around those of its fragments. Noise is left out.
        level: where each fragment stands once the page is upright and level.
    """
    told = [(f, b) for f, b in zip(fragments, level, strict=True) if f.text and f.score >= _SURE]
    boxes = [b for _, b in told]
    above = _above([f.text for f, _ in told], boxes)
    parts = [[told[above[n]][0], f] if n in above else [f] for n, (f, _) in enumerate(told)]
    colons = [f.text.endswith(":") for f, _ in told]
    return tuple(
        _whole([p for n in row for p in parts[n]], asked=row[0] in above)
        for row in _rows(boxes, colons, above)
    )


def _above(texts: Sequence[str], level: Sequence[Box]) -> dict[int, int]:
    """For each fragment that stands below a label, the number of the label."""
    labels = [n for n, text in enumerate(texts) if _LABEL.fullmatch(text)]
    known = set(labels)
    others = [(n, box) for n, box in enumerate(level) if n not in known]
    out: dict[int, int] = {}
    for label in labels[:_MOST]:
        box = level[label]
        below = [n for n, other in others if _under(box, other)]
        if any(_heads(box, level[n], other) for n in below for _, other in others):
            continue
        room = _GAP * (box.y1 - box.y0)
        beside = any(0 <= x.x0 - box.x1 <= room and _beside(box, x) for _, x in others)
        if below and not beside:
            out.setdefault(min(below, key=lambda n: level[n].y0), label)
    return out


def _under(label: Box, other: Box) -> bool:
    """Whether something begins just below the beginning of a label."""
    high, gap = other.y1 - other.y0, other.y0 - label.y1
    aligned = abs(other.x0 - label.x0) <= _ALIGNED * high
    return aligned and (label.y0 - label.y1) // 2 <= gap <= _BELOW * high


def _heads(label: Box, first: Box, other: Box) -> bool:
    """Whether a label is the head of a column: what follows stands as far below the first as that below the label."""
    even = 1.5 * (first.y0 - label.y1) + 0.3 * (first.y1 - first.y0)
    return _under(first, other) and other.y0 - first.y1 <= even


def _rows(
    level: Sequence[Box], colons: Sequence[bool], above: Mapping[int, int]
) -> list[list[int]]:
    """Numbers of the boxes of each line; labels that stand above what they ask for are left out."""
    rows: list[list[int]] = []
    gone = set(above.values())
    order = sorted(range(len(level)), key=lambda n: (level[n].y0 + level[n].y1, level[n].x0))
    for number in (n for n in order if n not in gone):
        row = next((r for r in rows[-_NEAR:] if _beside(level[r[-1]], level[number])), None)
        if row is None:
            rows.append([number])
        else:
            row.append(number)
    out: list[list[int]] = []
    for row in rows:
        row.sort(key=lambda n: level[n].x0)
        out += _columns(row, level, colons, above)
    return _blocks(out, level)


def _blocks(lines: Sequence[list[int]], level: Sequence[Box]) -> list[list[int]]:
    """The same lines, block by block: those that begin below one another are one, as in the corners of a screen."""
    blocks: list[list[list[int]]] = []
    for line in lines:
        box = level[line[0]]
        above = (b for b in blocks[-_NEAR:] if _follows(level[b[-1][0]], box))
        block = next(above, None)
        if block is None:
            blocks.append([line])
        else:
            block.append(line)
    return [line for block in blocks for line in block]


def _follows(before: Box, box: Box) -> bool:
    """Whether a line begins on the next row, below the beginning of the one before."""
    high = box.y1 - box.y0
    return abs(box.x0 - before.x0) <= high and -high // 2 <= box.y0 - before.y1 <= high


def _columns(
    row: Sequence[int], level: Sequence[Box], colons: Sequence[bool], above: Mapping[int, int]
) -> list[list[int]]:
    """One row, cut where a column ends; what a label asks for belongs to it however far it is."""
    out = [[row[0]]]
    for before, number in pairwise(row):
        gap = level[number].x0 - level[before].x1
        near = gap <= _GAP * (level[number].y1 - level[number].y0)
        if colons[before] or (near and not {before, number} & above.keys()):
            out[-1].append(number)
        else:
            out.append([number])
    return out


def _beside(one: Box, other: Box) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > _SAME_ROW * min(one.y1 - one.y0, other.y1 - other.y0)


def _whole(parts: Sequence[Line], *, asked: bool) -> Line:
    """One line of its fragments; asked: whether the first one is a label that stands above the others."""
    first = parts[0].text.rstrip(" :") + " :" if asked else parts[0].text
    text = respace(" ".join([first, *(p.text for p in parts[1:])]))
    boxes = [p.box for p in parts if p.box]
    box = Box.around(boxes) if boxes else None
    return replace(parts[0], text=text, box=box, score=min(p.score for p in parts))
