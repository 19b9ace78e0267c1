"""What the commands of the server share: opening its data, and faults told in one line."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from linter.denylist import DenylistError
from server.config import Config, ConfigError
from server.core import Core, open_core
from server.crypto import KeyringError
from server.moderation.backup import BackupError
from server.problem import Problem
from server.store.database import StoreError

FAULTS = (ConfigError, KeyringError, StoreError, DenylistError, BackupError, Problem, OSError)

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data folder; $HIPPOLINT_DATA, or a folder of yours, unless given.",
)


@contextmanager
def opened(
    data: Path | None,
    environment: Mapping[str, str] | None = None,
    first: Callable[[Config], None] = lambda _: None,
) -> Iterator[Core]:
    """The server's data; a fault ends the command with status 2 and one line.

    Args:
        data: folder given on the command line.
        environment: settings; those of the process unless given.
        first: what must not fail before a folder, a master key and a database are made.
    """
    try:
        config = Config.read(environment, data=data)
        first(config)
        core = open_core(config)
        try:
            yield core
        finally:
            core.close()
    except FAULTS as fault:
        raise click.exceptions.Exit(_say(fault)) from None


def _say(fault: Exception) -> int:
    if isinstance(fault, Problem):
        told = fault.detail or fault.title
    elif isinstance(fault, OSError):
        told = f"{fault.filename or 'data folder'}: {fault.strerror or 'cannot be used'}"
    else:
        told = str(fault)
    click.echo(f"hippolint: {told}", err=True)
    return 2
