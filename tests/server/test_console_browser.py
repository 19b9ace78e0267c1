"""A moderator's morning in Chromium, by keyboard alone, in both languages; every page goes through axe where it is at hand.

`HIPPOLINT_AXE` names axe.min.js.
"""

import os
import shutil
import threading
from pathlib import Path

import pytest
import waitress
from server_kit import HARMLESS, NAMED, PASSWORD, submission

from server.actor import SYSTEM, Role
from server.moderation import access, forums
from server.moderation.forums import ForumSettings
from server.store.tables import Item

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    not CHROMIUM and os.environ.get("CI") != "true", reason="Chromium is not installed"
)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
SAID = {
    "fr": (
        "Publié.",
        "Décision annulée.",
        "Refusé.",
        "Rendu à l'auteur",
        "Fin de la liste.",
        "libre",
    ),
    "en": (
        "Approved.",
        "Decision undone.",
        "Rejected.",
        "Sent to the author",
        "End of the list.",
        "free",
    ),
}
AXE = Path(os.environ.get("HIPPOLINT_AXE", "absent"))


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def address(app):
    """The server on a port of its own."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.fixture
def posts(api, core):
    """Four posts that wait on a forum where decisions can be undone, the gravest first."""
    with core.db.writing() as session:
        forums.put(core, session, SYSTEM, "f", ForumSettings(name="Forum", grace_seconds=600))
        access.new_account(core, session, SYSTEM, "marie", Role.ADMIN, PASSWORD, name="Marie")
    for n in range(4):
        assert api.post("/v1/posts", json=submission(NAMED, str(n))).status_code == 201
    assert api.post("/v1/posts", json=submission(HARMLESS, "9")).status_code == 201
    return [p["id"] for p in api.get("/v1/posts?state=waiting").json["posts"]]


@pytest.fixture
def open_as(chromium, address):
    """A page of somebody who is signed in; at its end, no fault of the script or of the policy was told."""
    contexts, faults = [], []

    def make(lang="fr", **more):
        context = chromium.new_context(locale=lang, **more)
        contexts.append(context)
        context.add_cookies([{"name": "hippolint_lang", "value": lang, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.goto(f"{address}/console/sign-in")
        page.fill("[name=login]", "marie")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/console/")
        return page

    yield make
    for context in contexts:
        context.close()
    assert not faults


def look(page):
    """Nothing that axe finds, if axe is there."""
    if not AXE.is_file():
        assert os.environ.get("CI") != "true", "HIPPOLINT_AXE names no file"
        return
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async levels => (await axe.run(document, {runOnly: levels})).violations"
        ".map(v => v.id + ' ' + v.nodes.map(n => n.target).join(' '))",
        LEVELS,
    )
    assert not found, page.url


def press(page, key):
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def announced(page, words):
    page.wait_for_function(
        "w => document.getElementById('live').textContent.includes(w)", arg=words
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_morning_by_keyboard(open_as, posts, address, lang):
    published, undone, refused, returned, end, free = SAID[lang]
    page = open_as(lang)
    look(page)
    assert page.locator("html").get_attribute("lang") == lang
    page.keyboard.press("k")  # from the end
    page.keyboard.press("j")
    announced(page, end)
    for _ in range(3):
        page.keyboard.press("k")
    assert page.evaluate("document.activeElement.pathname").endswith(posts[0])
    press(page, "Enter")
    assert page.url.endswith(f"/console/posts/{posts[0]}")
    look(page)

    press(page, "a")
    assert page.evaluate("document.activeElement.id") == "banner"
    announced(page, published)
    before = page.locator("time[data-left]").inner_text()
    page.wait_for_function(
        "was => document.querySelector('time[data-left]').textContent !== was", arg=before
    )
    look(page)
    press(page, "u")
    announced(page, undone)
    press(page, "r")
    announced(page, refused)
    press(page, "j")
    assert page.url.endswith(posts[1])
    press(page, "e")
    announced(page, returned)
    press(page, "j")
    press(page, "c")
    assert page.url.split("?")[0] == f"{address}/console/"
    announced(page, free)


def test_keys_do_nothing_in_fields_and_with_modifiers(open_as, posts, address):
    page = open_as()
    page.goto(f"{address}/console/posts/{posts[0]}")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.type("arreju?")
    assert page.locator("#words").input_value() == "arreju?"
    page.locator("h1").click()
    for key in ("Control+a", "Alt+r", "Meta+e", "Control+Shift+A"):
        page.keyboard.press(key)
    assert page.url.endswith(posts[0])
    assert page.locator(".chip.waiting").first.is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_on_a_box_decides_nothing(open_as, posts, address, scripts):
    page = open_as(java_script_enabled=scripts)
    page.locator("input[name=post]").first.check()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.goto(f"{address}/console/posts/{posts[0]}")
    page.locator("summary", has_text="Règles en cause").click()
    page.locator("input[name=rule]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.goto(f"{address}/console/")
    assert page.locator("a.open").count() == len(posts)


def test_the_help_opens_by_key_and_by_button(open_as, posts, address):
    page = open_as()
    page.goto(f"{address}/console/posts/{posts[0]}")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("a")  # the page behind does not hear it
    look(page)
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    assert page.url.endswith(posts[0])
    page.locator("#open-keys").click()
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Enter")
    assert not page.locator("#keys").is_visible()
    assert page.evaluate("document.activeElement.id") == "open-keys"


def test_several_posts_by_key(open_as, posts):
    page = open_as()
    page.keyboard.press("a")
    announced(page, "Cochez")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    press(page, "r")
    announced(page, "2 messages décidés")
    press(page, "u")
    announced(page, "annulé")
    assert page.locator("a.open").count() == len(posts)


def test_everything_works_without_scripts(chromium, address, posts):
    context = chromium.new_context(java_script_enabled=False, locale="fr")
    page = context.new_page()
    page.goto(f"{address}/console/sign-in?next=/console/posts/{posts[0]}")
    page.fill("[name=login]", "marie")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").click()
    assert page.locator("#open-keys").count() == 1
    assert not page.locator("#open-keys").is_visible()
    page.locator("button[value=reject]").click()
    page.locator("#undo").click()
    assert page.locator("#banner").inner_text().startswith("Décision annulée")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_phone(open_as, posts, address, scheme):
    page = open_as(color_scheme=scheme, viewport={"width": 390, "height": 800})
    for path in (
        "/console/",
        "/console/?state=any&rule=none",
        f"/console/posts/{posts[0]}",
        "/console/forums",
        "/console/forums/f",
        "/console/figures",
        "/console/audit",
        "/console/callbacks",
    ):
        page.goto(address + path)
        look(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_claim_lasts_while_its_reader_is_at_work(open_as, posts, core, address):
    def until():
        with core.db.reading() as session:
            return session.get_one(Item, posts[0]).claimed_until

    page = open_as()
    page.clock.install()
    page.goto(f"{address}/console/posts/{posts[0]}")
    first = until()
    page.keyboard.press("Shift")
    with page.expect_response(lambda answer: answer.url.endswith("/claim")):
        page.clock.fast_forward(31_000)
    assert until() > first
    look(page)


def test_a_note_survives_the_end_of_a_sign_in(chromium, address, posts):
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{address}/console/sign-in?next=/console/posts/{posts[0]}")
    page.fill("[name=login]", "marie")
    page.fill("[name=password]", PASSWORD)
    press(page, "Enter")
    page.fill("#words", "to be read by two")
    context.clear_cookies()
    with page.expect_navigation():
        page.click("#notes button")
    look(page)
    assert page.get_by_label("Your text").input_value() == "to be read by two"
    with context.expect_page() as opened:
        page.click("main a")
    fresh = opened.value
    fresh.fill("[name=login]", "marie")
    fresh.fill("[name=password]", PASSWORD)
    press(fresh, "Enter")
    assert fresh.url == f"{address}/console/posts/{posts[0]}"
    context.close()
