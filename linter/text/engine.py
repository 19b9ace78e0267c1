"""Posts in, findings out: normalise, read once, run Presidio over the reading, merge, attribute."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpEngine

from linter.cues import SubjectCues, Weighing, load_subjects, load_weights
from linter.datafile import RuleError, locate, rules_root
from linter.duty import Duty, load_duties
from linter.fault import guarded
from linter.finding import Entity, Finding, Span
from linter.post import LANGUAGES, Language
from linter.rule import (
    FollowsMatch,
    LearnedMatch,
    NameMatch,
    PatternMatch,
    PersonMatch,
    Rule,
    load_rules,
)
from linter.text.checks import CHECKS
from linter.text.findings import FindingBuilder
from linter.text.fold import fold_same_length
from linter.text.learned.features import Features as Words
from linter.text.learned.features import features as words_of
from linter.text.learned.tagger import Tagger, Tags, load_tagger
from linter.text.lexicon import load_lexicon, terms
from linter.text.merge import merge
from linter.text.normalise import normalise
from linter.text.persons.methods import METHODS
from linter.text.reading import Reading
from linter.text.recognizers.base import ReadyArtifacts, Recognizer
from linter.text.recognizers.follows import FollowsRecognizer
from linter.text.recognizers.learned import LearnedRecognizer
from linter.text.recognizers.names import NameRecognizer
from linter.text.recognizers.pattern import PatternRecognizer
from linter.text.subject import Features
from linter.text.tokens import tokenize
from linter.text.veto import Veto

CHUNK = 20_000
"""Longer texts are read in pieces of at most this many characters, so that cost grows linearly."""


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


class TextEngine:
    """The text half of the linter. Construction reads rules; the reader loads with the first text.

    Args:
        rules: the rules to run; all of `root` when absent.
        root: a rules folder; the shipped one when absent.
        tagger: the learned reader; the shipped one when absent.
        weights: of the cues; those of `root` when absent.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...] | None = None,
        root: Traversable | Path | None = None,
        tagger: Tagger | None = None,
        weights: Weighing | None = None,
    ) -> None:
        self._root = root or rules_root()
        self.rules = load_rules(self._root) if rules is None else rules
        _check_names(self.rules, self._root)
        self._subjects = load_subjects(self._root)
        self._weights = weights or load_weights(self._root)
        self.duties = load_duties(self._root)
        self._tagger = tagger
        self._languages: dict[Language, _LanguageEngine] = {}

    def find(self, texts: Sequence[str], lang: Language) -> list[tuple[Finding, ...]]:
        """The findings of each text, in the order of their places.

        Raises:
            PostError: a recognizer failed; the message says where, without a word of the texts.
        """
        return guarded(self._find, texts, lang)

    def _find(self, texts: Sequence[str], lang: Language) -> list[tuple[Finding, ...]]:
        engine = self._engine(lang)
        pieces = [(i, start, part) for i, t in enumerate(texts) for start, part in chunks(t)]
        found: list[list[Finding]] = [[] for _ in texts]
        for number, offset, part in pieces:
            found[number].extend(engine.findings(engine.read(part), offset, self._reader()))
        return [tuple(f) for f in found]

    def features(self, text: str, lang: Language) -> list[tuple[Span, Entity, Features]]:
        """For training: every detail of one text with the cues that hold."""
        engine, reader = self._engine(lang), self._reader()
        return [f for _, part in chunks(text) for f in engine.features(engine.read(part), reader)]

    def described(self, text: str, lang: Language) -> list[tuple[Reading, Words]]:
        """For training: the pieces of one text as the learned reader sees them."""
        engine = self._engine(lang)
        readings = [engine.read(part) for _, part in chunks(text)]
        return [(r, words_of(r, engine.results(r))) for r in readings]

    def _reader(self) -> Tagger:
        if self._tagger is None:
            self._tagger = load_tagger()
        return self._tagger

    def _engine(self, lang: Language) -> "_LanguageEngine":
        if lang not in self._languages:
            self._languages[lang] = _LanguageEngine(
                self.rules, (self._subjects, self._weights), self.duties, self._root, lang
            )
        return self._languages[lang]


def _check_names(rules: tuple[Rule, ...], root: Traversable | Path) -> None:
    """What rules name exists: checks, methods, lists.

    Raises:
        RuleError: with path, line and the names there are.
    """
    lists = sorted(p.name.removesuffix(".txt") for p in (root / "lists").iterdir())
    known: dict[str, Collection[str]] = {
        "check": sorted(CHECKS),
        "method": sorted([*METHODS, "again"]),
        "not_in": lists,
    }
    problems = [
        f"{_place(rule, root, key)}: match.{key}: no such {key.replace('not_in', 'list')}; "
        f"one of: {', '.join(names)}"
        for rule in rules
        for key, names in known.items()
        if getattr(rule.match, key, None) not in {None, *names}
    ]
    if problems:
        raise RuleError("\n".join(problems))


def _place(rule: Rule, root: Traversable | Path, key: str) -> str:
    folder, _, file = rule.id.partition("/")
    path = root / folder / f"{file}.yaml"
    name = f"rules/{rule.id}.yaml"
    return locate(path, name, ("match", key)) if path.is_file() else f"{name}:1"


class _LanguageEngine:
    """Everything compiled for one language."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        subjects: tuple[tuple[SubjectCues, ...], Weighing],
        duties: dict[str, Duty],
        root: Traversable | Path,
        lang: Language,
    ) -> None:
        self.lang = lang
        self._rules = tuple(r for r in rules if lang in r.languages())
        self._lists = root / "lists"
        self._builder = FindingBuilder(self._rules, *subjects, duties, lang)

    @cached_property
    def _follows(self) -> FollowsRecognizer:
        follows = tuple(r for r in self._rules if isinstance(r.match, FollowsMatch))
        return FollowsRecognizer(follows, self.lang)

    @cached_property
    def _veto(self) -> Veto:
        return Veto(self._lists, self.lang)

    @cached_property
    def _learned(self) -> LearnedRecognizer:
        learned = tuple(r for r in self._rules if isinstance(r.match, LearnedMatch))
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

    def findings(self, reading: Reading, offset: int, tagger: Tagger) -> list[Finding]:
        """Run every recognizer over one reading and tell whose each detail is."""
        results, tags = self._all(reading, tagger)
        return self._builder.build(reading, results, tags, offset)

    def features(self, reading: Reading, tagger: Tagger) -> list[tuple[Span, Entity, Features]]:
        """For training: every detail of a reading with the cues that hold."""
        results, tags = self._all(reading, tagger)
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

    def _all(self, reading: Reading, tagger: Tagger) -> tuple[list[Any], Tags]:
        """What the rules find and what the reader adds, and the reader's marks of every word."""
        results = self.results(reading)
        tags = tagger.read(words_of(reading, results))
        return self._learned.complete(reading, results, tags), tags


def chunks(text: str) -> Iterable[tuple[int, str]]:
    """Pieces of a long text with their offsets, cut at a line end or a space where there is one."""
    start = 0
    while len(text) - start > CHUNK:
        end = max(text.rfind("\n", start + CHUNK // 2, start + CHUNK), 0) or max(
            text.rfind(" ", start + CHUNK // 2, start + CHUNK),
            0,
        )
        end = end + 1 if end else start + CHUNK
        yield start, text[start:end]
        start = end
    if start < len(text):
        yield start, text[start:]
