"""What is kept and how it ends: sealing, the audit chain, erasure, backups; on SQLite and on PostgreSQL."""

import time
import zipfile

import pytest
from server_kit import NAMED
from sqlalchemy import select, text

from server import scratch as scratch_module
from server.actor import SYSTEM
from server.config import Config
from server.core import open_core
from server.crypto import Keyring, KeyringError, master_key, opened, seal
from server.moderation import audit, backup, contents, erasure, forums, intake
from server.moderation.audit import parse_checkpoint
from server.moderation.backup import BackupError
from server.moderation.contents import Submission
from server.moderation.forums import ForumSettings
from server.moderation.intake import Place
from server.problem import Problem
from server.store.database import Database, StoreError
from server.store.tables import Audit, Content, File, Item, Meta, State, now

FILE = (("palanque.txt", b"Huguette Palanque, chambre 12"),)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture
def item(core):
    post = Submission(NAMED, author="zorglub", place="Guéret")
    return intake.submit(core, SYSTEM, Place("f", "1"), post, FILE)[0]


def dump(core, tmp_path):
    """Every byte of the tables."""
    path = tmp_path / "dump.zip"
    path.unlink(missing_ok=True)
    backup.save(core, path)
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(n) for n in archive.namelist())


def expire(core, item):
    with core.db.writing() as session:
        session.get(Item, item.id).expires = now() - 1


def test_nothing_of_a_post_is_readable_in_the_tables(core, item, tmp_path):
    kept = dump(core, tmp_path)
    for words in (b"Palanque", b"palanque", b"zorglub", b"anticoagulant", b"chambre", b"84 ans"):
        assert words not in kept
    if core.db.sqlite:
        files = b"".join(p.read_bytes() for p in core.config.data.iterdir())
        assert b"Palanque" not in files
    with core.db.reading() as session:
        row = session.get(Item, item.id)
        assert contents.post(core, session, row).text == NAMED
        assert contents.files(core, session, row) == FILE


def test_a_sealed_part_opens_in_its_own_place_only(core, item):
    with core.db.writing() as session:
        row = session.get(Content, (item.id, 1))
        row.sealed_post, row.sealed_verdict = row.sealed_verdict, row.sealed_post
    with core.db.reading() as session, pytest.raises(KeyringError):
        contents.post(core, session, session.get(Item, item.id))


def test_what_is_past_its_time_is_erased_and_the_log_proves_it(core, item):
    wrapped = item.key
    expire(core, item)
    assert erasure.purge(core) == erasure.Purged(1, 0)
    assert erasure.purge(core) == erasure.Purged(0, 0)
    with core.db.reading() as session:
        row = session.get(Item, item.id)
        assert (row.key, row.state, row.thread, row.author_hash) == (None, State.ERASED, None, None)
        assert session.scalars(select(Content)).all() == []
        with pytest.raises(Problem) as gone:
            contents.post(core, session, row)
        assert gone.value.kind == "gone"
        assert session.scalars(select(Audit.object).where(Audit.action == "post.erase")).all() == [
            item.id
        ]
    if core.db.sqlite:
        files = b"".join(p.read_bytes() for p in core.config.data.iterdir())
        assert wrapped not in files


def test_a_deleted_key_is_gone_from_every_file_at_once(core, item):
    wrapped = item.key
    intake.delete(core, SYSTEM, item.id)
    files = b"".join(p.read_bytes() for p in core.config.data.iterdir())
    assert wrapped not in files


def test_who_reads_does_not_keep_a_post_from_being_deleted(core, item):
    wrapped = item.key
    with core.db.reading() as session:
        session.scalars(select(Item.id)).all()
        start = time.monotonic()
        intake.delete(core, SYSTEM, item.id)
        assert time.monotonic() - start < 3
    erasure.purge(core)
    files = b"".join(p.read_bytes() for p in core.config.data.iterdir())
    assert wrapped not in files


def test_a_legal_hold_keeps_a_post(core, item):
    with core.db.writing() as session:
        erasure.hold(core, session, SYSTEM, intake.own(session, SYSTEM, item.id), held=True)
    expire(core, item)
    assert erasure.purge(core) == erasure.Purged(0, 1)
    intake.delete(core, SYSTEM, item.id)
    with core.db.writing() as session:
        row = session.get(Item, item.id)
        assert contents.post(core, session, row).text == NAMED
        erasure.hold(core, session, SYSTEM, row, held=False)
        assert row.key is None


def test_files_that_an_author_took_away_are_forgotten(core, item):
    intake.edit(core, SYSTEM, item.id, Submission(NAMED))
    with core.db.reading() as session:
        assert session.scalars(select(File)).all() == []


def test_what_a_killed_process_left_is_swept():
    left = scratch_module._base() / "hippolint-999999999-x"
    left.mkdir()
    with scratch_module.scratch() as mine:
        scratch_module.sweep()
        assert mine.is_dir()
    assert not left.exists()


def test_the_chain_is_whole(core, item):
    middle = audit.end(core)
    intake.delete(core, SYSTEM, item.id)
    found = audit.verify(core, middle)
    assert found.fault is None
    assert found.end == audit.end(core)
    assert parse_checkpoint(str(middle)) == middle


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", "row 2 is not"),
        ("UPDATE audit SET at = at + 1 WHERE seq = 1", "row 1 is not"),
        ("DELETE FROM audit WHERE seq = 1", "row 2 is not"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "are missing"),
        ("DELETE FROM audit", "are missing"),
    ],
)
@pytest.mark.usefixtures("item")
def test_a_changed_log_is_found_out(core, harm, told):
    with core.db.writing() as session:
        session.execute(text(harm))
    assert told in audit.verify(core).fault


@pytest.mark.usefixtures("item")
def test_an_emptied_log_is_found_out_also_when_it_goes_on(core):
    with core.db.writing() as session:
        session.execute(text("DELETE FROM audit"))
        session.execute(text("DELETE FROM meta WHERE name = 'audit-head'"))
    assert "are missing" in audit.verify(core).fault
    intake.submit(core, SYSTEM, Place("f", "2"), Submission(NAMED))
    assert "are missing" in audit.verify(core).fault


def test_a_log_of_nothing_is_whole(tmp_path):
    fresh = open_core(Config.read({}, data=tmp_path))
    try:
        assert audit.verify(fresh).fault is None
    finally:
        fresh.close()


def test_a_log_that_was_put_back_to_an_earlier_end_is_found_out_by_the_end_kept_elsewhere(
    core, item
):
    with core.db.reading() as session:
        early = session.get(Meta, "audit-head").value
        count = len(session.scalars(select(Audit.seq)).all())
    intake.delete(core, SYSTEM, item.id)
    late = audit.end(core)
    with core.db.writing() as session:
        session.execute(text(f"DELETE FROM audit WHERE seq > {count}"))  # noqa: S608 # a number of ours
        session.get(Meta, "audit-head").value = early
    assert audit.verify(core).fault is None
    assert "earlier end" in audit.verify(core, late).fault


def test_a_backup_moves_to_another_database_under_the_same_key(core, item, tmp_path):
    target = tmp_path / "backup.zip"
    kept = backup.save(core, target)
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match="such a file"):
        backup.save(core, target)
    other = core.config.model_copy(update={"data": tmp_path / "other", "database_url": ""})
    other.data.mkdir()
    (other.data / "secret.key").write_bytes((core.config.data / "secret.key").read_bytes())
    fresh = open_core(other)
    try:
        assert backup.restore(fresh, target).rows == kept.rows
        with fresh.db.reading() as session:
            assert contents.post(fresh, session, session.get(Item, item.id)).text == NAMED
        assert audit.verify(fresh, kept.end).fault is None
        with pytest.raises(BackupError, match="not empty"):
            backup.restore(fresh, target)
    finally:
        fresh.close()


@pytest.mark.usefixtures("item")
def test_a_backup_leaves_a_row_in_the_log(core, tmp_path):
    kept = backup.save(core, tmp_path / "backup.zip")
    with core.db.reading() as session:
        row = session.scalars(select(Audit).order_by(Audit.seq.desc())).first()
    assert (row.action, row.actor, row.detail) == ("backup.save", SYSTEM.id, {"rows": kept.rows})
    assert audit.verify(core, kept.end).fault is None


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM meta WHERE name = 'audit-head'",
        "UPDATE meta SET value = 'x' WHERE name = 'audit-head'",
    ],
)
def test_a_harmed_log_is_told_and_loses_no_post(core, item, tmp_path, harm):
    with core.db.writing() as session:
        session.execute(text(harm))
    kept = backup.save(core, tmp_path / "backup.zip")
    assert kept.fault
    other = core.config.model_copy(update={"data": tmp_path / "other", "database_url": ""})
    other.data.mkdir()
    (other.data / "secret.key").write_bytes((core.config.data / "secret.key").read_bytes())
    fresh = open_core(other)
    try:
        assert backup.restore(fresh, tmp_path / "backup.zip").fault == kept.fault
        with fresh.db.reading() as session:
            assert contents.post(fresh, session, session.get(Item, item.id)).text == NAMED
            last = session.scalars(select(Audit).order_by(Audit.seq.desc())).first()
            assert (last.action, last.detail["fault"]) == ("backup.restore", kept.fault)
        intake.delete(fresh, SYSTEM, item.id)
        assert audit.verify(fresh).fault
    finally:
        fresh.close()


@pytest.mark.usefixtures("item")
def test_a_backup_under_another_key_is_refused_and_changes_nothing(core, tmp_path):
    target = tmp_path / "backup.zip"
    backup.save(core, target)
    fresh = open_core(core.config.model_copy(update={"data": tmp_path / "o", "database_url": ""}))
    try:
        with pytest.raises(BackupError, match="another master key"):
            backup.restore(fresh, target)
        with fresh.db.reading() as session:
            assert session.scalars(select(Item)).all() == []
    finally:
        fresh.close()


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\0" * 18, b"nothing"])
def test_a_file_that_is_no_backup_is_refused(core, tmp_path, data):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(BackupError, match="no backup"):
        backup.restore(core, path)


@pytest.mark.usefixtures("item")
def test_another_master_key_is_refused_at_the_start(core):
    config = core.config
    (config.data / "secret.key").unlink()
    with pytest.raises(KeyringError, match="another master key"):
        open_core(config)


@pytest.mark.parametrize("there", [False, True])
def test_only_its_owner_reads_the_database_whoever_made_the_folder(tmp_path, there):
    tmp_path.chmod(0o755)
    if there:
        (tmp_path / "hippolint.db").touch(0o644)
    fresh = open_core(Config.read({}, data=tmp_path))
    try:
        with fresh.db.writing() as session:
            forums.put(fresh, session, SYSTEM, "f", ForumSettings(name="Forum"))
        modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.glob("hippolint.db*")}
    finally:
        fresh.close()
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


def test_tables_of_a_newer_version_are_left_alone(core):
    with core.db.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer"):
        open_core(core.config)


def test_the_master_key_comes_from_file_or_environment(tmp_path, monkeypatch):
    one = master_key(tmp_path)
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert master_key(tmp_path) == one
    monkeypatch.setenv("HIPPOLINT_MASTER_KEY", "bm90IGxvbmcgZW5vdWdo")
    with pytest.raises(KeyringError, match="15 bytes"):
        master_key(tmp_path)
    monkeypatch.setenv("HIPPOLINT_MASTER_KEY", "***")
    with pytest.raises(KeyringError, match="base64"):
        master_key(tmp_path)
    monkeypatch.delenv("HIPPOLINT_MASTER_KEY")
    monkeypatch.setenv("HIPPOLINT_MASTER_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(KeyringError, match="cannot be read"):
        master_key(tmp_path)


def test_sealing_is_bound_to_key_and_context():
    keys = Keyring.of(b"k" * 32)
    key, wrapped = keys.new_key("a")
    assert keys.unwrap(wrapped, "a") == key
    sealed = seal(key, b"words", "c")
    assert opened(key, sealed, "c") == b"words"
    for wrong in (
        lambda: opened(key, sealed, "d"),
        lambda: opened(b"x" * 32, sealed, "c"),
        lambda: opened(key, sealed[:-1], "c"),
        lambda: opened(key, b"", "c"),
        lambda: keys.unwrap(wrapped, "b"),
        lambda: Keyring.of(b"short"),
    ):
        with pytest.raises(KeyringError):
            wrong()
    assert repr(keys) == "Keyring()"


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite:////no/such/folder/x.db"])
def test_a_database_that_cannot_be_used_is_told_without_its_password(url):
    with pytest.raises(StoreError) as told:
        Database(url).migrate()
    assert url not in str(told.value)
