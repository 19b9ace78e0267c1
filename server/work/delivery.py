"""Callbacks: signed messages to the forum's software.

Signature: header `X-Hippolint-Signature: t=SECONDS,v1=HEX` with HMAC-SHA256 of `SECONDS.BODY` under the forum's secret.
A receiver recomputes it, refuses what is older than five minutes, and remembers `X-Hippolint-Delivery` to drop repeats.
"""

import hashlib
import hmac
import json
import random
import time

import urllib3

from server.core import Core
from server.moderation import forums
from server.store import jobs
from server.store.jobs import Claim
from server.store.tables import Callback, Forum, Item, now

ATTEMPTS = 12
"""Then the message goes to the list of what failed: after about two days."""
_FIRST_MS = 10_000
_LONGEST_MS = 8 * 3_600_000
_TIMEOUT = urllib3.Timeout(connect=3, read=7)
TOLERANCE_S = 300
"""How old a signature may be."""


def signature(secret: bytes, body: bytes, at: int) -> str:
    """The header of a message.

    Args:
        secret: of the forum.
        body: as sent.
        at: seconds since 1970.
    """
    code = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def genuine(secret: bytes, body: bytes, header: str, at: int) -> bool:
    """Whether a message is from the owner of the secret and not older than `TOLERANCE_S`: what a receiver checks."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    sent = parts.get("t", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 15):
        return False
    right = signature(secret, body, int(sent))
    return (
        hmac.compare_digest(right.encode(), header.encode()) and abs(at - int(sent)) <= TOLERANCE_S
    )


def deliver(core: Core, http: urllib3.PoolManager, claimed: Claim) -> None:
    """Send one message; what does not arrive is sent again later."""
    with core.db.reading() as session:
        message = session.get(Callback, claimed.ref)
        forum = session.get(Forum, message.forum) if message else None
        secret = forums.secret(core, forum) if forum else None
    status: int | None = None
    if message and forum and secret and forum.callback_url and message.state == "waiting":
        status = _send(http, forum.callback_url, secret, message)
    with core.db.writing() as session:
        if not jobs.still_mine(session, claimed):
            return
        row = session.get(Callback, claimed.ref, with_for_update=True)
        if row is None or row.state != "waiting":
            jobs.done(session, claimed)
            return
        row.attempts, row.status, row.updated = row.attempts + 1, status, now()
        if status is not None and 200 <= status < 300:
            row.state = "done"
            jobs.done(session, claimed)
        elif row.attempts >= ATTEMPTS or status == 410:
            row.state = "dead"
            jobs.dead(session, claimed, f"HTTP {status}" if status else "no answer")
        else:
            error = f"HTTP {status}" if status else "no answer"
            jobs.again(session, claimed, now() + pause(row.attempts), error)
        item = session.get(Item, row.item)
        if row.state != "waiting" and (item is None or item.key is None):
            session.delete(row)


def pause(attempts: int) -> int:
    """Milliseconds until the next attempt: doubled each time, and scattered by a fifth so that not all come at once."""
    base = min(_FIRST_MS * 3 ** (attempts - 1), _LONGEST_MS)
    return int(base * random.uniform(0.8, 1.2))  # noqa: S311 # no secret


def _send(http: urllib3.PoolManager, url: str, secret: bytes, message: Callback) -> int | None:
    """The HTTP status, or None where nobody answered. Redirections are not followed: the address is the forum's word."""
    body = json.dumps(message.body, separators=(",", ":"), sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "hippolint",
        "X-Hippolint-Delivery": message.id,
        "X-Hippolint-Signature": signature(secret, body, int(time.time())),
    }
    try:
        answer = http.request(
            "POST",
            url,
            body=body,
            headers=headers,
            timeout=_TIMEOUT,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        answer.release_conn()
        answer.close()
    except (urllib3.exceptions.HTTPError, OSError, ValueError):
        return None
    return int(answer.status)
