"""The command line. Exit status of `check`: 0 allow, 1 review or block, 2 usage or unreadable input."""

import sys

import click

from linter import __version__
from linter.commands.check import check
from linter.commands.demo import demo
from linter.commands.denylist import denylist
from linter.commands.evaluate import evaluate
from linter.commands.risk import risk
from linter.commands.rules import explain_text, rules
from linter.datafile import RuleError
from linter.fault import ModelError, describe
from linter.verdict import PostError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hippolint")
def commands() -> None:
    """hippolint: what in this post would identify a patient? Nothing leaves your machine."""


commands.add_command(check)
commands.add_command(demo)
commands.add_command(denylist)
commands.add_command(risk)
commands.add_command(rules)
commands.add_command(evaluate)
commands.add_command(explain_text)


def main() -> None:
    """Run the command line; an unforeseen fault says so without a word of the post."""
    try:
        commands(standalone_mode=True)
    except (RuleError, PostError, ModelError) as error:
        click.echo(f"hippolint: {error}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(2)
    except Exception as fault:  # noqa: BLE001 # a stack trace could hold words of a post
        click.echo(f"hippolint: {describe(fault)}", err=True)
        sys.exit(2)
