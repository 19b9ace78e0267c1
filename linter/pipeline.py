"""The whole flow of a post on one screen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path

from linter.attachments import in_name, pictured, unchecked
from linter.describe import Describer
from linter.fault import guarded
from linter.finding import Span, in_order
from linter.policy import Policy, graver, load_policy
from linter.post import Language, Post
from linter.rewrite import Rewriter
from linter.rule import Rule
from linter.text.engine import TextEngine
from linter.text.language import detect_language
from linter.text.one_language import Found
from linter.text.quasi.clues import Clue
from linter.verdict import MAX_TEXT, PostError, Verdict

BATCH = 128
"""Posts read together by `check_many`."""


class Linter:
    """Checks posts. Models are loaded when a language first occurs; share one Linter, it keeps no state of posts."""

    def __init__(
        self,
        policy: Policy | None = None,
        rules: tuple[Rule, ...] | None = None,
        root: Traversable | Path | None = None,
        engine: TextEngine | None = None,
    ) -> None:
        self.policy = policy or load_policy(root=root)
        self._text = engine or TextEngine(rules, root)
        self._describer = Describer(self._text.populations, self.policy.combination)
        self._rewriter = Rewriter()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force."""
        return self._text.rules

    def inhabitants(self, country: str) -> float:
        """How many people live in a country that a count is about."""
        return self._text.populations.totals[country]

    def proposals(self, post: Post) -> list[tuple[str, Span]]:
        """For proofs: what the rules for details that identify nobody alone propose, before it is weighed."""
        return self._text.proposals(post.text, self._language(post))

    def check(self, post: Post) -> Verdict:
        """The verdict on one post.

        Raises:
            PostError: the post is longer than `MAX_TEXT`.
        """
        return next(iter(self.check_many([post])))

    def check_many(self, posts: Iterable[Post]) -> Iterator[Verdict]:
        """Verdicts in the order of the posts, each batch read in one pass per language."""
        source = iter(posts)
        while batch := list(islice(source, BATCH)):
            yield from self._check_batch(batch)

    def _check_batch(self, posts: Sequence[Post]) -> list[Verdict]:
        langs = [self._language(p) for p in posts]
        verdicts: dict[int, Verdict] = {}
        for lang in sorted(set(langs)):
            numbers = [n for n, found in enumerate(langs) if found == lang]
            findings = self._find([posts[n] for n in numbers], lang)
            for number, found in zip(numbers, findings, strict=True):
                verdicts[number] = self._verdict(posts[number], lang, found)
        return [verdicts[n] for n in range(len(posts))]

    def _find(self, posts: Sequence[Post], lang: Language) -> list[Found]:
        """What is in each post: its text, the names of its attachments, what was not checked."""
        names = [(n, i, a.name) for n, p in enumerate(posts) for i, a in enumerate(p.attachments)]
        texts = [p.text for p in posts] + [name for _, _, name in names]
        found = self._text.find(texts, lang)
        told = [
            found[n] + Found(unchecked(p, self.rules, self._text.duties, lang))
            for n, p in enumerate(posts)
        ]
        for (n, i, _), in_names in zip(names, found[len(posts) :], strict=True):
            told[n] += Found(in_name(in_names.findings, i))
        return told

    def _verdict(self, post: Post, lang: Language, found: Found) -> Verdict:
        clues = found.clues if post.posted else tuple(map(_without_day, found.clues))
        town = self._text.town(post.place, lang) if post.place else None
        described = guarded(self._describer.describe, (*clues, town) if town else clues, lang)
        told = found.findings
        if pictured(post) or described.minor:
            told = graver(told)
        findings = in_order(told + described.findings)
        return Verdict(
            id=post.id,
            lang=lang,
            decision=self.policy.decide(findings, described.anonymity),
            risk=self.policy.assess(findings, described.anonymity),
            anonymity=described.anonymity,
            findings=findings,
            fixed=self._rewriter.fix(post.text, findings, lang),
            policy=self.policy.id,
        )

    @staticmethod
    def _language(post: Post) -> Language:
        if len(post.text) > MAX_TEXT:
            raise PostError(
                f"the post has {len(post.text):,} characters; the limit is {MAX_TEXT:,}"
            )
        return detect_language(post.text) if post.lang == "auto" else post.lang


def _without_day(clue: Clue) -> Clue:
    """A clue such as "hier" tells nothing where the day of the post is not known; it is a detail all the same."""
    return replace(clue, fact=None) if clue.fact and clue.fact.relative else clue
