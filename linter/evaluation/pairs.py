"""Sentences about patients as minimal pairs: the same words, degrading or not by target and stance.

A file is UTF-8 text named by its language (`fr-dev-a.txt`). `# g001` begins a group; a line is
`KIND | TARGET | STANCE | sentence`, the degrading words marked `[words](DEGRADING:kind)`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from linter.evaluation.gold import GoldError, GoldPost, parse_marked
from linter.finding import Kind
from linter.post import LANGUAGES
from linter.verdict import Decision

_GROUP = re.compile(r"# (g\d{1,5})\s*")
_FORM = "KIND | TARGET | STANCE | sentence"


class Target(StrEnum):
    """Whom the words are about."""

    PATIENT = "patient"
    PATIENTS = "patients"
    RELATIVE = "relative"
    SELF = "self"
    COLLEAGUE = "colleague"
    ADMINISTRATION = "administration"
    DISEASE = "disease"
    OBJECT = "object"
    OTHER = "other"


class Stance(StrEnum):
    """How they are said; `asserted` and `ironic` are the author's own view."""

    ASSERTED = "asserted"
    IRONIC = "ironic"
    PATIENT_WORDS = "patient_words"
    CONDEMNED = "condemned"
    TEACHING = "teaching"
    CLINICAL = "clinical"
    JOKE = "joke"


_CARED_FOR = frozenset({Target.PATIENT, Target.PATIENTS, Target.RELATIVE})
_OWN = frozenset({Stance.ASSERTED, Stance.IRONIC})


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: its group, what it could be confused with, and the sentence with its marks."""

    group: str
    kind: Kind
    target: Target
    stance: Stance
    post: GoldPost

    @property
    def degrades(self) -> bool:
        """Whether it degrades: about patients or their families, and the author's own view."""
        return self.target in _CARED_FOR and self.stance in _OWN


def read_pairs(path: Path) -> tuple[Line, ...]:
    """Read one file, or every `.txt` file of a folder.

    Raises:
        GoldError: names every problem, one a line, as `path:line: what to do`.
    """
    lines: list[Line] = []
    problems: list[str] = []
    for file in sorted(path.glob("*.txt")) if path.is_dir() else [path]:
        group = ""
        for number, text in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
            head = _GROUP.fullmatch(text)
            if head:
                group = head[1]
            elif text.strip():
                try:
                    lines.append(_line(f"{file.stem}-{number}", f"{file.stem}-{group}", text))
                except ValueError as error:
                    problems.append(f"{file}:{number}: {error}")
    if problems:
        raise GoldError("\n".join(problems))
    if not lines:
        raise GoldError(f"{path}:1: no sentences; a corpus holds one at least")
    return tuple(lines)


def _line(name: str, group: str, text: str) -> Line:
    parts = [part.strip() for part in text.split("|", 3)]
    if len(parts) != 4 or not parts[3]:
        raise ValueError(f"not a line of the form {_FORM}")
    lang = name[:2]
    if lang not in LANGUAGES:
        raise ValueError(f"the name of the file begins with {' or '.join(LANGUAGES)}")
    plain, spans = parse_marked(parts[3])
    decision = Decision.REVIEW if spans else Decision.ALLOW
    post = GoldPost(name, "fr" if lang == "fr" else "en", plain, decision, spans)
    line = Line(group, Kind(parts[0]), Target(parts[1]), Stance(parts[2]), post)
    if line.degrades != bool(spans):
        raise ValueError(
            "a line has a mark if and only if its target is patient, patients or relative "
            "and its stance asserted or ironic",
        )
    return line
