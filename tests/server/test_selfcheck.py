"""The self-check page without a browser: verdict, replacements, pictures, limits, who may use it."""

import html
import io
import json
import re
from dataclasses import replace

import pytest
from server_kit import HARMLESS, NAMED

from server.app import create_app
from server.turns import Turns
from server.words import words

FR = words("fr")


@pytest.fixture
def client(app):
    made = app.test_client()
    made.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    return made


def text_of(page):
    """What stands in the field of the draft."""
    return re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL).group(1)


def test_a_page_is_open_and_kept_nowhere(client):
    told = client.get("/check")
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in told.headers
    assert 'autocomplete="off"' in told.text


def test_how_many_people_match_is_said_in_the_readers_language(client):
    draft = {"text": "34-year-old woman, harbour pilot, triplets, Wilson's disease: any advice?"}
    french = client.post("/check", data=draft).text
    english = client.post("/check", data=draft, headers={"Accept-Language": "en"}).text
    assert "correspond" in french
    assert "dans un pays de la taille du Royaume-Uni" in french
    assert "in a country of the size of the United Kingdom match" in english


def test_a_draft_gets_the_verdict_first_and_a_version_to_post(client):
    told = client.post("/check", data={"text": NAMED})
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"
    page = told.text
    assert FR("check.block_version") in page
    assert page.index(FR("check.block_version")) < page.index('id="marked"')
    assert "<mark" in page
    assert text_of(page) == NAMED
    fixed = re.search(r'<textarea id="fixed"[^>]*>\n(.*?)</textarea>', page, re.DOTALL).group(1)
    assert "Palanque" not in fixed
    assert "la patiente" in fixed


def test_the_other_language_takes_the_draft_along(client):
    told = client.post("/check", data={"text": NAMED, "lang": "en"})
    assert '<html lang="en">' in told.text
    assert text_of(told.text) == NAMED
    assert '<html lang="en">' in client.get("/check").text
    empty = client.post("/check", data={"text": "", "lang": "fr"})
    assert '<html lang="fr">' in empty.text
    assert 'role="alert"' not in empty.text
    odd = client.post("/check", data={"text": NAMED, "lang": "de"})
    assert "Set-Cookie" not in odd.headers


def test_a_harmless_draft_can_be_posted(client):
    page = client.post("/check", data={"text": HARMLESS}).text
    assert FR("check.allow") in page
    assert 'id="fixed"' not in page


def test_chosen_changes_are_made_and_the_rest_is_left(client):
    text = "Mme Huguette Palanque, 84 ans, tél. 06 12 34 56 78, refuse son anticoagulant."
    page = client.post("/check", data={"text": text}).text
    keys = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert len(keys) >= 2
    page = client.post("/check", data={"text": text, "do": "chosen", "chosen": keys[0]}).text
    assert "Palanque" not in text_of(page)
    assert "06 12 34 56 78" in text_of(page)
    assert FR.plural("check.applied", 1) in page
    page = client.post("/check", data={"text": text, "do": "all"}).text
    assert "06 12 34 56 78" not in text_of(page)


def test_a_choice_made_on_another_text_changes_nothing(client):
    page = client.post("/check", data={"text": NAMED}).text
    key = re.search(r'name="chosen" value="([^"]+)"', page).group(1)
    other = "Bonjour. " + NAMED
    page = client.post("/check", data={"text": other, "do": "chosen", "chosen": key}).text
    assert text_of(page) == other
    assert FR("check.missed") in html.unescape(page)


def test_live_answers_tell_segments_and_never_change_the_text_unasked(client):
    told = client.post("/check/live", json={"text": NAMED}).json
    assert told["decision"] == "block"
    assert "".join(s["text"] for s in told["segments"]) == NAMED == told["text"]
    assert "Palanque" not in told["fixed"]
    key = told["findings"][0]["key"]
    after = client.post("/check/live", json={"text": NAMED, "apply": [key]}).json
    assert "Palanque" not in after["text"]
    assert "la patiente" in after["text"]


def test_attachments_that_nobody_looked_at_are_not_called_fine(client):
    told = client.post("/check/live", json={"text": HARMLESS, "pictures": "unread"}).json
    assert FR("check.unread") in told["banner_html"]
    assert FR("check.allow") not in told["banner_html"]
    told = client.post("/check/live", json={"text": HARMLESS, "pictures": "block"}).json
    assert FR("check.pictures_only") in told["banner_html"]


def test_photos_that_did_not_come_again_are_told_at_every_step(client):
    for _ in range(3):
        page = html.unescape(client.post("/check", data={"text": HARMLESS, "had_files": "1"}).text)
        assert FR("check.files_left") in page
        assert FR("check.left") in page
        assert FR("check.allow") not in page
        assert 'name="had_files" value="1"' in page
    page = html.unescape(client.post("/check", data={"text": NAMED, "had_files": "1"}).text)
    assert FR("check.files_left") in page


def test_findings_are_told_in_the_language_of_the_page(client):
    client.set_cookie("hippolint_lang", "en")
    page = html.unescape(client.post("/check", data={"text": f"{NAMED} Dr Paul Lestrade"}).text)
    assert "This name is that of somebody in care" in page or "patient" in page
    assert "Ce nom" not in page
    assert "professionnel" not in page


def test_a_file_gets_a_word_of_its_own(client):
    file = (io.BytesIO(b"Compte rendu de Mme Huguette Palanque"), "cr.txt")
    page = client.post("/check", data={"text": HARMLESS, "attachments": file}).text
    assert FR("check.no_safe") in page
    assert FR("check.pictures_only") in page
    page = client.post(
        "/check", data={"text": NAMED, "attachments": (io.BytesIO(b"Mme Palanque"), "cr.txt")}
    ).text
    assert FR("check.pictures_review") in page


def test_what_is_too_large_is_told_kindly_and_the_text_stays(client, core):
    long = "a" * (core.config.max_text + 1)
    told = client.post("/check", data={"text": long})
    assert told.status_code == 413
    assert text_of(told.text) == long
    files = [(io.BytesIO(b"x"), f"{n}.txt") for n in range(core.config.max_files + 1)]
    told = client.post("/check", data={"text": NAMED, "attachments": files})
    assert told.status_code == 413
    assert text_of(told.text) == NAMED


def test_where_others_are_checked_for_long_a_visitor_is_told_so_and_keeps_the_text(
    client, core, monkeypatch
):
    monkeypatch.setattr(core.checker, "_text", Turns(visitor_wait=0.05))
    with core.checker._text.turn():
        told = client.post("/check", data={"text": NAMED})
    assert told.status_code == 503
    assert FR("check.busy") in html.unescape(told.text)
    assert text_of(told.text) == NAMED


def test_a_long_draft_counts_as_several_requests(core, checker):
    config = core.config.model_copy(update={"rate": "10/minute"})
    slow = type(core)(config, core.db, core.keys)
    vars(slow)["checker"] = checker

    def sent(length, times):
        client = create_app(slow).test_client()
        told = [client.post("/check", data={"text": "a " * (length // 2)}) for _ in range(times)]
        return [t.status_code for t in told]

    assert sent(900, 11) == [200] * 10 + [429]
    assert sent(4_000, 3) == [200, 200, 429]
    assert sent(20_000, 2) == [200, 429]


def test_markup_in_a_draft_is_text(client):
    page = client.post(
        "/check", data={"text": "<script>alert(1)</script> Mme Palanque </textarea>"}
    )
    assert "<script>alert" not in page.text
    told = client.post(
        "/check/live", json={"text": "<img src=x onerror=alert(1)> Mme Huguette Palanque"}
    )
    assert "<img src=x" not in told.json["text_html"]


@pytest.mark.parametrize("path", ["/check", "/check/live"])
def test_another_site_cannot_send(client, path):
    told = client.post(path, data={"text": NAMED}, headers={"Sec-Fetch-Site": "cross-site"})
    assert told.status_code == 403


def test_a_telephone_may_share_from_anywhere_but_only_as_a_page(client):
    shared = {"title": "Avis", "text": NAMED, "url": ""}
    head = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    told = client.post("/check/share", data=shared, headers=head)
    assert told.status_code == 200
    assert text_of(told.text) == f"Avis\n{NAMED}"
    head["Sec-Fetch-Dest"] = "iframe"
    assert client.post("/check/share", data=shared, headers=head).status_code == 403


def test_members_only_means_signed_in_with_a_token(core, account):
    changed = replace(core, config=core.config.model_copy(update={"selfcheck": "members"}))
    client = create_app(changed).test_client()
    told = client.get("/check")
    assert (told.status_code, told.location) == (303, "/console/sign-in?next=/check")
    assert client.post("/check", data={"text": NAMED}).status_code == 401
    assert client.post("/check/share", data={"text": NAMED}).status_code == 401
    who = account("anna")
    client.post("/console/sign-in", data={"login": who.login, "password": who.password})
    assert client.post("/check", data={"text": NAMED}).status_code == 403
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/check").text).group(1)
    assert client.post("/check", data={"text": NAMED, "csrf": csrf}).status_code == 200
    head = {"X-CSRF-Token": csrf}
    assert client.post("/check/live", json={"text": NAMED}, headers=head).status_code == 200
    assert client.post("/check/share", data={"text": NAMED}).status_code == 200


def test_too_many_checks_are_told_and_the_text_stays(core):
    changed = replace(core, config=core.config.model_copy(update={"rate": "1/minute"}))
    client = create_app(changed).test_client()
    assert client.post("/check", data={"text": HARMLESS}).status_code == 200
    told = client.post("/check", data={"text": NAMED})
    assert told.status_code == 429
    assert text_of(told.text) == NAMED


def test_a_body_over_the_limit_is_told_kindly(core):
    changed = replace(core, config=core.config.model_copy(update={"max_body": 2_000_000}))
    client = create_app(changed).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    told = client.post(
        "/check", data=b"x" * 2_100_000, content_type="multipart/form-data; boundary=x"
    )
    assert told.status_code == 413
    assert FR("check.body_too_large", size="2") in html.unescape(told.text)


def test_the_app_can_be_installed(client):
    manifest = json.loads(client.get("/site.webmanifest").data)
    assert manifest["share_target"]["action"] == "/check/share"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).mimetype == "image/png"
    worker = client.get("/sw.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert client.get("/check/offline").status_code == 200
    for path in re.findall(r'"(/static/[^"]+)"', worker.text):
        assert client.get(path).status_code == 200


def test_the_start_page_leads_to_both(client):
    page = client.get("/").text
    assert 'href="/check"' in page
    assert 'href="/console/sign-in"' in page
