"""Posts come in, change and go: checked at once as text, written down with the work that their files need."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import delete as sql_delete
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from linter.finding import Finding, Severity
from linter.verdict import Decision as Said
from linter.verdict import PostError, Verdict
from server.actor import SYSTEM, Actor
from server.checker import Upload, post_of
from server.core import Core
from server.moderation import audit, contents, decisions, erasure, forums
from server.moderation.contents import Submission
from server.moderation.timeline import happened
from server.problem import Problem
from server.store import jobs
from server.store.jobs import Task
from server.store.tables import Forum, Idempotency, Item, ItemRule, State, new_id, now

_DAY = 86_400_000
_RANKS = {Said.ALLOW: 0, Said.REVIEW: 100, Said.BLOCK: 200}
PUBLISHED_UNSEEN = 400
"""Priority of a post that went out before its files were found wanting."""
_SETTLE_MS = 100
"""How long a deletion waits for readers, so that the key is gone from the write-ahead log too."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands on its forum."""

    forum: str
    external: str
    thread: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A post on its way in."""

    actor: Actor
    place: Place
    post: Submission = field(repr=False)
    files: tuple[Upload, ...] = field(repr=False)
    verdict: Verdict | None


def submit(
    core: Core,
    actor: Actor,
    place: Place,
    post: Submission,
    files: Sequence[Upload] = (),
    idempotency_key: str | None = None,
) -> tuple[Item, bool]:
    """Take a post in; whether it is new. The same request under the same Idempotency-Key gives the same item.

    Raises:
        Problem: no such forum, the post is there already, or the key was used for another request.
    """
    with core.db.reading() as session:
        forum = forums.get(session, actor, place.forum)
        known = _known(core, session, actor, place, post, files, idempotency_key)
    if known:
        return known, False
    verdict = check_text(core, forum, post)
    coming = _Incoming(actor, place, post, tuple(files), verdict)
    try:
        with core.db.writing() as session:
            item = _written(core, session, forum, coming)
            if idempotency_key:
                session.add(_memory(core, actor, idempotency_key, coming, item.id))
    except IntegrityError:  # somebody else was faster: with the same request, or with the same post
        with core.db.reading() as session:
            known = _known(core, session, actor, place, post, files, idempotency_key)
        if known:
            return known, False
        raise Problem("exists", "This post was submitted before; change it with PUT.") from None
    return item, True


def edit(
    core: Core, actor: Actor, item_id: str, post: Submission, files: Sequence[Upload] = ()
) -> Item:
    """Put a new revision in the place of a post; what was decided on the old one no longer stands."""
    with core.db.reading() as session:
        item = own(session, actor, item_id)
        forum = forums.get(session, actor, item.forum)
    verdict = check_text(core, forum, post)
    with core.db.writing() as session:
        item = own(session, actor, item_id, lock=True)
        if item.key is None or item.state == State.DELETED:
            raise Problem("gone")
        decisions.withdraw(session, item)
        item.revision += 1
        item.version += 1
        item.claimed_by, item.claimed_until = None, 0
        contents.store(core, session, item, post, verdict, tuple(files))
        if not item.legal_hold:
            contents.drop_older_files(session, item)
        place = Place(item.forum, item.external, item.thread, item.audience)
        _said_anew(session, item, verdict)
        _judge(session, forum, item, _Incoming(actor, place, post, tuple(files), verdict))
        happened(session, item, actor, "edited", {"revision": item.revision})
        audit.record(core, session, actor, "post.edit", item.id, {"revision": item.revision})
        return item


def delete(core: Core, actor: Actor, item_id: str) -> Item:
    """Forget a post that its author or the forum took away; under a legal hold its content stays sealed."""
    with core.db.writing() as session:
        item = own(session, actor, item_id, lock=True)
        if item.state in (State.DELETED, State.ERASED):
            return item
        decisions.withdraw(session, item)
        item.state, item.version = State.DELETED.value, item.version + 1
        happened(session, item, actor, "deleted")
        audit.record(core, session, actor, "post.delete", item.id, {"held": item.legal_hold})
        if not item.legal_hold:
            erasure.forget(session, item)
    erasure.settle_files(core.db, _SETTLE_MS)
    return item


def own(session: Session, actor: Actor, item_id: str, *, lock: bool = False) -> Item:
    """A post that the actor sees, locked for a change if asked.

    Raises:
        Problem: there is none.
    """
    item = session.get(Item, item_id, with_for_update=lock or None)
    if item is None or not actor.sees(item.forum):
        raise Problem("not-found", "There is no such post.")
    return item


def check_text(core: Core, forum: Forum, post: Submission) -> Verdict | None:
    """The verdict on the words alone; None where the linter failed: the post is held, and tried again by a worker."""
    try:
        told = post_of(post.text, post.lang, post.date, post.place, likely=forum.lang)
        return core.checker.check(forum.policy, told)
    except PostError:
        return None


def examined(core: Core, session: Session, item: Item, verdict: Verdict | None) -> None:
    """Put the verdict on a post with its files in the place of that on its words.

    Args:
        core: the server.
        session: a writing one.
        item: locked.
        verdict: None where the files could not be looked at.
    """
    if verdict:
        contents.put_verdict(core, session, item, verdict)
        _said_anew(session, item, verdict)
    item.checked = verdict is not None
    allowed = verdict is not None and verdict.decision is Said.ALLOW
    if decisions.found_wanting(session, item, allowed=allowed):
        pass  # what a person decided stands
    elif allowed and item.state in (State.CHECKING, State.WAITING):
        decisions.automatic(session, item, "approve")
    elif not allowed and item.state in (State.CHECKING, State.APPROVED):
        if item.state == State.APPROVED:
            item.priority = -PUBLISHED_UNSEEN
        item.state = State.WAITING.value
        decisions.tell(session, item, "held")
    item.version += 1
    happened(session, item, SYSTEM, "checked", {"verdict": item.verdict})


def overdue(session: Session, item: Item, forum: Forum) -> None:
    """Files were not looked at in time: publish or hold, as the forum wishes."""
    if item.state != State.CHECKING:
        made = decisions.last(session, item)
        if made and made.state == "pending" and made.before == State.CHECKING:
            made.before = State.WAITING.value
        return
    happened(session, item, SYSTEM, "overdue", {"published": forum.fail_open})
    if forum.fail_open and item.verdict == Said.ALLOW:
        decisions.automatic(session, item, "approve")
    else:
        item.state = State.WAITING.value
        decisions.tell(session, item, "held")
    item.version += 1


def _written(core: Core, session: Session, forum: Forum, coming: _Incoming) -> Item:
    at, place = now(), coming.place
    name = new_id()
    item = Item(
        id=name,
        forum=forum.id,
        external=place.external,
        thread=place.thread,
        audience=place.audience,
        author_hash=author_hash(core, forum.id, coming.post.author),
        revision=1,
        version=1,
        claimed_by=None,
        claimed_until=0,
        created=at,
        updated=at,
        expires=at + forum.retention_days * _DAY,
        legal_hold=False,
        settled=True,
        key=core.keys.new_key(name)[1],
        deadline=None,
        lang="fr",
        state=State.WAITING.value,
        verdict=Said.REVIEW.value,
        checked=False,
        priority=0,
        confidentiality=0.0,
        dignity=0.0,
    )
    _say(item, coming.verdict)
    session.add(item)
    session.flush()  # what follows refers to its row
    with session.no_autoflush:  # all of it is written at once
        contents.store(core, session, item, coming.post, coming.verdict, coming.files)
        session.add_all(_rules(item, coming.verdict))
        happened(session, item, coming.actor, "submitted")
        _judge(session, forum, item, coming)
        audit.record(core, session, coming.actor, "post.submit", item.id, {"forum": forum.id})
    return item


def _judge(session: Session, forum: Forum, item: Item, coming: _Incoming) -> None:
    """State of a new revision: published, for a moderator, or waiting for what its files show."""
    verdict = coming.verdict
    item.checked = verdict is not None and not coming.files
    item.deadline = None
    if coming.files or verdict is None:
        item.state = State.CHECKING.value
        item.deadline = now() + forum.deadline_s * 1000
        ref = str(item.revision)
        jobs.add(session, Task.EXAMINE, ref, item=item.id)
        jobs.add(session, Task.DEADLINE, ref, item=item.id, run_at=item.deadline)
    elif verdict.decision is Said.ALLOW:
        decisions.automatic(session, item, "approve", tell_forum=False)
    else:
        item.state = State.WAITING.value


def _say(item: Item, verdict: Verdict | None) -> None:
    """Put what a verdict says into the columns that lists and figures use."""
    said = verdict.decision if verdict else Said.REVIEW
    item.verdict = said.value
    item.priority = -_RANKS[said]
    if verdict is None:
        return
    item.lang = verdict.lang
    item.confidentiality, item.dignity = verdict.risk.confidentiality, verdict.risk.dignity
    item.priority -= round(99 * max(item.confidentiality, item.dignity))


def _said_anew(session: Session, item: Item, verdict: Verdict | None) -> None:
    """Put a verdict in the place of the one before."""
    _say(item, verdict)
    session.execute(sql_delete(ItemRule).where(ItemRule.item == item.id))
    session.add_all(_rules(item, verdict))


def _rules(item: Item, verdict: Verdict | None) -> list[ItemRule]:
    """The rules that spoke."""
    told = _gravest(verdict.findings) if verdict else {}
    return [ItemRule(item=item.id, rule=r, severity=s.value) for r, s in told.items()]


def _gravest(findings: Sequence[Finding]) -> dict[str, Severity]:
    out: dict[str, Severity] = {}
    for f in findings:
        out[f.rule] = max(out.get(f.rule, Severity.NOTE), f.severity, key=lambda s: s.rank)
    return out


def author_hash(core: Core, forum: str, author: str | None) -> str | None:
    """What finds the posts of one author without keeping the name in the open."""
    return core.keys.token_hash(f"author:{forum}:{author}") if author else None


def _known(
    core: Core,
    session: Session,
    actor: Actor,
    place: Place,
    post: Submission,
    files: Sequence[Upload],
    key: str | None,
) -> Item | None:
    """The item of an earlier request under the same Idempotency-Key."""
    if not key:
        return None
    row = session.get(Idempotency, (actor.id, core.keys.token_hash(key)))
    if row is None:
        return None
    if row.request != _request_hash(core, place, post, files):
        raise Problem("idempotency-key-reused")
    return session.get(Item, row.item)


def _memory(core: Core, actor: Actor, key: str, coming: _Incoming, item: str) -> Idempotency:
    return Idempotency(
        owner=actor.id,
        hash=core.keys.token_hash(key),
        request=_request_hash(core, coming.place, coming.post, coming.files),
        item=item,
        created=now(),
    )


def _request_hash(core: Core, place: Place, post: Submission, files: Sequence[Upload]) -> str:
    told = [asdict(place), asdict(post), [[n, core.keys.token_hash(d.hex())] for n, d in files]]
    return core.keys.token_hash(json.dumps(told, sort_keys=True))


def by_external(session: Session, actor: Actor, forum: str, external: str) -> Item:
    """A post by its id on the forum.

    Raises:
        Problem: there is none.
    """
    found = session.scalars(
        select(Item).where(Item.forum == forum, Item.external == external)
    ).first()
    if found is None or not actor.sees(forum):
        raise Problem("not-found", "There is no such post.")
    return found
