"""Figures, audit log and messages that were given up, on the console."""

import csv
import io

import pytest
from console_kit import Person
from server_kit import HARMLESS, submission
from sqlalchemy import select, update

from server.actor import SYSTEM, Role
from server.console.chart import chart
from server.moderation import forums
from server.moderation.forums import ForumSettings
from server.store.tables import Audit, Callback, Item, Job, new_id


@pytest.fixture
def person(app, account):
    def make(login, role=Role.MODERATOR, **more):
        account(login, role, **more)
        return Person(app, login)

    return make


@pytest.fixture
def decided(api, person):
    """A post that was rejected, one that was published, and who rejected."""
    post = api.post("/v1/posts", json=submission()).json["id"]
    api.post("/v1/posts", json=submission(HARMLESS, "2"))
    marie = person("marie")
    marie.post(f"/console/posts/{post}/dismiss", finding="0", why="other")
    marie.decide(post, "reject")
    return post, marie


def test_figures_are_a_table_a_chart_and_downloads(decided, person):
    _, marie = decided
    page = marie.get("/console/figures")
    assert 'class="bar-reject"' in page
    assert "<desc" in page
    assert "direct/fr-titled-name" in page
    rows = list(csv.DictReader(io.StringIO(marie.get("/console/figures.csv"))))
    assert {(r["what"], r["value"], r["count"]) for r in rows} >= {
        ("verdict", "block", "1"),
        ("decision", "reject", "1"),
        ("decision", "approve", "1"),
    }
    told = marie.open("/console/figures.json")
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert told.json["median_wait_seconds"] >= 0
    assert any(r["dismissed"] for r in told.json["rules"])
    auditor = person("audit", Role.AUDITOR)
    assert auditor.open("/console/figures").status_code == 200
    assert auditor.open("/console/figures.csv").status_code == 200


def test_figures_of_other_forums_and_times_are_left_out(decided, person):
    _, marie = decided
    other = person("other", forums=["g"])
    assert other.open("/console/figures.json").json["figures"] == []
    assert marie.open("/console/figures.json?until=2001-01-01").json["figures"] == []
    before = marie.open("/console/figures.json?since=2025-01-01&until=2025-02-01").json
    assert (before["figures"], before["median_wait_seconds"], before["rules"]) == ([], None, [])
    assert marie.open("/console/figures.json?since=2020-01-01&until=x").json["figures"]
    assert marie.open("/console/figures?since=9999-99-99&forum=%3Cscript%3E").status_code == 200


def test_bars_stand_on_one_another():
    told = chart(["2026-01", "2026-02"], {("2026-01", "a"): 3, ("2026-01", "b"): 1}, ("a", "b"))
    low, high = told.columns[0].bars
    assert low.y + low.high == pytest.approx(told.foot)
    assert high.y + high.high == pytest.approx(low.y)
    assert low.high == pytest.approx(3 * high.high, abs=0.2)
    assert told.columns[1].bars == ()
    for tallest in (0, 1, 7, 99, 12_345):
        many = chart(["m"], {("m", "a"): tallest}, ("a",))
        assert len(many.lines) <= 7
        assert many.lines[-1][0] >= tallest


def test_the_log_is_read_in_pages_and_filtered(decided, person):
    post, marie = decided
    page = marie.get("/console/audit")
    assert "post.reject" in page
    assert f'/console/posts/{post}"' in page
    assert "account.add" not in marie.get(f"/console/audit?about={post}")
    assert "Aucune ligne" in marie.get("/console/audit?by=account:nobody")
    assert "Aucune ligne" in marie.get("/console/audit?before=1")
    assert marie.open("/console/audit?before=x").status_code == 200
    auditor = person("audit", Role.AUDITOR)
    page = auditor.get("/console/audit")
    assert "post.reject" in page
    assert f'/console/posts/{post}"' not in page


def test_who_sees_some_forums_reads_about_these(decided, person):
    post, _ = decided
    page = person("other", forums=["g"]).get("/console/audit")
    assert post not in page
    assert page.count("<code>account.sign-in</code>") == 1  # her own


def test_the_log_is_verified_on_demand(decided, person, core):
    _, marie = decided
    assert marie.post("/console/audit/verify").status_code == 403
    auditor = person("audit", Role.AUDITOR)
    assert auditor.client.post("/console/audit/verify").status_code == 403
    assert "intact" in auditor.post("/console/audit/verify").get_data(as_text=True)
    with core.db.writing() as session:
        session.execute(update(Audit).where(Audit.seq == 3).values(actor="somebody"))
    told = auditor.post("/console/audit/verify").get_data(as_text=True)
    assert "après la ligne 2" in told


def test_messages_that_were_given_up_are_sent_again(person, api, core):
    post = api.post("/v1/posts", json=submission()).json["id"]
    with core.db.writing() as session:
        told = ForumSettings(
            name="F", callback_url="https://forum.example/hook", callback_secret="x" * 20
        )
        forums.put(core, session, SYSTEM, "f", told)
        name = new_id()
        session.add(
            Callback(
                id=name,
                forum="f",
                item=post,
                body={"event": "decision"},
                state="dead",
                attempts=12,
                status=500,
                created=session.get_one(Item, post).created,
                updated=0,
            )
        )
    chief = person("chief", Role.ADMIN)
    assert "HTTP 500" in chief.get("/console/callbacks")
    assert person("marie").open("/console/callbacks").status_code == 403
    other = person("other", Role.ADMIN, forums=["g"])
    assert "HTTP 500" not in other.get("/console/callbacks")
    assert other.post(f"/console/callbacks/{name}/retry").status_code == 404
    assert chief.post(f"/console/callbacks/{name}/retry").status_code == 303
    assert chief.post(f"/console/callbacks/{name}/retry").status_code == 409
    assert "en route" in chief.get("/console/callbacks")
    with core.db.reading() as session:
        assert session.scalars(select(Job).where(Job.ref == name)).first()
