"""Who is who: API keys, accounts, sign-ins."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.actor import SCOPES, Actor, Role, Scope
from server.core import Core
from server.moderation import attempts, audit
from server.problem import Problem
from server.store.tables import Account, ApiKey, new_id, now
from server.store.tables import Session as SignIn

_TOKEN = re.compile(r"hl_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", re.ASCII)
_LEAST_PASSWORD = 12
_MOST_PASSWORD = 200
_NEVER = 2**53
_HASHER = PasswordHasher()
"""Argon2id with the library's parameters (RFC 9106, low-memory option)."""
_NOBODY = _HASHER.hash("no account has this password")
"""Checked where there is no account, so that the time tells nothing."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is shown, once."""

    id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-in: what the cookie holds, and the token of its forms."""

    cookie: str = field(repr=False)
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Present:
    """Who is signed in."""

    actor: Actor
    account: Account
    csrf: str = field(repr=False)


def new_key(
    core: Core,
    session: Session,
    actor: Actor,
    name: str,
    scopes: Sequence[Scope],
    forum: str | None = None,
    expires: int | None = None,
) -> NewKey:
    """Make an API key. Its words are shown once; a keyed hash is kept."""
    key_id = secrets.token_hex(6)
    token = f"hl_{key_id}_{secrets.token_urlsafe(32)}"
    session.add(
        ApiKey(
            id=key_id,
            name=name,
            forum=forum,
            scopes=sorted({s.value for s in scopes}),
            hash=core.keys.token_hash(token),
            created=now(),
            expires=expires,
            revoked=None,
        )
    )
    audit.record(core, session, actor, "key.add", key_id, {"scopes": sorted(scopes)})
    return NewKey(key_id, token)


def rotate_key(
    core: Core, session: Session, actor: Actor, key_id: str, overlap_hours: int = 24
) -> NewKey:
    """A new key with the same rights, for as long again; the old one ends after some hours at most.

    Raises:
        Problem: there is no such key, or it is revoked or over.
    """
    old = session.get(ApiKey, key_id, with_for_update=True)
    if old is None or old.revoked or (old.expires and old.expires < now()):
        raise Problem("not-found", "There is no such key in use.")
    scopes = [Scope(s) for s in old.scopes]
    lasted = old.expires - old.created if old.expires else None
    ends = now() + lasted if lasted else None
    fresh = new_key(core, session, actor, old.name, scopes, old.forum, ends)
    old.expires = min(old.expires or _NEVER, now() + overlap_hours * 3_600_000)
    audit.record(core, session, actor, "key.rotate", key_id, {"to": fresh.id})
    return fresh


def revoke_key(core: Core, session: Session, actor: Actor, key_id: str) -> None:
    """End a key at once.

    Raises:
        Problem: there is no such key.
    """
    old = session.get(ApiKey, key_id, with_for_update=True)
    if old is None:
        raise Problem("not-found", "There is no such key.")
    old.revoked = old.revoked or now()
    audit.record(core, session, actor, "key.revoke", key_id)


def by_token(core: Core, token: str) -> Actor:
    """Whose key this is.

    Raises:
        Problem: nobody's, or it was revoked, or its time is over.
    """
    if not _TOKEN.fullmatch(token):
        raise Problem("unauthorized")
    with core.db.reading() as session:
        found = session.scalars(
            select(ApiKey).where(ApiKey.hash == core.keys.token_hash(token))
        ).first()
    if found is None or found.revoked or (found.expires and found.expires < now()):
        raise Problem("unauthorized")
    return Actor(
        f"key:{found.id}",
        found.name,
        frozenset(map(Scope, found.scopes)),
        frozenset({found.forum}) if found.forum else None,
    )


def new_account(
    core: Core,
    session: Session,
    actor: Actor,
    login: str,
    role: Role,
    password: str | None,
    *,
    name: str = "",
    lang: str = "fr",
    forums: Sequence[str] = (),
) -> Account:
    """Make an account; without a password its owner signs in at the identity provider.

    Raises:
        Problem: the login is taken, or the password too short.
    """
    login = login.strip().casefold()
    if not login or len(login) > 100:
        raise Problem("invalid", "A login has 1 to 100 characters.")
    if session.scalars(select(Account).where(Account.login == login)).first():
        raise Problem("exists", "This login is taken.")
    made = Account(
        id=new_id(),
        login=login,
        name=name or login,
        password=_hashed(password) if password is not None else None,
        oidc=None,
        role=role.value,
        forums=sorted(set(forums)),
        lang=lang,
        created=now(),
        disabled=None,
        failures=0,
        locked_until=0,
    )
    session.add(made)
    audit.record(core, session, actor, "account.add", made.id, {"role": role.value})
    return made


def set_password(
    core: Core, session: Session, actor: Actor, account: Account, password: str
) -> None:
    """Change a password and end all sign-ins with the old one."""
    account.password = _hashed(password)
    account.failures, account.locked_until = 0, 0
    end_all(session, account.id)
    audit.record(core, session, actor, attempts.PASSWORD, account.id)


def disable(core: Core, session: Session, actor: Actor, account: Account) -> None:
    """End an account; what it did stays in the log."""
    account.disabled = now()
    end_all(session, account.id)
    audit.record(core, session, actor, "account.disable", account.id)


def sign_in(core: Core, login: str, password: str, address: str = "") -> Signed:
    """Sign in with a password.

    Args:
        core: the server.
        login: as it was typed.
        password: as it was typed.
        address: from where; empty: not known.

    Raises:
        Problem: login or password is wrong, or the account is locked; which of these is not said.
    """
    login = login.strip().casefold()
    with core.db.reading() as session:
        found = session.scalars(select(Account).where(Account.login == login)).first()
    known = found.password if found and found.password else None
    right = _right(known or _NOBODY, password) and known is not None
    refused = Problem(
        "unauthorized", "Login or password is wrong, or there were too many attempts."
    )
    if found is None:
        raise refused
    with core.db.writing() as session:
        account = session.get_one(Account, found.id, with_for_update=True)
        marked = attempts.mark(core, address)
        own = attempts.own_lock(session, account, marked)
        until = account.locked_until if own is None else own
        open_now = account.disabled is None and until <= now()
        if right and open_now:
            account.failures, account.locked_until = 0, 0
            return start(core, session, account, marked)
        if open_now and own is None:
            account.failures += 1
            account.locked_until = now() + attempts.lock_ms(account.failures)
        counted = marked if open_now else None
        audit.record(core, session, _actor(account), attempts.REFUSED, account.id, counted)
    raise refused


def start(
    core: Core, session: Session, account: Account, marked: Mapping[str, str] | None = None
) -> Signed:
    """Begin a sign-in of somebody whose identity is proven; marked: from where, as `attempts.mark` gives it."""
    cookie, csrf, at = secrets.token_urlsafe(32), secrets.token_urlsafe(32), now()
    session.add(
        SignIn(
            hash=core.keys.token_hash(cookie),
            account=account.id,
            csrf=csrf,
            created=at,
            seen=at,
            expires=at + core.config.session_hours * 3_600_000,
        )
    )
    audit.record(core, session, _actor(account), attempts.SIGNED_IN, account.id, marked)
    return Signed(cookie, csrf)


def present(core: Core, cookie: str) -> Present | None:
    """Who a cookie belongs to; None where the sign-in is over."""
    at, idle = now(), core.config.idle_minutes * 60_000
    with core.db.reading() as session:
        found = session.get(SignIn, core.keys.token_hash(cookie))
        if found is None or found.expires <= at or found.seen + idle <= at:
            return None
        account = session.get_one(Account, found.account)
    if account.disabled:
        return None
    if found.seen + idle // 10 < at:
        with core.db.writing() as session:
            session.execute(update(SignIn).where(SignIn.hash == found.hash).values(seen=at))
    return Present(_actor(account), account, found.csrf)


def sign_out(core: Core, cookie: str) -> None:
    """End a sign-in."""
    with core.db.writing() as session:
        found = session.get(SignIn, core.keys.token_hash(cookie))
        if found:
            account = session.get_one(Account, found.account)
            audit.record(core, session, _actor(account), "account.sign-out", account.id)
            session.delete(found)


def end_all(session: Session, account: str) -> None:
    """End all sign-ins of an account."""
    session.execute(update(SignIn).where(SignIn.account == account).values(expires=0))


def _actor(account: Account) -> Actor:
    role = Role(account.role)
    return Actor(
        f"account:{account.id}",
        account.name,
        SCOPES[role],
        frozenset(account.forums) or None,
        role,
    )


def _hashed(password: str) -> str:
    if not _LEAST_PASSWORD <= len(password) <= _MOST_PASSWORD:
        raise Problem(
            "invalid", f"A password has {_LEAST_PASSWORD} to {_MOST_PASSWORD} characters."
        )
    return _HASHER.hash(password)


def _right(known: str, password: str) -> bool:
    try:
        return len(password) <= _MOST_PASSWORD and _HASHER.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
