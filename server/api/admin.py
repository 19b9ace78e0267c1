"""What administrators do: forums, keys, messages that did not arrive, figures."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

from sqlalchemy import select

from server.actor import Scope
from server.api.admin_models import (
    CallbackList,
    CallbackOut,
    CallbackQuery,
    ChangedOut,
    FigureOut,
    FiguresOut,
    FiguresQuery,
    ForumIn,
    ForumList,
    ForumOut,
    KeyIn,
    KeyList,
    KeyNew,
    KeyOut,
    ReplayIn,
    ReplayOut,
    RuleFigureOut,
    RuleFigures,
)
from server.api.endpoint import Api, Call, Reply
from server.api.shown import forum_out
from server.moderation import access, dismissals, forums, messages
from server.moderation.figures import figures, waits
from server.moderation.forums import ForumSettings
from server.moderation.replay import replay
from server.problem import Problem
from server.store.tables import ApiKey, Callback, Forum, now

_DAY = 86_400_000


def routes(api: Api) -> None:
    """Declare the endpoints."""
    who, readers = (Scope.ADMIN,), (Scope.MODERATE, Scope.ADMIN)
    api.route(
        "GET", "/v1/forums", "List forums", tag="forums", scopes=readers, answers={200: ForumList}
    )(list_forums)
    api.route(
        "PUT", "/v1/forums/{forum}", "Make or change a forum",
        tag="forums", scopes=who, body=ForumIn, answers={200: ForumOut, 201: ForumOut},
        problems=("conflict",),
    )(put_forum)  # fmt: skip
    api.route(
        "POST", "/v1/forums/{forum}/replay", "Try a policy on the last decisions",
        tag="forums", scopes=readers, body=ReplayIn, answers={200: ReplayOut},
    )(replay_policy)  # fmt: skip
    api.route("GET", "/v1/keys", "List API keys", tag="keys", scopes=who, answers={200: KeyList})(
        list_keys
    )
    api.route(
        "POST", "/v1/keys", "Make an API key",
        tag="keys", scopes=who, body=KeyIn, answers={201: KeyNew}, problems=("not-found",),
    )(make_key)  # fmt: skip
    api.route(
        "POST", "/v1/keys/{key}/rotate", "Renew an API key", tag="keys", scopes=who, answers={201: KeyNew}
    )(rotate_key)  # fmt: skip
    api.route("DELETE", "/v1/keys/{key}", "Revoke an API key", tag="keys", scopes=who, answers={204: None})(
        revoke_key
    )  # fmt: skip
    api.route(
        "GET", "/v1/callbacks", "List messages to forums",
        tag="callbacks", scopes=who, query=CallbackQuery, answers={200: CallbackList},
    )(list_callbacks)  # fmt: skip
    api.route(
        "POST", "/v1/callbacks/{callback}/retry", "Send a message again",
        tag="callbacks", scopes=who, answers={200: CallbackOut}, problems=("conflict",),
    )(retry_callback)  # fmt: skip
    api.route(
        "GET", "/v1/figures", "Counts for a transparency report",
        tag="figures", scopes=readers, query=FiguresQuery, answers={200: FiguresOut},
    )(read_figures)  # fmt: skip
    api.route(
        "GET", "/v1/figures/rules", "How the rules fared", tag="figures", scopes=readers, answers={200: RuleFigures}
    )(read_rule_figures)  # fmt: skip


def list_forums(call: Call) -> Reply:
    """The forums that this key sees."""
    with call.core.db.reading() as session:
        found = forums.listed(session, call.actor)
    return Reply(ForumList(forums=[forum_out(f) for f in found]))


def put_forum(call: Call) -> Reply:
    """Settings of a forum; what is left out takes its default, but a secret stays."""
    told: ForumIn = call.body
    name = call.path["forum"]
    if not call.actor.sees(name):
        raise Problem("forbidden", "This key is for another forum.")
    settings = ForumSettings.model_validate(told.model_dump(exclude={"version"}))
    with call.core.db.writing() as session:
        forum, new = forums.put(call.core, session, call.actor, name, settings, told.version)
        return Reply(forum_out(forum), 201 if new else 200)


def replay_policy(call: Call) -> Reply:
    """What the policy would have said of the last posts that were decided on; nothing is saved."""
    told: ReplayIn = call.body
    with call.core.db.reading() as session:
        forum = forums.get(session, call.actor, call.path["forum"])
        done = replay(call.core, session, forum, told.policy, told.last)
    return Reply(
        ReplayOut(
            posts=done.posts,
            before={said.value: n for said, n in done.before.items()},
            after={said.value: n for said, n in done.after.items()},
            let_through=done.let_through,
            held_anew=done.held_anew,
            changed=[
                ChangedOut(id=c.item, before=c.before.value, after=c.after.value, decided=c.decided)
                for c in done.changed
            ],
        )
    )


def list_keys(call: Call) -> Reply:
    """All keys, without their words."""
    with call.core.db.reading() as session:
        rows = session.scalars(select(ApiKey).order_by(ApiKey.created)).all()
    names = KeyOut.model_fields
    return Reply(
        KeyList(
            keys=[
                KeyOut.model_validate({n: getattr(k, n) for n in names})
                for k in rows
                if (call.actor.forums is None if k.forum is None else call.actor.sees(k.forum))
            ]
        )
    )


def make_key(call: Call) -> Reply:
    """The token is in this answer and nowhere else."""
    told: KeyIn = call.body
    forum = told.forum
    if call.actor.forums is not None:
        forum = forum or min(call.actor.forums)
    expires = now() + told.days * _DAY if told.days else None
    with call.core.db.writing() as session:
        if forum:
            forums.get(session, call.actor, forum)
        made = access.new_key(
            call.core, session, call.actor, told.name, told.scopes, forum, expires
        )
    return _shown_once(made)


def rotate_key(call: Call) -> Reply:
    """A new token with the same rights; the old one goes on for 24 hours."""
    with call.core.db.writing() as session:
        _own_key(call, session.get(ApiKey, call.path["key"]))
        made = access.rotate_key(call.core, session, call.actor, call.path["key"])
    return _shown_once(made)


def revoke_key(call: Call) -> Reply:
    """The key ends now."""
    with call.core.db.writing() as session:
        _own_key(call, session.get(ApiKey, call.path["key"]))
        access.revoke_key(call.core, session, call.actor, call.path["key"])
    return Reply(None, 204)


def list_callbacks(call: Call) -> Reply:
    """Messages by state; `dead` are those that were given up."""
    told: CallbackQuery = call.query
    with call.core.db.reading() as session:
        rows = messages.listed(session, call.actor, told.state, told.limit)
    return Reply(CallbackList(callbacks=[_callback(row) for row in rows]))


def retry_callback(call: Call) -> Reply:
    """Put a message that was given up back into the queue."""
    with call.core.db.writing() as session:
        row = messages.retry(call.core, session, call.actor, call.path["callback"])
        return Reply(_callback(row))


def read_figures(call: Call) -> Reply:
    """By month and forum; `until` is included."""
    told: FiguresQuery = call.query
    since, until = _moment(told.since), _moment(told.until) + _DAY
    with call.core.db.reading() as session:
        wanted = _forums(call, session.scalars(select(Forum.id)).all(), told.forum)
        rows = figures(session, wanted, since, until)
        waited = waits(session, wanted, since, until)
    return Reply(
        FiguresOut(
            figures=[
                FigureOut(month=r.month, forum=r.forum, what=r.what, value=r.value, count=r.count)
                for r in rows
            ],
            median_wait_seconds=median(waited) / 1000 if waited else None,
        )
    )


def read_rule_figures(call: Call) -> Reply:
    """Of the last 365 days: posts decided on, held by the decision, and where it was dismissed."""
    since = now() - 365 * _DAY
    with call.core.db.reading() as session:
        wanted = _forums(call, session.scalars(select(Forum.id)).all(), None)
        rows = dismissals.precision(session, wanted, since)
    return Reply(
        RuleFigures(
            rules=[
                RuleFigureOut(
                    rule=p.rule,
                    decided=p.decided,
                    confirmed=p.confirmed,
                    dismissed=p.dismissed,
                    precision=None if p.share is None else round(p.share, 4),
                )
                for p in rows
            ]
        )
    )


def _shown_once(made: access.NewKey) -> Reply:
    return Reply(KeyNew(id=made.id, token=made.token), 201, {"Cache-Control": "no-store"})


def _own_key(call: Call, key: ApiKey | None) -> None:
    """A key of one forum has nothing to do with those of others."""
    if key is None or (call.actor.forums is not None and key.forum not in call.actor.forums):
        raise Problem("not-found", "There is no such key.")


def _forums(call: Call, every: Sequence[str], one: str | None) -> list[str]:
    return [f for f in every if call.actor.sees(f) and one in (None, f)]


def _callback(row: Callback) -> CallbackOut:
    return CallbackOut(
        id=row.id,
        forum=row.forum,
        post=row.item,
        event=str(row.body.get("event")),
        state=row.state,
        attempts=row.attempts,
        status=row.status,
        created=row.created,
        updated=row.updated,
    )


def _moment(day: str) -> int:
    try:
        at = datetime.combine(date.fromisoformat(day[:10]), datetime.min.time(), UTC)
    except ValueError:
        raise Problem("invalid", "There is no such day.") from None
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
