"""Keys, accounts, sign-ins."""

import time

import pytest
from server_kit import NAMED, PASSWORD, submission
from sqlalchemy import select

from server.actor import SYSTEM, Role, Scope
from server.moderation import access, attempts, audit
from server.problem import Problem
from server.store.tables import Account, ApiKey, Audit, now
from server.store.tables import Session as SignIn
from server.web import Limiter, problem_response


def refused(work, *args):
    with pytest.raises(Problem) as problem:
        work(*args)
    return problem.value.kind


def test_a_key_is_shown_once_and_kept_as_a_hash(core, api):
    made = api.post("/v1/keys", json={"name": "Discourse", "scopes": ["check"]})
    token = made.json["token"]
    assert made.headers["Cache-Control"] == "no-store"
    assert token not in api.get("/v1/keys").text
    with core.db.reading() as session:
        assert all(token not in str(vars(k)) for k in session.scalars(select(ApiKey)))
    assert access.by_token(core, token).scopes == {Scope.CHECK}


def test_a_key_does_what_its_scopes_allow(app, key):
    client = app.test_client()
    check = {"text": "Bonjour"}
    for scope, statuses in (
        ("check", (200, 403, 403, 403)),
        ("submit", (403, 404, 403, 403)),
        ("moderate", (403, 403, 200, 403)),
        ("admin", (403, 403, 403, 200)),
    ):
        head = key(Scope(scope))
        told = (
            client.post("/v1/check", json=check, headers=head).status_code,
            client.post(
                "/v1/posts", json=submission() | {"forum": "none"}, headers=head
            ).status_code,
            client.get("/v1/posts", headers=head).status_code,
            client.get("/v1/keys", headers=head).status_code,
        )
        assert told == statuses, scope


@pytest.mark.parametrize(
    "head",
    ["", "Bearer", "Bearer x", "Basic eA==", "Bearer hl_000000000000_" + "a" * 43, "bearer é"],
)
def test_without_a_key_nothing_is_open(app, head):
    told = app.test_client().get(
        "/v1/posts", headers={"Authorization": head.encode("latin-1").decode("latin-1")}
    )
    assert told.status_code == 401
    assert told.headers["WWW-Authenticate"] == "Bearer"
    assert told.mimetype == "application/problem+json"


def test_expired_revoked_and_rotated_keys(app, key, api):
    client = app.test_client()
    old = key(expires=now() - 1)
    assert client.get("/v1/posts", headers=old).status_code == 401
    made = api.post(
        "/v1/keys", json={"name": "n", "scopes": ["moderate"], "forum": "f", "days": 3}
    ).json
    head = {"Authorization": f"Bearer {made['token']}"}
    fresh = api.post(f"/v1/keys/{made['id']}/rotate").json
    assert client.get("/v1/posts", headers=head).status_code == 200
    assert (
        client.get("/v1/posts", headers={"Authorization": f"Bearer {fresh['token']}"}).status_code
        == 200
    )
    assert api.delete(f"/v1/keys/{made['id']}").status_code == 204
    assert client.get("/v1/posts", headers=head).status_code == 401
    assert api.post(f"/v1/keys/{made['id']}/rotate").status_code == 404
    assert api.delete("/v1/keys/none").status_code == 404


def test_a_renewed_key_lasts_no_longer_than_the_old_one_did(core, api):
    made = api.post("/v1/keys", json={"name": "n", "scopes": ["check"], "days": 1}).json
    with core.db.writing() as session:
        session.get(ApiKey, made["id"]).expires = now() + 3_600_000
    fresh = api.post(f"/v1/keys/{made['id']}/rotate").json
    with core.db.reading() as session:
        assert session.get(ApiKey, made["id"]).expires <= now() + 3_600_000
        assert session.get(ApiKey, fresh["id"]).expires <= now() + 24 * 3_600_000


def test_programs_that_submit_read_no_notes_of_moderators(app, api, key):
    post = api.post("/v1/posts", json=submission()).json
    api.post(f"/v1/posts/{post['id']}/notes", json={"text": "entre nous"})
    told = app.test_client().get(f"/v1/posts/{post['id']}", headers=key(Scope.SUBMIT))
    assert "entre nous" not in told.text
    assert {e["actor"] for e in told.json["timeline"]} == {""}
    assert "entre nous" in api.get(f"/v1/posts/{post['id']}").text


def test_a_decision_that_can_be_undone_is_not_told_to_the_forum(api):
    api.put("/v1/forums/f", json={"name": "F", "grace_seconds": 600})
    post = api.post("/v1/posts", json=submission()).json
    made = api.post(
        f"/v1/posts/{post['id']}/decisions", json={"action": "reject", "version": 1}
    ).json
    assert (made["post"]["state"], made["post"]["action"]) == ("rejected", "hold")
    assert api.get(f"/v1/posts/{post['id']}/notice").status_code == 409
    assert api.post(f"/v1/decisions/{made['decision']['id']}/undo").json["state"] == "waiting"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example/x",
        "/\n",
        "https://evil.example",
        "",
        "/é",
    ],
)
def test_after_sign_in_nobody_is_sent_elsewhere(app, account, path):
    account("anne")
    told = app.test_client().post(
        "/console/sign-in", data={"login": "anne", "password": PASSWORD, "next": path}
    )
    assert (told.status_code, told.headers["Location"]) == (303, "/")


def test_methods_that_callers_make_up_are_not_repeated(app, api, capfd):
    app.test_client().open("/nothing", method="JEANDUPONT")
    assert "JEANDUPONT" not in capfd.readouterr().err + api.get("/metrics").text


def test_a_key_of_one_forum_sees_no_other(app, api, key):
    api.put("/v1/forums/g", json={"name": "G"})
    post = api.post("/v1/posts", json=submission()).json
    client, head = app.test_client(), key(forum="g")
    assert client.get(f"/v1/posts/{post['id']}", headers=head).status_code == 404
    assert client.post("/v1/posts", json=submission(NAMED, "2"), headers=head).status_code == 404
    assert client.get("/v1/posts", headers=head).json["posts"] == []
    assert client.put("/v1/forums/f", json={"name": "x"}, headers=head).status_code == 403
    assert [f["id"] for f in client.get("/v1/forums", headers=head).json["forums"]] == ["g"]
    keys = client.get("/v1/keys", headers=head).json["keys"]
    assert {k["forum"] for k in keys} == {"g"}
    mine = client.post("/v1/keys", json={"name": "n", "scopes": ["check"]}, headers=head)
    assert mine.status_code == 201
    assert {
        k["forum"] for k in client.get("/v1/keys", headers=head).json["keys"] if k["name"] == "n"
    } == {"g"}


def test_too_many_requests_are_refused(core, checker):
    from server.app import create_app

    config = core.config.model_copy(update={"rate": "3/minute"})
    slow = type(core)(config, core.db, core.keys)
    vars(slow)["checker"] = checker
    client = create_app(slow).test_client()
    told = [client.get("/v1/posts").status_code for _ in range(5)]
    assert told == [401, 401, 401, 429, 429]
    assert client.get("/v1/posts").headers["Retry-After"] == "60"
    assert client.get("/healthz").status_code == 200


def test_who_asked_too_often_is_told_how_long_to_wait(monkeypatch):
    limiter, start = Limiter("1/hour"), time.time()
    monkeypatch.setattr(time, "time", lambda: start)
    limiter.hit("a")
    for later, wait in ((10.5, 3_590), (3_598.5, 2)):
        monkeypatch.setattr(time, "time", lambda later=later: start + later)
        with pytest.raises(Problem) as problem:
            limiter.hit("a")
        told = problem_response(problem.value)
        assert (told.status_code, told.headers["Retry-After"]) == (429, str(wait))


def test_sign_in_and_out(core, account):
    account("Anne")
    signed = access.sign_in(core, " ANNE ", PASSWORD)
    there = access.present(core, signed.cookie)
    assert there.actor.role is Role.MODERATOR
    with core.db.reading() as session:
        assert signed.cookie not in str([vars(s) for s in session.scalars(select(SignIn))])
    access.sign_out(core, signed.cookie)
    assert access.present(core, signed.cookie) is None
    with core.db.reading() as session:
        rows = session.scalars(select(Audit).order_by(Audit.seq.desc()).limit(2)).all()
    assert [r.action for r in rows] == ["account.sign-out", "account.sign-in"]
    assert rows[0].object == there.account.id
    assert audit.verify(core).fault is None


def test_wrong_passwords_lock_an_account_for_a_while(core, account):
    account("anne")
    for _ in range(5):
        assert refused(access.sign_in, core, "anne", "wrong") == "unauthorized"
    assert refused(access.sign_in, core, "anne", PASSWORD) == "unauthorized"
    with core.db.writing() as session:
        locked = session.scalars(select(Account)).one()
        assert 0 < locked.locked_until - now() <= 60_000
        locked.locked_until = now() - 1
    assert access.sign_in(core, "anne", PASSWORD)
    assert refused(access.sign_in, core, "nobody", PASSWORD) == "unauthorized"


class TestLocks:
    @pytest.fixture(params=["sqlite", "postgres"])
    def database_url(self, request):
        return "" if request.param == "sqlite" else request.getfixturevalue("postgres")

    def test_a_stranger_locks_nobody_out_of_her_usual_place(self, core, account):
        account("anne")
        home, away = "2001:db8:1:2::7", "192.0.2.9"
        access.sign_in(core, "anne", PASSWORD, home)
        for _ in range(8):
            assert refused(access.sign_in, core, "anne", "wrong", away) == "unauthorized"
        assert refused(access.sign_in, core, "anne", PASSWORD, away) == "unauthorized"
        assert refused(access.sign_in, core, "anne", PASSWORD, "198.51.100.1") == "unauthorized"
        assert access.sign_in(core, "anne", PASSWORD, "2001:db8:1:2::8")
        with core.db.reading() as session:
            told = [str(r.detail) for r in session.scalars(select(Audit))]
        assert not any(word in text for text in told for word in ("2001:db8", "192.0.2"))

    def test_wrong_passwords_lock_the_usual_place_too(self, core, account, monkeypatch):
        made, home = account("anne"), "192.0.2.7"
        access.sign_in(core, "anne", PASSWORD, home)
        for _ in range(5):
            assert refused(access.sign_in, core, "anne", "wrong", home) == "unauthorized"
        assert refused(access.sign_in, core, "anne", PASSWORD, home) == "unauthorized"
        assert access.sign_in(core, "anne", PASSWORD, "198.51.100.1")
        assert refused(access.sign_in, core, "anne", PASSWORD, home) == "unauthorized"
        with monkeypatch.context() as patch:
            patch.setattr(access, "now", lambda: now() + 61_000)
            assert access.sign_in(core, "anne", PASSWORD, home)
        for _ in range(6):
            assert refused(access.sign_in, core, "anne", "wrong", home) == "unauthorized"
        with core.db.writing() as session:
            access.set_password(core, session, SYSTEM, session.get(Account, made.id), PASSWORD)
        assert access.sign_in(core, "anne", PASSWORD, home)


def test_the_lock_grows_to_an_hour():
    assert [attempts.lock_ms(n) // 60_000 for n in (4, 5, 6, 7, 10, 11, 99)] == [
        0, 1, 2, 4, 32, 60, 60,
    ]  # fmt: skip


def test_a_sign_in_ends_by_time_and_by_idleness(core, account):
    account("anne")
    for name, value in (("expires", now() - 1), ("seen", now() - 61 * 60_000)):
        signed = access.sign_in(core, "anne", PASSWORD)
        with core.db.writing() as session:
            setattr(session.get(SignIn, core.keys.token_hash(signed.cookie)), name, value)
        assert access.present(core, signed.cookie) is None


def test_a_new_password_and_an_end_close_all_sign_ins(core, account):
    made = account("anne")
    signed = access.sign_in(core, "anne", PASSWORD)
    with core.db.writing() as session:
        access.set_password(
            core, session, SYSTEM, session.get(Account, made.id), "another long one"
        )
    assert access.present(core, signed.cookie) is None
    assert refused(access.sign_in, core, "anne", PASSWORD) == "unauthorized"
    signed = access.sign_in(core, "anne", "another long one")
    with core.db.writing() as session:
        access.disable(core, session, SYSTEM, session.get(Account, made.id))
    assert access.present(core, signed.cookie) is None
    assert refused(access.sign_in, core, "anne", "another long one") == "unauthorized"


def test_short_passwords_and_double_logins_are_refused(core, account):
    account("anne")
    with core.db.writing() as session:
        for login, password in (
            ("anne", PASSWORD),
            ("paul", "short"),
            ("", PASSWORD),
            ("p" * 101, PASSWORD),
        ):
            with pytest.raises(Problem):
                access.new_account(core, session, SYSTEM, login, Role.MODERATOR, password)
