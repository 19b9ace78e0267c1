"""`hippolint risk`: how many people match a description, with the working."""

import shutil
import sys
from pathlib import Path

import click

from linter import __version__
from linter.datafile import RuleError
from linter.post import Post


@click.command()
@click.argument("description", metavar="TEXT|FILE|-")
@click.option("--lang", type=click.Choice(["fr", "en", "auto"]), default="auto", show_default=True)
@click.option("--place", metavar="TOWN", help="The author's town, when the text names none.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--color/--no-color", default=None, help="Colours; by default in a terminal only.")
def risk(description: str, lang: str, place: str | None, form: str, *, color: bool | None) -> None:
    """How many people match a description: what each detail leaves, who may tell, what to write instead."""
    from linter.commands.inputs import InputError, open_input
    from linter.pipeline import Linter
    from linter.report.as_json import indented, verdict_dict
    from linter.report.risk import risk_page
    from linter.verdict import PostError

    try:
        is_file = description == "-" or _exists(description)
        text = open_input(description) if is_file else description
        linter = Linter()
        verdict = linter.check(Post(text, lang=lang, place=place))  # type: ignore[arg-type] # click checked it
    except (InputError, PostError, RuleError) as error:
        click.echo(f"hippolint: {error}", err=True)
        sys.exit(2)
    if form == "json":
        click.echo(indented(verdict_dict(verdict, __version__)["confidentiality"]))
        return
    shown = sys.stdout.isatty() if color is None else color
    country = verdict.anonymity.population if verdict.anonymity else "FR"
    people = linter.inhabitants(country)
    width = shutil.get_terminal_size((100, 24)).columns
    click.echo(risk_page(verdict, text, inhabitants=people, color=shown, width=width))


def _exists(name: str) -> bool:
    """Whether a file has this name; a long description is none."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False
