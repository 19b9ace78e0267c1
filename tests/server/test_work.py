"""Work that no request waits for: taken once, put back when its worker dies, told to the forum until it hears."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from server_kit import HARMLESS, NAMED
from sqlalchemy import select

from linter.verdict import PostError
from server.actor import SYSTEM, Actor, Role, Scope
from server.moderation import decisions, erasure, forums, intake
from server.moderation.contents import Submission
from server.moderation.decisions import Choice
from server.moderation.forums import ForumSettings
from server.moderation.intake import Place
from server.problem import Problem
from server.store import jobs
from server.store.jobs import JobState, Task
from server.store.tables import Callback, Decision, Item, Job, State, now
from server.work import delivery
from server.work.worker import Worker

SECRET = "a secret of the forum"  # noqa: S105 # of tests
LETTER = (("cr.txt", b"Compte rendu de Mme Huguette Palanque, 84 ans"),)
CLEAN = (("cr.txt", b"Quel anticoagulant chez un patient insuffisant renal ?"),)
pytestmark = pytest.mark.usefixtures("settings")
ANNE = Actor("account:anne", "Anne", frozenset({Scope.MODERATE}), None, Role.MODERATOR)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres")


class Receiver(HTTPServer):
    """A forum's software: answers what it is told to, and keeps what it got."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses, self.got = [200], []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        statuses = self.server.statuses
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def forum_software():
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(core, forum_software):
    def put(**more):
        told = {
            "name": "Forum",
            "grace_seconds": 0,
            "callback_url": f"http://127.0.0.1:{forum_software.server_port}/hook",
            "callback_secret": SECRET,
        } | more
        with core.db.writing() as session:
            forums.put(core, session, SYSTEM, "f", ForumSettings(**told))

    put()
    return put


def submit(core, text=NAMED, files=()):
    return intake.submit(core, SYSTEM, Place("f", str(time.time_ns())), Submission(text), files)[0]


def decide(core, item, action="reject"):
    with core.db.writing() as session:
        mine = intake.own(session, ANNE, item.id, lock=True)
        return decisions.decide(core, session, ANNE, mine, Choice(action, mine.version))


def state(core, item):
    with core.db.reading() as session:
        return State(session.get(Item, item.id).state)


def due(core, kind=None):
    """Make all work due now."""
    with core.db.writing() as session:
        for job in session.scalars(select(Job).where(Job.state == JobState.READY.value)):
            if kind in (None, job.kind):
                job.run_at = now() - 1


def test_a_decision_is_sent_signed_and_once(core, forum_software, work):
    item = submit(core)
    made = decide(core, item)
    assert work() == 1
    ((headers, body),) = forum_software.got
    assert delivery.genuine(
        SECRET.encode(), body, headers["X-Hippolint-Signature"], int(time.time())
    )
    told = json.loads(body)
    assert told["delivery"] == headers["X-Hippolint-Delivery"]
    assert told["decision"]["id"] == made.id
    assert (told["event"], told["decision"]["action"]) == ("decision", "reject")
    assert b"Palanque" not in body
    assert work() == 0


def test_the_receiver_of_the_documentation_tells_genuine_messages():
    text = (Path(__file__).parents[2] / "docs/server.md").read_text(encoding="utf-8")
    code = next(
        b for b in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def genuine" in b
    )
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 # of this repository
    genuine, at = names["genuine"], int(time.time())
    sent = delivery.signature(b"key", b"{}", at)
    assert genuine(b"key", b"{}", sent)
    assert not genuine(b"key", b"{ }", sent)
    assert not genuine(b"other", b"{}", sent)
    assert not genuine(b"key", b"{}", delivery.signature(b"key", b"{}", at - 301))
    for header in ("", "garbage", "t=1", "v1=é,t=1", f"t={'9' * 9_000},v1=x", "t=²,v1=x"):
        assert not genuine(b"key", b"{}", header)


@pytest.mark.parametrize(
    ("body", "header", "later"),
    [
        (b"{} ", None, 0),
        (b"{}", None, delivery.TOLERANCE_S + 1),
        (b"{}", "t=5,v1=00", 0),
        (b"{}", "nonsense", 0),
        (b"{}", "", 0),
        (b"{}", "t=\u0661,v1=0", 0),
    ],
)
def test_a_changed_or_replayed_message_is_not_genuine(body, header, later):
    at = 1_000_000
    sent = header if header is not None else delivery.signature(b"key", b"{}", at)
    assert not delivery.genuine(b"key", body, sent, at + later)


def test_what_does_not_arrive_is_sent_again_and_then_given_up(core, forum_software, work, api):
    forum_software.statuses = [500, 302, 404]
    decide(core, submit(core))
    for _ in range(delivery.ATTEMPTS):
        due(core)
        work()
    assert len(forum_software.got) == delivery.ATTEMPTS
    dead = api.get("/v1/callbacks").json["callbacks"]
    assert [(d["state"], d["status"], d["attempts"]) for d in dead] == [("dead", 404, 12)]
    forum_software.statuses = [204]
    assert api.post(f"/v1/callbacks/{dead[0]['id']}/retry").json["state"] == "waiting"
    assert work() == 1
    assert api.get("/v1/callbacks?state=done").json["callbacks"][0]["status"] == 204
    assert api.post(f"/v1/callbacks/{dead[0]['id']}/retry").status_code == 409


def test_a_forum_that_is_not_there_is_asked_later(core, settings, work):
    settings(callback_url="http://127.0.0.1:9/")
    decide(core, submit(core))
    assert work() == 1
    with core.db.reading() as session:
        (job,) = session.scalars(select(Job))
        assert (job.state, job.error) == ("ready", "no answer")
        assert 5_000 < job.run_at - now() < 13_000


def test_pauses_grow_to_hours():
    pauses = [delivery.pause(n) for n in range(1, delivery.ATTEMPTS)]
    assert pauses[0] < 15_000
    assert pauses[-1] > 6 * 3_600_000
    assert sum(pauses) < 4 * 24 * 3_600_000


def test_a_decision_counts_after_the_grace_period(core, settings, forum_software, work):
    settings(grace_seconds=600)
    made = decide(core, submit(core))
    assert work() == 0
    due(core, "settle")
    assert work() == 2
    assert len(forum_software.got) == 1
    with core.db.reading() as session:
        assert session.get(Decision, made.id).state == "done"


def test_files_that_are_clean_publish_the_post(core, forum_software, work):
    item = submit(core, HARMLESS, CLEAN)
    assert state(core, item) is State.CHECKING
    work()
    assert state(core, item) is State.APPROVED
    assert json.loads(forum_software.got[0][1])["decision"]["automated"] is True


def test_files_that_name_a_patient_hold_the_post(core, forum_software, work):
    item = submit(core, HARMLESS, LETTER)
    work()
    assert state(core, item) is State.WAITING
    assert json.loads(forum_software.got[0][1])["event"] == "held"


@pytest.mark.parametrize(("late", "stands"), [("hold", State.WAITING), ("publish", State.APPROVED)])
def test_files_that_take_too_long(core, settings, work, late, stands):
    settings(files_late=late)
    item = submit(core, HARMLESS, LETTER)
    due(core)
    worker = Worker(core)
    assert worker.once([Task.DEADLINE])
    assert state(core, item) is stands
    work()
    assert state(core, item) is State.WAITING


def test_a_named_patient_is_not_published_because_files_are_late(core, settings):
    settings(files_late="publish")
    item = submit(core, NAMED, CLEAN)
    due(core)
    Worker(core).once([Task.DEADLINE])
    assert state(core, item) is State.WAITING


def test_a_rejection_stands_when_files_are_done(core, work):
    item = submit(core, HARMLESS, CLEAN)
    decide(core, item, "reject")
    work()
    assert state(core, item) is State.REJECTED


def test_an_approval_before_the_files_were_known_does_not_stand_if_they_name_a_patient(core, work):
    item = submit(core, HARMLESS, LETTER)
    decide(core, item, "approve")
    work()
    assert state(core, item) is State.WAITING


@pytest.mark.parametrize("late", ["hold", "publish"])
@pytest.mark.parametrize("files", [LETTER, CLEAN])
def test_undo_never_gives_back_a_post_that_nobody_would_look_at(core, settings, late, files):
    settings(grace_seconds=600, files_late=late)
    item = submit(core, HARMLESS, files)
    if late == "publish":
        due(core, "deadline")
        Worker(core).once([Task.DEADLINE])
    made = decide(core, item)
    Worker(core).once([Task.EXAMINE])
    with core.db.writing() as session:
        for job in session.scalars(select(Job).where(Job.kind == "deadline")):
            job.run_at = now() - 1
    Worker(core).once([Task.DEADLINE])
    with core.db.writing() as session:
        decisions.undo(core, session, ANNE, made.id)
    published = late == "publish" and files is CLEAN
    assert state(core, item) is (State.APPROVED if published else State.WAITING)


def test_a_message_of_an_erased_post_arrives_and_is_forgotten(core, forum_software, work):
    item = submit(core)
    decide(core, item)
    with core.db.writing() as session:
        session.get(Item, item.id).expires = now() - 1
    erasure.purge(core)
    assert work() == 1
    assert json.loads(forum_software.got[0][1])["post"]["external_id"] == item.external
    with core.db.reading() as session:
        assert session.scalars(select(Callback)).all() == []


def test_the_forum_is_told_what_ends_with_the_retention(core, settings, forum_software, work):
    settings(grace_seconds=600)
    waits, decided = submit(core), submit(core)
    made = decide(core, decided)
    with core.db.writing() as session:
        for item in (waits, decided):
            session.get(Item, item.id).expires = now() - 1
    assert erasure.purge(core).erased == 2
    work()
    told = {
        json.loads(body)["post"]["external_id"]: json.loads(body)["event"]
        for _, body in forum_software.got
    }
    assert told == {waits.external: "expired", decided.external: "decision"}
    with core.db.writing() as session, pytest.raises(Problem) as gone:
        decisions.undo(core, session, ANNE, made.id)
    assert gone.value.kind == "gone"


def test_work_is_taken_by_one_worker(core):
    for n in range(20):
        submit(core, f"{HARMLESS} {n}", CLEAN)
    taken, lock = [], threading.Lock()

    def take(name):
        while claimed := jobs.claim(core.db, name, [Task.EXAMINE]):
            with lock:
                taken.append(claimed.id)

    threads = [threading.Thread(target=take, args=(f"w{n}",)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(taken) == len(set(taken)) == 20


def test_work_of_a_dead_worker_is_done_by_another(core, work):
    item = submit(core, HARMLESS, CLEAN)
    dead = jobs.claim(core.db, "dead", [Task.EXAMINE])
    assert jobs.claim(core.db, "other", [Task.EXAMINE]) is None
    with core.db.writing() as session:
        session.get(Job, dead.id).lease = now() - 1
    assert work() == 2
    assert state(core, item) is State.APPROVED
    with core.db.writing() as session:
        assert not jobs.still_mine(session, dead)


def test_a_file_that_kills_its_workers_goes_to_a_moderator(core, work):
    item = submit(core, HARMLESS, CLEAN)
    for _ in range(4):
        claimed = jobs.claim(core.db, "dead", [Task.EXAMINE])
        with core.db.writing() as session:
            session.get(Job, claimed.id).lease = now() - 1
    work()
    assert state(core, item) is State.WAITING
    with core.db.reading() as session:
        assert not session.get(Item, item.id).checked
        assert session.get(Job, claimed.id).state == "dead"


def test_when_the_linter_fails_the_post_is_held_and_tried_again(core, work, monkeypatch, capfd):
    with monkeypatch.context() as patch:

        def fail(*_):
            raise PostError("internal error")

        patch.setattr(core.checker, "check", fail)
        item = submit(core, HARMLESS)
        assert state(core, item) is State.CHECKING
        work()
    assert "anticoagulant" not in capfd.readouterr().err
    due(core, "examine")
    work()
    assert state(core, item) is State.APPROVED


def test_an_edit_makes_old_work_void(core, work):
    item = submit(core, HARMLESS, LETTER)
    intake.edit(core, SYSTEM, item.id, Submission(HARMLESS))
    assert state(core, item) is State.APPROVED
    due(core)
    work()
    assert state(core, item) is State.APPROVED
    with core.db.reading() as session:
        assert session.scalars(select(Callback)).all() == []
