"""Two forums submit posts while server and workers are killed at random; every accepted post must be there, once.

    python -m benchmarks.survival --posts 10000 --kills 20

A real `hippolint serve` on SQLite, killed with SIGKILL, started anew on the same folder. Clients repeat a request that
got no answer under the same Idempotency-Key. At the end all work must be done, and what is stored is compared with
what was sent; messages to the forum's software must have come at least once each.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import urllib3
from sqlalchemy import select

from server.actor import SYSTEM, Scope
from server.config import Config
from server.core import Core, open_core
from server.moderation import access, audit, contents, forums
from server.moderation.forums import ForumSettings
from server.store.tables import Callback, Item, Job, State

TEXTS = (
    "Quel anticoagulant chez un patient âgé insuffisant rénal ?",
    "Avis sur Mme Huguette Palanque, 84 ans, qui refuse son anticoagulant ?",
    "Boulangère de 47 ans, Guéret, maladie de Huntington : qui la suivrait ?",
)
LETTER = "Compte rendu : hypertension, traitement inchangé."
_PATIENCE_S = 120


class _Receiver(BaseHTTPRequestHandler):
    """The forum's software; it fails now and then."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        failed = random.random() < 0.05  # noqa: S311
        if not failed:
            self.server.got.add(body["delivery"])  # type: ignore[attr-defined]
        self.send_response(503 if failed else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Serving:
    """`hippolint serve` in a process of its own."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self.lock:
            self.process = subprocess.Popen(  # noqa: S603 # our own command
                [
                    sys.executable,
                    "-m",
                    "linter",
                    "serve",
                    "--port",
                    str(self.port),
                    "--data",
                    str(self.data),
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"HIPPOLINT_RATE": "100000/minute"},
            )
        http, end = urllib3.PoolManager(retries=False), time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            try:
                if (
                    http.request("GET", f"http://127.0.0.1:{self.port}/readyz", timeout=2).status
                    == 200
                ):
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.2)
        raise TimeoutError("the server does not start")

    def children(self) -> list[int]:
        """Process ids of its workers."""
        own = self.process.pid if self.process else 0
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                told = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(told[1]) == own:
                found.append(int(stat.parent.name))
        return found

    def kill(self) -> None:
        """SIGKILL the server; its workers see that and end."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """Stop it in good order."""
        if self.process:
            self.process.terminate()
            self.process.wait(60)


@dataclass(frozen=True)
class Outcome:
    """What was found at the end. faults: empty if every accepted post is accounted for."""

    accepted: int
    kills: int
    seconds: float
    faults: tuple[str, ...]


def survive(posts: int, kills: int, seed: int = 1, clients: int = 4) -> Outcome:
    """Run the scenario.

    Args:
        posts: how many in all, on two forums; every tenth has a file.
        kills: how many SIGKILLs, half of them of a worker.
        seed: of times and targets of the kills.
        clients: threads that submit.
    """
    with (
        tempfile.TemporaryDirectory(prefix="hippolint-survival-") as folder,
        _forum_software() as software,
    ):
        data, began = Path(folder), time.monotonic()
        core = open_core(Config.read({}, data=data))
        token = _prepared(core, software.server_port)
        serving = Serving(data, _free_port())
        serving.start()
        stop, killed = threading.Event(), []
        killer = threading.Thread(
            target=_killing,
            args=(serving, kills, random.Random(seed), stop, killed),  # noqa: S311 # of a benchmark
        )
        killer.start()
        sent: dict[str, tuple[str, str]] = {}
        with ThreadPoolExecutor(clients) as pool:
            for external, text, item in pool.map(
                lambda n: _submit(serving.port, token, n), range(posts)
            ):
                sent[item] = (external, text)
        killer.join()
        stop.set()
        faults = _settled(core)
        serving.end()
        faults += _compared(core, sent, posts, software.got)
        core.close()
        return Outcome(len(sent), len(killed), time.monotonic() - began, tuple(faults))


@contextmanager
def _forum_software() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    server.got = set()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _prepared(core: Core, port: int) -> str:
    with core.db.writing() as session:
        for forum in ("a", "b"):
            settings = ForumSettings(
                name=forum,
                callback_url=f"http://127.0.0.1:{port}/",
                callback_secret="0123456789abcdef",  # noqa: S106
                files_late="publish" if forum == "a" else "hold",
                deadline_seconds=3600,
            )
            forums.put(core, session, SYSTEM, forum, settings)
        key = access.new_key(core, session, SYSTEM, "clients", list(Scope))
        access.new_account(
            core, session, SYSTEM, "admin", access.Role.ADMIN, "a long enough password"
        )
    return key.token


def _submit(port: int, token: str, number: int) -> tuple[str, str, str]:
    """Submit one post until the server says that it has it."""
    external, text = f"post-{number}", f"{TEXTS[number % len(TEXTS)]} ({number})"
    told = json.dumps({"forum": "ab"[number % 2], "external_id": external, "text": text})
    fields: dict[str, object] = {"post": (None, told, "application/json")}
    if number % 10 == 0:
        fields["attachments"] = ("letter.txt", LETTER, "text/plain")
    body, media = urllib3.encode_multipart_formdata(fields)  # type: ignore[arg-type]
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": external,
        "Content-Type": media,
    }
    http = urllib3.PoolManager(retries=False)
    while True:
        try:
            answer = http.request(
                "POST", f"http://127.0.0.1:{port}/v1/posts", body=body, headers=headers, timeout=30
            )
        except urllib3.exceptions.HTTPError:
            time.sleep(0.2)
            continue
        if answer.status in (200, 201):
            return external, text, answer.json()["id"]
        if answer.status not in (429, 500, 503):
            raise RuntimeError(f"status {answer.status}")
        time.sleep(0.5)


def _killing(
    serving: Serving, kills: int, chance: random.Random, stop: threading.Event, killed: list[int]
) -> None:
    for number in range(kills):
        if stop.wait(chance.uniform(1, 6)):
            return
        children = serving.children()
        if number % 2 and children:
            os.kill(chance.choice(children), signal.SIGKILL)
        else:
            serving.kill()
            serving.start()
        killed.append(number)


def _settled(core: Core) -> list[str]:
    """Wait until no work is left that is due within the minute."""
    end = time.monotonic() + 10 * _PATIENCE_S
    while time.monotonic() < end:
        with core.db.reading() as session:
            open_work = session.scalars(
                select(Job.kind).where(Job.state.in_(("ready", "running")), Job.kind != "deadline")
            ).all()
        if not open_work:
            return []
        time.sleep(1)
    return [f"{len(open_work)} pieces of work were not done"]


def _compared(
    core: Core, sent: dict[str, tuple[str, str]], posts: int, heard: set[str]
) -> list[str]:
    faults = []
    with core.db.reading() as session:
        items = {i.id: i for i in session.scalars(select(Item))}
        if len(sent) != posts or items.keys() != sent.keys():
            faults.append(f"{posts} posts were sent, {len(sent)} accepted, {len(items)} stored")
        for name, (external, text) in sent.items():
            item = items.get(name)
            if item and (
                item.external != external or contents.post(core, session, item).text != text
            ):
                faults.append(f"{external} is stored with other words")
            if item and item.state not in (State.APPROVED, State.WAITING):
                faults.append(f"{external} is {item.state}")
        messages = session.scalars(select(Callback)).all()
        unheard = [m.id for m in messages if m.id not in heard]
        if unheard or any(m.state != "done" for m in messages):
            faults.append(f"{len(unheard)} of {len(messages)} messages were not heard")
    if fault := audit.verify(core).fault:
        faults.append(f"audit log: {fault}")
    return faults


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    done = survive(told.posts, told.kills, told.seed)
    print(f"{done.accepted:,} posts accepted, {done.kills} kills, {done.seconds:.0f} s")
    for fault in done.faults:
        print(f"  {fault}")
    sys.exit(bool(done.faults))


if __name__ == "__main__":
    main()
