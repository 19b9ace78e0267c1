"""The command line. Exit status of `check`: 0 allow, 1 review or block, 2 usage or unreadable input."""

import sys
from importlib import import_module

import click

import linter.threads  # noqa: F401 # before NumPy
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

_SERVER = {
    "serve": (
        "server.commands.serve",
        "Start the moderation server: API, console, self-check page.",
    ),
    "admin": ("server.commands.admin", "Keys, accounts, backups and erasure of the server."),
    "audit": ("server.commands.audit", "Verify and read the server's audit log."),
}
"""Commands of the server: they stand above the linter, and load when they are asked for."""


class _Commands(click.Group):
    """The linter's commands, and by name those of the server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_SERVER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _SERVER:
            return super().get_command(ctx, cmd_name)
        module = _SERVER[cmd_name][0]
        try:
            found: click.Command = getattr(import_module(module), cmd_name)
        except ImportError as missing:
            raise click.ClickException(
                f"`hippolint {cmd_name}` needs {missing.name}: pip install 'hippolint[server]'"
            ) from None
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, _SERVER[name][1] if name in _SERVER else self._said(ctx, name))
                    for name in self.list_commands(ctx)
                    if name in _SERVER or not self.commands[name].hidden
                ]
            )

    def _said(self, ctx: click.Context, name: str) -> str:
        found = super().get_command(ctx, name)
        return found.get_short_help_str(limit=100) if found else ""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
