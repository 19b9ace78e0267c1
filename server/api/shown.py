"""Rows of the store as answers."""

from typing import Any

from sqlalchemy.orm import Session

from linter import __version__
from linter.report.as_json import verdict_dict
from linter.verdict import Verdict
from server.api.admin_models import ForumOut
from server.api.models import DecisionOut, EventOut, PostFull, PostOut, VerdictOut
from server.core import Core
from server.moderation import appeals, contents, decisions
from server.moderation.forums import settings
from server.moderation.timeline import timeline
from server.store.tables import Decision, Forum, Item, State

_DO = {
    State.CHECKING: "wait",
    State.WAITING: "hold",
    State.APPROVED: "publish",
    State.REJECTED: "reject",
    State.RETURNED: "return",
    State.DELETED: "remove",
    State.ERASED: "remove",
}


def verdict_out(verdict: Verdict) -> VerdictOut:
    """A verdict as the contract has it."""
    return VerdictOut.model_validate(verdict_dict(verdict, __version__))


def post_out(item: Item) -> PostOut:
    """Where a post stands."""
    return PostOut.model_validate(_post(item))


def post_full(core: Core, session: Session, item: Item, *, moderator: bool) -> PostFull:
    """A post with all that is known of it; for others than moderators without their notes and names.

    Raises:
        Problem: it was erased.
    """
    post = contents.post(core, session, item)
    verdict = contents.verdict(core, session, item)
    made = decisions.last(session, item)
    appeal = decisions.open_appeal(session, item)
    return PostFull.model_validate(
        _post(item)
        | {
            "text": post.text,
            "author": post.author,
            "url": post.url,
            "files": list(contents.names(core, session, item)),
            "full": verdict_dict(verdict, __version__) if verdict else None,
            "decision": decision_out(made) if made else None,
            "appeal": appeals.words(core, item, appeal) if appeal else None,
            "timeline": [
                EventOut(
                    at=t.at,
                    actor=t.actor if moderator else "",
                    kind=t.kind,
                    detail=dict(t.detail),
                    note=t.note if moderator else None,
                )
                for t in timeline(core, session, item)
                if moderator or t.kind != "note"
            ],
        }
    )


def decision_out(made: Decision) -> DecisionOut:
    """A decision."""
    return DecisionOut.model_validate(
        {name: getattr(made, name) for name in DecisionOut.model_fields}
    )


def forum_out(forum: Forum) -> ForumOut:
    """A forum, without its secret."""
    told = settings(forum).model_dump(exclude={"callback_secret"})
    return ForumOut(id=forum.id, version=forum.version, **told)


def _post(item: Item) -> dict[str, Any]:
    state = State(item.state)
    return {
        "id": item.id,
        "forum": item.forum,
        "external_id": item.external,
        "thread": item.thread,
        "audience": item.audience,
        "state": state,
        "action": _DO[state] if item.settled else "hold",
        "verdict": item.verdict,
        "checked": item.checked,
        "confidentiality": round(item.confidentiality, 4),
        "dignity": round(item.dignity, 4),
        "lang": item.lang,
        "revision": item.revision,
        "version": item.version,
        "claimed_by": item.claimed_by,
        "claimed_until": item.claimed_until or None,
        "legal_hold": item.legal_hold,
        "created": item.created,
        "updated": item.updated,
        "deadline": item.deadline,
        "expires": item.expires,
    }
