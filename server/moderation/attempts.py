"""Wrong passwords, and how long they hold further attempts up.

Whoever guesses at an account from elsewhere must not keep its owner out: an address from which the account has signed in
is held by its own wrong passwords only. The audit log knows them, so that all processes count alike, also after a restart.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.core import Core
from server.store.tables import Account, Audit

SIGNED_IN, REFUSED, PASSWORD = "account.sign-in", "account.refused", "account.password"
_FREE = 5
"""Wrong passwords before the lock."""
_LOCK_MS = 60_000
"""For so long, and twice as long for each further one."""
_LONGEST_MS = 3_600_000
_FROM = "from"
_PREFIX = 64
"""Bits of an IPv6 address that tell one household or firm from another."""


def lock_ms(failures: int) -> int:
    """For how long so many wrong passwords hold an account up, in milliseconds."""
    over = failures - _FREE
    return min(_LOCK_MS << min(over, 10), _LONGEST_MS) if over >= 0 else 0


def mark(core: Core, address: str) -> dict[str, str]:
    """What the audit log tells of where an attempt came from: a keyed hash that tells addresses apart."""
    if not address:
        return {}
    return {_FROM: core.keys.token_hash(f"address {_place(address)}")[:16]}


def own_lock(session: Session, account: Account, marked: dict[str, str]) -> int | None:
    """Until when an address holds itself up; None: the account never signed in from it.

    Args:
        session: which has locked the account.
        account: which somebody tries to sign in to.
        marked: as `mark` gives it.
    """
    if not marked:
        return None
    about = Audit.object == account.id
    here = Audit.detail[_FROM].as_string() == marked[_FROM]
    last = select(func.max(Audit.seq)).where(about)
    known = session.scalar(last.where(Audit.action == SIGNED_IN, here))
    if known is None:
        return None
    reset = session.scalar(last.where(Audit.action == PASSWORD)) or 0
    since = Audit.seq > max(known, reset)
    refused = select(func.count(), func.max(Audit.at)).where(
        about, Audit.action == REFUSED, here, since
    )
    failures, at = session.execute(refused).one()
    return (at or 0) + lock_ms(failures)


def _place(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, _PREFIX), strict=False))
