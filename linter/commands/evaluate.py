"""`hippolint eval`: figures on a gold corpus."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import click

from linter.post import Post
from linter.verdict import Verdict


class Checker(Protocol):
    """What can be measured: hippolint, stock Presidio."""

    def check_many(self, posts: Iterable[Post], /) -> Iterable[Verdict]:
        """Verdicts in the order of the posts."""


class Shown:
    """A system with a bar in the terminal while it works."""

    def __init__(self, system: Checker, length: int) -> None:
        self._system, self._length = system, length

    def check_many(self, posts: Iterable[Post], /) -> Iterator[Verdict]:
        """The verdicts of the system, as they come."""
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=self._length, file=sys.stderr, hidden=hidden) as bar:
            for verdict in self._system.check_many(posts):
                bar.update(1)
                yield verdict


@click.command("eval")
@click.argument(
    "corpora", nargs=-1, required=True, type=click.Path(exists=True), metavar="CORPUS..."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Only posts of this language.")
@click.option(
    "--against",
    type=click.Choice(["presidio"]),
    help="Compare with stock Presidio on the same posts.",
)
@click.option("--show", is_flag=True, help="List the errors by post and place.")
@click.option(
    "--words",
    is_flag=True,
    help="With --show: also the words; for corpora of invented people only.",
)
def evaluate(
    corpora: tuple[str, ...],
    form: str,
    lang: str | None,
    against: str | None,
    *,
    show: bool,
    words: bool,
) -> None:
    """Recall, precision, false holds and misses on gold posts, with 95 % intervals."""
    from linter.evaluation import report
    from linter.evaluation.evaluate import compare
    from linter.evaluation.gold import GoldError, read_gold
    from linter.evaluation.models import MissingModelError
    from linter.pipeline import Linter

    try:
        gold = tuple(p for c in corpora for p in read_gold(Path(c)) if lang in {None, p.lang})
    except GoldError as error:
        click.echo(f"hippolint: {error}", err=True)
        sys.exit(2)
    if not gold:
        click.echo("hippolint: no posts to evaluate on", err=True)
        sys.exit(2)
    systems: dict[str, object] = {"hippolint": Shown(Linter(), len(gold))}
    if against:
        from linter.evaluation.baseline import HELD_AND_NUMBERS, StockPresidio

        systems["presidio"] = Shown(StockPresidio(HELD_AND_NUMBERS), len(gold))
    click.echo(f"{len(gold)} posts", err=True)
    try:
        reports = compare(systems, gold)  # type: ignore[arg-type] # both check many posts
    except MissingModelError as error:
        click.echo(f"hippolint: {error}", err=True)
        sys.exit(2)
    ours = reports["hippolint"]
    if form == "json":
        told = {name: report.as_json(r) for name, r in reports.items()}
        click.echo(json.dumps(told if against else told["hippolint"], ensure_ascii=False, indent=2))
    else:
        click.echo(report.compare_as_text(reports) if against else report.as_text(ours))
    if show:
        click.echo(report.show_errors(ours, words=words))
