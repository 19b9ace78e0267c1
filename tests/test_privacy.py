"""Nothing of a post leaves the machine, or reaches a log, a repr or an error message."""

import json
import logging
import os
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from click.testing import CliRunner

from linter.cli import commands, main
from linter.finding import DIRECT
from linter.pipeline import Linter
from linter.post import Attachment, Post
from linter.text.learned.tagger import Tagger
from linter.text.recognizers.names import NameRecognizer
from linter.text.recognizers.pattern import PatternRecognizer
from linter.verdict import PostError

CANARY = "Zorglubine"
POST = (
    f"Mme Huguette {CANARY}, née le 14/02/1938, hospitalisée hier, {CANARY}@example.org, "
    f"https://www.facebook.com/{CANARY}.12, 06 39 98 14 27. Le patient dit {CANARY}."
)
POST_EN = (
    f"Mrs Mary {CANARY} was admitted yesterday, born on 14/02/1938, {CANARY}@example.org, "
    f"https://www.facebook.com/{CANARY}.12, +44 7700 900123."
)

OFFLINE = """
import json, socket, sys, traceback

tried = []

def refuse(*arguments, **_):
    callers = [frame.name for frame in traceback.extract_stack()]
    if "_has_ipv6" not in callers:  # urllib3 asks on import whether ::1 can be bound; it connects nowhere
        tried.append(callers)
    raise OSError("no network in this test")

class Refused(socket.socket):
    def __init__(self, *arguments, **options):
        refuse(*arguments)

socket.socket = Refused
for name in ("create_connection", "getaddrinfo", "gethostbyname", "socketpair", "create_server"):
    setattr(socket, name, refuse)
sys.addaudithook(lambda event, _: tried.append(event) if event.startswith("socket.") else None)

from linter.pipeline import Linter
from linter.post import Post

posts = json.load(sys.stdin)
verdicts = list(Linter().check_many(Post(p["text"], lang=p["lang"]) for p in posts))
print(json.dumps({"tried": tried, "found": [sorted({f.entity for f in v.findings}) for v in verdicts]}))
"""


def test_a_check_needs_no_network(tmp_path):
    posts = [
        {"text": POST, "lang": "fr"},
        {"text": POST_EN, "lang": "en"},
        {"text": POST, "lang": "auto"},
    ]
    done = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-c", OFFLINE],
        input=json.dumps(posts),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["tried"] == []
    for found in told["found"]:
        assert {"PERSON", "EMAIL_ADDRESS", "URL", "PHONE_NUMBER", "DATE_OF_BIRTH"} <= set(found)
    assert CANARY not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def logged():
    """Everything that any logger says at DEBUG."""
    records = []

    class Keep(logging.Handler):
        def emit(self, record):
            records.append(
                f"{record.name} {record.getMessage()} {record.args!r} {record.exc_text} {record.__dict__!r}"
            )

    keep, root = Keep(logging.DEBUG), logging.getLogger()
    named = [
        log for log in logging.root.manager.loggerDict.values() if isinstance(log, logging.Logger)
    ]
    levels = {log: (log.level, log.disabled, log.propagate) for log in [root, *named]}
    for log in levels:
        log.setLevel(logging.DEBUG)
        log.disabled, log.propagate = False, True
    root.addHandler(keep)
    yield records
    root.removeHandler(keep)
    for log, (level, disabled, propagate) in levels.items():
        log.setLevel(level)
        log.disabled, log.propagate = disabled, propagate


@pytest.mark.parametrize("text", [POST, POST_EN])
def test_no_log_holds_a_word_of_a_post(text, linter, logged, capfd):
    verdict = linter.check(Post(text, id="1"))
    assert {f.entity for f in verdict.findings} & DIRECT
    logging.getLogger("presidio-analyzer").debug("the handler works")
    assert any("the handler works" in r for r in logged)
    assert not any(CANARY in r for r in logged)
    out, err = capfd.readouterr()
    assert CANARY not in out + err


def test_fresh_linter_logs_nothing_either(logged, capfd):
    """Construction and first use, when libraries log most."""
    Linter().check(Post(POST))
    assert not any(CANARY in r for r in logged)
    assert CANARY not in "".join(capfd.readouterr())


def test_no_repr_holds_a_word_of_a_post(linter):
    post = Post(POST, id="1", attachments=(Attachment(Path(f"{CANARY}.jpg")),))
    verdict = linter.check(post)
    told = [post, verdict, *verdict.findings, post.attachments[0]]
    assert CANARY not in "".join(f"{thing!r} {thing!s} {[thing]}" for thing in told)
    assert CANARY not in str(verdict.findings)


def test_findings_hold_places_and_no_words(linter):
    verdict = linter.check(Post(POST))
    assert verdict.findings
    assert CANARY.encode() not in pickle.dumps(verdict.findings)


def test_a_reading_keeps_its_words_to_itself(linter):
    engine = linter._text._engine("fr")
    reading = engine.read(POST)
    assert CANARY not in repr(reading)
    assert CANARY not in repr(reading.norm)


def explode(_, reading, *__):
    raise ValueError(f"cannot parse {reading.text}")


FAULTS = {
    "names": (NameRecognizer, "find", explode),
    "patterns": (PatternRecognizer, "find", explode),
    "reader": (Tagger, "read", lambda _, post: (_ for _ in ()).throw(KeyError(" ".join(post.words)))),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_tells_no_word_of_the_post(name, linter, logged, monkeypatch, capfd):
    monkeypatch.setattr(*FAULTS[name])
    with pytest.raises(PostError) as caught:
        linter.check(Post(POST))
    error = caught.value
    assert str(error).startswith("internal error ")
    assert error.__cause__ is None
    assert error.__context__ is None
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
    assert CANARY not in told
    logging.getLogger("a.server").error("failed", exc_info=error)
    assert not any(CANARY in r for r in logged)
    assert CANARY not in "".join(capfd.readouterr())


def test_a_fault_in_the_rewrite_tells_no_word_of_the_post(linter, monkeypatch):
    def fail(_, text, *__):
        raise ValueError(text)

    monkeypatch.setattr(type(linter._rewriter), "_replace", fail)
    with pytest.raises(PostError) as caught:
        linter.check(Post(POST))
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("command", [["check", "-"], ["check", "-", "--fix"], ["explain", "-"]])
def test_a_fault_on_the_command_line_tells_no_word(command, monkeypatch):
    monkeypatch.setattr(*FAULTS["names"])
    result = CliRunner().invoke(commands, command, input=POST)
    assert result.exit_code == 2
    assert "internal error ValueError at test_privacy.py" in result.stderr
    assert CANARY not in result.output
    assert "Traceback" not in result.output


def test_a_fault_nobody_foresaw_tells_no_word(monkeypatch, capsys):
    """The last net: whatever escapes from a command."""

    def fail(*_, **__):
        raise RuntimeError(POST)

    monkeypatch.setattr("linter.commands.check.run", fail)
    monkeypatch.setattr(sys, "argv", ["hippolint", "check", __file__])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert err.startswith("hippolint: internal error RuntimeError at test_privacy.py")
    assert CANARY not in out + err


def test_a_post_that_is_too_long_is_not_quoted(linter):
    with pytest.raises(PostError) as caught:
        linter.check(Post(CANARY * 250_000))
    assert CANARY not in str(caught.value)
