"""Run a system over a gold corpus, and score what it says."""

from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import Protocol

from linter.evaluation.gold import GoldPost
from linter.evaluation.metrics import Report, measure
from linter.post import LANGUAGES, Post
from linter.verdict import Verdict


class System(Protocol):
    """What can be evaluated: the linter itself, or something to compare it with."""

    def check_many(self, posts: Iterable[Post], /) -> Iterable[Verdict]:
        """Give one verdict a post, in order."""


def evaluate(system: System, gold: Sequence[GoldPost]) -> Report:
    """Score a system on gold posts.

    The time is that of the posts alone: models are loaded before, by one post of each language.

    Raises:
        ValueError: there is no post, or the system does not give one verdict a post, in order.

    """
    if not gold:
        raise ValueError("no posts to evaluate on")
    posts = [post.as_post() for post in gold]
    _warm_up(system, posts)
    start = perf_counter()
    verdicts = list(system.check_many(posts))
    seconds = perf_counter() - start
    if [verdict.id for verdict in verdicts] != [post.id for post in posts]:
        raise ValueError(
            "the system must give one verdict a post, in order, with the id of the post"
        )
    return measure(zip(gold, verdicts, strict=True), seconds)


def compare(systems: Mapping[str, System], gold: Sequence[GoldPost]) -> dict[str, Report]:
    """Score systems, by name, on the same posts and the same resamples of them."""
    return {name: evaluate(system, gold) for name, system in systems.items()}


def _warm_up(system: System, posts: Sequence[Post]) -> None:
    for lang in LANGUAGES:
        first = next((post for post in posts if post.lang == lang), None)
        if first is not None:
            list(system.check_many([first]))
