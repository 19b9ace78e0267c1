"""The commands of the server as their users run them."""

import errno
import json
import os
import pty
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import pytest
import urllib3
from click.testing import CliRunner
from flask import Flask
from server_kit import NAMED, PASSWORD

from linter.cli import commands
from server.checker import Checker
from server.commands.listening import listen
from server.config import Config
from server.core import open_core
from server.moderation import access
from server.problem import Problem


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("HIPPOLINT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def invoke(*args, given=None):
        return CliRunner().invoke(commands, args, input=given)

    return invoke


def test_keys_are_made_listed_renewed_and_ended(run):
    made = run("admin", "key", "add", "Discourse", "--scope", "check", "--days", "3")
    token = made.stdout.strip()
    assert token.startswith("hl_")
    name = token.split("_")[1]
    listed = run("admin", "key", "list").stdout
    assert name in listed
    assert token not in listed
    assert run("admin", "key", "rotate", name).stdout.startswith("hl_")
    assert run("admin", "key", "revoke", name).exit_code == 0
    assert "ended" in run("admin", "key", "list").stdout
    refused = run("admin", "key", "rotate", name)
    assert (refused.exit_code, refused.stderr) == (2, "hippolint: There is no such key in use.\n")


def test_accounts_are_made_changed_and_ended(run):
    assert run("admin", "account", "add", "Anne", given=PASSWORD + "\n").exit_code == 0
    assert run("admin", "account", "add", "anne", given=PASSWORD + "\n").exit_code == 2
    short = run("admin", "account", "add", "paul", given="short\n")
    assert (short.exit_code, "12" in short.stderr) == (2, True)
    assert (
        run("admin", "account", "password", "anne", given="another long password\n").exit_code == 0
    )
    assert run("admin", "account", "disable", "ANNE").exit_code == 0
    assert "disabled" in run("admin", "account", "list").stdout
    assert run("admin", "account", "disable", "nobody").exit_code == 2
    assert run("admin", "account", "add", "x", "--forum", "none", given=PASSWORD).exit_code == 2


def test_a_changed_password_counts(run, tmp_path):
    run("admin", "account", "add", "anne", given=PASSWORD + "\n")
    run("admin", "account", "password", "anne", given="another long password\n")
    core = open_core(Config.read({}, data=tmp_path / "data"))
    try:
        assert access.sign_in(core, "anne", "another long password")
        with pytest.raises(Problem):
            access.sign_in(core, "anne", PASSWORD)
    finally:
        core.close()


def test_forums_are_made_once(run, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef\n")
    args = (
        "admin",
        "forum",
        "add",
        "divan",
        "--name",
        "Le Divan",
        "--callback",
        "https://f.example/h",
    )
    assert run(*args).exit_code == 2
    assert run(*args, "--secret-file", str(secret)).exit_code == 0
    assert run(*args, "--secret-file", str(secret)).exit_code == 2
    assert "Le Divan" in run("admin", "forum", "list").stdout
    assert run("admin", "forum", "add", "No!", "--name", "x").exit_code == 2
    assert run("admin", "forum", "add", "x", "--name", "x", "--callback", "ftp://x").exit_code == 2


def test_backup_restore_and_audit(run, tmp_path, monkeypatch):
    run("admin", "account", "add", "anne", given=PASSWORD + "\n")
    kept = run("admin", "backup", str(tmp_path / "b.zip"))
    end = kept.stdout.split()[-1]
    assert run("audit", "verify", "--expect", end).exit_code == 0
    assert run("audit", "verify", "--expect", "1:" + "0" * 64).exit_code == 1
    assert run("audit", "verify", "--expect", "x").exit_code == 2
    rows = [json.loads(r) for r in run("audit", "list").stdout.splitlines()]
    assert rows[0]["action"] == "account.add"
    assert run("admin", "backup", str(tmp_path / "b.zip")).exit_code == 2
    assert run("admin", "backup", str(tmp_path / "none" / "b.zip")).exit_code == 2
    assert run("admin", "purge").stdout == "0 posts erased, 0 kept by a legal hold\n"
    monkeypatch.setenv("HIPPOLINT_MASTER_KEY_FILE", str(tmp_path / "data" / "secret.key"))
    monkeypatch.setenv("HIPPOLINT_DATA", str(tmp_path / "fresh"))
    assert run("admin", "restore", str(tmp_path / "b.zip")).exit_code == 0
    assert "anne" in run("admin", "account", "list").stdout
    assert run("audit", "verify", "--expect", end).exit_code == 0


def test_a_backup_of_a_harmed_log_is_made_and_restored_with_a_warning(run, tmp_path, monkeypatch):
    run("admin", "account", "add", "anne", given=PASSWORD + "\n")
    with sqlite3.connect(tmp_path / "data" / "hippolint.db") as database:
        database.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    database.close()
    kept = run("admin", "backup", str(tmp_path / "b.zip"))
    monkeypatch.setenv("HIPPOLINT_MASTER_KEY_FILE", str(tmp_path / "data" / "secret.key"))
    monkeypatch.setenv("HIPPOLINT_DATA", str(tmp_path / "fresh"))
    restored = run("admin", "restore", str(tmp_path / "b.zip"))
    for told in (kept, restored):
        assert (told.exit_code, "audit log is not as it was written" in told.stderr) == (1, True)
    assert "anne" in run("admin", "account", "list").stdout


def test_a_restore_without_the_key_leaves_nothing_behind(run, tmp_path, monkeypatch):
    run("admin", "account", "add", "anne", given=PASSWORD + "\n")
    run("admin", "backup", str(tmp_path / "b.zip"))
    fresh = tmp_path / "fresh"
    monkeypatch.setenv("HIPPOLINT_DATA", str(fresh))
    without = run("admin", "restore", str(tmp_path / "b.zip"))
    assert (without.exit_code, "master key" in without.stderr) == (2, True)
    assert not fresh.exists()
    fresh.mkdir()
    (fresh / "secret.key").write_bytes(b64encode(b"k" * 32))
    other = run("admin", "restore", str(tmp_path / "b.zip"))
    assert (other.exit_code, "another master key" in other.stderr) == (2, True)
    assert [p.name for p in fresh.iterdir()] == ["secret.key"]
    (fresh / "secret.key").write_bytes((tmp_path / "data" / "secret.key").read_bytes())
    assert run("admin", "restore", str(tmp_path / "b.zip")).exit_code == 0
    assert "anne" in run("admin", "account", "list").stdout


def test_a_wrong_setting_is_named_and_its_value_is_not(run, monkeypatch):
    for name, value in (
        ("HIPPOLINT_MAX_FILE", "lots"),
        ("HIPPOLINT_RATE", "fast"),
        ("HIPPOLINT_SELFCHECK", "maybe"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            told = run("admin", "key", "list")
        assert told.exit_code == 2
        assert name in told.stderr
        assert value not in told.stderr
    monkeypatch.setenv("HIPPOLINT_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:9/x")
    told = run("admin", "key", "list")
    assert (told.exit_code, "hunter2" in told.stderr) == (2, False)


@pytest.mark.usefixtures("core_files")
def test_the_server_starts_prints_its_first_key_once_and_stops(tmp_path):
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "PYTHONPATH": str(Path(__file__).parents[2])
    }
    command = [
        sys.executable,
        "-m",
        "linter",
        "serve",
        "--port",
        "0",
        "--data",
        str(tmp_path / "d"),
    ]
    for first in (True, False):
        out, log = (tmp_path / "out").open("wb"), tmp_path / "log"
        with (
            log.open("wb") as err,
            subprocess.Popen(  # noqa: S603 # our own command
                command, env=env, stdout=out, stderr=err
            ) as process,
        ):
            try:
                port = _port(log)
                if sys.platform == "linux":
                    limits = Path(f"/proc/{process.pid}/limits").read_text()
                    assert re.search(r"Max core file size\s+0 ", limits)
                told = urllib3.request("GET", f"http://127.0.0.1:{port}/readyz")
                assert told.status == 200
                if first:
                    out.flush()
                    printed = (tmp_path / "out").read_text()
                    key = printed.split()[-1]
                    answer = urllib3.request(
                        "POST", f"http://127.0.0.1:{port}/v1/check", json={"text": NAMED},
                        headers={"Authorization": f"Bearer {key}"},
                    )  # fmt: skip
                    assert answer.json()["verdict"] == "block"
            finally:
                process.terminate()
                process.wait(30)
        out.close()
        assert ("API key" in (tmp_path / "out").read_text()) is first
        assert "Palanque" not in log.read_text()
        assert "Fatal" not in log.read_text()
        assert process.returncode == 0


def test_a_port_that_is_taken_and_a_host_that_is_none_are_told_in_a_line(run, monkeypatch):
    monkeypatch.setattr(Checker, "warm", lambda _: None)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = run("serve", "--port", str(port))
    assert told.exit_code == 2
    line = told.stderr.splitlines()[-1]
    assert line == f"hippolint: 127.0.0.1, port {port}: {os.strerror(errno.EADDRINUSE)}"
    for host in ("nosuchhost.invalid", "a" * 70):
        told = run("serve", "--host", host, "--port", "0")
        assert told.exit_code == 2
        assert told.stderr.splitlines()[-1] == f"hippolint: {host}: There is no such host"


@pytest.mark.parametrize("host", ["localhost", "*", "::1"])
def test_a_host_with_several_addresses_is_listened_at(host):
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    server = listen(Flask("x"), 1_000, host, 0)
    try:
        assert int(server.effective_port) > 0
    finally:
        server.task_dispatcher.shutdown()
        server.close()


@pytest.fixture
def core_files():
    """Where a core file may be written unless the process refuses."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.mark.usefixtures("core_files")
@pytest.mark.parametrize("end", [subprocess.Popen.terminate, lambda process: process.stdin.close()])
def test_a_worker_ends_quietly_by_a_signal_and_with_its_parent(tmp_path, end):
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HIPPOLINT_DATA": str(tmp_path / "d"),
        "HIPPOLINT_PARENT": "1",
    }
    log = tmp_path / "log"
    with (
        log.open("wb") as err,
        subprocess.Popen(
            [sys.executable, "-m", "server.work.worker"],
            env=env, stdin=subprocess.PIPE, stdout=err, stderr=err,
        ) as process,
    ):  # fmt: skip
        until = time.monotonic() + 60
        while b"worker.purged" not in log.read_bytes():
            assert time.monotonic() < until
            time.sleep(0.1)
        if sys.platform == "linux":
            limits = Path(f"/proc/{process.pid}/limits").read_text()
            assert re.search(r"Max core file size\s+0 ", limits)
        end(process)
        assert process.wait(30) == 0
    assert b"Fatal" not in log.read_bytes()


def _port(log):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for line in log.read_text().splitlines():
            if '"event":"started"' in line:
                return json.loads(line)["port"]
        time.sleep(0.2)
    raise TimeoutError


def test_the_demo_leads_into_the_console(tmp_path):
    """On a terminal it asks; whoever says yes finds the example posts in the queue."""
    screen, terminal = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HIPPOLINT_DATA": str(tmp_path),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "linter", "demo"],
        env=env, stdin=terminal, stdout=terminal, stderr=terminal,
    ) as process:  # fmt: skip
        os.close(terminal)
        try:
            asked = _until(screen, rb"moderators' console\? .*\? \[y/N\]")
            assert b"Palanque" in asked
            os.write(screen, b"y\n")
            port = re.search(rb"127\.0\.0\.1:(\d+)/", _until(screen, rb"127\.0\.0\.1:\d+/"))
            assert port
            at = f"http://127.0.0.1:{int(port[1])}"
            http = urllib3.PoolManager()
            signed = http.request_encode_body(
                "POST", f"{at}/console/sign-in", redirect=False,
                fields={"login": "demo", "password": "demo-demo-demo"}, encode_multipart=False,
            )  # fmt: skip
            cookie = signed.headers["Set-Cookie"].partition(";")[0]
            queue = http.request("GET", f"{at}/console/", headers={"Cookie": cookie})
            assert b"/console/posts/" in queue.data
            assert not list(tmp_path.iterdir())
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
            os.close(screen)
    assert process.returncode == 0


def _until(screen, wanted):
    """What is written on a terminal until something appears there."""
    told, end = b"", time.monotonic() + 120
    while not re.search(wanted, told):
        assert time.monotonic() < end
        if select.select([screen], [], [], 1)[0]:
            told += os.read(screen, 65_536)
    return told
