"""From expressions to findings: how likely each degrades a patient, how gravely, what to write instead."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib.resources.abc import Traversable
from pathlib import Path

from linter.cues import SubjectWeights
from linter.datafile import Data, rules_root, validate
from linter.duty import Duty
from linter.finding import Finding, Severity
from linter.fold import fold
from linter.lexicon_match import SEVERITIES
from linter.post import Language
from linter.rule import Rule
from linter.text.dignity.context import DENIED, MYSELF, OTHER, Context, sentences
from linter.text.dignity.lexicon import Hit, Lexicon
from linter.text.dignity.told import degrading
from linter.text.learned.tagger import Tags
from linter.text.learned.tone import Tone
from linter.text.quasi.people import sex_of
from linter.text.reading import Reading

SURE = 0.6
"""Chance under which a severe expression asks for a reading and does not hold the post."""


_CONTEMPT = 0.7
_EXCUSES = ("condemn", "teaching", "says", "self", "own words")
_PASSES = frozenset({"own words just before", OTHER, MYSELF, DENIED})
_PLACES = ("just before", "just after", "around")


class StanceCues(Data):
    """rules/stance/cues.yaml: words by name, in both languages."""

    id: str
    summary: str
    fr: dict[str, tuple[str, ...]]
    en: dict[str, tuple[str, ...]]


def load_stance(root: Traversable | Path | None = None) -> tuple[StanceCues, SubjectWeights]:
    """Cues of target and stance, and their fitted weights.

    Raises:
        RuleError: with path, line and what to do.
    """
    folder = (root or rules_root()) / "stance"
    cues = validate(StanceCues, folder / "cues.yaml", "rules/stance/cues.yaml", id="stance/cues")
    weights = validate(
        SubjectWeights, folder / "weights.yaml", "rules/stance/weights.yaml", id="stance/weights"
    )
    return cues, weights


class Judge:
    """All of rules/dignity of one language."""

    def __init__(
        self,
        rules: Sequence[Rule],
        stance: tuple[StanceCues, SubjectWeights],
        duties: dict[str, Duty],
        lang: Language,
    ) -> None:
        cues, self._weights = stance
        self._lang, self._duties = lang, duties
        self._lexicon = Lexicon(rules)
        self._context = Context(cues.fr if lang == "fr" else cues.en)

    def expressions(self, reading: Reading) -> list[Hit]:
        """Every expression of the lexicon, in order."""
        return list(self._lexicon.find(reading, sentences(reading)))

    def around(
        self, reading: Reading, hits: Sequence[Hit], tags: Tags, tones: Sequence[Tone]
    ) -> list[tuple[Hit, dict[str, float]]]:
        """Expressions with what stands around them. tones: of the passages of their sentences, at least."""
        return self._context.features(reading, hits, tags, tones)

    def find(
        self, reading: Reading, hits: Sequence[tuple[Hit, dict[str, float]]], offset: int
    ) -> list[Finding]:
        """Findings with original offsets, shifted by the offset of the piece that was read."""
        out = []
        sex = cache(partial(sex_of, reading))
        for hit, told in hits:
            chance = self._chance(hit, told)
            if chance >= self._weights.threshold:
                because = self._weights.reasons(told, positive=True)
                instead = _instead(reading, hit, _sex(reading, hit, sex))
                finding = self._finding(reading, hit, chance, offset)
                out.append(replace(finding, replacement=instead, because=because))
        return out

    def _chance(self, hit: Hit, told: dict[str, float]) -> float:
        """How likely the words degrade a patient here.

        What somebody says of themselves passes, and so do things, the administration, and what is denied. Contempt whoever is meant (tier A) needs a stance to be excused.
        """
        if told.keys() & _PASSES:
            return 0.0
        chance = self._weights.chance(told)
        excused = any(told.keys() & {f"{s} {place}" for place in _PLACES} for s in _EXCUSES)
        if hit.entry.tier == "A" and not excused and "quoted" not in told:
            return max(chance, _CONTEMPT)
        return chance

    def _finding(self, reading: Reading, hit: Hit, chance: float, offset: int) -> Finding:
        span = reading.norm.original(hit.start, hit.end).shifted(offset)
        severity = SEVERITIES[hit.entry.severity]
        if severity is Severity.ERROR and chance < SURE:
            severity = Severity.WARNING
        told = degrading(hit.rule, span, chance, self._duties, self._lang)
        return replace(told, severity=severity)


_HER = re.compile(
    r"\b(?:la|une|cette|ma|sa|grosse|vieille|petite|pauvre|quelle|vraie|veritable)\s\Z"
)
_HIM = re.compile(r"\b(?:le|un|ce|mon|son|du|au|gros|vieux|petit|quel)\s\Z")


def _sex(reading: Reading, hit: Hit, within: Callable[[int, int], int | None]) -> int | None:
    """The person's sex by the word before the expression, else by the sentence."""
    before = reading.folded[max(0, hit.start - 12) : hit.start]
    if reading.lang == "fr" and _HER.search(before):
        return 1
    if reading.lang == "fr" and _HIM.search(before):
        return 0
    return within(*hit.sentence)


def _instead(reading: Reading, hit: Hit, sex: int | None) -> str:
    """The neutral wording in the gender of the person, the masculine where it is not told, for one patient or several."""
    told, words = hit.entry.instead, reading.folded[hit.start : hit.end]
    instead = told.any if told.any is not None else (told.f if sex == 1 else told.m) or ""
    forms = frozenset(map(fold, hit.entry.words))
    if words.endswith(("s", "x")) and words[:-1] in forms:
        instead = _ONE.sub(r"\1s", _ONE_WHO.sub(r"patients who \1", instead))
    elif f"{words}s" in forms or f"{words}x" in forms:
        instead = _MANY.sub(r"\1", instead)
    return _HERS.sub(r"patiente\1", instead) if reading.lang == "fr" and sex == 1 else instead


_ONE = re.compile(r"\b(patiente?|personne|âgée?)\b(?= |\Z|,)")
_ONE_WHO = re.compile(r"\bpatient who (\w+?)s\b")
_MANY = re.compile(r"\A(patiente?|personne)s\b")
_HERS = re.compile(r"\Apatient(s?)\Z")
