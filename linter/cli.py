"""The command line. Exit status of `check`: 0 allow, 1 review or block, 2 usage or unreadable input."""

import sys
from pathlib import Path

import click

from linter import __version__
from linter.commands.check import check
from linter.commands.demo import demo
from linter.commands.evaluate import evaluate
from linter.commands.rules import explain_text, rules
from linter.rule import RuleError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hippolint")
def commands() -> None:
    """hippolint: what in this post would identify a patient? Nothing leaves your machine."""


commands.add_command(check)
commands.add_command(demo)
commands.add_command(rules)
commands.add_command(evaluate)
commands.add_command(explain_text)


def main() -> None:
    """Run the command line; an unforeseen fault says so without a word of the post."""
    try:
        commands(standalone_mode=True)
    except RuleError as error:
        click.echo(f"hippolint: {error}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(2)
    except Exception as fault:  # noqa: BLE001 # a stack trace could hold words of a post
        where = _where(fault)
        click.echo(
            f"hippolint: internal error {type(fault).__name__} at {where}; please report it",
            err=True,
        )
        sys.exit(2)


def _where(fault: BaseException) -> str:
    """File and line of the innermost frame: enough to find the fault, nothing of the data."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
