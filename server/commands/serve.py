"""`hippolint serve`: the server and its workers, on this machine."""

import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import click
from sqlalchemy import or_, select

from server.actor import SYSTEM, Role, Scope
from server.commands.opening import data_option, opened
from server.config import Config
from server.core import Core
from server.log import log
from server.moderation import access
from server.store.tables import Account

_SETTLE_S = 5.0
"""How long workers may finish what they do."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), metavar="P")
@data_option
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(0, 16),
    help="Processes that look at files and send callbacks.",
)
@click.option(
    "--demo",
    is_flag=True,
    help="Fill the queue with the example posts, in a folder that is deleted at the end.",
)
def serve(host: str, port: int, data: Path | None, workers: int, *, demo: bool) -> None:
    """Start the moderation server: API, console and self-check page.

    The first start prints an admin key and the password of the account `admin`, once.
    """
    from server.commands.demo import demo_data  # noqa: PLC0415

    settings: dict[str, str] | None = (
        {} if demo else None
    )  # the example posts go into no database of yours
    with demo_data(data, wanted=demo) as folder, opened(folder, settings) as core:
        run(core, host, port, workers, demo=demo)


def run(core: Core, host: str, port: int, workers: int, *, demo: bool = False) -> None:
    """Serve until a signal comes."""
    from server.app import create_app  # noqa: PLC0415
    from server.commands.listening import listen  # noqa: PLC0415

    click.echo("hippolint: loading the models…", err=True)
    core.checker.warm()
    if demo:
        from server.commands.demo import fill  # noqa: PLC0415

        fill(core)
    else:
        first_start(core)
    logging.getLogger("waitress").disabled = True  # its messages quote requests
    server = listen(create_app(core), core.config.max_body, host, port)
    with Workers(core.config, workers):
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"hippolint: http://{shown}:{server.effective_port}/", err=True)
        log("started", port=server.effective_port, workers=workers)
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            server.run()
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            server.close()


def first_start(core: Core) -> None:
    """Make a first account and a first key, and print them; nothing where there is an administrator."""
    with core.db.writing() as session:
        known = or_(Account.role == Role.ADMIN.value, Account.login == "admin")
        if session.scalars(select(Account).where(known).limit(1)).first():
            return
        password = secrets.token_urlsafe(15)
        access.new_account(core, session, SYSTEM, "admin", Role.ADMIN, password)
        key = access.new_key(core, session, SYSTEM, "first key", list(Scope))
    click.echo("First start. These are shown once; write them down:")
    click.echo(f"  account   admin\n  password  {password}\n  API key   {key.token}")


class Workers:
    """Worker processes, started anew when one dies."""

    def __init__(self, config: Config, count: int) -> None:
        self._count = count
        self._environment = os.environ | {
            "HIPPOLINT_DATA": str(config.data.absolute()),
            "HIPPOLINT_DATABASE_URL": config.database,
            "HIPPOLINT_PARENT": str(os.getpid()),
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._processes = [self._start() for _ in range(self._count)]
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watcher.join()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(_SETTLE_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "server.work.worker"],
            stdin=subprocess.PIPE,
            env=self._environment,
        )

    def _watch(self) -> None:
        while not self._stop.wait(1.0):
            for number, process in enumerate(self._processes):
                if process.poll() is not None:
                    log("worker.died", pid=process.pid, status=process.returncode)
                    self._processes[number] = self._start()


def _interrupt(*_: object) -> None:
    raise SystemExit
