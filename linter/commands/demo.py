"""`hippolint demo`: the bundled example posts, checked. All the people in them are invented."""

import sys
from importlib.resources import files

import click

from linter.commands.check import Outcome, run
from linter.commands.posts import Named
from linter.commands.writer import Writer
from linter.post import Post

_QUESTION = "See them in the moderators' console? / Les voir dans la console des modérateurs ?"


@click.command()
@click.option("--color/--no-color", default=True, help="Colours, on by default.")
@click.pass_context
def demo(context: click.Context, *, color: bool) -> None:
    """Check six example posts, to see what hippolint says, then show them in the moderators' console if you wish."""
    folder = files("linter") / "demo"
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".txt")), key=lambda p: p.name)
    posts = (Named(p.name, Post(p.read_text(encoding="utf-8"), p.name)) for p in paths)
    outcome: Outcome = run(
        posts, "default", Writer("text", fix=False, output_dir=None, color=color, lang="auto")
    )
    if outcome.unread:
        sys.exit(2)
    if _watched() and click.confirm(_QUESTION, err=True):
        _console(context)
    else:
        click.echo("The moderators' console with these posts: hippolint serve --demo", err=True)


def _watched() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _console(context: click.Context) -> None:
    """The server stands above the linter: its command is found by name, as on the command line."""
    root = context.find_root().command
    serve = root.get_command(context, "serve") if isinstance(root, click.Group) else None
    if serve is not None:
        context.invoke(serve, demo=True, port=0)  # any that is free: its address is printed
