"""Findings of the learned reader of tone: passages that degrade a patient in words that no rule lists."""

from collections.abc import Sequence
from dataclasses import replace

from linter.duty import Duty
from linter.finding import Finding, Kind, Span
from linter.post import Language
from linter.rule import LearnedMatch, Rule
from linter.text.dignity.told import degrading
from linter.text.learned.odds import top
from linter.text.learned.tagger import Tags
from linter.text.learned.tone import Tone
from linter.text.reading import Reading

AGREED = 0.03
"""Chance of a degrading phrase by the other reader, which knows clinical prose better, under which nothing is told."""


class ToneJudge:
    """The rules dignity/learned-* of one language: how sure the reader must be, and what is said."""

    def __init__(self, rules: Sequence[Rule], duties: dict[str, Duty], lang: Language) -> None:
        self._rules: dict[Kind, tuple[Rule, float]] = {
            r.kind: (r, r.match.chance)
            for r in rules
            if isinstance(r.match, LearnedMatch) and r.kind is not None
        }
        self._duties, self._lang = duties, lang

    def find(
        self,
        reading: Reading,
        tags: Tags,
        tones: Sequence[Tone],
        listed: Sequence[tuple[int, int]],
        offset: int,
    ) -> list[Finding]:
        """Findings with original offsets, shifted by the offset of the piece that was read.

        Args:
            reading: the piece.
            tags: the words of it.
            tones: how each passage sounds.
            listed: where the lexicon knows an expression: it has judged that passage, one way or the other.
            offset: of the piece in the text.
        """
        out = []
        for tone in tones:
            rule, least = self._rules.get(tone.kind, (None, 1.0))
            if rule is None or tone.chance < least:
                continue
            first, last = tags.spans[tone.start][0], tags.spans[tone.end - 1][1]
            known = any(start < last and first < end for start, end in listed)
            if not known and top(tags.degrade[tone.start : tone.end]) >= AGREED:
                span = _span(reading, tags, tone.words).shifted(offset)
                told = degrading(rule, span, tone.chance, self._duties, self._lang)
                out.append(replace(told, because=("tone",), learned=True))
        return out


def _span(reading: Reading, tags: Tags, rows: tuple[int, int]) -> Span:
    return reading.norm.original(tags.spans[rows[0]][0], tags.spans[rows[1] - 1][1])
