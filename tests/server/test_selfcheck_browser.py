"""A physician's walk through the self-check page in Chromium, in both languages, with and without JavaScript."""

import os
import re
import threading
from pathlib import Path

import pytest
import waitress
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont

from server.words import words

CHROMIUM = Path("/usr/bin/chromium")
CI = os.environ.get("CI") == "true"
AXE = os.environ.get("HIPPOLINT_AXE", "")
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
WAIT_MS = 30_000
DRAFTS = {
    "fr": "Avis sur Mme Huguette Palanque, suivie au CHU de Limoges, tél. 06 12 34 56 78 : quel anticoagulant ?",
    "en": "Any advice on Mrs Margaret Palanque, phone 07700 900123? Which anticoagulant would you choose for her?",
}
LOCALES = {"fr": "fr-FR", "en": "en-GB"}

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists() and not CI, reason="no Chromium here"),
    # Playwright's event loop and the server's sockets end with the test session.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        made = tool.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS.split())
        yield made
        made.close()


@pytest.fixture
def address(app):
    """Where the server of this test listens."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))  # ends its loop
    thread.join(5)
    server.task_dispatcher.shutdown()


@pytest.fixture
def visit(browser, address):
    """Opens the page as a visitor; whatever the browser complains of fails the test."""
    opened, complaints = [], []

    def heard(message):
        if message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text:
            complaints.append(message.text)

    def open_page(lang="fr", path="/check", **more):
        context = browser.new_context(locale=LOCALES[lang], **more)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on("console", heard)
        page.goto(address + path)
        opened.append(context)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A laboratory sheet with a name on it."""
    image = Image.new("RGB", (1000, 500), "white")
    font = ImageFont.truetype(str(Path(get_data_path(), "fonts/ttf/DejaVuSans.ttf")), 36)
    draw = ImageDraw.Draw(image)
    draw.text((60, 60), "Patiente : Mme Huguette PALANQUE", "black", font)
    draw.text((60, 200), "Hémoglobine 7,2 g/dL", "black", font)
    path = tmp_path_factory.mktemp("photo") / "labo.png"
    image.save(path)
    return path


def accessible(page):
    """No violation of WCAG 2.1 A and AA that axe-core knows of."""
    if not AXE:
        assert not CI, "HIPPOLINT_AXE names no file"
        return
    # Evaluated by the debugger, which the page's content policy does not bind.
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
    )
    told = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]]
    assert told == []


def storages(page):
    """What the browser keeps of the page, except the shell."""
    return page.evaluate(
        """async () => {
            const kept = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
            const bases = await indexedDB.databases();
            return {kept, local: localStorage.length, session: sessionStorage.length, bases: bases.length, cookie: document.cookie};
        }"""
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_draft_is_marked_while_it_is_written(visit, lang, scheme):
    from playwright.sync_api import expect

    say = words(lang)
    page = visit(lang, color_scheme=scheme)
    accessible(page)
    page.locator("#text").press_sequentially(DRAFTS[lang], delay=2)
    page.locator("#marked mark.error").first.wait_for()
    accessible(page)
    before = page.locator("#points ~ ol > li").count()
    assert page.locator("#status").inner_text() == say.plural("check.points", before)

    page.locator("#marked mark.error").first.focus()
    page.keyboard.press("Enter")
    reason = page.get_by_role("dialog", name=say("check.reason"))
    reason.wait_for()
    accessible(page)
    page.keyboard.press("Escape")
    assert reason.count() == 0
    page.locator("#marked mark.error").first.click()
    reason.get_by_role("button", name=say("check.replace")).click()
    expect(page.locator("#text")).not_to_have_value(re.compile("Palanque"))
    assert page.evaluate("document.activeElement !== document.body")

    page.get_by_role("button", name=say("check.undo")).click()
    assert page.locator("#text").input_value() == DRAFTS[lang]
    page.locator(".points [data-accept]").first.wait_for()
    page.get_by_role("button", name=say("check.apply_all")).click()
    page.locator(".banner.allow").wait_for()
    text = page.locator("#text").input_value()
    assert not any(word in text for word in ("Palanque", "06 12 34 56 78", "900123"))
    accessible(page)


def test_the_safe_version_is_copied(visit, address):
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.fill("#text", DRAFTS["fr"])
    page.locator(".banner [data-copy]").click()
    page.get_by_text(words("fr")("check.copied")).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#fixed").input_value()
    assert "Palanque" not in copied


def test_a_photo_is_dropped_and_its_cleaned_copy_downloaded(visit, photo, tmp_path):
    page = visit(viewport={"width": 390, "height": 844})
    page.fill("#text", "Que pensez-vous de cette hémoglobine ?")
    page.locator(".banner.allow").wait_for()
    data = page.evaluate_handle(
        """async (bytes) => {
            const all = new DataTransfer();
            all.items.add(new File([Uint8Array.from(bytes)], "labo.png", {type: "image/png"}));
            return all;
        }""",
        list(photo.read_bytes()),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    page.locator("#chosen-files img").wait_for()
    page.locator("#pictures figure img").wait_for()
    page.locator(".banner.block").wait_for()
    accessible(page)
    page.fill("#text", "Que pensez-vous de cette belle hémoglobine ?")
    page.get_by_text(words("fr")("check.pictures_stale")).wait_for()
    with page.expect_download() as waiting:
        page.locator("#pictures a[download]").click()
    assert waiting.value.suggested_filename == "copie-1.png"
    waiting.value.save_as(tmp_path / "copy.png")
    with Image.open(tmp_path / "copy.png") as copy, Image.open(photo) as original:
        assert copy.size == original.size
        assert not copy.info
        assert copy.convert("L").crop((300, 60, 600, 100)).getextrema() == (0, 0)
    page.locator("#chosen-files button").click()
    page.locator(".banner.allow").wait_for()
    assert page.locator("#pictures").inner_text() == ""


def test_nothing_is_kept_by_the_browser(visit):
    page = visit()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.fill("#text", DRAFTS["fr"])
    page.locator("#marked mark").first.wait_for()
    page.reload()
    page.fill("#text", DRAFTS["fr"])
    page.locator("#marked mark").first.wait_for()
    kept = storages(page)
    assert all(p == "/check/offline" or p.startswith("/static/") for p in kept.pop("kept"))
    assert kept == {"local": 0, "session": 0, "bases": 0, "cookie": ""}
    page.context.set_offline(True)
    page.fill("#text", DRAFTS["fr"] + " Merci.")
    page.get_by_text(words("fr")("check.offline")).wait_for()
    assert page.locator("#text").input_value().endswith("Merci.")


def test_offline_the_app_says_so(browser, address):
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(address + "/check")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.goto(address + "/check")
    page.get_by_text(words("fr")("check.offline_page")).wait_for()
    accessible(page)
    context.close()


def test_the_other_language_keeps_the_draft(visit):
    page = visit()
    page.fill("#text", DRAFTS["fr"])
    page.locator("#marked mark").first.wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name=words("en")("check.title")).wait_for()
    assert page.locator("#text").input_value() == DRAFTS["fr"]
    page.locator("#marked mark").first.wait_for()
    accessible(page)


def test_what_another_app_shares_is_checked(visit, address, photo):
    page = visit()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("about:blank")
    page.set_content(
        f'<form method="post" action="{address}/check/share" enctype="multipart/form-data">'
        '<input name="text"><input type="file" name="attachments"><button>share</button></form>'
    )
    page.fill("input[name=text]", DRAFTS["fr"])
    page.set_input_files("input[type=file]", photo)
    page.get_by_role("button", name="share").click()
    page.locator("#pictures figure img").wait_for()
    assert page.locator("#text").input_value() == DRAFTS["fr"]
    page.locator(".points [data-accept]").first.click()
    page.locator("#undo").wait_for()
    assert page.locator("#pictures figure img").count() == 1  # pictures stay while the text changes
    page.set_input_files("#attachments", photo)
    page.locator("#pictures-before figure img").wait_for()
    page.locator("#pictures figure img").wait_for()
    accessible(page)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_all_of_it_works_without_javascript(visit, lang, photo, tmp_path):
    say = words(lang)
    page = visit(lang, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.fill("#text", DRAFTS[lang])
    page.set_input_files("#attachments", photo)
    page.get_by_role("button", name=say("check.check"), exact=True).click()
    page.locator("#pictures figure img").wait_for()
    assert page.locator(".banner.block").count() == 1
    with page.expect_download() as waiting:
        page.locator("#pictures a[download]").click()
    waiting.value.save_as(tmp_path / "copy.png")
    with Image.open(tmp_path / "copy.png") as copy:
        assert copy.size == (1000, 500)
    page.get_by_label(say("check.choose")).first.check()
    page.get_by_role("button", name=say("check.apply_chosen")).click()
    page.get_by_text(say.plural("check.applied", 1)).wait_for()
    assert "Palanque" not in page.locator("#text").input_value()
    page.get_by_role("button", name=say("check.apply_all")).click()
    page.get_by_role("heading", name=say("check.left")).wait_for()  # the photo did not come again
    page.set_input_files("#attachments", tmp_path / "copy.png")
    page.get_by_role("button", name=say("check.check"), exact=True).click()
    page.locator(".banner.allow").wait_for()


def test_the_other_language_keeps_the_draft_without_javascript(visit):
    page = visit(java_script_enabled=False)
    page.fill("#text", DRAFTS["fr"])
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name=words("en")("check.title")).wait_for()
    assert page.locator("#text").input_value() == DRAFTS["fr"]
    page.get_by_text(words("en")("check.context"), exact=True).click()
    page.get_by_label(words("en")("check.place")).fill("Guéret")
    page.get_by_label(words("en")("check.place")).press("Enter")  # checks; the language stays
    page.locator(".banner.block").wait_for()
    page.get_by_role("heading", name=words("en")("check.title")).wait_for()


@pytest.mark.parametrize("path", ["/", "/reference"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_other_pages_are_accessible(visit, path, scheme):
    page = visit(path=path, color_scheme=scheme)
    page.get_by_role("heading", level=1).wait_for()
    accessible(page)
