"""Sign-in at an identity provider, from the button to the session, and everything that must not get through."""

import json
import sys
from urllib.parse import parse_qsl, urlsplit

import pytest
from identity_provider import CLIENT, SECRET, other_key, running
from joserfc.jwk import OctKey
from server_kit import PASSWORD
from sqlalchemy import select

from server.actor import SYSTEM, Role
from server.app import create_app
from server.config import Config, ConfigError, Oidc
from server.moderation import access
from server.store.tables import Account, Audit
from server.words import words

HERE = "/console/sign-in/oidc"
NAME = "Cercle & Clés"
STRANGER = {"email": "zoe@hopital.example", "preferred_username": "zoe"}


@pytest.fixture
def provider():
    with running() as one:
        yield one


@pytest.fixture
def site(core, checker, provider):
    """Makes the application with this provider."""

    def make(**more):
        oidc = {
            "issuer": provider.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "name": NAME,
        }
        settings = Oidc(**{k: more.pop(k, v) for k, v in oidc.items()})
        other = type(core)(
            core.config.model_copy(update={"oidc": settings} | more), core.db, core.keys
        )
        vars(other)["checker"] = checker
        return create_app(other)

    return make


@pytest.fixture
def client(site):
    return site().test_client()


@pytest.fixture
def member(core):
    """Makes an account without a password."""

    def make(login, password=None):
        with core.db.writing() as session:
            return access.new_account(core, session, SYSTEM, login, Role.MODERATOR, password).id

    return make


def depart(client, after="/console/"):
    """Follow the button; what the provider is asked."""
    left = client.get(HERE, query_string={"next": after})
    assert left.status_code == 303, left.text
    return left.headers["Location"], dict(parse_qsl(urlsplit(left.headers["Location"]).query))


def walk(client, provider, after="/console/"):
    """There and back; the last answer."""
    _, asked = depart(client, after)
    return client.get(provider.authorize(asked))


def signed_in(client):
    return "sign-out" in client.get("/").text


def deeds(core):
    """What the audit log holds about sign-ins."""
    with core.db.reading() as session:
        rows = session.scalars(select(Audit).order_by(Audit.seq))
        return [(r.action, r.detail.get("reason")) for r in rows if r.action != "account.add"][1:]


def said(answer, key):
    """Whether a page says these words."""
    from markupsafe import escape

    return str(escape(words("fr")(f"page.{key}", name=NAME))) in answer.text


def test_a_sign_in_from_the_button_to_the_session(core, site, provider, member):
    client = site(public_url="https://moderation.example/").test_client()
    account = member("Anne@hopital.example")
    form = client.get("/console/sign-in?next=/console/audit")
    assert said(form, "oidc_sign_in")
    assert f'href="{HERE}?next=/console/audit"' in form.text
    address, asked = depart(client, "/console/audit")
    assert address.startswith(f"{provider.issuer}/authorize?")
    assert asked["redirect_uri"] == f"https://moderation.example{HERE}/back"
    assert len(asked["state"]) >= 43
    assert asked["state"] != asked["nonce"]
    answer = client.get(provider.authorize(asked).removeprefix("https://moderation.example"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/audit")
    cookies = answer.headers.getlist("Set-Cookie")
    session = next(c for c in cookies if c.startswith("hippolint="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert any(c.startswith("hippolint-oidc=;") for c in cookies)
    assert signed_in(client)
    assert client.get(HERE).headers["Location"] == "/console/"
    with core.db.reading() as reading:
        assert reading.get(Account, account).oidc == f"{provider.issuer} s-1"
    assert deeds(core) == [("account.bind", None), ("account.sign-in", None)]


def test_without_settings_there_is_no_button(app):
    client = app.test_client()
    assert HERE not in client.get("/console/sign-in").text
    assert client.get(HERE).status_code == 404


def test_what_the_browser_keeps_is_sealed_and_short_lived(site, provider, member, monkeypatch):
    member("anne@hopital.example")
    client = site(secure_cookies=True).test_client()
    left = client.get(HERE, base_url="https://localhost")
    asked = dict(parse_qsl(urlsplit(left.headers["Location"]).query))
    kept = left.headers["Set-Cookie"]
    assert kept.startswith("__Host-hippolint-oidc=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"):
        assert part in kept
    assert asked["nonce"] not in kept
    from server.console import oidc

    later = oidc.time.time() + 601
    monkeypatch.setattr(oidc.time, "time", lambda: later)
    answer = client.get(provider.authorize(asked), base_url="https://localhost")
    assert answer.status_code == 400
    assert said(answer, "oidc_stale")


def test_a_wrong_state_is_refused(client, provider, member):
    member("anne@hopital.example")
    _, asked = depart(client)
    back = provider.authorize(asked | {"state": "é" * 9})
    answer = client.get(back)
    assert answer.status_code == 400
    assert said(answer, "oidc_stale")
    assert "/token" not in provider.asked
    assert not signed_in(client)


def test_another_browser_cannot_come_back(site, provider, member):
    member("anne@hopital.example")
    app = site()
    mine, theirs = app.test_client(), app.test_client()
    _, asked = depart(mine)
    depart(theirs)
    assert theirs.get(provider.authorize(asked)).status_code == 400
    theirs.set_cookie("hippolint-oidc", "AAAA")
    assert theirs.get(provider.authorize(asked)).status_code == 400
    assert not signed_in(theirs)


def test_a_callback_counts_once(client, provider, member):
    member("anne@hopital.example")
    _, asked = depart(client)
    kept = client.get_cookie("hippolint-oidc").value
    back = provider.authorize(asked)
    assert client.get(back).status_code == 303
    client.delete_cookie("hippolint")
    assert client.get(back).status_code == 400
    client.set_cookie("hippolint-oidc", kept)
    answer = client.get(back)
    assert answer.status_code == 400
    assert said(answer, "oidc_failed")
    assert not signed_in(client)


def test_a_cancelled_sign_in_and_a_reload(client, provider):
    _, asked = depart(client)
    answer = client.get(
        f"{HERE}/back", query_string={"state": asked["state"], "error": "CANARY<b>"}
    )
    assert answer.status_code == 403
    assert said(answer, "oidc_declined")
    assert "CANARY" not in answer.text
    assert client.get(f"{HERE}/back").headers["Location"] == "/console/sign-in"
    _, asked = depart(client)
    mixed = provider.authorize(asked) + "&iss=https://other.example"
    assert client.get(mixed).status_code == 400


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT], "azp": "another"},
        {"aud": None},
        {"iss": "https://other.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": float("nan")},
        {"nbf": 32_000_000_000},
        {"iat": 32_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "s" * 256},
        {"at_hash": "wrong"},
    ],
    ids=str,
)
def test_a_token_that_proves_nothing(core, client, provider, member, bent, capsys):
    member("anne@hopital.example")
    provider.bent = bent
    answer = walk(client, provider)
    assert answer.status_code == 403
    assert said(answer, "oidc_failed")
    assert not signed_in(client)
    assert deeds(core) == [("account.refused", "untrusted")]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert any(line["event"] == "oidc.failed" for line in lines)


def _unsigned(provider):
    provider.algorithm = "none"


def _by_another_key(provider):
    provider.key = other_key(kid=provider.key.kid)


def _by_an_unknown_key(provider):
    provider.key = other_key()
    provider.algorithm = "ES256"


def _by_the_client_secret(provider):
    provider.key = OctKey.import_key(SECRET * 2, {"kid": provider.key.kid})
    provider.published.append(provider.key)
    provider.algorithm = "HS256"


def _by_the_public_key_as_a_secret(provider):
    public = provider.key.as_pem(private=False)
    raw = public.hex()
    provider.key = OctKey.import_key(raw, {"kid": provider.key.kid})
    provider.algorithm = "HS256"


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_another_key,
        _by_an_unknown_key,
        _by_the_client_secret,
        _by_the_public_key_as_a_secret,
    ],
)
def test_forged_signatures(core, client, provider, member, forge):
    member("anne@hopital.example")
    _, asked = depart(client)  # the genuine key is known from here on
    forge(provider)
    answer = client.get(provider.authorize(asked))
    assert answer.status_code == 403
    assert not signed_in(client)
    assert deeds(core) == [("account.refused", "untrusted")]


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_good_signatures(client, provider, member, algorithm):
    member("anne@hopital.example")
    if algorithm == "ES256":
        provider.key = other_key()
        provider.published.insert(0, provider.key)
    provider.algorithm = algorithm
    assert walk(client, provider).status_code == 303
    assert signed_in(client)


def test_a_provider_may_change_its_keys(client, provider, member, monkeypatch):
    from server.oidc import provider as module

    member("anne@hopital.example")
    _, asked = depart(client)
    provider.key, provider.algorithm = other_key(), "ES256"
    provider.published = [provider.key]
    monkeypatch.setattr(module, "_FRESH_S", 0.0)
    assert client.get(provider.authorize(asked)).status_code == 303
    assert provider.asked.count("/keys") == 2


def test_addresses_and_keys_are_asked_for_once(site, provider, member):
    member("anne@hopital.example")
    app = site()
    for _ in range(3):
        assert walk(app.test_client(), provider).status_code == 303
    assert provider.asked.count("/keys") == 1


def test_the_client_may_be_proven_in_the_form(client, provider, member):
    member("anne@hopital.example")
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert walk(client, provider).status_code == 303


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("anne@hopital.example", {"email_verified": False}),
        ("anne@hopital.example", {"email_verified": "true"}),
        ("anne@hopital.example", {"email_verified": None}),
        (
            "anne@hopital.example",
            {"email_verified": False, "preferred_username": "anne@hopital.example"},
        ),
        ("anne", STRANGER),
        ("anne", {"email": None, "preferred_username": ["anne"]}),
    ],
    ids=str,
)
def test_nobody_is_let_in_by_a_word_that_was_not_verified(
    core, client, provider, member, login, told
):
    member(login)
    provider.bent = told
    answer = walk(client, provider)
    assert answer.status_code == 403
    assert said(answer, "oidc_unknown")
    assert not signed_in(client)
    assert deeds(core) == [("account.refused", "unknown")]
    with core.db.reading() as session:
        assert session.scalars(select(Account)).one().oidc is None


def test_by_username(client, provider, member):
    member("anne")
    provider.bent = {"email": None, "preferred_username": "Anne"}
    assert walk(client, provider).status_code == 303


def test_refusals_name_nobody_and_no_account_makes_itself(core, client, provider, caplog, capsys):
    provider.bent = STRANGER
    assert said(walk(client, provider), "oidc_unknown")
    assert "zoe" not in caplog.text + str(capsys.readouterr())
    with core.db.reading() as session:
        assert not session.scalars(select(Account)).all()
        kept = session.scalars(select(Audit).order_by(Audit.seq.desc())).first()
        assert kept.object.startswith("oidc:")
        assert "s-1" not in kept.object


def test_an_account_with_a_password_is_not_taken_over(core, client, provider, member):
    member("admin", PASSWORD)
    provider.bent = {"preferred_username": "admin"}
    assert said(walk(client, provider), "oidc_unknown")
    assert access.sign_in(core, "admin", PASSWORD)


def test_a_disabled_account_is_told_so(core, site, provider, member):
    app = site()
    account = member("anne@hopital.example")
    assert walk(app.test_client(), provider).status_code == 303
    with core.db.writing() as session:
        access.disable(core, session, SYSTEM, session.get(Account, account))
    client = app.test_client()
    answer = walk(client, provider)
    assert answer.status_code == 403
    assert said(answer, "oidc_disabled")
    assert not signed_in(client)
    assert deeds(core)[-1] == ("account.refused", "disabled")


def test_afterwards_the_subject_alone_counts(core, site, provider, member):
    app = site()
    account = member("anne@hopital.example")
    other = member("zoe@hopital.example")
    assert walk(app.test_client(), provider).status_code == 303
    provider.bent = STRANGER
    renamed = app.test_client()
    assert walk(renamed, provider).status_code == 303
    with core.db.reading() as session:
        assert session.get(Account, account).oidc == f"{provider.issuer} s-1"
        assert session.get(Account, other).oidc is None
    provider.bent = {"sub": "s-2"}  # somebody else with the address that was Anne's
    assert said(walk(app.test_client(), provider), "oidc_unknown")


def test_another_provider_begins_anew(core, client, provider, member):
    account = member("anne@hopital.example")
    with core.db.writing() as session:
        session.get(Account, account).oidc = "https://old.example s-1"
    assert walk(client, provider).status_code == 303
    with core.db.reading() as session:
        assert session.get(Account, account).oidc == f"{provider.issuer} s-1"


DISCOVERY = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (DISCOVERY, (500, b"CANARY")),
        (DISCOVERY, (302, b"")),
        (DISCOVERY, (200, b"CANARY")),
        (DISCOVERY, (200, b"[" * 100_000)),
        (DISCOVERY, (200, b" " * 600_000)),
        (DISCOVERY, (200, {"issuer": "CANARY"})),
        ("/keys", (200, {"keys": []})),
        ("/keys", (200, {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "x", {}]})),
        ("/keys", (200, {"keys": [{"kty": "RSA", "n": "é" * 400, "e": "AQAB"}]})),
        ("/keys", (200, {"keys": "CANARY"})),
        ("/token", (500, b"CANARY")),
        ("/token", (307, b"")),
        ("/token", (200, b"CANARY")),
    ],
    ids=str,
)
def test_a_provider_in_trouble(client, provider, member, path, answer, capsys):
    member("anne@hopital.example")
    if path == "/token":
        _, asked = depart(client)
        provider.answers[path] = answer
        told = client.get(provider.authorize(asked))
    else:
        provider.answers[path] = answer
        told = client.get(HERE)
    assert told.status_code == 503
    assert said(told, "oidc_down")
    assert "/elsewhere" not in provider.asked
    assert "CANARY" not in told.text + str(capsys.readouterr())
    assert not signed_in(client)


def test_a_provider_that_is_down_is_not_asked_again_at_once(site, provider, member, monkeypatch):
    from server.oidc import provider as module

    member("anne@hopital.example")
    client = site().test_client()
    provider.answers[DISCOVERY] = (503, b"")
    assert [client.get(HERE).status_code for _ in range(3)] == [503] * 3
    assert provider.asked == [DISCOVERY]
    provider.answers.clear()
    monkeypatch.setattr(module, "_PAUSE_S", 0.0)
    assert walk(client, provider).status_code == 303
    nobody = site(issuer="http://127.0.0.1:9").test_client()
    assert nobody.get(HERE).status_code == 503


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "https://["},
    ],
    ids=str,
)
def test_a_discovery_document_that_leads_astray(client, provider, metadata):
    provider.metadata = metadata
    assert client.get(HERE).status_code == 503


def test_refusals_by_the_token_endpoint(client, provider, capsys):
    for error in ("invalid_client", "CANARY"):
        _, asked = depart(client)
        provider.answers["/token"] = (400, {"error": error})
        assert client.get(provider.authorize(asked)).status_code == 400
    told = capsys.readouterr().err
    assert "refused: invalid_client" in told
    assert "CANARY" not in told


@pytest.mark.parametrize(
    "issuer",
    [
        "http://idp.example",
        "ftp://127.0.0.1",
        "https://",
        "https://idp.example/?a=b",
        "idp",
        "http://[",
    ],
)
def test_an_issuer_that_cannot_be_trusted(site, issuer):
    with pytest.raises(ConfigError, match="HIPPOLINT_OIDC_ISSUER"):
        site(issuer=issuer)


def test_without_the_extra_the_server_says_which(site, monkeypatch):
    for name in [n for n in sys.modules if n.startswith(("server.oidc.", "authlib"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "authlib", None)
    with pytest.raises(ConfigError, match=r"hippolint\[oidc\]"):
        site()


def test_settings_come_from_the_environment_and_the_secret_stays_unseen(tmp_path):
    env = {
        "HIPPOLINT_OIDC_ISSUER": "https://idp.example",
        "HIPPOLINT_OIDC_CLIENT_ID": "c",
        "HIPPOLINT_OIDC_CLIENT_SECRET": "hush",
    }
    config = Config.read(env, data=tmp_path)
    assert config.oidc.client_secret == "hush"  # noqa: S105 # invented
    assert "hush" not in repr(config)
    with pytest.raises(ConfigError):
        Config.read({"HIPPOLINT_OIDC_ISSUER": "https://idp.example"}, data=tmp_path)


def test_attempts_are_counted(site):
    client = site(login_rate="2/minute").test_client()
    assert [client.get(HERE).status_code for _ in range(3)] == [303, 303, 429]
    back = [client.get(f"{HERE}/back?state=x&code=y").status_code for _ in range(3)]
    assert back == [400, 400, 429]
