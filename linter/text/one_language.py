"""Everything compiled for one language: recognizers, finders, and what they find in a reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpEngine

from linter.cues import SubjectCues, SubjectWeights, Weighing
from linter.duty import Duty
from linter.finding import DIRECT, Entity, Finding, Span
from linter.fold import fold_same_length
from linter.post import LANGUAGES, Language
from linter.risk.populations import Populations
from linter.rule import (
    FollowsMatch,
    LearnedMatch,
    NameMatch,
    PatternMatch,
    PersonMatch,
    Rule,
)
from linter.text.dignity.judge import Judge, StanceCues
from linter.text.dignity.lexicon import Hit
from linter.text.dignity.tone import AGREED, ToneJudge
from linter.text.findings import FindingBuilder
from linter.text.learned.features import Features as Words
from linter.text.learned.features import Mark
from linter.text.learned.features import features as words_of
from linter.text.learned.second import Hearing
from linter.text.learned.tagger import Tagger, Tags
from linter.text.learned.tone import Tone, sentence_ends
from linter.text.lexicon import load_lexicon, terms
from linter.text.merge import merge
from linter.text.normalise import normalise
from linter.text.quasi.candidate import Candidate
from linter.text.quasi.clues import Clue, ClueBuilder
from linter.text.quasi.finders import Finders
from linter.text.quasi.weigh import features as quasi_features
from linter.text.reading import Reading
from linter.text.recognizers.base import RULE, ReadyArtifacts, Recognizer
from linter.text.recognizers.follows import FollowsRecognizer
from linter.text.recognizers.learned import LearnedRecognizer
from linter.text.recognizers.names import NameRecognizer
from linter.text.recognizers.pattern import PatternRecognizer
from linter.text.subject import Features
from linter.text.tokens import tokenize
from linter.text.veto import Veto


@dataclass(frozen=True)
class Shared:
    """What both languages use: rules, cues with their weights, duties, and the folder they are from."""

    rules: tuple[Rule, ...]
    subjects: tuple[SubjectCues, ...]
    weights: Weighing
    duties: dict[str, Duty]
    root: Traversable | Path
    populations: Populations
    stance: tuple[StanceCues, SubjectWeights]


@dataclass(frozen=True)
class Found:
    """What was found in one text: direct identifiers, and clues to who is described."""

    findings: tuple[Finding, ...] = ()
    clues: tuple[Clue, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(self.findings + other.findings, self.clues + other.clues)


class _NoNlpEngine(NlpEngine):
    """Stands where Presidio wants an engine; texts arrive read, so it is never asked."""

    def load(self) -> None: ...
    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> Any:  # noqa: ANN401
        raise NotImplementedError("artifacts are made by TextEngine.read")

    def process_batch(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401
        raise NotImplementedError("artifacts are made by TextEngine.read")

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return list(LANGUAGES)


class _NoEnhancer(ContextAwareEnhancer):
    """Context is weighed by each rule; Presidio's own pass would only copy every result."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0, 0)

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 # Presidio's signature
        raw_results: list[Any],
        *_: object,
        **__: object,
    ) -> list[Any]:
        """The results as they are."""
        return raw_results


class LanguageEngine:
    """Everything compiled for one language."""

    def __init__(self, shared: Shared, lang: Language) -> None:
        self.lang = lang
        self._rules = tuple(r for r in shared.rules if lang in r.languages())
        self._lists = shared.root / "lists"
        self._builder = FindingBuilder(
            self._rules, shared.subjects, shared.weights, shared.duties, lang
        )
        self._finders = Finders(self._rules, lang, shared.root)
        self._judge = Judge(self._rules, shared.stance, shared.duties, lang)
        self._tone = ToneJudge(self._rules, shared.duties, lang)
        self._clues = ClueBuilder(
            shared.weights,
            shared.subjects,
            shared.duties,
            lang,
            shared.root,
            shared.populations,
        )

    @cached_property
    def _follows(self) -> FollowsRecognizer:
        follows = tuple(r for r in self._rules if isinstance(r.match, FollowsMatch))
        return FollowsRecognizer(follows, self.lang)

    @cached_property
    def _veto(self) -> Veto:
        return Veto(self._lists, self.lang)

    @cached_property
    def _learned(self) -> LearnedRecognizer:
        learned = tuple(
            r for r in self._rules if isinstance(r.match, LearnedMatch) and r.entity in DIRECT
        )
        return LearnedRecognizer(learned, self.lang, self._veto)

    @cached_property
    def _lexicon(self) -> Any:  # noqa: ANN401
        return load_lexicon(self._lists, self.lang)

    @cached_property
    def _analyzer(self) -> Any:  # noqa: ANN401 # Presidio ships no types
        return AnalyzerEngine(
            registry=RecognizerRegistry(
                recognizers=self._recognizers(), supported_languages=[self.lang]
            ),
            nlp_engine=_NoNlpEngine(),
            supported_languages=[self.lang],
            context_aware_enhancer=_NoEnhancer(),
        )

    def _recognizers(self) -> list[Recognizer]:
        names = tuple(r for r in self._rules if isinstance(r.match, NameMatch | PersonMatch))
        recognizers: list[Recognizer] = []
        if names:
            recognizers.append(NameRecognizer(names, self.lang, self._veto))
        patterns = [
            (r, self._excluded(r.match)) for r in self._rules if isinstance(r.match, PatternMatch)
        ]
        if patterns:
            recognizers.append(PatternRecognizer(patterns, self.lang))
        return recognizers

    def _excluded(self, match: PatternMatch) -> frozenset[str]:
        if match.not_in is None:
            return frozenset()
        path = self._lists / f"{match.not_in}.txt"
        return frozenset("".join(filter(str.isalnum, t)) for t in terms(path))

    def read(self, text: str) -> Reading:
        """Normalise a text, cut it into words and look them up."""
        norm = normalise(text)
        tokens = tokenize(norm.text, self._lexicon)
        return Reading(
            norm,
            self.lang,
            self._lexicon,
            tokens,
            fold_same_length(norm.text),
            tuple(t.key for t in tokens),
        )

    def found(self, reading: Reading, offset: int, tagger: Tagger, tone: Hearing) -> Found:
        """Run every recognizer over one reading and tell whose each detail is."""
        results, candidates, tags = self._all(reading, tagger)
        findings = self._builder.build(reading, results, tags, offset)
        clues = self._clues.build(reading, candidates, tags, offset)
        hits, tones = self._expressions(reading, tags, tone)
        listed = [(hit.start, hit.end) for hit, _ in hits]
        degrading = self._judge.find(reading, hits, offset)
        degrading += self._tone.find(reading, tags, tones, listed, offset)
        return Found((*findings, *degrading), tuple(clues))

    def proposals(self, reading: Reading, tagger: Tagger) -> list[tuple[str, Span]]:
        """Rule and place of every proposed detail that identifies nobody alone."""
        _, proposed, _ = self._all(reading, tagger)
        return [(c.rule.id, reading.norm.original(c.start, c.end)) for c in proposed]

    def town(self, name: str) -> Clue | None:
        """What the author's town tells."""
        return self._clues.town(name, self._finders.gazetteer)

    def described(self, reading: Reading) -> Words:
        """What the learned reader is told of each word."""
        results = self.results(reading)
        return words_of(reading, _marks(results, self._finders.propose(reading, results)))

    def degrading_features(
        self, reading: Reading, tagger: Tagger, tone: Hearing
    ) -> list[tuple[Span, Features]]:
        """For training: every expression of the dignity lexicon with what stands around it."""
        tags = self._all(reading, tagger)[2]
        hits, _ = self._expressions(reading, tags, tone)
        return [(reading.norm.original(h.start, h.end), told) for h, told in hits]

    def _expressions(
        self, reading: Reading, tags: Tags, tone: Hearing
    ) -> tuple[list[tuple[Hit, dict[str, float]]], list[Tone]]:
        """The lexicon's expressions with what stands around them, and the tone of the passages that it is asked of."""
        hits = self._judge.expressions(reading)
        asked = tags.degrade >= AGREED
        for hit in hits:
            asked[tags.rows(*hit.sentence)] = True
        tones = []
        if asked.any():
            ends = sentence_ends(reading.text, tags.spans)
            tones = tone.read(tags.words, ends, tags.degrade, asked)
        return self._judge.around(reading, hits, tags, tones), tones

    def quasi_features(
        self, reading: Reading, tagger: Tagger
    ) -> list[tuple[Span, Entity, Features]]:
        """For training: every proposed detail that identifies nobody alone, with what speaks for it."""
        _, candidates, tags = self._all(reading, tagger)
        told = quasi_features(reading, tags, candidates)
        return [
            (reading.norm.original(c.start, c.end), c.entity, f)
            for c, f in zip(candidates, told, strict=True)
        ]

    def features(self, reading: Reading, tagger: Tagger) -> list[tuple[Span, Entity, Features]]:
        """For training: every detail of a reading with the cues that hold."""
        results, _, tags = self._all(reading, tagger)
        return self._builder.features(reading, results, tags)

    def results(self, reading: Reading) -> list[Any]:
        """What the rules find, without the learned reader; Presidio results, one a place."""
        results = self._analyzer.analyze(
            text=reading.text,
            language=self.lang,
            nlp_artifacts=ReadyArtifacts(reading),
        )
        results += self._follows.follow(reading, results)
        return merge(results)

    def _all(self, reading: Reading, tagger: Tagger) -> tuple[list[Any], list[Candidate], Tags]:
        """Direct identifiers, proposals of other details, and the reader's marks of every word."""
        results = self.results(reading)
        proposed = self._finders.propose(reading, results)
        tags = tagger.read(words_of(reading, _marks(results, proposed)))
        direct = self._learned.complete(reading, results, tags)
        return direct, self._finders.complete(reading, proposed, direct, tags), tags


def _marks(results: Sequence[Any], proposed: Sequence[Candidate]) -> list[Mark]:
    """What the reader is told: direct identifiers first, then proposals, the longest first."""
    direct = [
        Mark(r.start, r.end, Entity(r.entity_type), r.recognition_metadata[RULE], float(r.score))
        for r in results
    ]
    ordered = sorted(proposed, key=lambda c: (c.start - c.end, c.start))
    return direct + [
        Mark(c.start, c.end, c.entity, "|".join((c.rule.id, *sorted(c.flags & _TOLD))), 1.0)
        for c in ordered
    ]


_TOLD = frozenset(
    {
        "listed: common",
        "listed: ambiguous",
        "facility: named",
        "place: also a word",
        "place: in lower case",
    }
)
"""Flags of a proposal that the reader is told as well."""
