"""`hippolint denylist add|list|remove`: codes and pictures that are known to have leaked."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from linter.files.fingerprint import Prints
    from linter.files.sandbox import FileReader

_LONGEST = 20_000
"""Bytes of a code that is pasted; the largest QR code holds 7,089."""
_CODE = re.compile(r"\s*(HC1:|DC0[1-4]|URN:UVCI:|https://\S+[?&]v=)", re.IGNORECASE)
"""An argument that is a certificate and no file name."""

_PATH = click.option(
    "--denylist",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Another list than $HIPPOLINT_DENYLIST or the one in your data folder.",
)


@click.group()
def denylist() -> None:
    """Keep a list of leaked codes and pictures, to know them again when they are posted once more.

    The list holds keyed hashes, no picture and no name; it stays on this machine, with its key beside it.
    """


@denylist.command("add")
@click.argument("given", nargs=-1, metavar="FILE|TEXT...")
@click.option("--text", is_flag=True, help="Take one code as text from standard input.")
@click.option("--note", default="", help="Your own words on the leak, in clear: no patient's name.")
@_PATH
@click.pass_context
def add_entries(
    ctx: click.Context, given: tuple[str, ...], note: str, path: Path | None, *, text: bool
) -> None:
    """Put files, or codes as text (HC1:…, DC04…), on the list.

    Give a code by --text rather than as an argument: arguments stay in the history of the shell.
    Exit status: 0 added or there already, 2 something could not be read.
    """
    from linter.denylist import DenylistError, add, default_path

    if not given and not text:
        raise click.UsageError("give a FILE, or a code on standard input with --text")
    found, failed = _gather(given)
    if text:
        code = sys.stdin.buffer.read(_LONGEST + 1).decode("utf-8", "replace")
        _keep_text("standard input", code, found, failed)
    names, prints = [n for n, _ in found], [p for _, p in found]
    try:
        told = add(path or default_path(), prints, note) if prints else []
    except DenylistError as error:
        _fail(ctx, str(error))
    for name, (entry, new) in zip(names, told, strict=True):
        covers = _covers(len(entry.payloads), len(entry.pictures))
        click.echo(f"{entry.id}  {covers:<20} {name}" + ("" if new else " (there already)"))
    for line in failed:
        click.echo(f"hippolint: {line}", err=True)
    ctx.exit(2 if failed else 0)


@denylist.command("list")
@_PATH
@click.pass_context
def list_entries(ctx: click.Context, path: Path | None) -> None:
    """Every entry: id, day, what it covers, note."""
    from linter.denylist import DenylistError, default_path, load

    try:
        entries = load(path or default_path()).entries
    except DenylistError as error:
        _fail(ctx, str(error))
    for entry in entries:
        covers = _covers(len(entry.payloads), len(entry.pictures))
        click.echo(f"{entry.id}  {entry.added}  {covers:<20} {entry.note}".rstrip())
    click.echo(f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}", err=True)


@denylist.command("remove")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_PATH
@click.pass_context
def remove_entries(ctx: click.Context, ids: tuple[str, ...], path: Path | None) -> None:
    """Take entries off the list."""
    from linter.denylist import DenylistError, default_path, remove

    try:
        gone = remove(path or default_path(), ids)
    except DenylistError as error:
        _fail(ctx, str(error))
    for name in gone:
        click.echo(f"{name}  removed")
    if len(gone) < len(set(ids)):
        _fail(ctx, "some ids are not on the list; `hippolint denylist list` names them")


def prints_of(path: Path, files: "FileReader") -> "Prints":
    """What a file is known by.

    Raises:
        Unreadable: nothing in it could be looked at.
    """
    from linter.files.content import Unreadable
    from linter.files.fingerprint import Prints
    from linter.seen import Reason, What

    told = files.examine(path, prints=True)
    left = [r for s in told.seen if s.what is What.UNCHECKED for r in s.fields]
    if left and not told.sheets:
        raise Unreadable(Reason(left[0]))
    return Prints(told.payload_ids, told.pictures, told.views)


def _gather(given: tuple[str, ...]) -> tuple[list[tuple[str, "Prints"]], list[str]]:
    """What each argument is known by, with a name to tell it by, and what went wrong; no code is repeated."""
    from linter.files.content import Unreadable
    from linter.files.sandbox import Sandbox

    found: list[tuple[str, Prints]] = []
    failed: list[str] = []
    with (
        Sandbox() as files,
        click.progressbar(
            list(enumerate(given, 1)),
            label="files",
            file=sys.stderr,
            hidden=len(given) < 2 or not sys.stderr.isatty(),
        ) as bar,
    ):
        for number, argument in bar:
            if _CODE.match(argument):
                _keep_text(f"argument {number}", argument, found, failed)
            elif not _is_file(argument):
                failed.append(f"argument {number}: no such file, and no code that is known")
            else:
                try:
                    _keep(argument, prints_of(Path(argument), files), found, failed)
                except Unreadable as error:
                    failed.append(f"{argument}: cannot be read ({error.reason.value})")
    return found, failed


def _is_file(argument: str) -> bool:
    try:
        return Path(argument).is_file()
    except (OSError, ValueError):  # too long, or with a NUL: pasted text
        return False


def _keep_text(name: str, text: str, found: list[tuple[str, "Prints"]], failed: list[str]) -> None:
    from linter.files.fingerprint import Prints, of_payload

    ids = (text, *_numbers(text))
    if not text.strip() or len(text) > _LONGEST:
        failed.append(f"{name}: not one code of up to {_LONGEST:,} characters")
    else:
        _keep(name, Prints(tuple(map(of_payload, ids))), found, failed)


def _numbers(text: str) -> tuple[str, ...]:
    """The number of a certificate that is pasted: it is known again whatever the code around it."""
    try:
        from linter.files.certificates import expose
    except ImportError:
        return ()
    exposed = expose(text.strip())
    return exposed.ids if exposed else ()


def _keep(
    name: str, prints: "Prints", found: list[tuple[str, "Prints"]], failed: list[str]
) -> None:
    if prints.payload_ids or prints.pictures:
        found.append((name, prints))
    else:
        failed.append(f"{name}: no code, and no picture that can be told from others")


def _covers(codes: int, pictures: int) -> str:
    told = [f"{codes} code{'s' * (codes > 1)}"] * bool(codes) + ["picture"] * bool(pictures)
    return ", ".join(told)


def _fail(ctx: click.Context, message: str) -> NoReturn:
    click.echo(f"hippolint: {message}", err=True)
    ctx.exit(2)
