"""`hippolint check`: posts in, verdicts out."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING

import click

from linter.commands.inputs import BadLine, InputError, Lang
from linter.commands.posts import Named, attached, inputs, named_posts
from linter.commands.writer import Writer
from linter.datafile import RuleError
from linter.fault import describe
from linter.verdict import Decision, PostError, Verdict

if TYPE_CHECKING:  # the models behind it load when the first post is there
    from linter.denylist import Denylist
    from linter.pipeline import Linter

_AHEAD = 128
"""Posts read ahead of the linter when they arrive faster than it works."""
_LONG = 5
"""Inputs from which the progress is shown when their number is known."""
_BAR = 30
"""Width of the bar."""


@dataclass
class Outcome:
    """What was said so far; it makes the exit status."""

    decisions: list[Decision] = field(default_factory=list)
    unread: int = 0

    @property
    def status(self) -> int:
        """0 allow, 1 review or block, 2 an input that could not be read."""
        if self.unread:
            return 2
        return int(any(d is not Decision.ALLOW for d in self.decisions))


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE|-]...")
@click.option(
    "--attach",
    multiple=True,
    metavar="FILE",
    help="A file joined to the post; a folder: all in it.",
)
@click.option("--lang", type=click.Choice(["fr", "en", "auto"]), default="auto", show_default=True)
@click.option("--policy", default="default", show_default=True, metavar="NAME|FILE")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl", "sarif"]), default="text"
)
@click.option(
    "--input-format", type=click.Choice(["text", "jsonl"]), default="text", show_default=True
)
@click.option("--fix", is_flag=True, help="Print the rewritten post instead of the report.")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False),
    help="Write rewritten posts and safe copies of their pictures there.",
)
@click.option(
    "--side-by-side",
    is_flag=True,
    help="With --output-dir: also a picture of each file before and after. It shows what is to be hidden.",
)
@click.option("--denylist", metavar="FILE", help="Another list of known leaks.")
@click.option("--color/--no-color", default=None, help="Colours; by default in a terminal only.")
@click.pass_context
def check(
    ctx: click.Context,
    files: tuple[str, ...],
    attach: tuple[str, ...],
    lang: Lang,
    policy: str,
    form: str,
    input_format: str,
    *,
    fix: bool,
    output_dir: str | None,
    side_by_side: bool,
    denylist: str | None,
    color: bool | None,
) -> None:
    """Check posts: files, folders, or standard input (`-`). A picture or a document is a post without words.

    Exit status: 0 allow, 1 review or block, 2 usage or unreadable input.
    """
    if not files and sys.stdin.isatty() and not attach:
        raise click.UsageError("give a FILE, or pipe a post into `hippolint check -`")
    if input_format == "jsonl" and (attach or fix or output_dir):
        raise click.UsageError(
            "--input-format jsonl takes attachments from its lines, and neither --fix nor --output-dir"
        )
    if side_by_side and not output_dir:
        raise click.UsageError("--side-by-side goes with --output-dir")
    writer = Writer(
        form, fix=fix, output_dir=output_dir, color=color, lang=lang, side_by_side=side_by_side
    )
    try:
        given = not files and sys.stdin.isatty()  # the attachments alone
        names = list(files) if files or given else ["-"]
        if input_format == "text":
            names = inputs(names)
        source = named_posts(names, attached(attach), lang, input_format)
        total = len(names) if input_format == "text" else None
        outcome = run(source, policy, writer, denylist, total)
    except (RuleError, InputError) as error:
        click.echo(f"hippolint: {error}", err=True)
        ctx.exit(2)
    ctx.exit(outcome.status)


def run(
    source: Iterator[Named],
    policy: str,
    writer: Writer,
    denylist: str | None = None,
    total: int | None = None,
) -> Outcome:
    """Check every post as it comes and write each verdict as soon as it is ready."""
    from linter.pipeline import Linter
    from linter.policy import load_policy

    outcome = Outcome()
    with Linter(load_policy(policy), denylist=_leaks(denylist)) as linter:
        for named in _ahead(source):
            told = _told(linter, named)
            _write(writer, outcome, named, told, linter)
            _progress(outcome, total)
        _progress(outcome, total, done=True)
        writer.end(outcome.decisions, outcome.unread, linter)
    return outcome


def _leaks(path: str | None) -> "Denylist":
    """The known leaks.

    Raises:
        InputError: the list cannot be read.
    """
    from linter.denylist import DenylistError, default_path, load

    try:
        return load(Path(path) if path else default_path())
    except DenylistError as error:
        raise InputError(str(error)) from None


def _write(
    writer: Writer, outcome: Outcome, named: Named, told: "Verdict | BadLine", linter: "Linter"
) -> None:
    if isinstance(told, BadLine):
        outcome.unread += 1
        writer.unread(named, told)
        return
    outcome.decisions.append(told.decision)
    try:
        writer.verdict(told, named, linter)
    except InputError as error:
        outcome.unread += 1
        click.echo(f"hippolint: {error}", err=True)


def _progress(outcome: Outcome, total: int | None, *, done: bool = False) -> None:
    """How far a long run is, on a terminal that shows nothing else."""
    count = len(outcome.decisions) + outcome.unread
    long = (total or 0) >= _LONG or count >= _AHEAD
    if not long or not sys.stderr.isatty() or sys.stdout.isatty():
        return
    bar = ""
    if total:
        full = _BAR * min(count, total) // total
        bar = f"[{'#' * full}{'-' * (_BAR - full)}] "
    of = f" of {total:,}" if total else ""
    click.echo(f"\r{bar}{count:,}{of} posts checked", err=True, nl=done)


def _told(linter: "Linter", named: Named) -> "Verdict | BadLine":
    """The verdict on one input, or why there is none; a post that fails does not take others along."""
    if named.post is None:
        return named.bad or BadLine(None, "cannot be read")
    try:
        return linter.check(named.post)
    except PostError as error:
        return BadLine(named.post.id, str(error))


def _ahead(source: Iterator[Named]) -> Iterator[Named]:
    """The inputs, read ahead of the linter when they arrive faster than it works."""
    queue: Queue[Named | None] = Queue(_AHEAD)
    faults: list[str] = []

    def read() -> None:
        try:
            for named in source:
                queue.put(named)
        except InputError as error:
            faults.append(str(error))
        except OSError as error:
            faults.append(f"reading failed: {error.strerror or 'no reason given'}")
        except Exception as fault:  # noqa: BLE001 # told below, without a word of the input
            faults.append(describe(fault))
        finally:
            queue.put(None)

    Thread(target=read, daemon=True).start()
    while (item := queue.get()) is not None:
        yield item
    if faults:
        raise InputError(faults[0])
