"""A server to look at: the example posts of `hippolint demo` in the queue of an invented forum."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import click

from server.actor import SYSTEM, Role
from server.core import Core
from server.moderation import access, forums, intake
from server.moderation.contents import Submission
from server.moderation.forums import ForumSettings
from server.moderation.intake import Place

LOGIN, PASSWORD = "demo", "demo-demo-demo"  # of a server without real posts
_FORUM = "demo"


@contextmanager
def demo_data(data: Path | None, *, wanted: bool) -> Iterator[Path | None]:
    """A data folder that is deleted at the end, if that is wanted."""
    if not wanted:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="hippolint-demo-") as folder:
        yield Path(folder)


def fill(core: Core) -> None:
    """Make an account, a forum, and submit the example posts."""
    settings = ForumSettings(name="Forum de démonstration", redress="moderation@forum.example")
    with core.db.writing() as session:
        access.new_account(core, session, SYSTEM, LOGIN, Role.ADMIN, PASSWORD, name="Démo")
        forums.put(core, session, SYSTEM, _FORUM, settings)
    for path in sorted(files("linter").joinpath("demo").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".txt"):
            post = Submission(path.read_text(encoding="utf-8"), author=f"membre-{path.name[0]}")
            intake.submit(core, SYSTEM, Place(_FORUM, path.name.removesuffix(".txt")), post)
    click.echo(f"Login: {LOGIN}\nPassword: {PASSWORD}\nNothing is kept after the end.")
