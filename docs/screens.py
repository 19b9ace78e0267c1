"""Draws docs/console-*.png and docs/self-check-*.png from a server with the example posts, in Debian's Chromium.

    PYTHONPATH=. python docs/screens.py

The posts and all people in them are invented.
"""  # noqa: INP001 # a script, not a package

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3
from playwright.sync_api import Page, sync_playwright

from server.commands.demo import LOGIN, PASSWORD

HERE = Path(__file__).parent
ROOT = HERE.parent
PORT = 8741
ADDRESS = f"http://127.0.0.1:{PORT}"
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
DRAFT = {
    "fr": "Boulangère de 47 ans, Guéret, maladie de Huntington. Mme Palanque refuse le suivi : qui a une idée ?",
    "en": "Any advice on Mrs Margaret Palanque, 84, from Hexham? She stopped her apixaban last week.",
}
LOCALES = {"fr": "fr-FR", "en": "en-GB"}


@contextmanager
def served() -> Iterator[None]:
    """A server with the example posts."""
    process = subprocess.Popen(  # noqa: S603 # our own command
        [sys.executable, "-m", "linter", "serve", "--demo", "--port", str(PORT)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                urllib3.request("GET", f"{ADDRESS}/healthz", retries=False, timeout=2)
                break
            except urllib3.exceptions.HTTPError:
                time.sleep(0.3)
        yield
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    """Draw all pictures."""
    with served(), sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        for lang, locale in LOCALES.items():
            wide = browser.new_page(locale=locale, viewport={"width": 1180, "height": 820})
            _console(wide, lang)
            _check(browser.new_page(locale=locale, viewport={"width": 1000, "height": 900}), lang)
        browser.close()


def _console(page: Page, lang: str) -> None:
    page.goto(f"{ADDRESS}/console/sign-in")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    if page.get_attribute("html", "lang") != lang:
        page.click(f"button[lang={lang}]")
    _shoot(page, f"console-queue-{lang}")
    page.click("main a[href^='/console/posts/']")
    _shoot(page, f"console-post-{lang}")
    page.click("header form[action='/console/sign-out'] button")


def _check(page: Page, lang: str) -> None:
    page.goto(f"{ADDRESS}/check")
    page.fill("textarea", DRAFT[lang])
    page.wait_for_selector("mark")
    page.locator("mark").first.scroll_into_view_if_needed()
    _shoot(page, f"self-check-{lang}")


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main()
