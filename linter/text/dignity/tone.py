"""Findings of the learned reader of tone: passages that degrade a patient in words that no rule lists."""

from collections.abc import Sequence

from linter.duty import Duty, duties_for
from linter.finding import Entity, Finding, Kind, Span, Subject
from linter.post import Language
from linter.rule import LearnedMatch, Rule
from linter.text.learned.odds import top
from linter.text.learned.tagger import Tags
from linter.text.learned.tone import Tone
from linter.text.reading import Reading

_AGREED = 0.03
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
            agreed = top(tags.degrade[tone.start : tone.end]) >= _AGREED
            if rule and agreed and tone.chance >= least:
                first, last = tags.spans[tone.start][0], tags.spans[tone.end - 1][1]
                if not any(start < last and first < end for start, end in listed):
                    out.append(
                        self._finding(rule, tone, self._span(reading, tags, tone.words, offset))
                    )
        return out

    def _finding(self, rule: Rule, tone: Tone, span: Span) -> Finding:
        return Finding(
            rule=rule.id,
            entity=Entity.DEGRADING,
            subject=Subject.PATIENT,
            severity=rule.severity,
            score=round(tone.chance, 2),
            span=span,
            message=rule.message.of(self._lang),
            duties=duties_for(rule.duties, self._duties, self._lang),
            action=rule.advice.of(self._lang),
            kind=rule.kind,
            axis="dignity",
            because=("tone",),
        )

    def _span(self, reading: Reading, tags: Tags, rows: tuple[int, int], offset: int) -> Span:
        span = reading.norm.original(tags.spans[rows[0]][0], tags.spans[rows[1] - 1][1])
        return Span(span.start + offset, span.end + offset)
