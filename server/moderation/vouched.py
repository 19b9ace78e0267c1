"""People whom an identity provider vouches for: which account is theirs."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.actor import SYSTEM
from server.core import Core
from server.moderation import access, audit
from server.moderation.access import Signed
from server.problem import Problem
from server.store.tables import Account


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as a provider proved it."""

    issuer: str
    subject: str
    """Stays the same whatever else changes."""
    email: str | None = None
    """Only where the provider has verified it."""
    username: str | None = None

    @property
    def bound(self) -> str:
        """What an account keeps: the same subject at another provider is somebody else."""
        return f"{self.issuer} {self.subject}"

    @property
    def logins(self) -> tuple[str, ...]:
        """The logins that are theirs, surest first.

        A username in the form of an e-mail address is left out: many providers let people choose it, so that it would
        be an address that nobody verified.
        """
        username = self.username if "@" not in (self.username or "") else None
        return tuple(told.strip().casefold() for told in (self.email, username) if told)


def sign_in(core: Core, who: Identity) -> Signed:
    """Begin a sign-in; the first one binds the account that was made for this person.

    Raises:
        Problem: `unauthorized`: no account is theirs; `forbidden`: it was ended.
    """
    with core.db.writing() as session:
        account = _bound(session, who) or _waiting(session, who)
        if account and account.disabled is None:
            if account.oidc != who.bound:
                account.oidc = who.bound
                audit.record(core, session, SYSTEM, "account.bind", account.id, {"by": "oidc"})
            return access.start(core, session, account)
        ended = account is not None
        named = account.id if account else _stranger(core, who)
        why = {"by": "oidc", "reason": "disabled" if ended else "unknown"}
        audit.record(core, session, SYSTEM, "account.refused", named, why)
    raise Problem("forbidden" if ended else "unauthorized")


def refused(core: Core, reason: str) -> None:
    """Write down that a provider's answer proved nobody's identity.

    Args:
        core: the server.
        reason: a word of our own.
    """
    with core.db.writing() as session:
        audit.record(
            core, session, SYSTEM, "account.refused", "oidc", {"by": "oidc", "reason": reason}
        )


def _bound(session: Session, who: Identity) -> Account | None:
    query = select(Account).where(Account.oidc == who.bound).with_for_update()
    return session.scalars(query).first()


def _waiting(session: Session, who: Identity) -> Account | None:
    """The account that waits for its owner's first sign-in.

    One with a password does not: whoever chose `admin` as a username would take it over. One bound at another provider
    does, since the administrator has changed the provider.
    """
    for login in who.logins:
        query = (
            select(Account)
            .where(
                Account.login == login,
                Account.password.is_(None),
                or_(
                    Account.oidc.is_(None),
                    ~Account.oidc.startswith(f"{who.issuer} ", autoescape=True),
                ),
            )
            .with_for_update()
        )
        if found := session.scalars(query).first():
            return found
    return None


def _stranger(core: Core, who: Identity) -> str:
    """Tells refusals of one person from those of another, and nothing else."""
    return "oidc:" + core.keys.token_hash(f"oidc {who.bound}")[:16]
