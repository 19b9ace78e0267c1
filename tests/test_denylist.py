"""The denylist: what it holds, what it matches, and how its file fails."""

import json
import os
import stat
import sys
import threading

import numpy as np
import pytest
from click.testing import CliRunner
from files import making_codes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linter import denylist
from linter.cli import commands
from linter.commands import denylist as command
from linter.denylist import DenylistError, Entry, add, default_path, key_path, load, remove
from linter.files.content import Unreadable
from linter.files.fingerprint import SAME, Prints, as_bits, as_words, of_payload
from linter.finding import Entity
from linter.pipeline import Linter
from linter.post import Post
from linter.seen import Reason

CODE = of_payload("HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2")
OTHER = of_payload("URN:UVCI:01:FR:T5DWTJYS4ZR8#4")
RNG = np.random.default_rng(7)
PICTURE, ANOTHER = (int.from_bytes(RNG.bytes(32), "big") for _ in range(2))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "list.jsonl"


def flipped(number, count):
    """With some bits changed, spread over the words."""
    for place in range(count):
        number ^= 1 << (place * 256 // max(count, 1))
    return number


def flat(word):
    return (1 << 64) - 1 if word else 0


def test_no_file_matches_nothing(path):
    assert load(path).entries == ()
    assert load(path).matches([CODE], [PICTURE]) == []
    assert remove(path, ["00000000"]) == []


def test_added_payloads_and_pictures_match(path):
    [(first, new), (second, _)] = add(
        path, [Prints((CODE,), (PICTURE,)), Prints((), (ANOTHER,))], "pass, septembre"
    )
    listed = load(path)
    assert new
    assert listed.entries == (first, second)
    assert first.note == "pass, septembre"
    assert listed.matches([CODE]) == [first.id]
    assert listed.matches([OTHER]) == []
    assert listed.matches([], [ANOTHER, PICTURE]) == [first.id, second.id]
    assert listed.matches([CODE], [ANOTHER]) == [first.id, second.id]


@pytest.mark.parametrize(
    ("bits", "known"), [(0, True), (SAME - 4, True), (SAME, True), (SAME + 1, False)]
)
def test_pictures_match_by_distance(path, bits, known):
    [(entry, _)] = add(path, [Prints((), (PICTURE,))])
    assert load(path).matches([], [flipped(PICTURE, bits)]) == [entry.id] * known


@pytest.mark.parametrize("down", [0, 1])
@pytest.mark.parametrize("across", [0, 1])
def test_mirrors_match(path, down, across):
    [(entry, _)] = add(path, [Prints((), (PICTURE,))])
    turns = (0, across, down, across ^ down)  # ee, eo, oe, oo: odd frequencies change sign
    mirror = sum(flat(t) << 64 * (3 - i) for i, t in enumerate(turns))
    assert load(path).matches([], [PICTURE ^ mirror]) == [entry.id]


def test_what_is_there_is_not_added_again(path):
    [(entry, _)] = add(path, [Prints((CODE, OTHER), (PICTURE,))])
    before = path.read_bytes()
    assert add(path, [Prints((OTHER,)), Prints((), (PICTURE,))]) == [(entry, False)] * 2
    assert path.read_bytes() == before
    assert [new for _, new in add(path, [Prints((), (ANOTHER,)), Prints((), (ANOTHER,))])] == [
        True,
        False,
    ]


def test_removed_entries_match_no_more(path):
    told = add(path, [Prints((CODE,)), Prints((OTHER,))])
    ids = [e.id for e, _ in told]
    assert remove(path, [ids[0], "ffffffff"]) == [ids[0]]
    assert load(path).matches([CODE, OTHER]) == [ids[1]]


def test_file_holds_nothing_in_clear(path):
    add(path, [Prints((CODE,), (PICTURE,))])
    text = path.read_text()
    assert CODE not in text
    assert f"{PICTURE:064x}" not in text
    words = [int(p, 16) for line in text.splitlines()[1:] for p in json.loads(line)["pictures"]]
    assert all((w ^ PICTURE).bit_count() > 80 for w in words)


def test_lists_have_keys_of_their_own(tmp_path):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    add(one, [Prints((CODE,), (PICTURE,))])
    add(two, [Prints((CODE,), (PICTURE,))])
    first, second = load(one).entries[0], load(two).entries[0]
    assert not set(first.payloads) & set(second.payloads)
    assert (int(first.pictures[0], 16) ^ int(second.pictures[0], 16)).bit_count() > 80
    key_path(two).replace(key_path(one))
    with pytest.raises(DenylistError, match=r"one\.jsonl\.key: the key of another list"):
        load(one)


def test_distances_outlive_the_key(path):
    add(path, [Prints((), (PICTURE,))])
    key = load(path).key
    a, b = key.pictures(as_bits((PICTURE, ANOTHER)))
    x, y = as_words(as_bits((PICTURE, ANOTHER)))
    assert (np.bitwise_count(a ^ b) == np.bitwise_count(x ^ y)).all()


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes there")
def test_modes(path):
    add(path, [Prints((CODE,))])
    assert {stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()} == {0o600}
    path.chmod(0o640)
    add(path, [Prints((OTHER,))])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "secret" not in repr(load(path).key)


def test_missing_and_damaged_keys(path):
    add(path, [Prints((CODE,))])
    key = key_path(path)
    key.write_text("no key")
    with pytest.raises(DenylistError, match="not a key"):
        load(path)
    key.unlink()
    with pytest.raises(DenylistError, match="missing"):
        add(path, [Prints((OTHER,))])


def test_a_key_without_a_list_is_used_again(path):
    add(path, [Prints((CODE,))])
    key = key_path(path).read_bytes()
    path.unlink()
    add(path, [Prints((CODE,))])
    assert key_path(path).read_bytes() == key


DAMAGE = {
    "not JSON": (3, b"{", "line 3: not an entry"),
    "binary": (3, b"\xff\xfe\x00", "line 3: not an entry"),
    "no object": (2, b"[]", "line 2: not an entry"),
    "deep": (2, b"[" * 5000, "line 2: not an entry"),
    "blank": (2, b"", "line 2: not an entry"),
    "hash": (3, b'{"id":"00000001","added":"2026-01-01","pictures":["12"]}', "line 3: `pictures`"),
    "codes": (3, b'{"id":"00000001","added":"2026-01-01","payloads":"x"}', "line 3: `payloads`"),
    "id": (2, b'{"id":"Palanque","added":"2026-01-01"}', "line 2: `id`"),
    "date": (2, b'{"id":"00000001","added":"Palanque"}', "line 2: `added`"),
    "escape": (2, rb'{"id":"00000001","added":"2026-01-01","note":"\u001b[2J"}', "the note"),
    "more": (2, b'{"id":"00000001","added":"2026-01-01","Palanque":1}', "line 2: not an entry"),
    "long": (3, b" " * 200_001, "line 3: too long"),
    "head": (1, b'{"hippolint_denylist":2,"check":"0000000000000000"}', "line 1: not the head"),
    "version": (
        1,
        b'{"hippolint_denylist":1,"fingerprint":9,"check":"0000000000000000"}',
        "line 1: hashes of another version",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_by_line_and_never_quoted(path, damage):
    number, line, message = DAMAGE[damage]
    add(path, [Prints((CODE,)), Prints((OTHER,))])
    lines = path.read_bytes().splitlines()
    lines[number - 1] = line
    path.write_bytes(b"\n".join(lines) + b"\n")
    before = path.read_bytes()
    with pytest.raises(DenylistError, match=message) as told:
        load(path)
    assert str(told.value).startswith(str(path))
    assert "Palanque" not in str(told.value)
    with pytest.raises(DenylistError):
        add(path, [Prints((), (PICTURE,))])
    assert path.read_bytes() == before


def test_double_ids(path):
    add(path, [Prints((CODE,))])
    line = path.read_text().splitlines()[1]
    with path.open("a") as out:
        out.write(line + "\n")
    with pytest.raises(DenylistError, match=r"line 3: the id .* twice"):
        load(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes(tmp_path, data):
    path = tmp_path / "any.jsonl"
    path.write_bytes(data)
    with pytest.raises(DenylistError):
        load(path)


@pytest.mark.parametrize("note", ["x" * 201, "two\nlines", "\x1b[31m", "\u202egnp"])
def test_bad_notes(path, note):
    with pytest.raises(DenylistError, match="note") as told:
        add(path, [Prints((CODE,))], note)
    assert note not in str(told.value)
    assert not path.exists()


def test_limits(path, monkeypatch):
    with pytest.raises(DenylistError, match="no code"):
        add(path, [Prints()])
    with pytest.raises(DenylistError, match="payloads"):
        add(path, [Prints(tuple(map(str, range(1001))))])
    monkeypatch.setattr(denylist, "MAX_ENTRIES", 1)
    with pytest.raises(DenylistError, match="more than 1 "):
        add(path, [Prints((CODE,)), Prints((OTHER,))])


def test_folder_in_the_way(tmp_path):
    with pytest.raises(DenylistError, match="directory"):
        load(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(DenylistError):
        add(tmp_path / "file" / "list.jsonl", [Prints((CODE,))])


def test_writers_take_turns(path):
    codes = [Prints((of_payload(str(i)),)) for i in range(12)]
    threads = [threading.Thread(target=add, args=(path, [c])) for c in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load(path).entries) == 12
    assert not [p for p in path.parent.iterdir() if p.name.endswith(".new")]


def test_a_failed_write_leaves_the_old_list(path, monkeypatch):
    add(path, [Prints((CODE,))])
    before = path.read_bytes()

    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DenylistError, match="No space left"):
        add(path, [Prints((OTHER,))])
    assert path.read_bytes() == before
    assert not [p for p in path.parent.iterdir() if p.name.endswith(".new")]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_linked_list_stays_linked(path, tmp_path):
    add(path, [Prints((CODE,))])
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    key_path(link).symlink_to(key_path(path))
    add(link, [Prints((OTHER,))])
    assert link.is_symlink()
    assert len(load(path).entries) == 2


def test_many_entries(path):
    rows = [int.from_bytes(RNG.bytes(32), "big") for _ in range(10_000)]
    told = add(path, [Prints((), (PICTURE,))])
    key = load(path).key
    entries = [
        Entry(id=f"{i:08x}", added=told[0][0].added, pictures=(f"{r:064x}",))
        for i, r in enumerate(rows)
    ]
    listed = denylist.Denylist((*entries, told[0][0]), key)
    found = [int.from_bytes(RNG.bytes(32), "big") for _ in range(40)]
    assert listed.matches([], [*found, flipped(PICTURE, SAME)]) == [told[0][0].id]


def test_default_path(monkeypatch, tmp_path):
    monkeypatch.setenv("HIPPOLINT_DENYLIST", str(tmp_path / "mine.jsonl"))
    assert default_path() == tmp_path / "mine.jsonl"
    monkeypatch.delenv("HIPPOLINT_DENYLIST")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "hippolint" / "denylist.jsonl"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_path() == tmp_path / ".local" / "share" / "hippolint" / "denylist.jsonl"


PASTED = "HC1:PALANQUE123"


@pytest.fixture
def run(path):
    def run(*args, **more):
        name, *rest = map(str, args)
        result = CliRunner().invoke(
            command.denylist, [name, "--denylist", str(path), *rest], **more
        )
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "PALANQUE" not in result.output
        return result

    return run


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Files whose prints are known by name."""
    known = {"a.jpg": Prints((CODE,), (PICTURE,)), "b.jpg": Prints((), (ANOTHER,)), "c": Prints()}

    def prints_of(path, _files):
        if path.name not in known:
            raise Unreadable(Reason.ENCRYPTED)
        return known[path.name]

    monkeypatch.setattr(command, "prints_of", prints_of)
    for name in (*known, "locked.pdf"):
        (tmp_path / name).write_text("x")
    return tmp_path


def test_add_list_remove(run, files):
    told = run("add", files / "a.jpg", files / "b.jpg", "--note", "signalé le 3")
    assert told.exit_code == 0
    first, second = (line.split()[0] for line in told.stdout.splitlines())
    assert "1 code, picture" in told.stdout
    assert "there already" in run("add", files / "a.jpg").stdout
    shown = run("list")
    assert [line.split()[0] for line in shown.stdout.splitlines()] == [first, second]
    assert "signalé le 3" in shown.stdout
    assert "2 entries" in shown.stderr
    assert run("remove", first).exit_code == 0
    assert run("remove", first).exit_code == 2
    assert len(run("list").stdout.splitlines()) == 1


def test_add_tells_what_failed_and_adds_the_rest(run, files, path):
    told = run("add", files / "locked.pdf", files / "c", "PALANQUE.jpg", files / "a.jpg")
    assert told.exit_code == 2
    assert len(load(path).entries) == 1
    assert "cannot be read (encrypted)" in told.stderr
    assert "c: no code, and no picture" in told.stderr
    assert "argument 3: no such file" in told.stderr


@pytest.mark.parametrize(
    ("args", "more"), [((PASTED,), {}), (("--text",), {"input": f"{PASTED[:9]}\n{PASTED[9:]}\n"})]
)
def test_codes_as_text_are_added_and_not_echoed(run, path, args, more):
    assert run("add", *args, **more).exit_code == 0
    assert load(path).matches([of_payload(PASTED)])


@pytest.mark.parametrize("text", ["", " \n", "x" * 20_001])
def test_no_text(run, path, text):
    assert run("add", "--text", input=text).exit_code == 2
    assert not path.exists()


def test_wrong_use(run, path, files):
    assert run("add").exit_code == 2
    assert run("remove").exit_code == 2
    assert run("add", "x" * 5000, "a\x00b").exit_code == 2
    assert run("add", files / "a.jpg", "--note", "x" * 201).exit_code == 2
    path.parent.mkdir(exist_ok=True)
    path.write_text("nothing of the kind")
    for args in (["list"], ["remove", "00000000"], ["add", files / "a.jpg"]):
        told = run(*args)
        assert told.exit_code == 2
        assert "line 1: not the head of a denylist" in told.stderr


def test_a_pasted_certificate_that_leaked_is_known_in_a_post(linter, tmp_path):
    path = tmp_path / "leaks.jsonl"
    code = making_codes.eu_certificate()
    result = CliRunner().invoke(
        commands, ["denylist", "add", "--text", "--denylist", str(path)], input=code
    )
    assert result.exit_code == 0
    known = Linter(engine=linter._text, denylist=load(path))
    text = f"Le voilà : {code} et puis ?"
    (found,) = [f for f in known.check(Post(text)).findings if f.entity is Entity.KNOWN_LEAK]
    assert (found.source, text[found.span.start : found.span.end]) == ("text", code)
    assert not [f for f in linter.check(Post(text)).findings if f.entity is Entity.KNOWN_LEAK]
