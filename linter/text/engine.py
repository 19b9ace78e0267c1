"""Posts in, findings and clues out: normalise, read once, run Presidio over the reading, merge, attribute."""

from collections.abc import Collection, Iterable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from linter.cues import Weighing, load_subjects, load_weights, notes_of
from linter.datafile import RuleError, locate, rules_root
from linter.duty import load_duties
from linter.fault import guarded
from linter.finding import Entity, Span
from linter.post import Language
from linter.risk.populations import load_populations
from linter.rule import Rule, load_rules
from linter.text.checks import CHECKS
from linter.text.dignity.judge import load_stance
from linter.text.learned.features import Features as Words
from linter.text.learned.second import Hearing, load_hearing
from linter.text.learned.tagger import Tagger, load_tagger
from linter.text.one_language import Found, LanguageEngine, Shared
from linter.text.persons.methods import METHODS
from linter.text.quasi.clues import Clue
from linter.text.reading import Reading
from linter.text.subject import Features

CHUNK = 20_000
"""Longer texts are read in pieces of at most this many characters, so that cost grows linearly."""


class TextEngine:
    """The text half of the linter. Construction reads rules; the reader loads with the first text.

    Args:
        rules: the rules to run; all of `root` when absent.
        root: a rules folder; the shipped one when absent.
        tagger: the learned reader; the shipped one when absent.
        weights: of the cues; those of `root` when absent.
        tone: the learned readers of tone; the shipped ones when absent.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...] | None = None,
        root: Traversable | Path | None = None,
        tagger: Tagger | None = None,
        weights: Weighing | None = None,
        tone: Hearing | None = None,
    ) -> None:
        self._root = root or rules_root()
        self.rules = load_rules(self._root) if rules is None else rules
        _check_names(self.rules, self._root)
        self.duties = load_duties(self._root)
        self.populations = load_populations(self._root)
        self._shared = Shared(
            self.rules,
            load_subjects(self._root),
            weights or load_weights(self._root),
            self.duties,
            self._root,
            self.populations,
            load_stance(self._root),
        )
        self.notes = notes_of(self._shared.subjects)
        self._tagger, self._heard = tagger, tone
        self._languages: dict[Language, LanguageEngine] = {}

    def find(self, texts: Sequence[str], lang: Language) -> list[Found]:
        """What is found in each text, in the order of its places.

        Raises:
            PostError: a recognizer failed; the message says where, without a word of the texts.
        """
        return guarded(self._find, texts, lang)

    def _find(self, texts: Sequence[str], lang: Language) -> list[Found]:
        engine = self._engine(lang)
        pieces = [(i, start, part) for i, t in enumerate(texts) for start, part in chunks(t)]
        found = [Found() for _ in texts]
        for number, offset, part in pieces:
            found[number] += engine.found(engine.read(part), offset, self._reader(), self._tone())
        return found

    def town(self, name: str, lang: Language) -> Clue | None:
        """What the author's town tells of every patient of a post; None for a place that no table holds."""
        return self._engine(lang).town(name)

    def proposals(self, text: str, lang: Language) -> list[tuple[str, Span]]:
        """For proofs: rule and place of every proposed detail that identifies nobody alone."""
        engine, reader = self._engine(lang), self._reader()
        return [p for _, part in chunks(text) for p in engine.proposals(engine.read(part), reader)]

    def features(self, text: str, lang: Language) -> list[tuple[Span, Entity, Features]]:
        """For training: every detail of one text with the cues that hold."""
        engine, reader = self._engine(lang), self._reader()
        return [f for _, part in chunks(text) for f in engine.features(engine.read(part), reader)]

    def degrading_features(self, text: str, lang: Language) -> list[tuple[Span, Features]]:
        """For training: every expression of the dignity lexicon in one text."""
        engine, reader, tone = self._engine(lang), self._reader(), self._tone()
        return [
            f
            for _, p in chunks(text)
            for f in engine.degrading_features(engine.read(p), reader, tone)
        ]

    def quasi_features(self, text: str, lang: Language) -> list[tuple[Span, Entity, Features]]:
        """For training: every proposed detail of one text that identifies nobody alone."""
        engine, reader = self._engine(lang), self._reader()
        return [f for _, p in chunks(text) for f in engine.quasi_features(engine.read(p), reader)]

    def described(self, text: str, lang: Language) -> list[tuple[Reading, Words]]:
        """For training: the pieces of one text as the learned reader sees them."""
        engine = self._engine(lang)
        readings = [engine.read(part) for _, part in chunks(text)]
        return [(r, engine.described(r)) for r in readings]

    def _reader(self) -> Tagger:
        if self._tagger is None:
            self._tagger = load_tagger()
        return self._tagger

    def _tone(self) -> Hearing:
        return self._heard or load_hearing()

    def _engine(self, lang: Language) -> LanguageEngine:
        if lang not in self._languages:
            self._languages[lang] = LanguageEngine(self._shared, lang)
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
