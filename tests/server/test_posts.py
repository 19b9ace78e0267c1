"""Posts through the API: checked, submitted, changed, deleted, read."""

import io
import json
import zipfile

import pytest
from server_kit import HARMLESS, NAMED, submission

from server.app import create_app
from server.turns import Turns


def test_a_check_gives_the_verdict_of_the_contract_and_keeps_nothing(api, core):
    told = api.post("/v1/check", json={"id": "42", "text": NAMED})
    assert told.status_code == 200
    assert told.json["verdict"] == "block"
    assert told.json["id"] == "42"
    assert told.headers["Cache-Control"] == "no-store"
    assert api.get("/v1/posts").json["posts"] == []
    assert b"Palanque" not in core.config.data.joinpath("hippolint.db").read_bytes()


def test_a_harmless_post_is_published_at_once(api):
    told = api.post("/v1/posts", json=submission(HARMLESS))
    assert told.status_code == 201
    assert (told.json["state"], told.json["action"]) == ("approved", "publish")


def test_a_named_patient_is_held_for_a_moderator(api):
    told = api.post("/v1/posts", json=submission())
    assert (told.json["state"], told.json["action"], told.json["verdict"]) == (
        "waiting",
        "hold",
        "block",
    )
    assert [p["id"] for p in api.get("/v1/posts").json["posts"]] == [told.json["id"]]
    full = api.get(f"/v1/posts/{told.json['id']}").json
    assert full["text"] == NAMED
    assert "Palanque" not in full["full"]["fixed"]
    assert [e["kind"] for e in full["timeline"]] == ["submitted"]


def test_a_decision_is_made_once_on_what_was_read(api):
    post = api.post("/v1/posts", json=submission()).json
    stale = api.post(f"/v1/posts/{post['id']}/decisions", json={"action": "reject", "version": 7})
    assert stale.status_code == 409
    made = api.post(
        f"/v1/posts/{post['id']}/decisions", json={"action": "reject", "version": post["version"]}
    )
    assert made.status_code == 201
    assert made.json["post"]["action"] == "reject"
    again = api.post(
        f"/v1/posts/{post['id']}/decisions", json={"action": "approve", "version": post["version"]}
    )
    assert again.status_code == 409
    notice = api.get(f"/v1/posts/{post['id']}/notice?lang=fr").json
    assert "Palanque" not in json.dumps(notice)
    assert notice["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
    english = api.get(f"/v1/posts/{post['id']}/notice?lang=en").json["incompatible_content_ground"]
    assert "CSP R.4127-4" in notice["incompatible_content_ground"]
    assert "CSP R.4127-4" in english
    assert "GMC" not in english


def test_the_forum_tells_the_language_that_words_do_not(api):
    settings = {"name": "Ward", "lang": "en"}
    assert api.put("/v1/forums/ward", json=settings).status_code in (200, 201)
    for text in ("Mrs Margaret Oakley, 84, INR 9", "INR 9, TTR 40"):
        told = api.post("/v1/posts", json={"forum": "ward", "external_id": text, "text": text}).json
        assert told["lang"] == "en"
    assert (
        api.post("/v1/check", json={"text": "INR 9, TTR 40", "forum": "ward"}).json["lang"] == "en"
    )


def test_a_rule_that_said_nothing_carries_no_decision(api):
    post = api.post("/v1/posts", json=submission()).json
    spoke = api.get(f"/v1/posts/{post['id']}").json["full"]["findings"][0]["rule"]
    at, body = f"/v1/posts/{post['id']}/decisions", {"action": "reject", "version": 1}
    for rules in (["direct/fr-patient-nmae"], [spoke, "quasi/fr-agee"]):
        told = api.post(at, json=body | {"rules": rules})
        assert told.status_code == 422
        assert told.json["errors"][0]["at"] == "rules"
        assert "nmae" not in told.text
    assert api.post(at, json=body | {"rules": [spoke]}).json["decision"]["rules"] == [spoke]


@pytest.mark.parametrize(("lang", "person"), [("fr", "modérateur"), ("en", "moderator")])
def test_the_notice_of_an_automatic_approval_tells_of_no_reader_and_no_ground(api, lang, person):
    post = api.post("/v1/posts", json=submission(HARMLESS)).json
    told = api.get(f"/v1/posts/{post['id']}/notice?lang={lang}").json
    assert told["automated_decision"] == "AUTOMATED_DECISION_FULLY"
    assert person not in json.dumps(told, ensure_ascii=False)
    assert told["decision_facts"]
    for name in (
        "decision_ground", "incompatible_content_ground", "incompatible_content_explanation",
        "category", "redress", "decision_visibility",
    ):  # fmt: skip
        assert not told[name], name


def test_the_same_request_under_one_key_is_taken_in_once(api):
    head = {"Idempotency-Key": "k1"}
    first = api.post("/v1/posts", json=submission(), headers=head)
    second = api.post("/v1/posts", json=submission(), headers=head)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["id"] == second.json["id"]
    other = api.post("/v1/posts", json=submission(HARMLESS), headers=head)
    assert other.status_code == 422
    assert api.post("/v1/posts", json=submission()).status_code == 409


def test_an_edit_is_checked_anew(api):
    post = api.post("/v1/posts", json=submission()).json
    told = api.put(f"/v1/posts/{post['id']}", json={"text": HARMLESS})
    assert (told.json["state"], told.json["revision"]) == ("approved", 2)


def test_a_deleted_post_is_gone(api):
    post = api.post("/v1/posts", json=submission()).json
    assert api.delete(f"/v1/posts/{post['id']}").json["action"] == "remove"
    assert api.get(f"/v1/posts/{post['id']}").status_code == 410
    assert api.put(f"/v1/posts/{post['id']}", json={"text": HARMLESS}).status_code == 410


def test_an_appeal_has_one_limit_and_one_message(api):
    post = api.post("/v1/posts", json=submission()).json
    api.post(f"/v1/posts/{post['id']}/decisions", json={"action": "reject", "version": 1})
    at = f"/v1/posts/{post['id']}/appeal"
    told = [api.post(at, json={"text": text}) for text in ("", " ", "a" * 10_001)]
    assert {t.status_code for t in told} == {422}
    assert {t.json["detail"] for t in told} == {"An appeal has 1 to 10,000 characters."}
    assert api.post(at, json={"text": "a" * 10_000}).status_code == 201


def test_an_erased_post_cannot_be_held(api):
    post = api.post("/v1/posts", json=submission()).json
    api.delete(f"/v1/posts/{post['id']}")
    told = api.put(f"/v1/posts/{post['id']}/legal-hold", json={"held": True})
    assert (told.status_code, told.json["type"]) == (410, "urn:hippolint:problem:gone")
    lifted = api.put(f"/v1/posts/{post['id']}/legal-hold", json={"held": False})
    assert lifted.json["legal_hold"] is False


def test_a_deleted_post_under_a_hold_can_be_held_again(api):
    post = api.post("/v1/posts", json=submission()).json
    for _ in range(2):
        told = api.put(f"/v1/posts/{post['id']}/legal-hold", json={"held": True})
        assert told.json["legal_hold"] is True
        api.delete(f"/v1/posts/{post['id']}")


def test_files_are_looked_at_afterwards(api, work):
    form = {
        "post": json.dumps(submission(HARMLESS)),
        "attachments": (io.BytesIO(b"Compte rendu de Mme Huguette Palanque"), "cr.txt"),
    }
    told = api.post("/v1/posts", data=form)
    assert told.status_code == 201, told.json
    assert (told.json["state"], told.json["action"]) == ("checking", "wait")
    assert work() == 1
    full = api.get(f"/v1/posts/{told.json['id']}").json
    assert (full["state"], full["verdict"], full["checked"]) == ("waiting", "block", True)
    assert full["files"] == ["cr.txt"]


def test_the_evidence_file_holds_everything(api):
    post = api.post("/v1/posts", json=submission()).json
    api.post(f"/v1/posts/{post['id']}/notes", json={"text": "à relire à deux"})
    told = api.get(f"/v1/posts/{post['id']}/evidence")
    with zipfile.ZipFile(io.BytesIO(told.data)) as archive:
        assert set(archive.namelist()) == {
            "post.json",
            "verdict.json",
            "decisions.json",
            "timeline.json",
            "manifest.json",
        }
        assert "à relire à deux" in archive.read("timeline.json").decode()


def test_the_evidence_file_holds_earlier_revisions_appeal_and_notice(api):
    files = {"post": json.dumps(submission()), "attachments": (io.BytesIO(b"secret"), "cr.txt")}
    at = f"/v1/posts/{api.post('/v1/posts', data=files).json['id']}"
    api.put(f"{at}/legal-hold", json={"held": True})
    edited = api.put(at, json={"text": NAMED + " Merci."}).json
    refusal = {"action": "reject", "version": edited["version"]}
    assert api.post(f"{at}/decisions", json=refusal).status_code == 201
    assert api.post(f"{at}/appeal", json={"text": "Ce nom est inventé."}).status_code == 201
    told = api.get(f"{at}/evidence")
    with zipfile.ZipFile(io.BytesIO(told.data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    assert set(manifest["sha256"]) == set(parts)
    assert parts["revision-1/files/0"] == b"secret"
    first = json.loads(parts["revision-1/post.json"])
    assert (first["text"], first["files"]) == (NAMED, ["cr.txt"])
    assert json.loads(parts["revision-1/verdict.json"])["verdict"] == "block"
    assert "files/0" not in parts
    (complaint,) = json.loads(parts["appeals.json"])
    assert (complaint["words"], complaint["state"]) == ("Ce nom est inventé.", "open")
    (letter,) = json.loads(parts["notices.json"])
    assert letter["decision"] == complaint["decision"]
    assert letter["text"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b'{"text": NaN}', 400),
        (b"\xff", 400),
        (b"{}", 422),
        (b'{"text": "a", "PALANQUE": 1}', 422),
        (b'{"text": "\\ud800"}', 422),
        (b'{"text": 5}', 422),
    ],
)
def test_bad_bodies_are_told_without_their_words(api, body, status):
    told = api.post("/v1/check", data=body, content_type="application/json")
    assert told.status_code == status
    assert told.mimetype == "application/problem+json"
    assert b"PALANQUE" not in told.data


def test_other_media_types_are_refused(api):
    assert api.post("/v1/check", data=b"text=a").status_code == 415
    assert api.post("/v1/check", data=b"a", content_type="text/plain").status_code == 415


def test_many_files_at_once_keep_no_text_waiting(api, core):
    form = {"post": json.dumps({"text": HARMLESS}), "attachments": (io.BytesIO(b"a"), "a.txt")}
    with core.checker.looking(), core.checker.looking(), core.checker.looking():
        busy = api.post("/v1/check", data=form)
        assert (busy.status_code, busy.json["type"]) == (503, "urn:hippolint:problem:unavailable")
        assert api.post("/v1/check", json={"text": HARMLESS}).status_code == 200
    form["attachments"] = (io.BytesIO(b"a"), "a.txt")
    assert api.post("/v1/check", data=form).status_code == 200


def test_who_would_wait_long_is_told_when_to_come_back(api, core, monkeypatch):
    monkeypatch.setattr(core.checker, "_text", Turns(wait=0.05))
    with core.checker._text.turn():
        for path, body in (("/v1/check", {"text": NAMED}), ("/v1/posts", submission())):
            busy = api.post(path, json=body)
            assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
            assert busy.json["type"] == "urn:hippolint:problem:unavailable"
    assert api.post("/v1/posts", json=submission()).status_code == 201


def test_a_long_text_counts_as_several_requests(core, checker, key):
    config = core.config.model_copy(update={"rate": "10/minute"})
    slow = type(core)(config, core.db, core.keys)
    vars(slow)["checker"] = checker
    client, text, head = create_app(slow).test_client(), "a " * 2_000, key()
    told = [client.post("/v1/check", json={"text": text}, headers=head) for _ in range(3)]
    assert [t.status_code for t in told] == [200, 200, 429]
    head = key()
    told = [client.post("/v1/posts", json=submission(text * 6, n), headers=head) for n in "12"]
    assert [t.status_code for t in told] == [201, 429]


def test_figures_count_what_happened(api):
    post = api.post("/v1/posts", json=submission()).json
    api.post("/v1/posts", json=submission(HARMLESS, "2"))
    api.post(f"/v1/posts/{post['id']}/decisions", json={"action": "reject", "version": 1})
    told = api.get("/v1/figures?since=2020-01-01&until=2100-01-01").json
    counts = {(f["what"], f["value"]): f["count"] for f in told["figures"]}
    assert counts["verdict", "block"] == counts["verdict", "allow"] == 1
    assert counts["decision", "reject"] == counts["decided_by", "person"] == 1
    assert told["median_wait_seconds"] >= 0
    rules = api.get("/v1/figures/rules").json["rules"]
    assert all(r["precision"] == 1 for r in rules)


def test_figures_for_prometheus_hold_no_words(api, app):
    api.post("/v1/posts", json=submission())
    told = api.get("/metrics")
    assert 'hippolint_posts{state="waiting"} 1.0' in told.text
    assert "Palanque" not in told.text
    assert app.test_client().get("/metrics").status_code == 401


def test_replay_says_what_another_policy_would_have_done(api):
    post = api.post("/v1/posts", json=submission()).json
    api.post(f"/v1/posts/{post['id']}/decisions", json={"action": "reject", "version": 1})
    gentle = {"policy": {"block": 1, "review": 1, "combination": {"few": 1}}}
    told = api.post("/v1/forums/f/replay", json=gentle).json
    assert (told["posts"], told["let_through"], told["held_anew"]) == (1, 1, 0)
    assert told["changed"][0]["id"] == post["id"]
    assert api.post("/v1/forums/f/replay", json={"policy": {"block": 9}}).status_code == 422


@pytest.mark.parametrize(
    ("policy", "at"),
    [
        ({"PALANQUE": 1}, "an unknown key"),
        ({"combination": {"PALANQUE": 1}}, "combination.an unknown key"),
        ({"weights": {"PALANQUE": 1}}, "weights.an unknown key"),
        ({"combination": {"few": "PALANQUE"}}, "combination.few"),
    ],
)
def test_a_wrong_policy_is_told_by_known_names_only(api, policy, at):
    replayed = api.post("/v1/forums/f/replay", json={"policy": policy})
    put = api.put("/v1/forums/f", json={"name": "F", "policy": policy})
    for told in (replayed, put):
        assert told.status_code == 422
        assert told.json["detail"].startswith(f"policy: {at}: ")
        assert "PALANQUE" not in told.text


def test_a_safe_copy_covers_what_was_found(api, work):
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(picture, "PNG")
    picture.seek(0)
    form = {"post": json.dumps(submission(HARMLESS)), "attachments": (picture, "photo.png")}
    post = api.post("/v1/posts", data=form).json
    assert api.get(f"/v1/posts/{post['id']}/files/0/safe").status_code == 404
    work()
    told = api.get(f"/v1/posts/{post['id']}/files/0/safe")
    assert told.data.startswith(b"\x89PNG")
    assert api.get(f"/v1/posts/{post['id']}/files/1/safe").status_code == 404
    assert api.get(f"/v1/posts/{post['id']}/files/x/safe").status_code == 404
