"""`hippolint check`: posts in, verdicts out."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING

import click

from linter import __version__
from linter.commands.inputs import BadLine, InputError, Lang, json_posts, open_input
from linter.datafile import RuleError
from linter.fault import describe
from linter.post import Attachment, Language, Post
from linter.verdict import MAX_TEXT, Decision, PostError, Verdict

if TYPE_CHECKING:  # the models behind it load when the first post is there
    from linter.pipeline import Linter

_AHEAD = 128
"""Posts read ahead of the linter when they arrive faster than it works."""


@dataclass(frozen=True)
class Named:
    """A post with the name of its input, or why there is none."""

    name: str
    post: Post | None = field(default=None, repr=False)
    bad: BadLine | None = None


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
@click.option("--attach", multiple=True, metavar="FILE", help="A file joined to the post.")
@click.option("--lang", type=click.Choice(["fr", "en", "auto"]), default="auto", show_default=True)
@click.option("--policy", default="default", show_default=True, metavar="NAME|FILE")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl", "sarif"]), default="text"
)
@click.option(
    "--input-format", type=click.Choice(["text", "jsonl"]), default="text", show_default=True
)
@click.option("--fix", is_flag=True, help="Print the rewritten post instead of the report.")
@click.option("--output-dir", type=click.Path(file_okay=False), help="Write rewritten posts there.")
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
    color: bool | None,
) -> None:
    """Check posts: files, or standard input (`-`).

    Exit status: 0 allow, 1 review or block, 2 usage or unreadable input.
    """
    names = files or ("-",)
    if not files and sys.stdin.isatty():
        raise click.UsageError("give a FILE, or pipe a post into `hippolint check -`")
    if input_format == "jsonl" and (attach or fix or output_dir):
        raise click.UsageError(
            "--input-format jsonl takes attachments from its lines, and neither --fix nor --output-dir"
        )
    try:
        source = _posts(names, attach, lang, input_format)
        outcome = run(
            source, policy, Writer(form, fix=fix, output_dir=output_dir, color=color, lang=lang)
        )
    except (RuleError, InputError) as error:
        click.echo(f"hippolint: {error}", err=True)
        ctx.exit(2)
    ctx.exit(outcome.status)


def run(source: Iterator[Named], policy: str, writer: "Writer") -> Outcome:
    """Check every post as it comes and write each verdict as soon as it is ready."""
    from linter.pipeline import Linter
    from linter.policy import load_policy

    linter = Linter(load_policy(policy))
    outcome = Outcome()
    for batch in _batches(source):
        for named, told in _told(linter, batch):
            if isinstance(told, BadLine):
                outcome.unread += 1
                writer.unread(named, told)
                continue
            outcome.decisions.append(told.decision)
            try:
                writer.verdict(told, named)
            except InputError as error:
                outcome.unread += 1
                click.echo(f"hippolint: {error}", err=True)
        _progress(outcome)
    _progress(outcome, done=True)
    writer.end(outcome, linter)
    return outcome


def _progress(outcome: Outcome, *, done: bool = False) -> None:
    """How many posts were checked, on a terminal that shows nothing else, for long runs."""
    count = len(outcome.decisions) + outcome.unread
    if count > _AHEAD and sys.stderr.isatty() and not sys.stdout.isatty():
        click.echo(f"\r{count:,} posts checked", err=True, nl=done)


def _told(linter: "Linter", batch: list[Named]) -> Iterator[tuple[Named, "Verdict | BadLine"]]:
    """Each input with its verdict, or why there is none; a post that fails does not take others along."""
    try:
        verdicts = iter(list(linter.check_many(n.post for n in batch if n.post)))
    except PostError:
        for named in batch:
            yield named, _one(linter, named)
        return
    for named in batch:
        yield named, next(verdicts) if named.post else _reason(named)


def _one(linter: "Linter", named: Named) -> "Verdict | BadLine":
    if named.post is None:
        return _reason(named)
    try:
        return linter.check(named.post)
    except PostError as error:
        return BadLine(named.post.id, str(error))


def _reason(named: Named) -> BadLine:
    return named.bad or BadLine(None, "cannot be read")


def _posts(
    names: tuple[str, ...], attach: tuple[str, ...], lang: Lang, input_format: str
) -> Iterator[Named]:
    joined = tuple(Attachment(Path(a)) for a in attach)
    for name in names:
        if input_format == "jsonl":
            yield from _lines(name, lang)
            continue
        try:
            text = open_input(name)
        except InputError as error:
            yield Named(name, bad=BadLine(None, str(error)))
            continue
        if len(text) > MAX_TEXT:
            yield Named(name, bad=BadLine(None, f"{name}: longer than {MAX_TEXT:,} characters"))
        else:
            yield Named(name, Post(text, None if name == "-" else name, lang, joined))


def _lines(name: str, lang: Lang) -> Iterator[Named]:
    try:
        stream = sys.stdin.buffer if name == "-" else Path(name).open("rb")  # noqa: SIM115 # closed below
    except OSError as error:
        yield Named(name, bad=BadLine(None, f"{name}: {error.strerror or 'cannot be read'}"))
        return
    with stream:
        for item in json_posts(stream, lang):
            yield Named(name, bad=item) if isinstance(item, BadLine) else Named(name, item)


def _batches(source: Iterator[Named]) -> Iterator[list[Named]]:
    """What has arrived: one post at once when they trickle in, a full batch when they pour."""
    queue: Queue[Named | None] = Queue(_AHEAD)
    faults: list[str] = []

    def read() -> None:
        try:
            for named in source:
                queue.put(named)
        except OSError as error:
            faults.append(f"reading failed: {error.strerror or 'no reason given'}")
        except Exception as fault:  # noqa: BLE001 # told below, without a word of the input
            faults.append(describe(fault))
        finally:
            queue.put(None)

    Thread(target=read, daemon=True).start()
    item = queue.get()
    while item is not None:
        batch = [item]
        try:
            while len(batch) < _AHEAD and (item := queue.get_nowait()) is not None:
                batch.append(item)
        except Empty:
            item = batch[0]
        yield batch
        item = queue.get() if item is not None else None
    if faults:
        raise InputError(faults[0])


class Writer:
    """Verdicts to standard output, in the format that was asked for."""

    def __init__(
        self,
        form: str,
        *,
        fix: bool,
        output_dir: str | None,
        color: bool | None,
        lang: Lang,
    ) -> None:
        from linter.report import as_json, sarif, terminal

        self._json, self._sarif, self._terminal = as_json, sarif, terminal
        self._form, self._fix, self._lang = form, fix, lang
        self._folder = Path(output_dir) if output_dir else None
        self._color = sys.stdout.isatty() if color is None else color
        self._width = min(110, max(60, shutil.get_terminal_size((100, 24)).columns))
        self._kept: list[sarif.Checked] = []
        self._dicts: list[dict[str, object]] = []

    def verdict(self, verdict: Verdict, named: Named) -> None:
        """Write one verdict."""
        text = named.post.text if named.post else ""
        if self._folder:
            _write_fixed(self._folder, named.name, verdict.fixed)
        if self._fix and self._form == "text":
            if not self._folder:
                _out(verdict.fixed, end="" if verdict.fixed.endswith("\n") else "\n")
        elif self._form == "text":
            _out(
                self._terminal.render(
                    verdict, text, named.name, color=self._color, width=self._width
                )
            )
        elif self._form == "sarif":
            self._kept.append(self._sarif.Checked(verdict, text, named.name))
        elif self._form == "json":
            self._dicts.append(self._json.verdict_dict(verdict, __version__))
        else:
            _out(self._json.one_line(self._json.verdict_dict(verdict, __version__)))

    def unread(self, named: Named, bad: BadLine) -> None:
        """Say that an input could not be checked."""
        told = self._json.error_dict(bad.id, bad.reason)
        if self._form == "jsonl":
            _out(self._json.one_line(told))
        elif self._form == "json":
            self._dicts.append(told)
        else:
            where = f"{named.name}: " if bad.reason.startswith("line ") else ""
            click.echo(f"hippolint: {where}{bad.reason}", err=True)

    def end(self, outcome: Outcome, linter: "Linter") -> None:
        """Write what stands at the end."""
        if self._form == "json":
            _out(
                self._json.indented(
                    self._dicts[0] if len(self._dicts) == 1 else {"verdicts": self._dicts}
                )
            )
        elif self._form == "sarif":
            rules = [
                self._sarif.RuleText(r.id, r.summary, r.why, r.advice.en, r.severity)
                for r in linter.rules
            ]
            _out(self._json.indented(self._sarif.sarif_log(self._kept, rules, __version__)))
        elif self._form == "text" and not self._fix and len(outcome.decisions) + outcome.unread > 1:
            lang: Language = "en" if self._lang == "en" else "fr"
            _out(
                self._terminal.summary(
                    outcome.decisions, lang=lang, color=self._color, unread=outcome.unread
                )
            )


def _out(text: str, end: str = "\n") -> None:
    sys.stdout.buffer.write((text + end).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _write_fixed(folder: Path, name: str, fixed: str) -> None:
    """Write a rewritten post under the name of its input; an existing file is not overwritten.

    Raises:
        InputError: the folder cannot be written, or the file is there already.
    """
    target = folder / ("post.txt" if name == "-" else Path(name).name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", errors="replace") as out:
            out.write(fixed)
    except FileExistsError:
        raise InputError(f"{target}: already there; choose another --output-dir") from None
    except OSError as error:
        raise InputError(f"{target}: {error.strerror or 'cannot be written'}") from None
