"""Speed of the server over real HTTP, stock Presidio's analysis behind Flask beside it in the same run.

    python -m benchmarks.server --seconds 10 --queue 100000 --requests 50000

Each service runs in a process of its own: `hippolint serve`, and Presidio's AnalyzerEngine with its default
recognizers and spaCy's models behind the same HTTP server (Presidio's own service is a Flask application with that one
call; its package does not carry it). The posts are development posts. Overhead is the time of a request less the time
that the linter took, on the same posts.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import urllib3

from linter.evaluation.gold import read_gold
from server.actor import SYSTEM, Role, Scope
from server.config import Config
from server.core import Core, open_core
from server.moderation import access, forums, intake, queue
from server.moderation.contents import Submission
from server.moderation.forums import ForumSettings
from server.moderation.intake import Place
from server.moderation.queue import Filter
from server.store.tables import Item, ItemRule, new_id, now

ROOT = Path(__file__).parents[1]
_PATIENCE_S = 180


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10, help="of each row")
    parser.add_argument("--queue", type=int, default=100_000, help="posts in the queue")
    parser.add_argument("--requests", type=int, default=0, help="checks while memory is watched")
    parser.add_argument("--no-presidio", action="store_true")
    parser.add_argument("--serve-presidio", type=int, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.serve_presidio:
        _serve_presidio(told.serve_presidio)
        return
    posts = _posts()
    with tempfile.TemporaryDirectory(prefix="hippolint-bench-") as folder:
        core = open_core(Config.read({}, data=Path(folder)))
        token = _prepared(core)
        with _service(["-m", "linter", "serve", "--data", folder, "--workers", "0", "--port"]) as (
            port,
            pid,
        ):
            _http(port, token, posts, told.seconds)
            _overhead(port, token, posts)
            if told.requests:
                _memory(port, token, posts, told.requests, pid)
        _queue(core, told.queue)
        core.close()
    if not told.no_presidio:
        with _service(["-m", "benchmarks.server", "--serve-presidio"]) as (port, _):
            _clients("Presidio, analyze", port, "/analyze", "", posts, told.seconds)


def _posts() -> list[dict[str, str]]:
    """Development posts of 50 to 250 words, as requests."""
    found = read_gold(ROOT / "tests/corpora/dev")
    return [{"text": p.text, "lang": p.lang} for p in found if 50 <= len(p.text.split()) <= 250][
        :400
    ]


def _prepared(core: Core) -> str:
    with core.db.writing() as session:
        forums.put(core, session, SYSTEM, "f", ForumSettings(name="f"))
        access.new_account(core, session, SYSTEM, "admin", Role.ADMIN, "a long enough password")
        return access.new_key(core, session, SYSTEM, "bench", list(Scope)).token


@contextmanager
def _service(command: Sequence[str]) -> Iterator[tuple[int, int]]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 # our own command
        [sys.executable, *command, str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HIPPOLINT_RATE": "1000000/minute"},
        cwd=ROOT,
    )
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        try:
            if (
                urllib3.request(
                    "GET", f"http://127.0.0.1:{port}/readyz", timeout=2, retries=False
                ).status
                == 200
            ):
                break
        except urllib3.exceptions.HTTPError:
            time.sleep(0.3)
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _http(port: int, token: str, posts: list[dict[str, str]], seconds: float) -> None:
    print(f"{'':26} clients  p50 ms  p95 ms  requests/s")
    _clients("hippolint, /v1/check", port, "/v1/check", token, posts, seconds)
    numbers = iter(range(10**9))
    lock = threading.Lock()

    def submission(post: dict[str, str]) -> dict[str, str]:
        with lock:
            number = next(numbers)
        return {**post, "forum": "f", "external_id": str(number)}

    _clients("hippolint, /v1/posts", port, "/v1/posts", token, posts, seconds, submission)


def _clients(name, port, path, token, posts, seconds, body=lambda post: post) -> None:  # noqa: ANN001
    for clients in (1, 4, 16):
        times: list[float] = []
        end = time.monotonic() + seconds

        def ask(start: int, times: list[float] = times, end: float = end) -> None:
            http = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1)
            number = start
            while time.monotonic() < end:
                began = time.perf_counter()
                answer = http.request(
                    "POST", path, json=body(posts[number % len(posts)]),
                    headers={"Authorization": f"Bearer {token}"},
                )  # fmt: skip
                times.append(time.perf_counter() - began)
                if answer.status not in (200, 201):
                    raise RuntimeError(f"status {answer.status}")
                number += 1

        threads = [threading.Thread(target=ask, args=(n * 17,)) for n in range(clients)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        half, most = statistics.median(times), _quantile(times, 0.95)
        print(
            f"{name:26} {clients:7}  {half * 1000:6.1f}  {most * 1000:6.1f}  {len(times) / took:10.1f}"
        )


def _overhead(port: int, token: str, posts: list[dict[str, str]]) -> None:
    """HTTP, key and storage: the time of a request less that of the linter on the same post, each the best of three."""
    from server.checker import Checker, post_of  # noqa: PLC0415

    checker = Checker()
    checker.warm()
    http = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1)
    head = {"Authorization": f"Bearer {token}"}
    numbers = iter(range(10**9))
    over: dict[str, list[float]] = {"/v1/check": [], "/v1/posts": []}

    def check(post: dict[str, str]) -> float:
        return _timed(lambda: checker.check({}, post_of(post["text"], post["lang"])))

    def ask(path: str, post: dict[str, str]) -> float:
        stored = {"forum": "f", "external_id": f"o{next(numbers)}"} if path == "/v1/posts" else {}
        return _timed(lambda: http.request("POST", path, json={**post, **stored}, headers=head))

    for post in posts[:100]:
        alone = min(check(post) for _ in range(3))
        for path, times in over.items():
            times.append(min(ask(path, post) for _ in range(3)) - alone)
    checker.close()
    for path, times in over.items():
        half, most = statistics.median(times), _quantile(times, 0.95)
        print(
            f"overhead of {path}: {half * 1000:.1f} ms median, {most * 1000:.1f} ms p95 (aim: under 8)"
        )


def _queue(core: Core, count: int) -> None:
    """List, filter, count and claim in a long queue."""
    _fill(core, count)
    rows = {
        "first page": Filter(),
        "forum and verdict": Filter(forum="f", verdict="block"),
        "one rule": Filter(rule="direct/title-name"),
        "mine": Filter(claimed="me"),
        "dignity": Filter(axis="dignity"),
    }
    print(f"queue of {count:,} posts (aim: each under 100 ms)")
    for name, wanted in rows.items():
        took = min(_timed(partial(_list, core, wanted)) for _ in range(5))
        print(f"  list, {name}: {took * 1000:.1f} ms")
    with core.db.reading() as session:
        took = min(_timed(lambda: queue.counted(session, SYSTEM, Filter())) for _ in range(3))
        first = queue.listed(session, SYSTEM, Filter(), 50).items
    print(f"  count: {took * 1000:.1f} ms")

    def claim() -> None:
        with core.db.writing() as session:
            queue.claim(core, session, SYSTEM, intake.own(session, SYSTEM, first[0].id, lock=True))

    print(f"  claim: {min(_timed(claim) for _ in range(5)) * 1000:.1f} ms")


def _list(core: Core, wanted: Filter) -> None:
    with core.db.reading() as session:
        queue.listed(session, SYSTEM, wanted, 50)


def _fill(core: Core, count: int) -> None:
    """One post as the server stores it, and copies of its row."""
    held = "Avis sur Mme Huguette Palanque, 84 ans, qui refuse son anticoagulant ?"
    from server.checker import Checker  # noqa: PLC0415

    vars(core)["checker"] = Checker()
    one = intake.submit(core, SYSTEM, Place("f", "one"), Submission(held))[0]
    core.checker.close()
    columns = {c.name: getattr(one, c.name) for c in Item.__table__.columns}
    with core.db.writing() as session:
        for start in range(0, count, 5_000):
            names = [new_id() for _ in range(start, min(start + 5_000, count))]
            session.execute(
                Item.__table__.insert(),
                [
                    columns
                    | {
                        "id": n,
                        "external": n,
                        "priority": -(k % 300),
                        "verdict": ("review", "block")[k % 2],
                        "created": now(),
                    }
                    for k, n in enumerate(names)
                ],
            )
            session.execute(
                ItemRule.__table__.insert(),
                [
                    {"item": n, "rule": f"direct/rule-{k % 97}", "severity": "error"}
                    for k, n in enumerate(names)
                ]
                + [
                    {"item": n, "rule": "direct/title-name", "severity": "error"}
                    for n in names[::50]
                ],
            )


def _memory(port: int, token: str, posts: list[dict[str, str]], requests: int, pid: int) -> None:
    """Resident memory while many different posts are checked."""
    http = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1)
    for number in range(requests):
        if number % (requests // 5) == 0:
            print(f"  after {number:,} checks: {_resident(pid):.0f} MB", flush=True)
        post = posts[number % len(posts)]
        fresh = {**post, "text": f"{post['text']} Zq{number:x}v."}  # words that were never seen
        http.request("POST", "/v1/check", json=fresh, headers={"Authorization": f"Bearer {token}"})
    print(f"  after {requests:,} checks: {_resident(pid):.0f} MB")


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _timed(work) -> float:  # noqa: ANN001
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _quantile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _serve_presidio(port: int) -> None:
    import waitress  # noqa: PLC0415
    from flask import Flask, Response, request  # noqa: PLC0415

    from linter.evaluation.baseline import StockPresidio  # noqa: PLC0415
    from linter.post import Post  # noqa: PLC0415

    stock = StockPresidio()
    list(stock.check_many([Post("Bonjour", lang="fr"), Post("Hello", lang="en")]))
    app = Flask(__name__)

    @app.get("/readyz")
    def ready() -> str:
        return "ready"

    @app.post("/analyze")
    def analyze() -> Response:
        told = request.get_json()
        (verdict,) = stock.check_many([Post(told["text"], lang=told["lang"])])
        found = [
            {"entity_type": f.message, "score": f.score, "start": f.span and f.span.start}
            for f in verdict.findings
        ]
        return Response(json.dumps(found), mimetype="application/json")

    waitress.serve(app, host="127.0.0.1", port=port, threads=8)


if __name__ == "__main__":
    main()
