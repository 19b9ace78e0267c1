"""Stores that are locked, full or gone, and bodies that come broken: clear answers, nothing half-written."""

import json
import socket
import sqlite3
import threading
import time
from contextlib import ExitStack

import pytest
import urllib3
from console_kit import Person
from server_kit import NAMED, submission
from sqlalchemy import func, select

from server.actor import Role
from server.commands.listening import listen
from server.store import database
from server.store.tables import Audit, Content, Item


@pytest.fixture
def pragma(core, monkeypatch):
    """Adds a setting to every new connection of the store."""

    def add(setting):
        monkeypatch.setattr(database, "_PRAGMAS", (*database._PRAGMAS, setting))
        core.db.engine.dispose()

    return add


def rows(core):
    with core.db.reading() as session:
        return [session.scalar(select(func.count()).select_from(t)) for t in (Item, Content, Audit)]


def refused(api, capfd):
    told = api.post("/v1/posts", json=submission())
    assert (told.status_code, told.json["type"]) == (503, "urn:hippolint:problem:unavailable")
    assert "Palanque" not in told.text + capfd.readouterr().err


def test_a_locked_database(api, core, pragma, capfd):
    pragma("busy_timeout=50")
    before = rows(core)
    other = sqlite3.connect(core.config.data / "hippolint.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused(api, capfd)
    assert api.get("/v1/posts").status_code == 200
    assert api.get("/readyz").status_code == 503
    other.execute("ROLLBACK")
    other.close()
    assert rows(core) == before
    assert api.get("/readyz").status_code == 200
    assert api.post("/v1/posts", json=submission()).status_code == 201


def test_a_full_disk(api, core, pragma, capfd, monkeypatch):
    with core.db.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()
    before = rows(core)
    with monkeypatch.context():
        pragma(f"max_page_count={pages}")
        told = [api.post("/v1/posts", json=submission(NAMED * 400, str(n))) for n in range(4)]
        assert told[-1].status_code == 503
        assert told[-1].json["detail"] == "The disk is full."
    stored = sum(t.status_code == 201 for t in told)
    after = rows(core)
    assert after[0] - before[0] == after[1] - before[1] == after[2] - before[2] == stored
    logged = capfd.readouterr().err
    assert '"reason":"The disk is full"' in logged
    assert "Palanque" not in logged
    assert api.get("/healthz").status_code == 200


class TestGone:
    @pytest.fixture
    def database_url(self, postgres):
        return postgres

    def test_a_database_that_is_gone(self, api, core, postgres_server, capfd):
        name = core.db.url.database
        core.db.engine.dispose()
        postgres_server.psql(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false;")
        told = api.post("/v1/posts", json=submission())
        assert told.status_code == 503
        assert api.get("/readyz").status_code == 503
        assert api.get("/healthz").status_code == 200
        assert "Palanque" not in told.text + capfd.readouterr().err
        postgres_server.psql(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true;")
        assert api.post("/v1/posts", json=submission()).status_code == 201


@pytest.fixture
def served(app):
    """Host and port of a real server."""
    most = app.config["MAX_CONTENT_LENGTH"] = 300_000
    server = listen(app, most, "127.0.0.1", 0, threads=2, patience=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield "127.0.0.1", server.effective_port
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    thread.join(5)
    server.task_dispatcher.shutdown()


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
        b"POST /v1/posts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9\r\n\r\n",
    ],
)
def test_broken_requests_leave_the_server_well(served, sent):
    with socket.create_connection(served, timeout=5) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        answer = raw.recv(200)
    assert not answer or answer.split()[1][:1] in (b"4", b"5", b"2")
    told = urllib3.request("GET", f"http://{served[0]}:{served[1]}/healthz", retries=False)
    assert told.status == 200


@pytest.fixture
def sender(served):
    """Opens a connection and sends the beginning of a request; all are closed in the end."""
    with ExitStack() as all_of_them:

        def send(length):
            one = all_of_them.enter_context(socket.create_connection(served, timeout=5))
            head = f"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{{"
            one.sendall(head.encode())
            return one

        yield send


def healthy(served):
    told = urllib3.request(
        "GET", f"http://{served[0]}:{served[1]}/healthz", timeout=3, retries=False
    )
    return told.status == 200


def test_bodies_that_come_slowly_keep_nobody_waiting(served, sender):
    for _ in range(200):
        sender(50)
    assert healthy(served)


def test_who_sends_a_drop_now_and_then_is_hung_up_on(sender):
    slow, end = sender(50), time.monotonic() + 10
    slow.settimeout(0.2)
    told = None
    while told is None and time.monotonic() < end:
        try:
            slow.sendall(b" ")
            told = slow.recv(1)
        except TimeoutError:
            pass
        except ConnectionError:
            told = b""
    assert told == b""


def test_large_bodies_have_a_number_and_leave_room_for_texts(served, sender):
    held = [sender(400_000) for _ in range(50)]
    assert healthy(served)
    one_more = sender(400_000).recv(2_000)
    assert one_more.startswith(b"HTTP/1.1 503 ")
    assert b"application/problem+json" in one_more
    assert b"Retry-After: 5" in one_more
    small = sender(50)
    small.sendall(b" " * 49)
    assert small.recv(100).startswith(b"HTTP/1.1 401 ")
    for one in held:
        one.close()
    assert healthy(served)
    large = sender(400_000)
    large.sendall(b" " * 399_999)
    assert large.recv(100).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("more", ["", "Expect: 100-continue\r\n"])
def test_a_body_far_too_large_is_refused_in_the_words_of_the_api(served, key, more):
    head = f"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: {key()['Authorization']}\r\n"
    head += f"Content-Type: application/json\r\n{more}"
    with socket.create_connection(served, timeout=5) as one:
        begun = b"" if more else b"{" * 1_000
        one.sendall(f"{head}Content-Length: 40000000\r\n\r\n".encode() + begun)
        _refused_as_too_large(one)
    with socket.create_connection(served, timeout=5) as one:
        one.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        if more:
            assert one.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        for size in (*[0x10000] * 19, 0xD5C0):  # just over: what is not read may cost the answer
            one.sendall(b"%x\r\n" % size + b" " * size + b"\r\n")
        _refused_as_too_large(one)
    assert healthy(served)


def _refused_as_too_large(one):
    told = b""
    while part := one.recv(4_000):
        told += part
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"Content-Type: application/problem+json" in head
    assert b"Connection: close" in head
    assert json.loads(body)["type"] == "urn:hippolint:problem:too-large"


def test_a_request_that_is_too_large(core, checker, key):
    from server.app import create_app

    small = type(core)(
        core.config.model_copy(update={"max_body": 2_000, "max_text": 1_000}), core.db, core.keys
    )
    vars(small)["checker"] = checker
    client, head = create_app(small).test_client(), key()
    assert client.post("/v1/check", json={"text": "a" * 3_000}, headers=head).status_code == 413
    assert client.post("/v1/check", json={"text": "a" * 1_500}, headers=head).status_code == 413
    assert client.post("/v1/check", json={"text": "a" * 500}, headers=head).status_code == 200


class TestNullCharacters:
    """PostgreSQL keeps none, and UTF-8 has no lone surrogates: such requests are wrong, and nothing of them a fault."""

    @pytest.fixture(params=["sqlite", "postgres"])
    def database_url(self, request):
        return "" if request.param == "sqlite" else request.getfixturevalue("postgres")

    @pytest.fixture
    def chief(self, app, account):
        account("chief", Role.ADMIN)
        return Person(app, "chief")

    @pytest.mark.parametrize("cursor", ["Wy0xLCAiXHVkODAwIl0", "Wy0xLCAiXHUwMDAwIl0"])
    def test_in_a_cursor(self, api, chief, cursor):
        assert api.get(f"/v1/posts?cursor={cursor}").status_code == 422
        assert chief.open(f"/console/?cursor={cursor}").status_code == 422

    def test_in_addresses_and_forms(self, app, api, chief):
        names = ("rule", "external", "forum", "verdict", "cursor", "first")
        paths = [*(f"?{name}=%00&last=1" for name in names), "?first=1&last=%00"]
        paths += ["audit?about=%00", "audit?by=a%00", "posts/%00", "forums/%00"]
        assert {chief.open(f"/console/{path}").status_code for path in paths} == {400}
        for path, form in (
            ("bulk", {"action": "approve", "post": "\0:1"}),
            ("bulk/undo", {"decision": "\0"}),
            ("callbacks/%00/retry", {}),
            ("forums", {"id": "g", "name": "\0"}),
            ("forums/f", {"name": "F", "redress": "\0"}),
        ):
            assert chief.post(f"/console/{path}", **form).status_code == 400, path
        form = {"login": "a\0", "password": "b"}
        assert app.test_client().post("/console/sign-in", data=form).status_code == 400
        for path in ("posts/%00", "posts?rule=%00"):
            assert 400 <= api.get(f"/v1/{path}").status_code < 500, path
        told = api.get("/v1/posts/%00")
        assert told.mimetype == "application/problem+json"

    @pytest.mark.parametrize("field", ["name", "redress", "callback_url"])
    def test_in_the_settings_of_a_forum(self, api, field):
        address = "https://forum.example/\0" if field == "callback_url" else "a\0"
        told = api.put(
            "/v1/forums/g", json={"name": "G", "callback_secret": "s" * 16, field: address}
        )
        assert told.status_code == 422
        assert told.json["errors"][0]["at"] == field

    def test_in_words_that_are_sealed(self, api, chief):
        post = api.post("/v1/posts", json=submission(NAMED + "\0")).json
        assert post["state"] == "waiting"
        note = {"text": "a\0b"}
        assert api.post(f"/v1/posts/{post['id']}/notes", json=note).status_code == 201
        assert chief.post(f"/console/posts/{post['id']}/notes", words="c\0d").status_code == 303
