"""A moderator opens a post: it is claimed for her, the reading is written down, and all that is known is gathered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from linter.post import Language
from linter.verdict import Verdict
from server.actor import Actor
from server.core import Core
from server.moderation import (
    appeals,
    audit,
    contents,
    decisions,
    dismissals,
    intake,
    messages,
    queue,
)
from server.moderation.contents import Submission
from server.moderation.notice import notice
from server.moderation.overview import Line, names, overview
from server.moderation.queue import Filter
from server.moderation.timeline import Told, timeline
from server.problem import Problem
from server.store.tables import Decision, Forum, Item, State, now

_OTHERS = 10
"""Other posts that are listed."""
_AHEAD = 200
"""How far the next post is searched."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An open appeal. own: the reader decided what it is about, so another moderator reads it."""

    words: str = field(repr=False)
    made: int
    decided: str
    own: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """What only the key of the post opens. dismissed, before: by number of the finding."""

    post: Submission
    verdict: Verdict | None
    files: tuple[str, ...] = field(repr=False)
    dismissed: frozenset[int]
    before: Mapping[int, int]
    """How often the same words were dismissed under the same rule on other posts."""
    wrong: frozenset[str] = frozenset()
    """Rules of which every finding was dismissed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A post as its reader sees it. inside: None once it is erased; holder: who else has it."""

    item: Item
    forum: Forum
    inside: Inside | None
    holder: str | None
    mine: bool
    timeline: list[Told]
    spoke: Mapping[str, str]
    """Rule → severity."""
    resting: frozenset[str]
    """The rules that a decision rests on unless said."""
    made: Decision | None
    by: str
    """Who made it."""
    heard: str
    """Whether the forum's software took it: `waiting`, `done`, `dead`; empty where it wants no messages."""
    undoable: bool
    appeal: Complaint | None
    barred: bool
    """Whether an appeal leaves the decision to others."""
    by_author: Sequence[Line]
    in_thread: Sequence[Line]

    @property
    def decidable(self) -> bool:
        """Whether this reader may decide now."""
        free = self.holder is None and not self.barred
        return self.inside is not None and self.item.state != State.DELETED and free


def open_post(core: Core, actor: Actor, item_id: str) -> Opened:
    """Open a post; one that waits is claimed, unless somebody else has it or must answer its appeal.

    Raises:
        Problem: there is none.
    """
    with core.db.writing() as session:
        item = intake.own(session, actor, item_id, lock=True)
        appeal = _complaint(core, session, actor, item)
        barred = decisions.barred(session, actor, item)
        waits = item.state in (State.WAITING, State.CHECKING) and item.key is not None
        if waits and not barred and item.holder in (None, actor.id):
            queue.claim(core, session, actor, item)
        inside = _inside(core, session, item) if item.key is not None else None
        if inside:
            audit.record(core, session, actor, "post.read", item.id)
        return _gathered(core, session, actor, item, inside, appeal, barred=barred)


def neighbours(
    session: Session, actor: Actor, item_id: str, wanted: Filter
) -> tuple[str | None, str | None]:
    """Ids of the posts before and after in the queue, without those that others have."""
    listed = queue.listed(session, actor, wanted, _AHEAD).items
    free = [i.id for i in listed if i.id == item_id or i.holder in (None, actor.id)]
    if item_id not in free:
        return None, free[0] if free else None
    at = free.index(item_id)
    following = free[at + 1 : at + 2] or free[:at][:1]
    return (free[at - 1] if at else None), (following[0] if following else None)


def drafts(core: Core, item: Item, resting: frozenset[str], lang: Language) -> dict[str, str]:
    """What the author would be told, by action, under the rules that a decision would rest on."""
    with core.db.reading() as session:
        appeal = decisions.open_appeal(session, item)
        return {
            action: str(
                notice(
                    core,
                    session,
                    item,
                    _draft(item, action, resting, appeal.id if appeal else None),
                    lang,
                )["text"]
            )
            for action in decisions.ACTIONS
        }


def _draft(item: Item, action: str, rules: frozenset[str], appeal: str | None) -> Decision:
    return Decision(
        id="",
        item=item.id,
        forum=item.forum,
        revision=item.revision,
        action=action,
        rules=[] if action == "approve" else sorted(rules),
        automated=False,
        made=now(),
        effective=now(),
        appeal=appeal,
    )


def _gathered(
    core: Core,
    session: Session,
    actor: Actor,
    item: Item,
    inside: Inside | None,
    appeal: Complaint | None,
    *,
    barred: bool,
) -> Opened:
    made, other = decisions.last(session, item), item.holder
    called = names(session, [other, made.actor if made else None])
    spoke = decisions.spoke(session, item)
    return Opened(
        item=item,
        forum=session.get_one(Forum, item.forum),
        inside=inside,
        holder=called[other] if other and other != actor.id else None,
        mine=other == actor.id,
        timeline=timeline(core, session, item),
        spoke=spoke,
        resting=decisions.resting(spoke, inside.wrong if inside else frozenset()),
        made=made,
        by=called[made.actor] if made else "",
        heard=messages.about(session, made) if made else "",
        undoable=made is not None
        and decisions.may_undo(actor, made)
        and decisions.undoable(item, made),
        appeal=appeal,
        barred=barred,
        by_author=_others(session, actor, item, author_hash=item.author_hash),
        in_thread=_others(session, actor, item, thread=item.thread),
    )


def _inside(core: Core, session: Session, item: Item) -> Inside:
    post, verdict = contents.post(core, session, item), contents.verdict(core, session, item)
    told = dismissals.told(core, item, post.text, verdict) if verdict else []
    known, before = dismissals.dismissed(session, item), dismissals.before(session, item, told)
    return Inside(
        post=post,
        verdict=verdict,
        files=contents.names(core, session, item),
        dismissed=frozenset(n for n, pair in enumerate(told) if pair in known),
        before={n: before[pair] for n, pair in enumerate(told) if pair in before},
        wrong=dismissals.wrong(told, known),
    )


def _complaint(core: Core, session: Session, actor: Actor, item: Item) -> Complaint | None:
    found = decisions.open_appeal(session, item)
    if found is None:
        return None
    contested = session.get_one(Decision, found.decision)
    try:
        words = appeals.words(core, item, found)
    except Problem:  # erased meanwhile
        words = ""
    return Complaint(words, found.made, contested.action, contested.actor == actor.id)


def _others(
    session: Session,
    actor: Actor,
    item: Item,
    author_hash: str | None = None,
    thread: str | None = None,
) -> list[Line]:
    if not (author_hash or thread):
        return []
    wanted = Filter(state=None, forum=item.forum, author_hash=author_hash, thread=thread)
    found = queue.listed(session, actor, wanted, _OTHERS + 1).items
    return overview(session, actor, [i for i in found if i.id != item.id][:_OTHERS])
