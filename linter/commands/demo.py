"""`hippolint demo`: the bundled example posts, checked. All the people in them are invented."""

import sys
from importlib.resources import files

import click

from linter.commands.check import Outcome, run
from linter.commands.posts import Named
from linter.commands.writer import Writer
from linter.post import Post


@click.command()
@click.option("--color/--no-color", default=True, help="Colours, on by default.")
def demo(*, color: bool) -> None:
    """Check six example posts, to see what hippolint says."""
    folder = files("linter") / "demo"
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".txt")), key=lambda p: p.name)
    posts = (Named(p.name, Post(p.read_text(encoding="utf-8"), p.name)) for p in paths)
    outcome: Outcome = run(
        posts, "default", Writer("text", fix=False, output_dir=None, color=color, lang="auto")
    )
    click.echo("The moderators' console with these posts: hippolint serve --demo", err=True)
    sys.exit(2 if outcome.unread else 0)
