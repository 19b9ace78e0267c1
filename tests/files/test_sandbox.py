"""The process that opens files: what it is asked, what it survives."""

import json
import os
import signal
from pathlib import Path

import pytest
from files.making_images import encoded, picture

from linter.files import sandbox as module
from linter.files.content import MAX_BYTES
from linter.files.sandbox import Sandbox
from linter.seen import Reason, What


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as one:
        yield one


def reasons(examined):
    return {f for s in examined.seen if s.what is What.UNCHECKED for f in s.fields}


def test_a_text_is_read(sandbox, tmp_path):
    (tmp_path / "a.txt").write_text("Mme Huguette Palanque", encoding="utf-8")
    told = sandbox.examine(tmp_path / "a.txt")
    assert [line.text for part in told.parts for line in part.lines] == ["Mme Huguette Palanque"]
    assert not told.seen


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.jpg", b"", Reason.UNREADABLE),
        ("cut.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", Reason.UNREADABLE),
        ("noise.bin", bytes(range(256)) * 20, Reason.UNSUPPORTED),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", Reason.UNSUPPORTED),
        ("archive.zip", b"PK\x03\x04" + bytes(60), Reason.UNSUPPORTED),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(sandbox, tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    assert reason in reasons(sandbox.examine(tmp_path / name))


def test_no_file_a_folder_a_pipe_and_a_giant(sandbox, tmp_path):
    assert reasons(sandbox.examine(tmp_path / "none.jpg")) == {Reason.UNREADABLE}
    assert reasons(sandbox.examine(tmp_path)) == {Reason.UNREADABLE}
    assert reasons(sandbox.examine(Path("a\0b"))) == {Reason.UNREADABLE}
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        assert reasons(sandbox.examine(tmp_path / "pipe.jpg")) == {Reason.UNREADABLE}
    with (tmp_path / "giant.jpg").open("wb") as out:
        out.truncate(MAX_BYTES + 1)
    assert reasons(sandbox.examine(tmp_path / "giant.jpg")) == {Reason.TOO_LARGE}


def test_a_process_that_dies_costs_one_file(tmp_path):
    (tmp_path / "a.txt").write_text("Bonjour", encoding="utf-8")
    with Sandbox() as sandbox:
        assert not sandbox.examine(tmp_path / "a.txt").seen
        first = sandbox._process.pid
        os.kill(first, signal.SIGSTOP if hasattr(signal, "SIGSTOP") else signal.SIGTERM)
        sandbox._seconds = -9.5  # with the time of grace: half a second
        assert reasons(sandbox.examine(tmp_path / "a.txt")) == {Reason.TIME}
        sandbox._seconds = 30.0
        assert not sandbox.examine(tmp_path / "a.txt").seen
        assert sandbox._process.pid != first


def test_answers_that_are_no_answers_are_a_fault(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("Bonjour", encoding="utf-8")
    for lie in (["nothing"], {"examined": {"seen": [{"what": "gold"}]}}, {"other": 1}):
        with Sandbox(seconds=-5.0) as sandbox:  # five seconds with the time of grace
            monkeypatch.setattr(module.json, "loads", lambda _, told=lie: told)
            told = sandbox.examine(tmp_path / "a.txt")
            monkeypatch.undo()
        assert reasons(told) == {Reason.FAULT}


def test_time_that_is_over_is_said_and_what_was_seen_is_kept(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encoded(picture(), "JPEG", comment=b"Mme Huguette Palanque"))
    with Sandbox(seconds=0.0) as sandbox:
        told = sandbox.examine(tmp_path / "a.jpg")
    assert reasons(told) == {Reason.TIME}
    assert any(p.lines for p in told.parts)


def test_no_word_leaves_by_the_back_door(tmp_path, capfd):
    (tmp_path / "a.txt").write_text("Mme Huguette Palanque", encoding="utf-8")
    with Sandbox() as sandbox:
        assert "Palanque" not in repr(sandbox.examine(tmp_path / "a.txt"))
    assert capfd.readouterr() == ("", "")


def test_a_module_in_the_current_folder_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit", encoding="utf-8")
    (tmp_path / "a.txt").write_text("Bonjour", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        assert not sandbox.examine(tmp_path / "a.txt").seen
    assert json.loads("1") == 1


SECRETS = (
    "HIPPOLINT_MASTER_KEY", "HIPPOLINT_OIDC_CLIENT_SECRET", "DATABASE_URL", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY",
)  # fmt: skip


def test_no_secret_of_the_surroundings_is_passed_on(tmp_path, monkeypatch):
    for name in SECRETS:
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("LC_TIME", "C")
    assert "hunter2" not in module._environment().values()
    assert module._environment()["LC_TIME"] == "C"
    (tmp_path / "a.txt").write_text("Bonjour", encoding="utf-8")
    with Sandbox() as sandbox:
        assert not sandbox.examine(tmp_path / "a.txt").seen
        surroundings = Path(f"/proc/{sandbox._process.pid}/environ")
        if surroundings.exists():
            told = surroundings.read_bytes()
            assert b"PYTHONPATH" in told
            assert b"hunter2" not in told
